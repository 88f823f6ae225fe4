"""Dates in Chinese: `明天`, `下周五`, `三天后`, `上个月15号`, `二零二六年三月五日`, `周末`, `国庆节`."""

import re
from collections.abc import Callable, Iterator
from datetime import date

from dialog_nlu.chinese_numerals import read_chinese
from dialog_nlu.date_reckoning import (
    FIXED_HOLIDAYS,
    coming,
    coming_day,
    coming_weekday,
    day_of,
    full_year,
    in_week,
    iso_month,
    iso_week,
    month_end,
    plus,
    plus_months,
)
from dialog_nlu.entity_found import Found, Scan

_DAYS = {"大前": -3, "前": -2, "昨": -1, "今": 0, "当": 0, "明": 1, "后": 2, "後": 2, "大后": 3, "大後": 3}
_YEARS = {"前年": -2, "去年": -1, "今年": 0, "本年": 0, "明年": 1, "后年": 2, "後年": 2}
_STEPS = {"上上": -2, "上": -1, "这": 0, "這": 0, "本": 0, "下": 1, "下下": 2}
_WEEKDAYS = {char: number for number, char in enumerate("一二三四五六日")} | {"天": 6, "末": 5}
_WEEKDAYS |= {str(number + 1): number for number in range(7)}

_NUMBER = "(?:[0-9]{1,4}|[零〇一二两三四五六七八九十百]{1,6})"
_WEEK = "(?:周|週|星期|礼拜|禮拜)"
_STEP = "(?P<step>上上|下下|上|这|這|本|下)(?:一)?[个個]?"
_YEAR = f"(?:(?P<year>[0-9]{{4}}|[零〇一二三四五六七八九]{{4}})年|(?P<years>{'|'.join(_YEARS)})的?)"
_MONTH = "(?P<month>1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])月份?"
_DAY = "(?P<day>[0-3]?[0-9]|[一二三]?十[一二三四五六七八九]?|廿[一二三四五六七八九]?|[一二三四五六七八九])"
_DAY_NAME = rf"{_DAY}[日号號](?![线線楼樓店门門机機码碼房桌馆馆院厅廳车車柜栋棟])"
_AFTER = "(?:之|以)?(?P<after>后|後|内|前)(?![面台门])"

Reader = Callable[[re.Match[str], date, bool], "date | str | None"]


def _number(written: str) -> int | None:
    if written.isdecimal():
        return int(written)
    number = read_chinese(written)
    return number if isinstance(number, int) else None


def _relative(match: re.Match[str], today: date, past: bool) -> date | None:
    return plus(today, _DAYS[match["which"]], "D")


def _week(match: re.Match[str], today: date, past: bool) -> date | str | None:
    weeks, weekday = _STEPS[match["step"]], match["weekday"]
    if weekday is None:
        return iso_week(plus(today, weeks, "W"))
    return in_week(today, _WEEKDAYS[weekday], weeks)


def _weekday(match: re.Match[str], today: date, past: bool) -> date | None:
    weekday = _WEEKDAYS[match["weekday"]]
    if match["weekday"] == "末":
        saturday = in_week(today, weekday, 0)
        return saturday and max(saturday, today)
    return coming_weekday(today, weekday, past=past)


def _counted(match: re.Match[str], today: date, past: bool) -> date | None:
    number = _number(match["number"])
    if number is None:
        return None
    sign = -1 if match.groupdict().get("after") == "前" else 1
    return plus(today, sign * number, _unit(match["unit"]))


def _half(match: re.Match[str], today: date, past: bool) -> date | None:
    number, unit = (6, "M") if match["unit"] == "年" else (15, "D")
    return plus(today, -number if match["after"] == "前" else number, unit)


def _unit(written: str) -> str:
    if written[-1] in "天日":
        return "D"
    return "Y" if written == "年" else "M" if written[-1] == "月" else "W"


def _year_of(match: re.Match[str], today: date) -> int | None:
    groups = match.groupdict()
    if groups.get("years"):
        return today.year + _YEARS[groups["years"]]
    return full_year(_number(groups["year"]) or 0) if groups.get("year") else None


def _with_year(match: re.Match[str], today: date, past: bool) -> date | str | None:
    year = _year_of(match, today)
    month = _number(match["month"]) if match["month"] else None
    day = _number(match["day"]) if match["day"] else None
    if year is None or not 1 <= year <= 9999:
        return None
    if month is None:
        return f"{year:04d}"
    return f"{year:04d}-{month:02d}" if day is None else day_of(year, month, day)


def _year_edge(match: re.Match[str], today: date, past: bool) -> date | None:
    year = _year_of(match, today) or today.year
    return day_of(year, 12, 31) if match["edge"] in "底末" else day_of(year, 1, 1)


def _month_and_day(match: re.Match[str], today: date, past: bool) -> date | None:
    month, day = _number(match["month"]), _number(match["day"])
    return None if month is None or day is None else coming(today, month, day, past=past)


def _month(match: re.Match[str], today: date, past: bool) -> str | None:
    month = _number(match["month"])
    if month is None:
        return None
    return f"{today.year + (-(month > today.month) if past else (month < today.month)):04d}-{month:02d}"


def _stepped_month(match: re.Match[str], today: date, past: bool) -> date | str | None:
    month = plus_months(today.replace(day=1), _STEPS[match["step"]])
    if month is None:
        return None
    if match["edge"]:
        return month if match["edge"] == "初" else month_end(month.year, month.month)
    day = _number(match["day"]) if match["day"] else None
    return iso_month(month) if day is None else day_of(month.year, month.month, day)


def _month_edge(match: re.Match[str], today: date, past: bool) -> date | None:
    if match["edge"] == "底":
        return month_end(today.year, today.month)
    return today.replace(day=1) if past or today.day == 1 else plus_months(today.replace(day=1), 1)


def _day_alone(match: re.Match[str], today: date, past: bool) -> date | None:
    day = _number(match["day"])
    return None if day is None else coming_day(today, day, past=past)


def _holiday(match: re.Match[str], today: date, past: bool) -> date | None:
    month, day = FIXED_HOLIDAYS[match["name"]]
    year = _year_of(match, today)
    return coming(today, month, day, past=past) if year is None else day_of(year, month, day)


_HOLIDAYS = "|".join(sorted((name for name in FIXED_HOLIDAYS if not name.isascii()), key=len, reverse=True))
_PATTERNS: tuple[tuple[re.Pattern[str], Reader], ...] = tuple(
    (re.compile(source), read)
    for source, read in (
        (r"(?<![以之])(?P<which>大前|大后|大後|今|明|昨|当|前|后|後)(?:天|(?<=[今明昨当])[日晚早])(?!气)", _relative),
        (rf"{_STEP}{_WEEK}(?P<weekday>[一二三四五六日天末1-7])?(?![0-9])", _week),
        (
            rf"(?<![上下这這本一二两三四五六七八九十几0-9个個]){_WEEK}(?P<weekday>[一二三四五六日天末1-7])(?![0-9个個])",
            _weekday,
        ),
        (
            rf"(?P<number>{_NUMBER})(?:多)?(?P<unit>[个個]星期|[个個]礼拜|[个個]月|星期|礼拜|周|週|天|日|年){_AFTER}",
            _counted,
        ),
        (
            rf"(?:再过|过|過)(?P<number>{_NUMBER})(?P<unit>[个個]星期|[个個]礼拜|[个個]月|星期|礼拜|周|週|天|年)",
            _counted,
        ),
        (rf"半[个個]?(?P<unit>年|月){_AFTER}", _half),
        (rf"{_YEAR}(?:{_MONTH}(?:{_DAY}[日号號]?)?)?", _with_year),
        (rf"{_YEAR}?年(?P<edge>[底末初])", _year_edge),
        (rf"(?P<years>{'|'.join(_YEARS)})(?P<edge>[底末初])", _year_edge),
        (rf"(?<![0-9个個年]){_MONTH}{_DAY}[日号號]?(?![0-9个個月])", _month_and_day),
        (rf"(?<![0-9个個年上下这這本零〇一二三四五六七八九十]){_MONTH}(?![0-9])", _month),
        (rf"{_STEP}月(?:份?(?:的)?{_DAY}[日号號]|(?P<edge>[初底末]))?", _stepped_month),
        (r"(?<![个個0-9一二三四五六七八九十])月(?P<edge>[底初])", _month_edge),
        (rf"(?<![0-9月零〇一二三四五六七八九十-]){_DAY_NAME}", _day_alone),
        (rf"{_YEAR}?(?P<name>{_HOLIDAYS})", _holiday),
    )
)
_TRIGGER = re.compile("[天日号號周週期拜月年晚早]|节|国庆|元旦|圣诞|平安夜")


def chinese_dates(scan: Scan, *, past: bool) -> Iterator[Found]:
    """Yield the dates that are written in Chinese, as ISO 8601: days, and also weeks, months and years."""
    if not scan.has_han or not _TRIGGER.search(scan.text):
        return
    today = scan.now.date()
    for pattern, read in _PATTERNS:
        for match in pattern.finditer(scan.text):
            value = read(match, today, past)
            if value:
                yield Found(match.start(), match.end(), value if isinstance(value, str) else value.isoformat())
