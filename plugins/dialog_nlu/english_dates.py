"""Dates in English words: `tomorrow`, `next Friday`, `in three days`, `May 5th`, `the end of next month`."""

import re
from collections.abc import Callable, Iterator
from datetime import date

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
from dialog_nlu.entity_found import EDGE, SPACED, Found, Scan

_MONTHS = "january february march april may june july august september october november december".split()
_MONTH_OF = {name: number for number, name in enumerate(_MONTHS, start=1)}
_MONTH_OF |= {name[:3]: number for name, number in _MONTH_OF.items()} | {"sept": 9}
_WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
_WEEKDAY_OF = {name: number for number, name in enumerate(_WEEKDAYS)}
_WEEKDAY_OF |= {name[:3]: number for name, number in _WEEKDAY_OF.items()} | {
    "tues": 1,
    "wednes": 2,
    "thur": 3,
    "thurs": 3,
}
_RELATIVE = {
    "today": 0,
    "tonight": 0,
    "tomorrow": 1,
    "tmrw": 1,
    "tmr": 1,
    "yesterday": -1,
    "the day after tomorrow": 2,
    "day after tomorrow": 2,
    "the day before yesterday": -2,
    "day before yesterday": -2,
    "overmorrow": 2,
}
_UNIT_OF = {"day": "D", "week": "W", "month": "M", "year": "Y", "fortnight": "2W"}
_STEP = {"last": -1, "previous": -1, "past": -1, "this": 0, "current": 0, "next": 1, "coming": 1, "following": 1}
_ORDINAL_DAYS = {
    word: number
    for number, word in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
        "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth".split(),
        start=1,
    )
} | {"thirtieth": 30, "thirty-first": 31, "thirty first": 31}
_ORDINAL_DAYS |= {
    f"twenty{between}{word}": 20 + number for word, number in list(_ORDINAL_DAYS.items())[:9] for between in "- "
}


def _any(words: object) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))  # type: ignore[call-overload]


_MONTH = rf"(?P<month>{_any(_MONTH_OF)})\.?"
# "may" and "march" are verbs as well, and "sun", "sat" and "wed" words: these need something more.
_SURE_MONTH = rf"(?P<month>{_any(name for name in _MONTH_OF if name not in ('may', 'mar', 'march'))})"
_WEEKDAY = rf"(?P<weekday>{_any(_WEEKDAY_OF)})"
_SURE_WEEKDAY = rf"(?P<weekday>{_any([*_WEEKDAYS, 'tues', 'thurs', 'thur', 'mon', 'tue', 'thu', 'fri'])})s?"
_DAY = rf"(?P<day>[0-3]?[0-9](?:st|nd|rd|th)?|{_any(_ORDINAL_DAYS)})"
_YEAR = r"(?:,?\s+(?:of\s+)?(?P<year>[12][0-9]{3}|'[0-9]{2})(?![0-9:]))?"
_STEPS = rf"(?P<step>{_any(_STEP)})"
_NUMBER = r"(?P<number>[0-9]{1,4}|an?|[a-z]+(?:-[a-z]+)?|an?\s+(?:couple\s+of|few)|couple\s+of)"
_UNIT = rf"(?P<unit>{_any(_UNIT_OF)})s?"

Reader = Callable[[re.Match[str], Scan, date, bool], "date | str | None"]


def _relative(match: re.Match[str], scan: Scan, today: date, past: bool) -> date | None:
    return plus(today, _RELATIVE[re.sub(r"\s+", " ", match[0])], "D")


def _counted(match: re.Match[str], scan: Scan, today: date, past: bool) -> date | None:
    number = _count(match["number"], match.start("number"), scan)
    if number is None:
        return None
    unit = _UNIT_OF[match["unit"]]
    if unit == "2W":
        number, unit = 2 * number, "W"
    return plus(today, -number if match.groupdict().get("ago") else number, unit)


def _count(written: str, start: int, scan: Scan) -> int | None:
    if written in ("a", "an"):
        return 1
    if "couple" in written:
        return 2
    numeral = scan.numeral_at.get(start)
    if numeral is None or not isinstance(numeral.value, int) or numeral.end != start + len(written):
        return None
    return numeral.value


def _stepped_weekday(match: re.Match[str], scan: Scan, today: date, past: bool) -> date | None:
    weekday, step = _WEEKDAY_OF[match["weekday"]], match["step"]
    if step == "next":  # the Friday of next week, as opposed to this Friday
        return in_week(today, weekday, 1)
    if step == "this" and weekday == today.weekday():
        return today
    return coming_weekday(today, weekday, past=_STEP[step] < 0)


def _weekday(match: re.Match[str], scan: Scan, today: date, past: bool) -> date | None:
    return coming_weekday(today, _WEEKDAY_OF[match["weekday"]], past=past)


def _week_after(match: re.Match[str], scan: Scan, today: date, past: bool) -> date | None:
    day = coming_weekday(today, _WEEKDAY_OF[match["weekday"]])
    return None if day is None else plus(day, 1, "W")


def _weekend(match: re.Match[str], scan: Scan, today: date, past: bool) -> date | None:
    saturday = in_week(today, 5, _STEP[match["step"]] if match["step"] else 0)
    return saturday and (saturday if _STEP.get(match["step"] or "") else max(saturday, today))


def _period(match: re.Match[str], scan: Scan, today: date, past: bool) -> str | None:
    step, unit = _STEP[match["step"]], match["unit"]
    day = plus(today.replace(day=1) if unit != "week" else today, step, _UNIT_OF[unit])
    if day is None:
        return None
    return iso_week(day) if unit == "week" else iso_month(day) if unit == "month" else f"{day.year:04d}"


def _edge_of_month(match: re.Match[str], scan: Scan, today: date, past: bool) -> date | None:
    month = plus_months(today.replace(day=1), _STEP.get(match["step"] or "", 0))
    if month is None or match["edge"] == "end":
        return month and month_end(month.year, month.month)
    return month


def _day_of_period(match: re.Match[str], scan: Scan, today: date, past: bool) -> date | None:
    month = plus_months(today.replace(day=1), _STEP[match["step"]])
    return month and day_of(month.year, month.month, _day(match["day"]))


def _day_and_month(match: re.Match[str], scan: Scan, today: date, past: bool) -> date | None:
    month, day, year = _MONTH_OF[match["month"]], _day(match["day"]), match["year"]
    if year:
        return day_of(full_year(int(year.lstrip("'"))), month, day)
    return coming(today, month, day, past=past)


def _day_alone(match: re.Match[str], scan: Scan, today: date, past: bool) -> date | None:
    return coming_day(today, _day(match["day"]), past=past)


def _day(written: str) -> int:
    digits = re.match(r"[0-9]+", written)
    return int(digits[0]) if digits else _ORDINAL_DAYS[re.sub(r"\s+", " ", written)]


def _month(match: re.Match[str], scan: Scan, today: date, past: bool) -> str | None:
    month = _MONTH_OF[match["month"]]
    groups = match.groupdict()
    if groups.get("year"):
        return f"{full_year(int(groups['year'].lstrip(chr(39)))):04d}-{month:02d}"
    step = _STEP.get(groups.get("step") or "", 0)
    if step:
        year = today.year + (step if (month > today.month) == (step < 0) or month == today.month else 0)
    else:
        year = today.year + (-(month > today.month) if past else (month < today.month))
    return f"{year:04d}-{month:02d}"


def _holiday(match: re.Match[str], scan: Scan, today: date, past: bool) -> date | None:
    return coming(today, *FIXED_HOLIDAYS[re.sub(r"\s+", " ", match[0].replace("’", "'"))], past=past)


def _pattern(source: str) -> re.Pattern[str]:
    return re.compile(f"{EDGE}(?:{source})(?!{SPACED})")


_HOLIDAYS = "|".join(
    re.escape(name).replace(r"\ ", r"\s+").replace("'", "['’]") for name in FIXED_HOLIDAYS if name.isascii()
)
_PATTERNS: tuple[tuple[re.Pattern[str], Reader], ...] = (
    (_pattern(_any(_RELATIVE).replace(r"\ ", r"\s+")), _relative),
    (_pattern(rf"(?:in|within)\s+{_NUMBER}\s+{_UNIT}(?:['’]?\s+time)?"), _counted),
    (_pattern(rf"{_NUMBER}\s+{_UNIT}\s+(?:(?P<ago>ago|earlier)|from\s+(?:now|today)|later)"), _counted),
    (_pattern(rf"(?:on\s+)?{_STEPS}\s+{_WEEKDAY}"), _stepped_weekday),
    (_pattern(rf"(?:(?:a\s+)?week\s+(?:on|from)\s+{_WEEKDAY})"), _week_after),
    (_pattern(_SURE_WEEKDAY), _weekday),
    (_pattern(r"(?<=on )(?P<weekday>wed|sat|sun)"), _weekday),
    (_pattern(r"(?:(?P<step>this|next|last|coming)\s+|the\s+)?weekend"), _weekend),
    (_pattern(rf"{_STEPS}\s+(?P<unit>week|month|year)"), _period),
    (_pattern(rf"(?:the\s+)?(?P<edge>end|beginning|start)\s+of\s+(?:the|{_STEPS})\s+month"), _edge_of_month),
    (_pattern(rf"(?:the\s+)?{_DAY}\s+of\s+{_STEPS}\s+month"), _day_of_period),
    (
        _pattern(rf"(?:{_SURE_WEEKDAY},?\s+)?{_MONTH}\s+(?:the\s+)?{_DAY}{_YEAR}(?!\s*(?:o'clock|[ap]\.?m\b|:))"),
        _day_and_month,
    ),
    (
        _pattern(rf"(?:{_SURE_WEEKDAY},?\s+)?(?:the\s+)?{_DAY}(?:\s+of)?[\s-]+{_MONTH}(?:-(?=[12][0-9]{{3}}))?{_YEAR}"),
        _day_and_month,
    ),
    (
        _pattern(
            r"(?<=the )(?P<day>[0-3]?[0-9](?:st|nd|rd|th))(?!\s+(?:floor|time|one|street|avenue|row|item|person))"
        ),
        _day_alone,
    ),
    (_pattern(rf"(?:{_STEPS}\s+)?{_SURE_MONTH}(?:,?\s+(?P<year>[12][0-9]{{3}}))?(?!\.?\s*[0-9])"), _month),
    (
        _pattern(
            r"(?:(?<=in )|(?<=by )|(?<=until )|(?<=since )|(?<=for )|(?<=next )|(?<=last ))"
            r"(?P<month>may|march)(?:\s+(?P<year>[12][0-9]{3}))?"
        ),
        _month,
    ),
    (_pattern(_HOLIDAYS), _holiday),
)
_TRIGGER = re.compile(
    r"\b(?:[0-3]?[0-9](?:st|nd|rd|th)|to(?:day|night|morrow)|tmrw?|yesterday|overmorrow|[a-z]{2,6}day|mon|tue|tues|wed|thur?s?|"
    r"fri|sat|sun|weeks?|weekend|days?|months?|years?|fortnights?|jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec|"
    r"january|february|march|april|june|july|august|september|october|november|december|christmas|new|valentine['’]?s|"
    r"halloween|boxing|mondays|tuesdays|wednesdays|thursdays|fridays|saturdays|sundays)\b"
)


def english_dates(scan: Scan, *, past: bool) -> Iterator[Found]:
    """Yield the dates that are written in English, as ISO 8601: days, and also weeks, months and years."""
    text = scan.lower
    if not _TRIGGER.search(text):
        return
    today = scan.now.date()
    for pattern, read in _PATTERNS:
        for match in pattern.finditer(text):
            value = read(match, scan, today, past)
            if value:
                start = match.start() + (3 if text.startswith("on ", match.start()) else 0)
                yield Found(start, match.end(), value if isinstance(value, str) else value.isoformat())
