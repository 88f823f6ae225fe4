"""Where figures lie with 95 % confidence. What is drawn are dialogues, since the replies of one are alike."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialog_evaluation.replies.statistics import Bools, Floats, Statistic

Interval = tuple[float, float]

RESAMPLES = 1_000
CONFIDENCE = 0.95
NORMAL = 1.959964  # how many standard errors to either side hold 95 % of a normal distribution
AT_ONCE = 4_000_000  # numbers held at once
FEWEST = 2  # dialogues; of one, nothing can be drawn but itself


class Bootstrap:
    """Draws dialogues again and again, each time as many as there are: Efron & Tibshirani 1993, chapter 13.

    Every figure is computed of the very same draws, so that those of two bots can be compared draw by draw.

    Args:
        groups: For each reply, which dialogue it is of.
        seed: For what is drawn.
    """

    def __init__(self, groups: Sequence[object], seed: int) -> None:
        self.numbers, self.size = numbered(groups)
        self._seed = seed
        self._kept: NDArray[Any] | None = None  # how often each dialogue is drawn each time

    def intervals(self, statistics: Mapping[str, Statistic]) -> dict[str, Interval]:
        """Return where figures lie; those are left out of which it cannot be told.

        It cannot with too few dialogues, or where a figure is not a number for some of what is drawn.
        """
        found = {}
        for name, values in self.drawn(statistics).items():
            if np.isfinite(values).all():
                found[name] = percentiles(values)
        return found

    def interval(self, statistic: Statistic) -> Interval | None:
        """Return where one figure lies; None where that cannot be told."""
        return self.intervals({"": statistic}).get("")

    def drawn(self, statistics: Mapping[str, Statistic]) -> dict[str, Floats]:
        """Return figures as they are of each draw; none at all of too few dialogues."""
        if self.size < FEWEST or not statistics:
            return {}
        # Figures share sums: each is computed from its own columns of one table.
        sums = np.column_stack([grouped(one.rows, self.numbers, self.size) for one in statistics.values()])
        table = np.concatenate([counts @ sums for counts in self._draws()])
        found, start = {}, 0
        for name, one in statistics.items():
            width = one.rows.shape[1]
            found[name] = one.figures(table[:, start : start + width])
            start += width
        return found

    def of_percentiles(self, values: Floats, shares: Sequence[float], chosen: Bools) -> list[Interval] | None:
        """Return where percentiles of some of the values lie, from 0 to 100; None where that cannot be told."""
        drawn = self.drawn_percentiles(values, shares, chosen)
        return None if drawn is None else [percentiles(column) for column in drawn.T]

    def drawn_percentiles(self, values: Floats, shares: Sequence[float], chosen: Bools) -> Floats | None:
        """Return percentiles as they are of each draw, a row for each; None of too few dialogues."""
        order = np.flatnonzero(chosen)[np.argsort(values[chosen], kind="stable")]
        ordered, groups = values[order], self.numbers[order]
        if self.size < FEWEST or len(np.unique(groups)) < FEWEST:
            return None
        found: list[Floats] = []
        for counts in self._draws(len(values)):
            reached = np.cumsum(counts[:, groups], axis=1)
            for row in reached[reached[:, -1] > 0]:
                places = np.searchsorted(row, np.array(shares) / 100 * row[-1] - 1e-9)
                found.append(ordered[np.minimum(places, len(ordered) - 1)])
        return np.array(found)

    def _draws(self, wide: int = 0) -> Iterator[Floats]:
        if self._kept is None:
            rng = np.random.default_rng(self._seed)
            shape = np.full(self.size, 1 / self.size)
            kind = np.min_scalar_type(-self.size)  # as small as will do: there may be a hundred thousand dialogues
            self._kept = np.empty((RESAMPLES, self.size), kind)
            for row in self._kept:
                row[:] = rng.multinomial(self.size, shape)
        rounds = max(AT_ONCE // max(self.size, wide), 1)
        for start in range(0, RESAMPLES, rounds):
            yield self._kept[start : start + rounds].astype(np.float64)


def jackknife(value: float, without: Floats) -> Interval | None:
    """Return where a figure lies that is no sum, from what it is without each dialogue: Efron & Stein 1981.

    Args:
        value: The figure.
        without: What it is without each of the dialogues.
    """
    error = jackknife_error(without)
    return None if error is None else (float(value - NORMAL * error), float(value + NORMAL * error))


def jackknife_error(without: Floats) -> float | None:
    """Return the standard error of a figure; None where it cannot be told."""
    size = len(without)
    if size < FEWEST or not np.isfinite(without).all():
        return None
    return float(np.sqrt((size - 1) / size * ((without - without.mean()) ** 2).sum()))


def percentiles(values: Floats) -> Interval:
    """Return between which values 95 % of them lie."""
    tail = 50 * (1 - CONFIDENCE)
    low, high = np.percentile(values, [tail, 100 - tail])
    return float(low), float(high)


def numbered(groups: Sequence[object]) -> tuple[NDArray[np.intp], int]:
    """Return groups as numbers, and how many there are."""
    numbers: dict[object, int] = {}
    found = np.array([numbers.setdefault(group, len(numbers)) for group in groups], np.intp)
    return found, len(numbers)


def grouped(rows: Floats, groups: NDArray[np.intp], size: int) -> Floats:
    """Return the sum of the rows of each group."""
    sums = np.zeros((size, rows.shape[1]))
    np.add.at(sums, groups, rows)
    return sums
