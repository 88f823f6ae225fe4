"""How far a figure found in some messages may be from what it is in all of them."""

from typing import Any

import numpy as np

from dialog_ranking_training.tuning.figures import Array

_NEARLY_NOTHING = 1e-12  # of variance: what remains of it by rounding


def effective_size(values: Array, weight: Array, group: Array) -> float:
    """Return as how many independent messages of equal weight these count.

    Messages of unequal weight tell less (Kish 1965, section 11.7), and so do those of one conversation, which have much
    in common: the size is divided by the design effect, how much larger the variance between conversations is than it
    would be between as many single messages. It is never taken to be less than 1.

    Args:
        values: What is averaged.
        weight: How much each counts.
        group: Which conversation each is from, as numbers from 0.
    """
    total = weight.sum()
    if total <= 0:
        return 0.0
    size = float(total**2 / (weight**2).sum())
    apart = weight * (values - (values * weight).sum() / total)
    alone = float((apart**2).sum())
    sums = np.bincount(group, weights=apart)
    groups = int((np.bincount(group, weights=weight) > 0).sum())
    if groups < 2 or alone <= _NEARLY_NOTHING:
        return size
    together = float((sums**2).sum()) * groups / (groups - 1)
    single = alone * len(values) / (len(values) - 1)
    return size / max(1.0, together / single)


def upper_bound(share: Any, size: float, confidence: float) -> Any:
    """Return what a share is at most (Clopper and Pearson 1934), for figures or arrays.

    With the effective size in place of the number of messages it holds for data that is weighted and comes in
    conversations (Korn and Graubard 1998).

    Args:
        share: What was found.
        size: In how many messages, effectively.
        confidence: How sure it has to be, on this side.
    """
    from scipy.stats import beta

    count = np.clip(share, 0.0, 1.0) * size
    bound = beta.ppf(confidence, count + 1.0, np.maximum(size - count, 1e-9))
    return np.where(count >= size - 1e-9, 1.0, bound)


def lower_bound(share: Any, size: float, confidence: float) -> Any:
    """Return what a share is at least; see `upper_bound`."""
    return 1.0 - upper_bound(1.0 - np.asarray(share), size, confidence)


def is_within(share: Array, size: float, limit: float, confidence: float) -> Array:
    """Return where `upper_bound` is at most a limit, which is found out faster than the bound itself."""
    from scipy.special import betainc

    count = np.clip(share, 0.0, 1.0) * size
    if limit >= 1.0:
        return np.ones_like(count, dtype=bool)
    inside: Array = count < np.minimum(limit * size + 1e-9, size - 1e-9)  # no bound is below what was found
    some = count[inside]
    inside[inside] = betainc(some + 1.0, size - some, limit) >= confidence
    return inside


def mean_bound(mean: Any, mean_squared: Any, size: float, confidence: float) -> Any:
    """Return what a mean is at most, by the t distribution.

    Args:
        mean: What was found; figures or arrays.
        mean_squared: The mean of the squares.
        size: In how many messages, effectively.
        confidence: How sure it has to be, on this side.
    """
    from scipy.stats import t

    if size <= 1:
        return np.where(np.asarray(mean_squared) > 0, np.inf, mean)
    variance = np.maximum(np.asarray(mean_squared) - np.asarray(mean) ** 2, 0.0)
    return mean + t.ppf(confidence, size - 1) * np.sqrt(variance / (size - 1))
