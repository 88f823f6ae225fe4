"""The entity kind `duration`: `two weeks`, `half an hour`, `1h30`, `三天`, `一个半小时`. In ISO 8601: `PT1H30M`."""

import re
from collections.abc import Iterator

from dialog_nlu.entity_found import EDGE, SPACED, Found, Scan
from dialog_nlu.numerals import Number

_UNITS = {
    "Y": "years year yrs yr 年",
    "M": "months month 个月 個月",
    "W": "weeks week wks wk 个星期 個星期 星期 周 週 个礼拜 礼拜",
    "D": "days day 天 日",
    "TH": "hours hour hrs hr h 个小时 個小時 小时 小時 个钟头 钟头",
    "TM": "minutes minute mins min 分钟 分鐘",
    "TS": "seconds second secs sec 秒钟 秒鐘 秒",
}
UNIT_OF = {name: unit for unit, names in _UNITS.items() for name in names.split()}
_UNIT = "|".join(sorted(UNIT_OF, key=len, reverse=True))
_AFTER = re.compile(rf"\s?(?P<half>个半|個半|半)?\s?(?P<unit>{_UNIT})(?:(?<![a-z])|(?!{SPACED}))(?P<more>半)?")
_HALF = re.compile(
    rf"{EDGE}(?:half\s+an?|半个?|半個?)\s?(?P<unit>hour|year|month|day|minute|年|个月|月|天|小时|小時|钟头|分钟)(?!{SPACED}|[a-z])"
)
_ARTICLE = re.compile(
    rf"{EDGE}(?:a|an|one)\s+(?P<unit>year|month|week|day|hour|minute)(?P<half>\s+and\s+a\s+half)?(?!{SPACED})"
)
_FORTNIGHT = re.compile(rf"{EDGE}(?:a\s+)?fortnight(?!{SPACED})")
_LINK = re.compile(r"\s?(?:and\s|零)?")
_SMALLER = {"Y": ("M", 12), "M": ("D", 30), "W": ("D", 7), "D": ("TH", 24), "TH": ("TM", 60), "TM": ("TS", 60)}
_TRIGGER = re.compile("year|yr|month|week|wk|day|hour|hr|min|sec|fortnight|[0-9]\\s?h|[年月周週天日时時钟鐘秒期拜]")
_ORDER = list(_UNITS)
_FIRST_YEAR = 1000


class DurationFinder:
    """Finds stretches of time."""

    def find(self, scan: Scan) -> Iterator[Found]:
        """Return the stretches of time of the message."""
        text = scan.lower
        if not _TRIGGER.search(text):
            return
        for start, end, parts in durations(scan, text):
            yield Found(start, end, _iso(parts))


def durations(scan: Scan, text: str) -> list[tuple[int, int, dict[str, Number]]]:
    """Return every stretch of time: where it begins and ends, and how much of each unit it is."""
    pieces: list[tuple[int, int, dict[str, Number]]] = []
    for match in _HALF.finditer(text):
        pieces.append((match.start(), match.end(), _half(_unit(match["unit"]))))
    for match in _ARTICLE.finditer(text):
        unit = _unit(match["unit"])
        pieces.append((match.start(), match.end(), _added({unit: 1}, _half(unit) if match["half"] else {})))
    for match in _FORTNIGHT.finditer(text):
        pieces.append((match.start(), match.end(), {"W": 2}))
    for numeral in scan.numerals:
        match_ = _AFTER.match(text, numeral.end)
        if not match_ or numeral.value < 0:
            continue
        name, unit = match_["unit"], _unit(match_["unit"])
        if name in ("年", "日") and (name == "日" or numeral.value >= _FIRST_YEAR):
            continue
        amount = numeral.value
        parts: dict[str, Number] = {unit: amount}
        if not isinstance(amount, int):
            whole = int(amount)
            parts = _added({unit: whole} if whole else {}, _fraction(unit, amount - whole))
        if match_["half"] or match_["more"]:
            parts = _added(parts, _half(unit))
        pieces.append((numeral.start, match_.end(), parts))
    return _joined(text, sorted(pieces, key=lambda piece: (piece[0], -piece[1])))


def _unit(name: str) -> str:
    return UNIT_OF.get(name) or {"月": "M"}[name]


def _half(unit: str) -> dict[str, Number]:
    return _fraction(unit, 0.5)


def _fraction(unit: str, fraction: float) -> dict[str, Number]:
    """Return a part of a unit in whole smaller ones where that is possible: half a month is fifteen days."""
    if unit not in _SMALLER:
        return {unit: fraction}
    smaller, many = _SMALLER[unit]
    amount = round(fraction * many, 3)
    whole = int(amount)
    parts: dict[str, Number] = {smaller: whole} if whole else {}
    return parts if amount == whole else _added(parts, _fraction(smaller, amount - whole))


def _added(one: dict[str, Number], other: dict[str, Number]) -> dict[str, Number]:
    return {unit: one.get(unit, 0) + other.get(unit, 0) for unit in {**one, **other}}


def _joined(text: str, pieces: list[tuple[int, int, dict[str, Number]]]) -> list[tuple[int, int, dict[str, Number]]]:
    """Join what follows each other from larger to smaller units: "one hour and 20 minutes"."""
    joined: list[tuple[int, int, dict[str, Number]]] = []
    for start, end, parts in pieces:
        if joined:
            last_start, last_end, last = joined[-1]
            if start < last_end:
                continue
            link = _LINK.match(text, last_end)
            if link and link.end() == start and _rank(last)[1] < _rank(parts)[0]:
                joined[-1] = (last_start, end, {**last, **parts})
                continue
        joined.append((start, end, parts))
    return joined


def _rank(parts: dict[str, Number]) -> tuple[int, int]:
    places = [_ORDER.index(unit) for unit in parts]
    return min(places, default=0), max(places, default=0)


def _iso(parts: dict[str, Number]) -> str:
    """Write a stretch of time as ISO 8601 does; weeks stand alone there, so beside other units they become days."""
    if len(parts) > 1 and "W" in parts:
        parts = _added({unit: number for unit, number in parts.items() if unit != "W"}, {"D": 7 * parts["W"]})
    date = "".join(f"{_plain(parts[unit])}{unit}" for unit in ("Y", "M", "W", "D") if unit in parts)
    time = "".join(f"{_plain(parts[unit])}{unit[1]}" for unit in ("TH", "TM", "TS") if unit in parts)
    return f"P{date}T{time}" if time else f"P{date or '0D'}"


def _plain(number: Number) -> str:
    return str(int(number)) if number == int(number) else f"{number:g}"
