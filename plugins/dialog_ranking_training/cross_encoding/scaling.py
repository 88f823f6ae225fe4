"""From a cross-encoder's figures to probabilities: temperature and offset, fitted to conversations held out."""

import math
from collections.abc import Sequence

from dialog_ranking.calibrated.maps import sigmoid
from dialog_ranking.cross_encoder.finding import Scale

STEADINESS = 4.0  # labels that would have to speak against the scale one begins with, to move it by much
STEPS = 50
LEAST_SLOPE = 0.01  # a model that says nothing, or the opposite of what is right, is all but ignored

Row = tuple[float, float, float]
"""A model's figure for a pair, whether that is right, and how much it counts."""


def fit_scale(rows: Sequence[Row], offset: float) -> Scale:
    """Return the scale that makes what is known of pairs likeliest, beginning with temperature 1 and an offset.

    Logistic regression on the figures with a normal prior, by Newton's method; the problem is convex.

    Args:
        rows: Pairs that were not learnt from.
        offset: What the balance of the training asks for; see `Balance.offset`.
    """
    slope, level = 1.0, offset

    def cost(slope: float, level: float) -> float:
        found = STEADINESS / 2 * ((slope - 1.0) ** 2 + (level - offset) ** 2)
        for figure, right, weight in rows:
            odds = slope * figure + level
            found += weight * (right * _softplus(-odds) + (1.0 - right) * _softplus(odds))
        return found

    now = cost(slope, level)
    for _ in range(STEPS):
        by_slope, by_level = STEADINESS * (slope - 1.0), STEADINESS * (level - offset)
        twice_slope = twice_level = STEADINESS
        both = 0.0
        for figure, right, weight in rows:
            found = sigmoid(slope * figure + level)
            error, spread = weight * (found - right), weight * found * (1.0 - found)
            by_slope += error * figure
            by_level += error
            twice_slope += spread * figure * figure
            twice_level += spread
            both += spread * figure
        determinant = twice_slope * twice_level - both * both
        step_slope = (twice_level * by_slope - both * by_level) / determinant
        step_level = (twice_slope * by_level - both * by_slope) / determinant
        part = 1.0
        while part > 1e-6 and cost(slope - part * step_slope, level - part * step_level) > now:
            part /= 2
        slope, level = slope - part * step_slope, level - part * step_level
        before, now = now, cost(slope, level)
        if before - now < 1e-9:
            break
    return Scale(1.0 / max(slope, LEAST_SLOPE), level)


def _softplus(value: float) -> float:
    return max(value, 0.0) + math.log1p(math.exp(-abs(value)))
