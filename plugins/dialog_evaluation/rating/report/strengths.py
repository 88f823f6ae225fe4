"""How strong each of more than two systems is, told from who beats whom: the model of Bradley and Terry (1952)."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from math import log10

import numpy as np
from numpy.typing import NDArray

from dialog_evaluation.rating.report.judged import Compared
from dialog_evaluation.seed import SEED

Floats = NDArray[np.float64]
POINTS = 400.0  # as in chess: 400 points more win ten times out of eleven
ROUNDS, CLOSE = 10_000, 1e-10
RESAMPLES = 300


@dataclass(frozen=True, slots=True)
class Strength:
    """How strong a system is.

    Attributes:
        system: Which.
        points: By how much it is above the average, 400 points being ten wins to one.
        low: Where that lies with 95 % confidence, the lower end; None: not known.
        high: The upper end.
    """

    system: str
    points: float
    low: float | None = None
    high: float | None = None


def strengths(compared: Sequence[Compared]) -> list[Strength] | None:
    """Return the strength of each system, the strongest first; ties are half a win for both.

    Returns:
        None where it cannot be told: some systems have won, or lost, every comparison with the others.
    """
    names = list(dict.fromkeys(name for one in compared for name in (one.bot, one.other)))
    duels = [
        (names.index(one.bot), names.index(one.other), pair.score(one.bot)) for one in compared for pair in one.pairs
    ]
    found = _fit(_wins(duels, len(names)))
    if found is None:
        return None
    dice = random.Random(SEED)
    drawn = [_fit(_wins(dice.choices(duels, k=len(duels)), len(names))) for _ in range(RESAMPLES)]
    known = np.array([one for one in drawn if one is not None])
    told = []
    for place, name in enumerate(names):
        low = high = None
        if len(known) > 0.95 * RESAMPLES:
            low, high = (float(value) for value in np.percentile(known[:, place], [2.5, 97.5]))
        told.append(Strength(name, float(found[place]), low, high))
    return sorted(told, key=lambda strength: -strength.points)


def _wins(duels: Sequence[tuple[int, int, float]], size: int) -> Floats:
    """Return how often each (row) has beaten each (column)."""
    wins = np.zeros((size, size))
    for one, other, score in duels:
        wins[one, other] += score
        wins[other, one] += 1 - score
    return wins


def _fit(wins: Floats) -> Floats | None:
    """Return the strengths in points by the algorithm of Hunter 2004, section 2; None where there is no maximum."""
    if not _connected(wins > 0) or not _connected((wins > 0).T):
        return None
    met, won = wins + wins.T, wins.sum(axis=1)
    strength = np.ones(len(wins))
    for _ in range(ROUNDS):
        updated = won / (met / (strength[:, None] + strength[None, :])).sum(axis=1)
        updated /= np.exp(np.log(updated).mean())
        done = np.abs(updated - strength).max() < CLOSE
        strength = updated
        if done:
            break
    return np.array([POINTS * log10(value) for value in strength])


def _connected(beats: NDArray[np.bool_]) -> bool:
    """Whether from the first, all are reached."""
    reached, grown = {0}, True
    while grown:
        more = {int(place) for one in reached for place in np.flatnonzero(beats[one])} | reached
        grown, reached = len(more) > len(reached), more
    return len(reached) == len(beats)
