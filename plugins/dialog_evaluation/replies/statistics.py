"""Figures as what they are computed from: sums of rows, one for each reply.

Whatever can be written so can be computed anew from any choice of replies by adding up other rows: without those that
stand in the training data, of dialogues drawn again and again, or with two bots' dialogues swapped.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Statistic:
    """A figure of replies.

    Attributes:
        rows: What each reply adds.
        figures: What is made of sums of rows, one below the other; not a number where there is nothing to count.
    """

    rows: Floats
    figures: Callable[[Floats], Floats]

    @property
    def value(self) -> float | None:
        """The figure of all replies; None where there is nothing to count."""
        return known(float(self.figures(self.rows.sum(axis=0, keepdims=True))[0]))

    def only(self, chosen: Bools) -> "Statistic":
        """Return the figure of some of the replies."""
        return replace(self, rows=self.rows * chosen[:, None])


def mean(values: Floats) -> Statistic:
    """Return the mean of values; those that are not a number are left out."""
    told = ~np.isnan(values)
    return Statistic(np.column_stack([np.where(told, values, 0.0), told]), ratios)


def ratios(sums: Floats) -> Floats:
    """Return the first of two columns divided by the second."""
    found: Floats = np.divide(sums[:, 0], sums[:, 1], out=np.full(len(sums), np.nan), where=sums[:, 1] != 0)
    return found


def known(value: float) -> float | None:
    """Return a number, None instead of what is none."""
    return value if np.isfinite(value) else None
