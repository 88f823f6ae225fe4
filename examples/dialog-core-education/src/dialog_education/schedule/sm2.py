"""Spaced repetition by SM-2: P. A. Wozniak, "Optimization of learning", 1990, section 3.2, "Application of a computer
to improve the results obtained in working with the SuperMemo method" (algorithm SM-2).
"""

import math
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

FIRST_INTERVAL, SECOND_INTERVAL = 1, 6  # days; I(1) and I(2)
FIRST_EASE, LEAST_EASE = 2.5, 1.3  # E-factors
PASSED = 3  # the quality from which on an item counts as remembered
LONGEST = 365  # days; a school year is over then
MASTERED_AFTER = 3  # times in a row remembered, each when it was due

PERFECT, HELPED, STRUGGLED, TOLD = 5, 3, 2, 0  # qualities: at once; after one hint; after several; the solution told


@dataclass(frozen=True, slots=True)
class Learning:
    """How well a question is known.

    Attributes:
        repetitions: How often in a row it was remembered.
        ease: Its E-factor.
        interval: After how many days it is due again.
        last: When it was last answered, in minutes since 1970 (UTC).
        right: How often it was answered without the solution being told.
        wrong: How often it had to be told, or took more than one hint.
    """

    repetitions: int = 0
    ease: float = FIRST_EASE
    interval: int = 0
    last: int = 0
    right: int = 0
    wrong: int = 0

    def due(self, now: datetime) -> bool:
        """Whether it is time to ask it again: on the day, not at the minute."""
        return (now.astimezone(UTC).date() - day_of(self.last)).days >= self.interval

    @property
    def mastered(self) -> bool:
        """Whether it was remembered again and again."""
        return self.repetitions >= MASTERED_AFTER


def after(learning: Learning | None, quality: int, now: datetime) -> Learning:
    """Return how well a question is known after it was answered.

    What is practised before it is due counts, but moves the schedule only where it was not known.

    Args:
        learning: As it was; None: it is new.
        quality: From 0 to 5; see above.
        now: When.
    """
    before = learning or Learning()
    minutes = minutes_of(now)
    if minutes < before.last:  # a clock that went back
        minutes = before.last
    if quality < PASSED:
        told = replace(before, repetitions=0, interval=FIRST_INTERVAL, last=minutes, wrong=before.wrong + 1)
        return told if quality > TOLD else replace(told, ease=max(LEAST_EASE, before.ease - 0.2))
    right = before.right + 1
    if learning is not None and not before.due(now):
        return replace(before, last=before.last, right=right)
    ease = max(LEAST_EASE, before.ease + 0.1 - (5 - quality) * (0.08 + (5 - quality) * 0.02))
    repetitions = before.repetitions + 1
    if repetitions == 1:
        interval = FIRST_INTERVAL
    elif repetitions == 2:
        interval = SECOND_INTERVAL
    else:
        interval = math.ceil(max(before.interval, SECOND_INTERVAL) * ease)
    return Learning(repetitions, ease, min(interval, LONGEST), minutes, right, before.wrong)


def minutes_of(moment: datetime) -> int:
    """Return a moment in minutes since 1970."""
    return int(moment.timestamp() // 60)


def day_of(minutes: int) -> date:
    """Return the day (UTC) of a moment in minutes since 1970."""
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)).date()
