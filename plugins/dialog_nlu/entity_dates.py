"""The entity kinds `date`, `time` and `datetime`.

Values are ISO 8601: `2026-11-27`; `2026-12` for a month, `2026-W48` for a week, `2027` for a year; `15:30`;
`2026-11-27T15:30`. They are relative to the time of the turn, in the time zone the options name.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

from dialog_nlu.chinese_dates import chinese_dates
from dialog_nlu.clock_times import clock_times
from dialog_nlu.english_dates import english_dates
from dialog_nlu.entity_found import Found, Scan, apart
from dialog_nlu.numeric_dates import numeric_dates
from dialog_nlu.relative_moments import relative_moments

OWN_LANGUAGES = frozenset({"en", "zh"})  # what this package has rules for

# What may stand between a date and a time of day that belong together.
_BETWEEN = re.compile(
    r"\s*(?:,\s*)?(?:(?:morning|afternoon|evening|night)\b\s*)?"
    r"(?:at\b|from\b|between\b|around\b|about\b|by\b|after\b|before\b|um\b|à\b|a\s+las\b|alle\b|om\b"
    r"|的|在|早上|上午|中午|下午|晚上|T(?=$))?\s*",
    re.IGNORECASE,
)
_TO = re.compile(r"\s*(?:-|–|~|to|till|until|and|bis|à|a|al|至|到)\s*", re.IGNORECASE)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class DateFinder:
    """Finds days, weeks, months and years.

    Args:
        languages: What languages dates are looked for in; beyond English and Chinese the package dateparser is needed.
        day_first: Whether `5/3` is in March.
        past: Whether `Friday` or `5 May` has been, rather than is to come.
    """

    def __init__(self, languages: frozenset[str], *, day_first: bool = False, past: bool = False) -> None:
        self._day_first, self._past = day_first, past
        self._languages = languages
        self._others = None
        others = languages - OWN_LANGUAGES
        if others:
            from dialog_nlu.other_dates import OtherDates

            self._others = OtherDates(others, past=past)

    def find(self, scan: Scan) -> Iterable[Found]:
        """Return the dates of the message."""
        return apart(self._all(scan))

    def _all(self, scan: Scan) -> Iterator[Found]:
        yield from numeric_dates(scan.text, scan.now.date(), day_first=self._day_first, past=self._past)
        if "en" in self._languages:
            yield from english_dates(scan, past=self._past)
        if "zh" in self._languages:
            yield from chinese_dates(scan, past=self._past)
        if self._others is not None:
            yield from self._others.find(scan)


class TimeFinder:
    """Finds times of day."""

    def find(self, scan: Scan) -> Iterable[Found]:
        """Return the times of the message."""
        return apart(clock_times(scan))


class DateTimeFinder:
    """Finds dates, times, and both together as one: a time alone is the next moment with that time.

    Args:
        dates: What finds the dates.
    """

    def __init__(self, dates: DateFinder) -> None:
        self._dates, self._times = dates, TimeFinder()

    def find(self, scan: Scan) -> Iterator[Found]:
        """Return the moments of the message."""
        dates = list(self._dates.find(scan))
        times = [
            time
            for time in self._times.find(scan)
            if not any(time.start < date.end and date.start < time.end for date in dates)
        ]
        used: set[Found] = set()
        last: tuple[Found, int] | None = None  # the day a moment was on, and where that moment ends
        for time in times:
            date = next((date for date in dates if date not in used and _belong(scan.text, date, time)), None)
            start, end, day = time.start, time.end, date
            if date is not None:
                used.add(date)
                start, end = min(date.start, time.start), max(date.end, time.end)
            elif last is not None and _TO.fullmatch(scan.text[last[1] : time.start]):
                day = last[0]  # "tomorrow from 3pm to 5pm"
            last = None if day is None else (day, end)
            yield Found(start, end, f"{day.value if day else _day_with(scan.now, str(time.value))}T{time.value}")
        yield from (date for date in dates if date not in used)
        yield from relative_moments(scan)


_LAST_DAY = date.max


def _day_with(now: datetime, time: str) -> str:
    """Return the day of the next moment with this time of day."""
    later = time >= f"{now:%H:%M}" or now.date() == _LAST_DAY
    return (now.date() if later else now.date() + timedelta(days=1)).isoformat()


def _belong(text: str, date: Found, time: Found) -> bool:
    if not _DAY.fullmatch(str(date.value)):
        return False
    start, end = (date.end, time.start) if date.end <= time.start else (time.end, date.start)
    between = text[start:end]
    return _BETWEEN.fullmatch(between) is not None or (
        time.end <= date.start and between.strip().lower() in ("on", "on the")
    )
