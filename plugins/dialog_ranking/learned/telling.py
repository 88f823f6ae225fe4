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
TOLD, LEAST_TOLD = 240, 4  # contributions told of all candidates together, and at least of one: a trace has its limit
NOTHING = 1e-9
REPEATS = "repeats_last"  # the feature that the default ranker's discount belongs to
INDICATORS = frozenset({"policy", "kind"})  # families whose columns say one thing together


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
    sizes = np.abs(parts)
    most = max(TOLD // len(candidates), LEAST_TOLD)
    least: Floats | float = WORTH_TELLING
    if most < len(names):
        least = np.maximum(np.partition(sizes, -most, axis=1)[:, -most, None], WORTH_TELLING)
    telling = sizes >= least
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
    order = sorted(range(len(verdicts)), key=lambda place: (-probabilities[place], -defaults[place]))
    return tuple([verdicts[place] for place in order])
