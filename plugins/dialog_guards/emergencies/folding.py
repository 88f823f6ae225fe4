"""Bringing texts into one form: width, case, apostrophes, repeated letters, traditional Chinese characters."""

import re
from functools import cache
from pathlib import Path
from unicodedata import normalize

HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff]")
_LATIN_WORD = re.compile("[A-Za-z]{2,}")
_APOSTROPHES = re.compile("['’‘`´ʼ]")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufe0e\ufe0f\ufeff]")
_REPEATED = re.compile(r"(\w)\1{2,}")
# Characters of Big5 and their simplified ones, after OpenCC's tables (Apache License 2.0); syllables of the characters
# of GB 2312, after pypinyin's (MIT License).
_SYLLABLES = Path(__file__).with_name("syllables.txt")
_VARIANTS = Path(__file__).with_name("variants.txt")


def is_chinese(text: str) -> bool:
    """Say whether a text is Chinese, also with some words of English in it."""
    characters = len(HAN.findall(text))
    return characters > 0 and 2 * characters >= len(_LATIN_WORD.findall(text))


def is_traditional(text: str) -> bool:
    """Say whether a text has characters that only traditional Chinese has."""
    return any(ord(character) in _variants() for character in text)


def folded(text: str) -> str:
    """Return a text in the form in which patterns and features see it."""
    if not text.isascii():
        text = _INVISIBLE.sub("", normalize("NFKC", text)).translate(_variants())
    text = _APOSTROPHES.sub("", text.lower())
    return _REPEATED.sub(r"\1\1", text)


def sound_of(character: str) -> str:
    """Return how a simplified character sounds: its syllable without tone, and without what many do not tell apart."""
    return _sounds().get(character, character)


@cache
def _sounds() -> dict[str, str]:
    lines = _SYLLABLES.read_text(encoding="utf-8").splitlines()
    return {
        character: re.sub("^([zcs])h", r"\1", re.sub("ng$", "n", syllable))
        for syllable, characters in map(str.split, lines)
        for character in characters
    }


@cache
def _variants() -> dict[int, str]:
    """Return the simplified character of each traditional one that is in use."""
    first, second = _VARIANTS.read_text(encoding="utf-8").split()
    return {ord(one): other for one, other in zip(first, second, strict=True)}
