"""Finds Chinese numerals: `一百二十三`, `两千`, `三万五`, `二零二六`, `三点五`, `二十几` not."""

import re
from collections.abc import Iterator
from functools import lru_cache

CHARACTERS = "零〇一二两三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟廿"

_DIGITS = dict(zip("零〇一二两三四五六七八九", (0, 0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))
_RUN = re.compile(f"负?[{CHARACTERS}]{{1,24}}(?:点[零〇一二三四五六七八九]{{1,10}}(?![{CHARACTERS}半刻分钟整]))?")
_SOME_MORE = ("几", "幾", "来个", "来块")  # 二十几: twenty and some
_ABOUT = frozenset("一两 两三 二三 三四 三五 四五 五六 六七 七八 八九".split())


def find_chinese(text: str) -> Iterator[tuple[int, int, int | float]]:
    """Yield the Chinese numerals of a text: where each begins and ends, and what it is."""
    for match in _RUN.finditer(text):
        value = read_chinese(match[0])
        if value is not None and not text.startswith(_SOME_MORE, match.end()):
            yield match.start(), match.end(), value


@lru_cache(maxsize=4096)
def read_chinese(numeral: str) -> int | float | None:
    """Return what a numeral means, or None if it is none, or says "about": 两三, 七八."""
    digits = [_DIGITS.get(char) for char in numeral]
    if all(digit is not None for digit in digits):
        if len(numeral) == 1:
            return digits[0]
        # A year or a number dictated digit by digit; two digits in a row say "about", or nothing.
        return int("".join(map(str, digits))) if 3 <= len(numeral) <= 15 else None
    if any(pair in numeral for pair in _ABOUT):
        return None
    import cn2an

    if numeral[0] in "百千万亿佰仟":
        numeral = f"一{numeral}"
    try:
        value = cn2an.cn2an(numeral, "smart")
    except ValueError:  # a row of numerals that is no number
        return None
    return int(value) if value == int(value) else float(value)
