"""Dates as people write them, in English and Chinese: enough to book an appointment without an annotator for dates."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_DAYS = "mon tue wed thu fri sat sun".split()
_MONTH = r"(?P<month>jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]{0,6}\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?:,? (?P<year>\d{4}))?"
_WEEKDAYS = "一二三四五六日天"
_LONG_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()  # strftime has the system's
_LONG_MONTHS = "January February March April May June July August September October November December".split()

_RELATIVE = {
    "today": 0,
    "tonight": 0,
    "tomorrow": 1,
    "day after tomorrow": 2,
    "今天": 0,
    "明天": 1,
    "后天": 2,
    "大后天": 3,
}
_FORMS = tuple(
    re.compile(form)
    for form in (
        r"(?<!\d)(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})(?!\d)",
        r"(?<![\d.])(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})?(?!\d)",
        r"(?<![\d/])(?P<day>\d{1,2})/(?P<month>\d{1,2})(?:/(?P<year>\d{4}))?(?![\d/])",
        rf"\b{_DAY} (?:of )?{_MONTH}{_YEAR}(?![a-z\d])",
        rf"\b{_MONTH} {_DAY}{_YEAR}(?![a-z\d])",
        r"(?:(?P<year>\d{4})年)?(?<!\d)(?P<month>\d{1,2})月(?P<day>\d{1,2})[日号]?",
        r"(?P<relative>day after tomorrow|大后天|\btoday\b|\btonight\b|\btomorrow\b|今天|明天|后天)",
        r"\bin (?P<days>\d{1,3}) days?\b",
        r"(?<!\d)(?P<days>\d{1,3})天(?:以?后|之后)",
        r"\b(?P<next>next )?(?P<weekday>mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b",
        rf"(?P<next>下)?(?:个)?(?:周|星期|礼拜)(?P<weekday>[{_WEEKDAYS}])",
    )
)


def dates_in(text: str, today: date) -> list[date]:
    """Return the dates named in a text in lower case, in its order; a day without a year is the next such day."""
    found: dict[int, tuple[int, date]] = {}
    for form in _FORMS:
        for match in form.finditer(text):
            day = _date(match.groupdict(), today)
            covered = any(start <= match.start() < end for start, (end, _) in found.items())
            if day is not None and not covered:
                found[match.start()] = match.end(), day
    return list(dict.fromkeys(day for _, (_, day) in sorted(found.items())))


def _date(named: dict[str, str | None], today: date) -> date | None:
    try:
        return next(_readings(named, today), None)
    except (ValueError, OverflowError):  # the 31st of April
        return None


def _readings(named: dict[str, str | None], today: date) -> Iterator[date]:
    relative, days, weekday = named.get("relative"), named.get("days"), named.get("weekday")
    if relative is not None:
        yield today + timedelta(_RELATIVE[relative])
    elif days is not None:
        yield today + timedelta(int(days))
    elif weekday is not None:
        yield _weekday(weekday, named.get("next") is not None, today)
    else:
        month, day, year = str(named["month"]), int(str(named["day"])), named.get("year")
        number = int(month) if month.isdigit() else _MONTHS.index(month[:3]) + 1
        if year is not None:
            yield date(int(year), number, day)
        else:
            for later in range(9):  # the next such day; the 29th of February may be years away
                try:
                    candidate = date(today.year + later, number, day)
                except ValueError:
                    continue
                if candidate >= today:
                    yield candidate


def _weekday(name: str, following: bool, today: date) -> date:
    if name in _WEEKDAYS:
        number = min(_WEEKDAYS.index(name), 6)
        # 周五 is of this week, or of the next if it is over; 下周五 is always of the next.
        monday = today - timedelta(today.weekday())
        day = monday + timedelta(number)
        return day + timedelta(7) if following or day < today else day
    ahead = (_DAYS.index(name[:3]) - today.weekday()) % 7 or 7
    monday_after = today - timedelta(today.weekday()) + timedelta(7)
    return monday_after + timedelta(_DAYS.index(name[:3])) if following else today + timedelta(ahead)


def in_words(day: date, language: str) -> str:
    """Return a date as people read it; in languages not known here, as ISO 8601 has it."""
    primary = language.split("-")[0].casefold()
    if primary == "zh":
        return f"{day.year}年{day.month}月{day.day}日（周{_WEEKDAYS[day.weekday()]}）"
    if primary == "en":
        return f"{_LONG_DAYS[day.weekday()]} {day.day} {_LONG_MONTHS[day.month - 1]} {day.year}"
    return day.isoformat()
