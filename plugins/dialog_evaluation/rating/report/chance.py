"""What may be chance: intervals of shares, and the sign test."""

from math import comb, erfc, sqrt

NORMAL = 1.959963984540054  # the standard normal distribution has 95 % between minus this and this
MOST_EXACT = 2_000  # throws that are counted exactly; with more the normal distribution differs in no digit shown


def wilson(share: float, count: int) -> tuple[float, float]:
    """Return where a share lies with 95 % confidence (Wilson 1927).

    With ties as halves the true variance is smaller than that of a coin, so that the interval is wide enough.

    Args:
        share: The share, as counted.
        count: Of how many.
    """
    if not count:
        return 0.0, 1.0
    square = NORMAL**2
    middle = (share + square / (2 * count)) / (1 + square / count)
    half = NORMAL * sqrt(share * (1 - share) / count + square / (4 * count**2)) / (1 + square / count)
    return max(middle - half, 0.0), min(middle + half, 1.0)


def sign_test(wins: int, losses: int) -> float:
    """Return how probable it is that a coin gives so many more of one side, or more: the two-sided binomial test."""
    count, fewer = wins + losses, min(wins, losses)
    if not count:
        return 1.0
    if count > MOST_EXACT:
        return _normal_tails((abs(wins - losses) - 1) / sqrt(count))
    return min(float(2 * sum(comb(count, number) for number in range(fewer + 1)) / 2**count), 1.0)


def _normal_tails(deviation: float) -> float:
    return float(erfc(max(deviation, 0.0) / sqrt(2)))
