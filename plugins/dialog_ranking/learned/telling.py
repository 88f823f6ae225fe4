"""Telling what a probability is made of, in as few words as the trace has room for."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dialog_core import Candidate, Ranked
from dialog_ranking.features.names import CALIBRATION, OTHERS
from dialog_ranking.features.schema import base_of

Floats = NDArray[np.float64]

LEAST = 0.001  # nothing is more certain to be wrong than that, or to be right
LIMIT = math.log((1 - LEAST) / LEAST)
WORTH_TELLING = 0.01  # of the log odds; what is less stands under `others`
# A trace has its limit: of the most probable candidates much is told, of the others less.
BEST, TOLD_OF_BEST = 3, 20
TOLD, LEAST_TOLD = 80, 3  # contributions of all others together, and at least of one
NOTHING = 1e-9
REPEATS = "repeats_last"  # the feature that the default ranker's discount belongs to
POLICY = "policy"
INDICATORS = frozenset({POLICY, "kind"})  # families whose columns say one thing together


def called(column: str) -> str:
    """Return the name under which a column's contribution is told."""
    base = base_of(column)
    return base if base in INDICATORS else column


def tell(
    candidates: Sequence[Candidate],
    names: Sequence[str],
    parts: Floats,
    calibration: Floats,
    probabilities: Sequence[float],
    defaults: Sequence[float],
) -> tuple[Ranked, ...]:
    """Return verdicts, the most probable first.

    Args:
        candidates: The candidates.
        names: What contributions are called; the first is always told.
        parts: Contributions to the log odds, a row for each candidate.
        calibration: What the last step added.
        probabilities: What comes of it.
        defaults: What the default ranker says, which decides between equals.
    """
    order = sorted(range(len(candidates)), key=lambda place: (-probabilities[place], -defaults[place]))
    telling = _worth_telling(np.abs(parts), order)
    telling[:, 0] = True
    others = np.where(telling, 0.0, parts).sum(axis=1).tolist()
    contributions: list[dict[str, float]] = [{} for _ in candidates]
    rows, columns = np.nonzero(telling)
    for row, column, amount in zip(rows.tolist(), columns.tolist(), parts[telling].tolist(), strict=True):
        contributions[row][names[column]] = amount
    for told, other, last in zip(contributions, others, calibration.tolist(), strict=True):
        if abs(other) > NOTHING:
            told[OTHERS] = other
        if abs(last) > NOTHING:
            told[CALIBRATION] = last
    verdicts = list(map(Ranked, candidates, probabilities, contributions))
    return tuple([verdicts[place] for place in order])


def _worth_telling(sizes: Floats, order: Sequence[int]) -> NDArray[np.bool_]:
    """Return which contributions are told: the greatest, as many as there is room for."""
    count, width = sizes.shape
    few = max(TOLD // count, LEAST_TOLD)
    least = np.full((count, 1), WORTH_TELLING)
    if few < width:
        ascending = np.sort(sizes, axis=1)
        np.maximum(least[:, 0], ascending[:, -few], out=least[:, 0])
        best = order[:BEST]
        least[best, 0] = np.maximum(WORTH_TELLING, ascending[best, -min(TOLD_OF_BEST, width)])
    telling: NDArray[np.bool_] = sizes >= least
    return telling
