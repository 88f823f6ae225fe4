"""How far those who rate the same things agree beyond chance: Krippendorff's alpha."""

from collections.abc import Mapping, Sequence
from typing import Any

import krippendorff
import numpy as np
from numpy.typing import NDArray

from dialog_core import Component
from dialog_evaluation.metrics.options import AgreementOptions
from dialog_evaluation.seed import SEED

Counts = NDArray[np.int64]
CONFIDENCE = 0.95
OFTEN_ENOUGH = 0.95  # of the times items are drawn, alpha has to be defined, or there is no interval


class Agreement(Component[AgreementOptions]):
    """`alpha`, with `alpha_low` and `alpha_high`: where it lies with 95 % confidence.

    A prediction is what those who rated one thing said of it: values, or a mapping from who to a value; None: nothing.
    References are not looked at. Alpha is 1 where all agree, 0 where they agree as often as chance has it, and below
    where they agree less (Krippendorff 2004, "Content Analysis", chapter 11). It is not told where nobody rated what
    somebody else did, or all said one and the same, which leaves nothing to be told apart.

    `items` are those at least two have rated, `ratings` what they said of them. The interval is the percentile
    bootstrap over items.
    """

    def compute(self, predictions: Sequence[Any], references: Sequence[Any]) -> dict[str, float]:
        """Return the figures; only `items` and `ratings` where there is no telling."""
        values, counts = self._counts(predictions)
        counts = counts[counts.sum(axis=1) > 1]
        found = {"items": float(len(counts)), "ratings": float(counts.sum())}
        alpha = self._alpha(counts, values)
        if alpha is None:
            return found
        found["alpha"] = alpha
        interval = self._interval(counts, values)
        if interval is not None:
            found["alpha_low"], found["alpha_high"] = interval
        return found

    def _alpha(self, counts: Counts, values: Sequence[Any]) -> float | None:
        used = [bool(there) for there in counts.sum(axis=0)]
        if sum(used) < 2:
            return None
        domain = np.array([value for value, there in zip(values, used, strict=True) if there])
        return float(krippendorff.alpha(value_counts=counts[:, used], value_domain=domain, **self._level))

    @property
    def _level(self) -> dict[str, Any]:
        return {"level_of_measurement": self.options.level}

    def _interval(self, counts: Counts, values: Sequence[Any]) -> tuple[float, float] | None:
        if not self.options.resamples or len(counts) < 2:
            return None
        rng = np.random.default_rng(SEED)
        drawn = (self._alpha(counts[rng.integers(len(counts), size=len(counts))], values) for _ in self._rounds)
        alphas = [alpha for alpha in drawn if alpha is not None]
        if len(alphas) < OFTEN_ENOUGH * self.options.resamples:
            return None
        tail = 50 * (1 - CONFIDENCE)
        low, high = np.percentile(alphas, [tail, 100 - tail])
        return float(low), float(high)

    @property
    def _rounds(self) -> range:
        return range(self.options.resamples)

    def _counts(self, predictions: Sequence[Any]) -> tuple[list[Any], Counts]:
        """Return the values there are, in order, and how often each was said of each item."""
        rated = [[value for value in _values(one) if value is not None] for one in predictions]
        values = self._ordered({value for one in rated for value in one})
        index = {value: place for place, value in enumerate(values)}
        counts = np.zeros((len(rated), len(values)), np.int64)
        for row, one in zip(counts, rated, strict=True):
            for value in one:
                row[index[value]] += 1
        return [place if isinstance(value, str) else value for place, value in enumerate(values)], counts

    def _ordered(self, values: set[Any]) -> list[Any]:
        order = self.options.order
        if order:
            unknown = sorted(str(value) for value in values if str(value) not in order)
            if unknown:
                raise ValueError(f"{unknown[0]!r} is not one of the values in `order`: {', '.join(order)}")
            return sorted(values, key=lambda value: order.index(str(value)))
        if self.options.level == "interval" and any(isinstance(value, str) for value in values):
            raise ValueError("`level: interval` needs numbers")
        return sorted(values, key=lambda value: (isinstance(value, str), value))


def _values(rated: Any) -> Sequence[Any]:
    return list(rated.values()) if isinstance(rated, Mapping) else list(rated)
