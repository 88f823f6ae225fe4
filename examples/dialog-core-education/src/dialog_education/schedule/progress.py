"""What a pupil knows, as the fact `progress` of their profile: compact, mergeable, never trusted to be well-formed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

from dialog_core import JsonValue
from dialog_education.schedule.sm2 import FIRST_EASE, LEAST_EASE, LONGEST, Learning, after, minutes_of

FACT = "progress"
VERSION = 1
MAX_ITEMS = 1500  # at about 45 characters each, within what a profile keeps of one fact
EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Progress:
    """What a pupil knows.

    Attributes:
        items: How well each question is known, by its key.
        day: The last day of practice, in days since 1970; 0: never.
        streak: How many days in a row there was practice, up to that one.
        unit: The unit that was practised last.
        item: The question that was open when the pupil stopped; empty: none.
        left_at: When that was noted, in minutes since 1970.
    """

    items: Mapping[str, Learning] = field(default_factory=dict)
    day: int = 0
    streak: int = 0
    unit: str = ""
    item: str = ""
    left_at: int = 0

    def answered(self, key: str, quality: int, now: datetime) -> "Progress":
        """Return what is known after a question was answered."""
        items = {**self.items, key: after(self.items.get(key), quality, now)}
        today = days(now)
        if today <= self.day:
            return replace(self, items=items)
        streak = self.streak + 1 if today == self.day + 1 else 1
        return replace(self, items=items, day=today, streak=streak)

    def at(self, unit: str, item: str, now: datetime) -> "Progress":
        """Return the same with where the pupil is."""
        return replace(self, unit=unit, item=item, left_at=minutes_of(now))

    def due(self, keys: Iterable[str], now: datetime) -> list[str]:
        """Return those of these questions that are to be asked again, the most overdue first."""
        known = [(key, self.items[key]) for key in keys if key in self.items]
        waiting = [(key, one) for key, one in known if one.due(now)]
        waiting.sort(key=lambda entry: entry[1].last + entry[1].interval * 24 * 60)
        return [key for key, _ in waiting]

    def streak_at(self, now: datetime) -> int:
        """Return how many days in a row there was practice; one missed day ends it."""
        return self.streak if days(now) - self.day <= 1 else 0


def days(moment: datetime) -> int:
    """Return a day (UTC) in days since 1970."""
    return (moment.astimezone(UTC).date() - EPOCH).days


def encode(progress: Progress) -> dict[str, JsonValue]:
    """Return progress as JSON."""
    newest = sorted(progress.items.items(), key=lambda entry: -entry[1].last)[:MAX_ITEMS]
    items: dict[str, JsonValue] = {
        key: [one.repetitions, round(one.ease * 100), one.interval, one.last, one.right, one.wrong]
        for key, one in newest
    }
    told: dict[str, JsonValue] = {"v": VERSION, "items": items, "days": [progress.day, progress.streak]}
    if progress.left_at:
        told["at"] = [progress.unit, progress.item, progress.left_at]
    return told


def decode(value: Any) -> Progress:
    """Return progress from JSON; what is not as it should be is left out."""
    if not isinstance(value, Mapping) or value.get("v") != VERSION:
        return Progress()
    given = value.get("items")
    items = {
        key: learning
        for key, one in (given.items() if isinstance(given, Mapping) else ())
        if isinstance(key, str) and (learning := _learning(one)) is not None
    }
    day, streak = _numbers(value.get("days"), 2) or (0, 0)
    at = value.get("at")
    if isinstance(at, list) and len(at) == 3 and isinstance(at[0], str) and isinstance(at[1], str):
        (left_at,) = _numbers(at[2:], 1) or (0,)
        return Progress(items, day, streak, at[0], at[1], left_at)
    return Progress(items, day, streak)


def merge(one: Progress, other: Progress) -> Progress:
    """Put together what two conversations know of a pupil: of each question what happened last.

    It does not matter in which order or how often progress is merged.
    """
    items = dict(one.items)
    for key, learning in other.items.items():
        if key not in items or _order(learning) > _order(items[key]):
            items[key] = learning
    day, streak = max((one.day, one.streak), (other.day, other.streak))
    newer = max(one, other, key=lambda each: (each.left_at, each.unit, each.item))
    return Progress(items, day, streak, newer.unit, newer.item, newer.left_at)


def _order(learning: Learning) -> tuple[float, ...]:
    return (learning.last, learning.right + learning.wrong, learning.repetitions, learning.interval, learning.ease)


def _learning(value: Any) -> Learning | None:
    numbers = _numbers(value, 6)
    if numbers is None:
        return None
    repetitions, ease, interval, last, right, wrong = numbers
    return Learning(
        repetitions, max(LEAST_EASE, min(ease / 100, 2 * FIRST_EASE)), min(interval, LONGEST), last, right, wrong
    )


def _numbers(value: Any, count: int) -> tuple[int, ...] | None:
    if not isinstance(value, list) or len(value) != count:
        return None
    if not all(isinstance(number, int) and not isinstance(number, bool) and 0 <= number < 2**40 for number in value):
        return None
    return tuple(value)
