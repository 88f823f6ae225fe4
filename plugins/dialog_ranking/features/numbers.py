"""Numbers as features take them: finite ones, or none."""

import math
from collections.abc import Mapping

MISSING = math.nan
GREATEST = 1e9  # no feature has to be greater, and sums of such numbers stay finite


def number(value: object) -> float:
    """Return a number of somebody else's making as a finite float; NaN: it is none, and neither is True."""
    if type(value) is not float:
        if not isinstance(value, int | float) or isinstance(value, bool):
            return MISSING
        try:
            value = float(value)
        except OverflowError:
            return MISSING
    if -GREATEST <= value <= GREATEST:
        return value
    return MISSING if math.isnan(value) or math.isinf(value) else math.copysign(GREATEST, value)


def numbers(told: Mapping[str, float]) -> Mapping[str, float]:
    """Return the numbers a policy tells, each a finite float or NaN; the same mapping where they are all sound."""
    for value in told.values():
        if type(value) is not float or not -GREATEST <= value <= GREATEST:
            return {name: number(value) for name, value in told.items()}
    return told


def log_odds(probability: float, most: float) -> float:
    """Return the logarithm of the odds, from -`most` to `most`."""
    if not 0.0 < probability < 1.0:
        return most if probability >= 1.0 else -most
    return max(-most, min(most, math.log(probability / (1.0 - probability))))
