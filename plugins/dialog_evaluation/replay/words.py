"""Which words two texts share: what a reader looks for in two answers that are nearly the same."""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

ALIKE = 0.5  # the share of words two texts have to have in common, or marking the others helps nobody
LONGEST = 2_000  # words; comparing takes time with the square of it
# A number, a word, a character of a script that has no spaces, space, or any other character.
_UNSPACED = r"\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_WORDS = re.compile(rf"\d+(?:[.,:]\d+)*|[{_UNSPACED}]|[^\W{_UNSPACED}]+|\s+|.")

Pieces = Sequence[tuple[str, bool]]
"""A text in pieces, each with whether the other text lacks it."""


def compared(one: str, other: str) -> tuple[Pieces, Pieces]:
    """Return both texts in pieces that tell what only one of them has; whole, if they have little in common."""
    words = _WORDS.findall(one), _WORDS.findall(other)
    if max(map(len, words)) <= LONGEST:
        matcher = SequenceMatcher(None, *words, autojunk=False)
        if matcher.ratio() >= ALIKE:
            return _pieces(words[0], words[1], matcher)
    return [(one, False)], [(other, False)]


def _pieces(one: Sequence[str], other: Sequence[str], matcher: SequenceMatcher[str]) -> tuple[Pieces, Pieces]:
    left: list[tuple[str, bool]] = []
    right: list[tuple[str, bool]] = []
    for kind, a, b, c, d in matcher.get_opcodes():
        if b > a:
            left.append(("".join(one[a:b]), kind != "equal"))
        if d > c:
            right.append(("".join(other[c:d]), kind != "equal"))
    return left, right
