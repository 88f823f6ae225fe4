"""Texts as sets of pieces, which can be compared: runs of words or of characters (shingles; Broder 1997)."""

import re
from collections.abc import Iterator
from unicodedata import normalize
from zlib import crc32

_UNSPACED = "\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_WORD = re.compile(rf"[^\W{_UNSPACED}]+(?:['’][^\W{_UNSPACED}]+)*")
_RUN = re.compile(rf"[{_UNSPACED}]+")
_BETWEEN = re.compile(rf"(?<=[{_UNSPACED}])[\W_]{{1,4}}(?=[{_UNSPACED}])")  # a comma, say


def shingles(text: str, pieces: str, words: int, characters: int) -> set[int]:
    """Return the pieces of a text as numbers of 32 bits; letter case, width and punctuation do not matter.

    Args:
        text: The text.
        pieces: `words`, `characters`, or `auto`: characters where a script has no spaces, words elsewhere.
        words: How many words a piece has; a text with fewer is one piece.
        characters: How many characters a piece has.
    """
    text = text.casefold() if text.isascii() else normalize("NFKC", text).casefold()
    return {crc32(piece.encode("utf-8", "surrogatepass")) for piece in _pieces(text, pieces, words, characters)}


def _pieces(text: str, pieces: str, words: int, characters: int) -> Iterator[str]:
    if pieces == "characters":
        yield from _runs("".join(filter(str.isalnum, text)), characters)
        return
    found = _WORD.findall(text)
    if pieces == "auto" and not text.isascii():
        for run in _RUN.findall(_BETWEEN.sub("", text)):
            yield from _runs(run, characters)
    elif pieces == "words":
        found = text.split()
    if words == 1:
        yield from found
    elif found:
        yield from (" ".join(found[at : at + words]) for at in range(max(len(found) - words + 1, 1)))


def _runs(text: str, length: int) -> Iterator[str]:
    if text:
        yield from (text[at : at + length] for at in range(max(len(text) - length + 1, 1)))
