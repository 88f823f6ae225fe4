"""How much of a figure, and of a difference between two, is chance."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Interval = tuple[float, float]

RESAMPLES = 2_000
FLIPS = 10_000  # a p-value of .05 is then known to within .004
CONFIDENCE = 0.95
AT_ONCE = 4_000_000  # numbers held at once


@dataclass(frozen=True, slots=True)
class Difference:
    """How two retrievers differ in a figure.

    Attributes:
        value: The first one's figure less the second one's.
        interval: Where it lies with 95 % confidence.
        p_value: How likely a difference at least as large is if the two are equally good; corrected for how many pairs
            were compared.
    """

    value: float
    interval: Interval
    p_value: float


def intervals(values: Mapping[str, Floats], seed: int) -> dict[str, Interval]:
    """Return for each figure, the mean of its values, a 95 % interval: the percentile bootstrap over questions."""
    if not values:
        return {}
    table = np.column_stack(list(values.values()))
    size = len(table)
    means = np.concatenate([counts @ table for counts in _resamples(size, seed)]) / size
    return dict(zip(values, _percentiles(means), strict=True))


def auroc_interval(scores: Floats, positive: NDArray[np.bool_], seed: int) -> Interval | None:
    """Return a 95 % interval of the area under the ROC curve, by the percentile bootstrap over questions."""
    if positive.all() or not positive.any():
        return None
    order = np.argsort(scores, kind="stable")
    scores, positive = scores[order], positive[order]
    starts = np.flatnonzero(np.diff(scores, prepend=scores[0] - 1))  # equal scores are one group
    areas = []
    for counts in _resamples(len(scores), seed):
        wins = np.add.reduceat(counts * positive, starts, axis=1).astype(np.float64)
        losses = np.add.reduceat(counts * ~positive, starts, axis=1).astype(np.float64)
        below = np.cumsum(losses, axis=1) - losses / 2  # equal scores count half
        pairs = wins.sum(axis=1) * losses.sum(axis=1)
        areas.append(((wins * below).sum(axis=1)[pairs > 0]) / pairs[pairs > 0])
    return _percentiles(np.concatenate(areas)[:, None])[0]


def difference(ours: Floats, theirs: Floats, seed: int) -> Difference:
    """Return how the means of two figures of the same questions differ.

    The p-value is that of the two-sided paired randomisation test, which Smucker, Allan & Carterette 2007 recommend for
    retrieval: in each round it is left to chance, for each question, which of the two values is whose.
    """
    each = ours - theirs
    observed = abs(each.sum())
    differing = each[each != 0]
    rng = np.random.default_rng(seed)
    as_large, left = 0, FLIPS
    while left and differing.size:
        rounds = min(left, max(AT_ONCE // differing.size, 1))
        signs = rng.integers(0, 2, size=(rounds, differing.size), dtype=np.int8) * 2 - 1
        as_large += int((np.abs(signs @ differing) >= observed - 1e-9).sum())
        left -= rounds
    p_value = (as_large + 1) / (FLIPS + 1) if differing.size else 1.0
    return Difference(float(each.mean()), intervals({"": each}, seed)[""], p_value)


def corrected(p_values: Sequence[float]) -> list[float]:
    """Return p-values corrected for how many there are: Holm 1979."""
    order = sorted(range(len(p_values)), key=lambda number: p_values[number])
    found, least = [0.0] * len(p_values), 0.0
    for place, number in enumerate(order):
        least = max(least, min(p_values[number] * (len(p_values) - place), 1.0))
        found[number] = least
    return found


def _resamples(size: int, seed: int) -> Iterator[NDArray[np.int64]]:
    """Yield how often each question is in each resample, as many resamples at once as there is room for."""
    rng = np.random.default_rng(seed)
    left = RESAMPLES
    while left:
        rounds = min(left, max(AT_ONCE // size, 1))
        drawn = rng.integers(0, size, size=(rounds, size)) + np.arange(rounds)[:, None] * size
        yield np.bincount(drawn.ravel(), minlength=rounds * size).reshape(rounds, size)
        left -= rounds


def _percentiles(means: Floats) -> list[Interval]:
    tail = 50 * (1 - CONFIDENCE)
    low, high = np.percentile(means, [tail, 100 - tail], axis=0)
    return [(float(first), float(last)) for first, last in zip(low, high, strict=True)]
