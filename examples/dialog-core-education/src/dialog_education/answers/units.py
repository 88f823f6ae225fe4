"""Units of measure, as far as children meet them."""

import re
from fractions import Fraction

_F = Fraction
UNITS: dict[str, tuple[str, Fraction]] = {
    **dict.fromkeys(("mm", "millimetre", "millimetres", "毫米"), ("length", _F(1, 1000))),
    **dict.fromkeys(("cm", "centimetre", "centimetres", "centimeters", "厘米"), ("length", _F(1, 100))),
    **dict.fromkeys(("m", "metre", "metres", "meter", "meters", "米"), ("length", _F(1))),
    **dict.fromkeys(("km", "kilometre", "kilometres", "kilometers", "千米", "公里"), ("length", _F(1000))),
    **dict.fromkeys(("g", "gram", "grams", "克"), ("mass", _F(1))),
    **dict.fromkeys(("kg", "kilogram", "kilograms", "kilo", "kilos", "千克", "公斤"), ("mass", _F(1000))),
    **dict.fromkeys(("ml", "millilitre", "millilitres", "毫升"), ("volume", _F(1, 1000))),
    **dict.fromkeys(("l", "litre", "litres", "liter", "liters", "升"), ("volume", _F(1))),
    **dict.fromkeys(("s", "sec", "second", "seconds", "秒"), ("time", _F(1))),
    **dict.fromkeys(("min", "minute", "minutes", "分钟"), ("time", _F(60))),
    **dict.fromkeys(("h", "hour", "hours", "小时"), ("time", _F(3600))),
}
"""What a unit measures, and how many of the kind's first unit it is."""

_AFTER = re.compile(r"\d\s*(" + "|".join(sorted(map(re.escape, UNITS), key=len, reverse=True)) + r")(?![a-z])")


def unit_of(text: str) -> str:
    """Return the unit that stands behind the last number of a text; empty: none."""
    found = _AFTER.findall(text.casefold())
    return found[-1] if found else ""


def converted(value: Fraction, given: str, wanted: str) -> Fraction | None:
    """Return a value in another unit; None where they do not measure the same, or one is not known."""
    if given not in UNITS or wanted not in UNITS or UNITS[given][0] != UNITS[wanted][0]:
        return None
    return value * UNITS[given][1] / UNITS[wanted][1]
