"""Reckoning with dates: the coming Friday, the 31st of a month without one, a month from today; from Monday on."""

import calendar
from datetime import date, timedelta

Parts = tuple[int, int]

FIXED_HOLIDAYS: dict[str, Parts] = {
    "christmas eve": (12, 24),
    "christmas day": (12, 25),
    "christmas": (12, 25),
    "boxing day": (12, 26),
    "new year's eve": (12, 31),
    "new years eve": (12, 31),
    "new year's day": (1, 1),
    "new years day": (1, 1),
    "valentine's day": (2, 14),
    "valentines day": (2, 14),
    "halloween": (10, 31),
    "元旦": (1, 1),
    "情人节": (2, 14),
    "妇女节": (3, 8),
    "劳动节": (5, 1),
    "儿童节": (6, 1),
    "国庆节": (10, 1),
    "国庆": (10, 1),
    "平安夜": (12, 24),
    "圣诞节": (12, 25),
    "圣诞": (12, 25),
}
"""Days that stand in the calendar at the same place every year, as month and day."""


def day_of(year: int, month: int, day: int) -> date | None:
    """Return a day, or None if there is none such."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def coming(today: date, month: int, day: int, *, past: bool = False) -> date | None:
    """Return the next day of the year with this month and day, today included; `past`: the last one."""
    years = range(today.year, today.year - 9, -1) if past else range(today.year, today.year + 9)
    for year in years:  # up to eight years lie between two 29ths of February
        found = day_of(year, month, day)
        if found is not None and (found <= today if past else found >= today):
            return found
    return None


def coming_day(today: date, day: int, *, past: bool = False) -> date | None:
    """Return the next day with this number, today included, in a month that has it; `past`: the last one."""
    if not 1 <= day <= 31:
        return None
    for months in range(3):  # no two neighbouring months are both short of a day
        month = plus_months(today.replace(day=1), -months if past else months)
        found = None if month is None else day_of(month.year, month.month, day)
        if found is not None and (found <= today if past else found >= today):
            return found
    return None


def coming_weekday(today: date, weekday: int, *, past: bool = False) -> date | None:
    """Return the next such day of the week (0 is Monday) after today; `past`: the last one before today."""
    if past:
        return plus_days(today, -((today.weekday() - weekday - 1) % 7 + 1))
    return plus_days(today, (weekday - today.weekday() - 1) % 7 + 1)


def in_week(today: date, weekday: int, weeks: int) -> date | None:
    """Return a day of this calendar week, or of the one so many weeks from it."""
    return plus_days(today, weekday - today.weekday() + 7 * weeks)


def plus_days(day: date, days: int) -> date | None:
    """Return the day so many days later, or None where the calendar ends."""
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return None


def plus_months(day: date, months: int) -> date | None:
    """Return the same day so many months later; the month's last one where it is too short."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        return None
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def plus(day: date, number: int, unit: str) -> date | None:
    """Return the day so many days (`D`), weeks (`W`), months (`M`) or years (`Y`) later."""
    if unit in "DW":
        return plus_days(day, number * (7 if unit == "W" else 1))
    return plus_months(day, number * (12 if unit == "Y" else 1))


def month_end(year: int, month: int) -> date:
    """Return the last day of a month."""
    return date(year, month, calendar.monthrange(year, month)[1])


def iso_week(day: date | None) -> str | None:
    """Write the week of a day: `2026-W48`."""
    if day is None:
        return None
    year, week, _ = day.isocalendar()
    return f"{year:04d}-W{week:02d}"


def iso_month(day: date | None) -> str | None:
    """Write the month of a day: `2026-11`."""
    return None if day is None else f"{day.year:04d}-{day.month:02d}"


def full_year(year: int) -> int:
    """Return the year two digits stand for: 26 is 2026, 87 is 1987."""
    return year if year >= 100 else year + (2000 if year < 70 else 1900)
