"""Agreement on labels: observed, corrected for chance, of each label, with intervals by bootstrap over texts.

Cohen (1960) for two annotators; Krippendorff (2004), chapter 11, for any number of them and texts that not all have
labelled; Spitzer & Fleiss (1974) for the agreement on one label.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

RESAMPLES = 2000
AT_ONCE = 100  # resamples; more would take the memory of a large log many times
LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with its interval.

    Attributes:
        value: The figure; NaN: it cannot be said.
        low: Where its interval begins.
        high: Where it ends.
    """

    value: float
    low: float
    high: float

    @property
    def halfwidth(self) -> float:
        """Half of the interval."""
        return (self.high - self.low) / 2


class LabelCounts:
    """How many annotators have given each label to each text that two or more have labelled.

    Attributes:
        names: The labels.
        counts: Of shape (texts, labels).

    Args:
        said: The labels of each text, one from each annotator.
    """

    def __init__(self, said: Sequence[Sequence[str]]) -> None:
        self.names = sorted({label for labels in said for label in labels})
        place = {name: number for number, name in enumerate(self.names)}
        self.counts: Floats = np.zeros((len(said), len(self.names)))
        for row, labels in enumerate(said):
            for label in labels:
                self.counts[row, place[label]] += 1
        self._annotators: Floats = self.counts.sum(axis=1)
        # Of each text and label, with how many others each who gave the label agrees, as a share, summed over them.
        others = np.maximum(self._annotators - 1, 1)[:, None]
        self._agreeing: Floats = self.counts * (self.counts - 1) / others

    def observed(self, weights: Floats) -> Floats:
        """Return the share of pairs that agree, each text counting the same, for weights of shape (n, texts)."""
        share = self._agreeing.sum(axis=1) / self._annotators
        return np.asarray(weights @ share / weights.sum(axis=1))

    def alpha(self, weights: Floats) -> Floats:
        """Return Krippendorff's alpha for nominal data; NaN where there is only one label.

        With n values in pairs, of which n_c are the label c, alpha = 1 - (n - 1) * (n - sum o_cc) / (n^2 - sum n_c^2),
        where o_cc is how often c meets c (Krippendorff 2004, section 11.3).
        """
        values = weights @ self._annotators
        met = weights @ self._agreeing.sum(axis=1)
        each = weights @ self.counts
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(1 - (values - 1) * (values - met) / (values**2 - (each**2).sum(axis=1)))

    def of_each_label(self) -> list[tuple[str, float, int]]:
        """Return of each label how likely another annotator gives it, too, and how often it was given."""
        given = self.counts.sum(axis=0)
        agreeing = self._agreeing.sum(axis=0)
        return [(name, float(agreeing[at] / given[at]), int(given[at])) for at, name in enumerate(self.names)]


class PairCounts:
    """What two annotators have said about the texts both have labelled.

    Args:
        said: The labels of each text: the first annotator's and the second's.
    """

    def __init__(self, said: Sequence[tuple[str, str]]) -> None:
        names = sorted({label for pair in said for label in pair})
        place = {name: number for number, name in enumerate(names)}
        self._one = np.zeros((len(said), len(names)))
        self._other = np.zeros((len(said), len(names)))
        for row, (one, other) in enumerate(said):
            self._one[row, place[one]] = 1
            self._other[row, place[other]] = 1
        self._agree: Floats = (self._one * self._other).sum(axis=1)

    def kappa(self, weights: Floats) -> Floats:
        """Return Cohen's kappa; NaN where both have given one and the same label only."""
        count = weights.sum(axis=1)
        observed = weights @ self._agree / count
        by_chance = ((weights @ self._one) * (weights @ self._other)).sum(axis=1) / count**2
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray((observed - by_chance) / (1 - by_chance))


def figure(compute: Callable[[Floats], Floats], texts: int, seed: int) -> Figure:
    """Return a figure over texts, and its percentile interval when texts are drawn again with replacement."""
    value = float(compute(np.ones((1, texts)))[0])
    drawn = np.concatenate([compute(weights) for weights in _resampled(texts, seed)])
    drawn = drawn[np.isfinite(drawn)]
    if not np.isfinite(value) or not len(drawn):
        return Figure(value, float("nan"), float("nan"))
    low, high = np.quantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Figure(value, float(low), float(high))


def texts_needed(texts: int, halfwidth: float, wanted: float) -> int:
    """Return how many texts more an interval of that width takes: it shrinks with the root of their number."""
    if not np.isfinite(halfwidth) or halfwidth <= wanted:
        return 0
    return int(np.ceil(texts * (halfwidth / wanted) ** 2)) - texts


def _resampled(texts: int, seed: int) -> Iterator[Any]:
    """Yield how often each text is drawn, many resamples at a time."""
    random = np.random.default_rng(seed)
    for _ in range(RESAMPLES // AT_ONCE):
        yield random.multinomial(texts, np.full(texts, 1 / texts), size=AT_ONCE).astype(np.float64)
