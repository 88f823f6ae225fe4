"""Dates in digits alone, which every language has: `2026-11-22`, `22.11.2026`, `11/22`."""

import re
from collections.abc import Iterator
from datetime import date

from dialog_nlu.date_reckoning import coming, day_of, full_year
from dialog_nlu.entity_found import SPACED, Found

_YEAR_FIRST = re.compile(r"(?<![0-9/.-])([12][0-9]{3})([-/.])([0-9]{1,2})\2([0-9]{1,2})(?![0-9]|[-/.][0-9])")
_YEAR_LAST = re.compile(r"(?<![0-9/.-])([0-9]{1,2})([-/.])([0-9]{1,2})\2([12][0-9]{3}|[0-9]{2})(?![0-9]|[-/.][0-9])")
_COMPACT = re.compile(r"(?<![0-9.,-])(20[0-9]{2})(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])(?![0-9]|[.,-][0-9])")
_NO_YEAR = re.compile(
    rf"(?<![0-9/.,-])(?<!{SPACED})([0-9]{{1,2}})(/|\.(?=[0-9]{{1,2}}\.))([0-9]{{1,2}})\.?(?![0-9/]|[.,-][0-9]|{SPACED}|\s+of\b)"
)


def numeric_dates(text: str, today: date, *, day_first: bool, past: bool) -> Iterator[Found]:
    """Yield the days that are written in digits.

    Args:
        text: The message.
        today: From where a day without a year is looked for.
        day_first: Whether `5/3` is in March. What can be read in one way only is read so.
        past: Whether a day without a year has been, rather than is to come.
    """
    for match in _YEAR_FIRST.finditer(text):
        yield from _found(match, day_of(int(match[1]), int(match[3]), int(match[4])))
    for match in _COMPACT.finditer(text):
        yield from _found(match, day_of(int(match[1]), int(match[2]), int(match[3])))
    for match in _YEAR_LAST.finditer(text):
        for month, day in _orders(int(match[1]), int(match[3]), day_first or match[2] == "."):
            found = day_of(full_year(int(match[4])), month, day)
            if found is not None:
                yield from _found(match, found)
                break
    for match in _NO_YEAR.finditer(text):
        for month, day in _orders(int(match[1]), int(match[3]), day_first or match[2] == "."):
            found = coming(today, month, day, past=past)
            if found is not None:
                yield from _found(match, found)
                break


def _orders(first: int, second: int, day_first: bool) -> tuple[tuple[int, int], tuple[int, int]]:
    one, other = (second, first), (first, second)
    return (one, other) if day_first else (other, one)


def _found(match: re.Match[str], day: date | None) -> Iterator[Found]:
    if day is not None:
        yield Found(match.start(), match.end(), day.isoformat())
