"""Where figures lie with 95 % confidence: the percentile bootstrap over dialogues, whose replies are alike."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Interval = tuple[float, float]

RESAMPLES = 1_000
CONFIDENCE = 0.95
AT_ONCE = 4_000_000  # numbers held at once
FEWEST = 2  # dialogues; of one, nothing can be drawn but itself


class Bootstrap:
    """Draws dialogues again and again, each time as many as there are.

    Args:
        groups: For each reply, which dialogue it is of.
        seed: For what is drawn.
    """

    def __init__(self, groups: Sequence[object], seed: int) -> None:
        numbers: dict[object, int] = {}
        self._groups = np.array([numbers.setdefault(group, len(numbers)) for group in groups], np.intp)
        self._size = len(numbers)
        self._seed = seed

    def interval(self, rows: Floats, figure: Callable[[Floats], float]) -> Interval | None:
        """Return where a figure lies; None where there are too few dialogues, or it is not always a number.

        Args:
            rows: A row for each reply; rows are added up.
            figure: What is computed from a sum of rows.
        """
        if self._size < FEWEST:
            return None
        sums = np.zeros((self._size, rows.shape[1]))
        np.add.at(sums, self._groups, rows)
        values = np.array([figure(row) for drawn in self._drawn() for row in drawn @ sums])
        if not np.isfinite(values).all():
            return None
        tail = 50 * (1 - CONFIDENCE)
        low, high = np.percentile(values, [tail, 100 - tail])
        return float(low), float(high)

    def of_mean(self, values: Floats) -> Interval | None:
        """Return where the mean of values lies."""
        return self.interval(np.column_stack([values, np.ones(len(values))]), lambda row: float(row[0] / row[1]))

    def _drawn(self) -> Iterator[Floats]:
        rng = np.random.default_rng(self._seed)
        left = RESAMPLES
        while left:
            rounds = min(left, max(AT_ONCE // self._size, 1))
            yield rng.multinomial(self._size, np.full(self._size, 1 / self._size), size=rounds).astype(np.float64)
            left -= rounds
