"""How sure against how right: reliability bins, and what remains wrong when the unsure turns are left out."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

Row = tuple[float, float, float]  # probability, rightness, weight

BINS = 15
MOST_POINTS = 60  # of a curve that is drawn


@dataclass(frozen=True, slots=True)
class Bin:
    """Turns that a ranker was about equally sure of.

    Attributes:
        low: The least probability.
        high: The greatest.
        probability: The mean of them.
        right: The share that was right.
        weight: How much they count together.
    """

    low: float
    high: float
    probability: float
    right: float
    weight: float


@dataclass(frozen=True, slots=True)
class Point:
    """What comes of answering only the turns a ranker is surest of.

    Attributes:
        threshold: The probability from which on it answers.
        coverage: The share of turns that it answers then.
        risk: The share of them that it answers wrongly.
    """

    threshold: float
    coverage: float
    risk: float


def bins_of(rows: Sequence[Row], count: int = BINS) -> list[Bin]:
    """Return bins of about equal weight, the least sure first (Nguyen and O'Connor 2015, section 3).

    Rows of one probability count for the mean of them, in whichever bins they lie: their order means nothing.
    """
    total = sum(weight for _, _, weight in rows)
    if total <= 0:
        return []
    size = total / min(count, len(rows))
    bins: list[Bin] = []
    inside: list[Row] = []
    room = size
    for probability, right, weight in _levels(rows):
        left = weight
        while left > 0:
            # What is less than a millionth of a bin is a rounding error, and no beginning of another.
            taken = left if left <= room + size * 1e-6 else room
            inside.append((probability, right, taken))
            left, room = left - taken, room - taken
            if room <= size * 1e-6:
                bins.append(_bin(inside))
                inside, room = [], size
    if inside:
        bins.append(_bin(inside))
    return bins


def calibration_error(bins: Sequence[Bin]) -> float:
    """Return how far, on average, "80 % sure" is from being right 8 times of 10; NaN where there are no bins."""
    total = sum(one.weight for one in bins)
    return sum(abs(one.probability - one.right) * one.weight for one in bins) / total if bins else math.nan


def abstention(rows: Sequence[Row]) -> list[Point]:
    """Return the curve of risk against coverage, the surest turns first, at most about `MOST_POINTS` of its points."""
    points = list(_points(rows))
    step = max(1, math.ceil(len(points) / MOST_POINTS))
    return [point for place, point in enumerate(points) if (len(points) - 1 - place) % step == 0]


def area_under_risk(rows: Sequence[Row]) -> float:
    """Return the mean risk over all coverages (AURC; Geifman et al. 2019, section 2); NaN where there are no rows."""
    area, before = 0.0, 0.0
    for point in _points(rows):
        area += point.risk * (point.coverage - before)
        before = point.coverage
    return area if before > 0 else math.nan


def _points(rows: Sequence[Row]) -> Iterator[Point]:
    total = sum(weight for _, _, weight in rows)
    answered = wrong = 0.0
    for probability, right, weight in reversed(list(_levels(rows))):
        if weight <= 0:
            continue
        answered += weight
        wrong += (1.0 - right) * weight
        yield Point(probability, min(1.0, answered / total), wrong / answered)


def _levels(rows: Sequence[Row]) -> Iterator[Row]:
    """Yield each probability there is, least first, with the rightness of its rows taken together."""
    for probability, group in groupby(sorted(rows), key=lambda row: row[0]):
        same = list(group)
        weight = sum(row[2] for row in same)
        if weight > 0:
            yield probability, sum(right * part for _, right, part in same) / weight, weight


def _bin(inside: Sequence[Row]) -> Bin:
    weight = sum(part for _, _, part in inside)
    return Bin(
        low=inside[0][0],
        high=inside[-1][0],
        probability=sum(probability * part for probability, _, part in inside) / weight,
        right=sum(right * part for _, right, part in inside) / weight,
        weight=weight,
    )
