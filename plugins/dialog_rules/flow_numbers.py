"""Numbers as people write them, in English and Chinese: enough to answer "how many?" without an annotator."""

import re
from collections.abc import Sequence

_DIGITS = re.compile(r"(?:(?<!\w)[-+])?(?:\d{1,3}(?:,\d{3}){1,4}(?![,\d])(?:\.\d{1,9})?|\d{1,15}(?:[.,]\d{1,9})?)")
_THOUSANDS = re.compile(r"[-+]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_WORDS = {
    word: number
    for number, words in enumerate(
        "zero,零 one,一 two,二,两 three,三 four,四 five,五 six,六 seven,七 eight,八 nine,九 ten,十 eleven,十一 "
        "twelve,十二".split()
    )
    for word in words.split(",")
}
_ORDINALS = {word: number for number, word in enumerate("first second third fourth fifth sixth".split(), start=1)}
_BESIDE_PLACES = ("the", "one", "number", "option", "第", "个", "选", "please")
_CHINESE = re.compile(r"(?<!第)[一二两三四五六七八九十]{1,3}(?![下会样起直定般])")  # 一下 is "for a moment", not one


def number_of(text: str) -> int | float:
    """Return the number a text is; of `1,000` the comma is one between thousands, of `1,5` a decimal one.

    Raises:
        ValueError: It is none.
    """
    text = text.strip()
    text = text.replace(",", "" if _THOUSANDS.fullmatch(text) else ".")
    return int(text) if text.lstrip("+-").isdigit() else float(text)


def numbers_in(text: str, tokens: Sequence[str]) -> Sequence[int | float]:
    """Return the numbers in a text in lower case; those in words only where there are none in digits."""
    if digits := [number_of(match[0]) for match in _DIGITS.finditer(text)]:
        return digits
    words = [_WORDS[token] for token in tokens if token in _WORDS and token.isascii()]
    return words or [_chinese(match[0]) for match in _CHINESE.finditer(text)]


def place_in(tokens: Sequence[str]) -> int | None:
    """Return which in a list is meant: `2`, `the second`, `第二个`."""
    left = [token for token in tokens if token not in _BESIDE_PLACES]
    if not left and "one" in tokens:
        return 1
    word = "".join(left)
    if word.isdecimal() and len(word) < 3:
        return int(word)
    return _ORDINALS.get(word) or _WORDS.get(word)


def _chinese(text: str) -> int:
    """Return the number that Chinese numerals up to 99 stand for."""
    if "十" not in text:
        return int("".join(str(_WORDS[character]) for character in text))
    tens, _, ones = text.partition("十")
    return (_WORDS.get(tens, 0) if tens else 1) * 10 + (_WORDS.get(ones, 0) if ones else 0)
