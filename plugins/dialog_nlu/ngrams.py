"""What the light engine sees of a text: its words with their neighbours, and the pieces its words are made of.

Training and serving both call `terms`; that is what makes their features the same. Chinese and other scripts without
spaces are cut into single characters, which as words have neighbours too, and into runs, which have pieces. Knows
nothing about weights or labels.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from unicodedata import normalize

MAX_CHARACTERS = 1_000  # of a message; whoever writes more has said by then what it is about
SHORTEST, LONGEST = 2, 5  # characters of a piece
CACHED_WORDS, CACHED_LENGTH = 5_000, 20  # 20 MB at most, however strange the words are

_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\U00020000-\U0003ffff"
)
_EMOJI = "\u2600-\u27bf\U0001f300-\U0001faff"
_TOKEN = re.compile(rf"(?P<unspaced>[{_UNSPACED}]+)|[^\W{_UNSPACED}]+|[{_EMOJI}]")
_BEGINNING, _END = "\x02", "\x03"  # neighbours of the first and the last word


def tokens(text: str) -> Iterator[tuple[str, bool]]:
    """Yield words and unspaced runs in order (NFKC, case folded), with whether it is such a run."""
    text = text[:MAX_CHARACTERS]
    # Folding can undo the normal form, hence once more.
    folded = text.lower() if text.isascii() else normalize("NFKC", normalize("NFKC", text).casefold())
    for match in _TOKEN.finditer(folded):
        yield match[0], match.lastgroup is not None


def terms(text: str) -> tuple[list[str], list[str]]:
    """Return the word terms and the character terms of a text.

    Word terms are the words, each pair of neighbours, and each pair with one word between them (`book * flight`).
    Character terms are the pieces of each word.
    """
    words: list[str] = []
    found: list[str] = []
    for token, unspaced in tokens(text):
        if unspaced:
            words += token
        else:
            words.append(token)
        found += _cached_pieces(token) if len(token) <= CACHED_LENGTH else pieces(token)
    return _with_neighbours(words), found


def word_terms(text: str) -> list[str]:
    """Return the first half of `terms`."""
    return terms(text)[0]


def character_terms(text: str) -> list[str]:
    """Return the second half of `terms`."""
    return terms(text)[1]


def pieces(word: str) -> tuple[str, ...]:
    """Return the character n-grams of a word with a space on either side, as scikit-learn's `char_wb` does."""
    padded = f" {word} "
    length = len(padded)
    found: list[str] = []
    for size in range(SHORTEST, LONGEST + 1):
        found += [padded[at : at + size] for at in range(length - size + 1)] or [padded]
        if length <= size:  # a word as short as this counts once
            break
    return tuple(found)


_cached_pieces = lru_cache(maxsize=CACHED_WORDS)(pieces)


def _with_neighbours(words: list[str]) -> list[str]:
    if not words:
        return []
    line = [_BEGINNING, *words, _END]
    pairs = [f"{first} {second}" for first, second in pairwise(line)]
    apart = [f"{first} * {third}" for first, third in zip(line, line[2:], strict=False)]
    if len(words) == 1:
        apart = []  # that a message has one word alone says nothing: an unknown one would count as known by it
    return [*words, *pairs, *apart]
