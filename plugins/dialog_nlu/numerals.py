"""Finds the numbers of a message: `1,234.5`, `-7`, `twenty-five`, `two and a half`, `3万`, `一百二十三`."""

import re
from dataclasses import dataclass
from typing import Literal

from dialog_nlu.english_numerals import NUMBER_WORD, read_words
from dialog_nlu.entity_found import EDGE, SPACED, Scan

Style = Literal["digits", "english", "chinese"]
Number = int | float

MOST_DIGITS = 15  # what a JSON reader that only knows doubles still reads exactly

_DIGITS = re.compile(
    rf"(?<!{SPACED})(?<![0-9][.,])(?P<sign>(?<![^\s(:=,，。：])[-−+])?"
    rf"(?P<digits>[0-9]{{1,3}}(?:[,.][0-9]{{3}}){{1,5}}(?:[.,][0-9]{{1,10}})?(?![0-9])|[0-9]{{1,40}}(?:[.,][0-9]{{1,10}})?)"
    rf"(?:\s?(?P<scale>thousand|million|billion|k|m|bn)(?!{SPACED}))?"
    rf"(?P<han>[十百千万亿]{{1,2}})?"
    rf"(?![.,:]?[0-9]|(?:st|nd|rd|th){EDGE})",
    re.IGNORECASE,
)
_PLAIN = re.compile(r"[0-9]+(?:[.,][0-9]+)?")
_SCALES = {"k": 10**3, "thousand": 10**3, "m": 10**6, "million": 10**6, "bn": 10**9, "billion": 10**9}
_HAN_SCALES = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number in a message."""

    start: int
    end: int
    value: Number
    style: Style


def find_numerals(scan: Scan) -> list[Numeral]:
    """Return every number of a message, in text order and apart from each other."""
    text = scan.lower
    found = _digits(text, scan.comma_decimals)
    if "en" in scan.languages:
        found += _english(text)
    if "zh" in scan.languages and scan.has_han:
        from dialog_nlu.chinese_numerals import find_chinese

        found += [Numeral(start, end, value, "chinese") for start, end, value in find_chinese(text)]
    kept: list[Numeral] = []
    for numeral in sorted(found, key=lambda numeral: (numeral.start, -numeral.end)):
        if not kept or numeral.start >= kept[-1].end:
            kept.append(numeral)
    return kept


def _digits(text: str, comma_decimals: bool) -> list[Numeral]:
    found = []
    for match in _DIGITS.finditer(text):
        value = _value(match["digits"], comma_decimals)
        if value is None:
            continue
        if match["scale"]:
            value = _tidy(value * _SCALES[match["scale"]])
        for scale in match["han"] or "":
            value = _tidy(value * _HAN_SCALES[scale])
        found.append(Numeral(match.start(), match.end(), -value if match["sign"] in ("-", "−") else value, "digits"))
    return found


def _value(digits: str, comma_decimals: bool) -> Number | None:
    """Return what digits with points and commas mean, or None where they are too many for a quantity."""
    point, comma = (",", ".") if comma_decimals else (".", ",")
    whole, _, fraction = digits.partition(point)
    if (
        point in fraction
        or comma in fraction
        or not re.fullmatch(rf"[0-9]+|[0-9]{{1,3}}(?:\{comma}[0-9]{{3}})+", whole)
    ):
        # Written the other way: `1.234.567` or `3,5` where points are decimal.
        if not comma_decimals and "," in digits and "." not in digits and not re.search(r",[0-9]{3}$", digits):
            return _value(digits.replace(",", "."), False)
        if digits.count(point) > 1:
            return _value(digits.replace(point, ""), comma_decimals)
        return None
    whole = whole.replace(comma, "")
    if len(whole) + len(fraction) > MOST_DIGITS:
        return None
    return float(f"{whole}.{fraction}") if fraction else int(whole)


_WORDS = re.compile(
    rf"{EDGE}(?:{NUMBER_WORD})(?:(?:\s?-\s?|\s+)(?:and\s+)?(?:{NUMBER_WORD}))*(?!{SPACED}|-(?:first|second|third|fif|[a-z]{{3,5}}th){EDGE})"
)


def _english(text: str) -> list[Numeral]:
    found = []
    for match in _WORDS.finditer(text):
        for start, end, value in read_words(text, match.start(), match.end()):
            found.append(Numeral(start, end, value, "english"))
    return found


def _tidy(value: float) -> Number:
    """Return a whole number as an int, without the last bits that multiplying got wrong."""
    rounded = round(value, 6)
    return int(rounded) if rounded == int(rounded) else rounded
