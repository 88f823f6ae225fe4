"""Texts that look like control tokens become no control tokens.

What users, evidence and tools say is quoted: `<|im_end|>` in it ends nothing. A mark breaks each control token in two
before the text goes into a template; what stands on both sides of a mark is turned into tokens by itself, and the mark
vanishes. So the model reads the same characters, as ordinary text.
"""

import re
from collections.abc import Callable, Iterable, Sequence

MARK = "\ufdd0"  # no character, and never will be one (Unicode 3.1): it stands in no text


def clean(text: str) -> str:
    """Return a text without marks, and without halves of surrogate pairs, which are no text to a tokenizer."""
    return text.replace(MARK, "").encode(errors="replace").decode()


class Defuser:
    """Puts marks into texts.

    Args:
        tokens: What is not to become a token, by its text.
        encode: Turns a piece of ordinary text into tokens.
        ids: The tokens that no text may become.
    """

    def __init__(self, tokens: Iterable[str], encode: Callable[[str], Sequence[int]], ids: Iterable[int]) -> None:
        self._tokens = tuple(sorted(filter(None, tokens), key=len, reverse=True))
        self._pattern = re.compile("|".join(map(re.escape, self._tokens))) if self._tokens else None
        self._encode = encode
        self._ids = frozenset(ids)

    def defuse(self, text: str) -> str:
        """Return a text of which no part becomes a control token, however it is turned into tokens."""
        text = clean(text)
        if self._pattern is None:
            return text
        while self._pattern.search(text):  # again, for tokens that overlap
            text = self._pattern.sub(lambda match: _broken(match[0]), text)
        # What looks like a control token only once it is normalised: full-width letters, say.
        return MARK.join(self._checked(piece) for piece in text.split(MARK))

    def _checked(self, piece: str) -> str:
        return MARK.join(piece) if self._ids.intersection(self._encode(piece)) else piece


def _broken(token: str) -> str:
    return f"{token[0]}{MARK}{token[1:]}" if len(token) > 1 else MARK
