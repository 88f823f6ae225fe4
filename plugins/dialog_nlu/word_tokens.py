"""The words of a text as word lists compare them: without case, accents and width; a Chinese character is a word."""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from dialog_nlu.entity_found import SPACED

_TOKEN = re.compile(rf"{SPACED}+|[^\s]")
_LOOSE = frozenset("-‐‑–'’`´.·・")  # New-York is New York, and St. Louis is St Louis


class Word(NamedTuple):
    """A word of a text: where it stands, and what it is compared as."""

    start: int
    end: int
    key: str


def words_of(text: str) -> list[Word]:
    """Return the words of a text and its symbols, each by itself."""
    words = []
    for match in _TOKEN.finditer(text):
        if match[0] in _LOOSE:
            continue
        key = _key(match[0])
        if key:
            words.append(Word(match.start(), match.end(), key))
    return words


def joined(words: list[str]) -> str:
    """Write words as one text."""
    return " ".join(words)


@lru_cache(maxsize=20_000)
def _key(token: str) -> str:
    if token.isascii():
        return token.lower()
    decomposed = unicodedata.normalize("NFKD", token).casefold()
    return "".join(char for char in decomposed if not unicodedata.combining(char))
