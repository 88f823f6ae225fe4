"""Numbers as people write them: 3/4, 0.75, 75 %, three quarters, 四分之三, minus two, 一百二十, 1,200."""

import re
import unicodedata
from collections.abc import Iterator
from fractions import Fraction

MAX_DIGITS = 15

_ONES = {
    word: number
    for number, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen".split()
    )
}
_TENS = {word: 10 * n for n, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)}
_SCALES = {"hundred": 100, "thousand": 1000, "million": 1_000_000}
_PARTS = {
    "half": 2, "halves": 2, "third": 3, "thirds": 3, "quarter": 4, "quarters": 4, "fourth": 4, "fourths": 4,
    "fifth": 5, "fifths": 5, "sixth": 6, "sixths": 6, "seventh": 7, "sevenths": 7, "eighth": 8, "eighths": 8,
    "ninth": 9, "ninths": 9, "tenth": 10, "tenths": 10,
}  # fmt: skip
_SMALL = frozenset(_ONES) | frozenset(_TENS)
_ALONE = ("half", "quarter", "third")  # without a number before it: a half
_DIGITS_ZH = dict(zip("零一二三四五六七八九", range(10), strict=True)) | {"两": 2, "〇": 0}
_SCALES_ZH = {"十": 10, "百": 100, "千": 1000}
_ZH = "零〇一二两三四五六七八九十百千万亿"
_NUMBER = re.compile(
    rf"(?P<zhpart>(?:[{_ZH}]{{1,8}}又)?[{_ZH}]{{1,12}}分之[{_ZH}]{{1,12}})"
    r"|(?P<mixed>\d{1,15} \d{1,15}/\d{1,15})"
    r"|(?P<part>\d{1,15}/\d{1,15})"
    r"|(?P<plain>(?:\d{1,3}(?:,\d{3})+|\d{1,15})(?:\.\d{1,15})?|\.\d{1,15})(?P<times>万|亿|\s?million|\s?thousand)?"
    rf"|(?P<zh>[{_ZH}]{{1,16}}(?:点[零〇一二两三四五六七八九]{{1,12}})?)"
    r"|(?P<words>[a-z]+(?:[\s-]+[a-z]+)*)",
    re.ASCII,
)
_MINUS = re.compile(r"(?:(?<![\w.)])-|\bminus |\bnegative |负)\s*$", re.ASCII)
_SLASH = re.compile(r"(?<=\d)(?:\s*/\s*|\s+over\s+)(?=\d)", re.ASCII)  # 3 / 4, 3 over 4
_SPACED = re.compile(r"(?<![\d./,])\d{1,3}(?: \d{3})+(?![\d/.])", re.ASCII)  # 1 200
_DECIMAL_COMMA = re.compile(r"(?<![\d.,])(\d{1,12}),(\d{1,2})(?![\d,.])", re.ASCII)  # 0,75
_TIMES = {"万": 10_000, "亿": 100_000_000, "million": 1_000_000, "thousand": 1000}


def numbers_in(text: str) -> list[Fraction]:
    """Return the numbers in a text, in order. Texts of thousands of characters, or digits, have none."""
    if len(text) > 1000:
        return []
    text = unicodedata.normalize("NFKC", text.translate(_SIGNS)).casefold()
    text = text.replace("⁄", "/").replace("÷", "/")
    text = _SLASH.sub("/", text)
    text = _SPACED.sub(lambda match: match[0].replace(" ", ""), text)
    text = _DECIMAL_COMMA.sub(r"\1.\2", text)
    return [value for _, value in _found(text)]


_SIGNS = str.maketrans(
    {"−": "-", "–": "-", "—": "-", "－": "-", "½": " 1/2", "¼": " 1/4", "¾": " 3/4", "⅓": " 1/3", "⅔": " 2/3"}
)


def _found(text: str) -> Iterator[tuple[int, Fraction]]:
    for match in _NUMBER.finditer(text):
        start, end = match.span()
        if match["words"]:
            for at, value in _words(match["words"]):
                yield start + at, value
            continue
        if re.match(r"\d", text[end : end + 1]):  # the beginning of something longer than any answer
            return
        known = _value(match)
        if known is None:
            continue
        value = known
        if re.match(r"\s?(?:%|percent\b|per cent\b)", text[end : end + 10]):
            value /= 100
        if text[max(0, start - 4) : start].endswith("百分之"):
            value /= 100
        yield start, _signed(text, start, value)


def _signed(text: str, start: int, value: Fraction) -> Fraction:
    return -value if _MINUS.search(text[max(0, start - 10) : start]) else value


def _value(match: re.Match[str]) -> Fraction | None:
    if match["zhpart"]:
        before, _, part = match["zhpart"].rpartition("又")
        whole_part = _chinese(before) if before else 0
        below, above = map(_chinese, part.split("分之"))
        return whole_part + Fraction(above, below) if above is not None and below and whole_part is not None else None
    if match["mixed"]:
        whole, _, part = match["mixed"].partition(" ")
        rest = _part(part)
        return None if rest is None else int(whole) + rest
    if match["part"]:
        return _part(match["part"])
    if match["plain"]:
        times = _TIMES.get((match["times"] or "").strip(), 1)
        return Fraction(match["plain"].replace(",", "")) * times
    whole, _, decimals = match["zh"].partition("点")
    number = _chinese(whole)
    if number is None:
        return None
    return (
        number + Fraction("0." + "".join(str(_DIGITS_ZH[digit]) for digit in decimals))
        if decimals
        else Fraction(number)
    )


def _part(text: str) -> Fraction | None:
    above, _, below = text.partition("/")
    return Fraction(int(above), int(below)) if int(below) else None


def _chinese(text: str) -> int | None:
    """Return a whole number written in Chinese, or digit by digit (一二三)."""
    for scale, sign in ((100_000_000, "亿"), (10_000, "万")):
        if sign in text:
            before, _, after = text.partition(sign)
            high, low = _chinese(before), _chinese(after) if after else 0
            if len(after) == 1 and after in _DIGITS_ZH and low:  # 一万二
                low *= scale // 10
            return None if not before or high is None or low is None else high * scale + low
    if not any(character in _SCALES_ZH for character in text):
        return int("".join(str(_DIGITS_ZH[character]) for character in text)) if text else None
    total, digit = 0, None
    for character in text:
        if character in _SCALES_ZH:
            total += (1 if digit is None else digit or 1) * _SCALES_ZH[character]
            digit = None
        else:
            digit = _DIGITS_ZH[character]
    if digit and text[-2:-1] in ("百", "千"):  # 一百二
        digit *= _SCALES_ZH[text[-2]] // 10
    return total + (digit or 0)


def _words(text: str) -> Iterator[tuple[int, Fraction]]:
    """Yield the numbers that words name: `twenty-one`, `two hundred and five`, `three quarters`, `half`."""
    words = [(match.start(), match[0]) for match in re.finditer("[a-z]+", text)]
    names = [word for _, word in words]
    index = 0
    while index < len(words):
        first = index
        total, group = 0, 0
        while index < len(words):
            word = names[index]
            if word in _ONES:
                group += _ONES[word]
            elif word in _TENS:
                group += _TENS[word]
            elif word == "hundred":
                group = (group or 1) * 100
            elif word in _SCALES:
                total, group = total + (group or 1) * _SCALES[word], 0
            elif word != "and" or index == first or not _goes_on(names[index + 1 : index + 3]):
                break
            index += 1
        value, seen = Fraction(total + group), index > first
        part = names[index] if index < len(words) else ""
        if part in _PARTS and (seen or part in _ALONE):
            value = (value if seen else Fraction(1)) / _PARTS[part]
            index, seen = index + 1, True
        elif seen and part == "and" and names[index + 2 : index + 3] and names[index + 2] in _PARTS:
            above = 1 if names[index + 1] in ("a", "one") else _ONES.get(names[index + 1])
            if above:
                value, index = value + Fraction(above, _PARTS[names[index + 2]]), index + 3
        elif seen and part == "point":
            index += 1
            place = Fraction(1, 10)
            while index < len(words) and _ONES.get(names[index], 10) < 10:
                value, place, index = value + _ONES[names[index]] * place, place / 10, index + 1
        if seen:
            minus = first > 0 and names[first - 1] in ("minus", "negative")
            yield words[first][0], -value if minus else value
        else:
            index += 1


def _goes_on(after: list[str]) -> bool:
    """Whether a number goes on after `and`: two hundred and five, but not two and three quarters."""
    return bool(after) and after[0] in _SMALL and after[-1] not in _PARTS
