"""Fitting weights of features: how strongly they are drawn towards the default is chosen by held-out conversations."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dialog_ranking.features.schema import base_of
from dialog_ranking.learned.logistic import LogisticWeights
from dialog_ranking_training.fitting.design import ONES, Design
from dialog_ranking_training.fitting.logistic import fit_by_policy, log_loss
from dialog_ranking_training.splitting import Split

Floats = NDArray[np.float64]

STRENGTHS = (300.0, 100.0, 30.0, 10.0, 3.0, 1.0)
"""Precisions of the weights' prior, the strongest first; where none of them helps, there are no weights."""
LABELS_FOR_WEAK = 200.0  # so many are needed for a precision of 1; with a tenth of them it is at least 10
OF_POLICY = 3.0  # how much more strongly what differs for one policy is drawn towards nothing
OF_ONES = 0.3  # and the columns that say whose it is, and the intercept: how much less strongly
UNLABELLED = 0.2  # labels: what the opinion of a candidate counts that nobody has judged; see `Design.assumed`
NOTHING = 1e6  # for a column that is another one by a different name


def strengths_for(labels: float) -> tuple[float, ...]:
    """Return the precisions to choose from: that of 20 labels held out 5 are better by chance means little."""
    weakest = min(LABELS_FOR_WEAK / max(labels, 1.0), STRENGTHS[1])
    return tuple(strength for strength in STRENGTHS if strength >= weakest)


def fit_weights(design: Design, rows: NDArray[np.bool_], strength: float, start: Floats | None = None) -> Floats:
    """Return the coefficients of rows: what all policies share, and a row for each; the last column is the intercept.

    Candidates that nobody has judged keep the model near the default where there are no labels. Feedback judges only
    what was said; what is learnt of that would otherwise be said as surely of candidates that never are.

    Args:
        design: All rows there are.
        rows: Which of them to learn from.
        strength: How strongly weights are drawn towards nothing.
        start: Coefficients to begin with.
    """
    used = np.flatnonzero(rows)
    columns = np.column_stack([design.standardised[used], np.ones(len(used))])
    known = design.labelled[used]
    right = np.where(known, design.right[used], design.assumed[used])
    weight = np.where(known, design.weight[used], UNLABELLED)
    return fit_by_policy(
        columns,
        design.offset[used],
        right,
        weight,
        design.policy[used],
        _penalties(design, strength),
        start,
    )


def odds_of(design: Design, coefficients: Floats, rows: NDArray[np.bool_]) -> Floats:
    """Return the log odds of rows, as serving would find them."""
    total = coefficients[0] + coefficients[1:][design.policy[rows]]
    odds: Floats = design.offset[rows] + (design.standardised[rows] * total[:, :-1]).sum(axis=1) + total[:, -1]
    return odds


def served(design: Design, coefficients: Floats) -> LogisticWeights:
    """Return coefficients as they are served."""
    unfitted = design.unfitted
    return LogisticWeights(
        names=unfitted.names,
        center=unfitted.center,
        scale=unfitted.scale,
        weights=coefficients[0, :-1],
        by_policy={name: coefficients[number, :-1] for number, name in enumerate(design.policies, 1)},
        intercept=float(coefficients[0, -1]),
    )


def held_out_odds(design: Design, splits: Sequence[Split], strengths: Sequence[float] = STRENGTHS) -> Floats:
    """Return for each strength the log odds of all rows, each found by what was learnt without its fold.

    Rows that are held out by no split keep those of the default.
    """
    found = np.tile(design.offset, (len(strengths), 1))
    for learnt, held in splits:
        rows, judged = design.of(learnt), design.of(held)
        coefficients = None
        for number, strength in enumerate(strengths):
            coefficients = fit_weights(design, rows, strength, coefficients)
            found[number, judged] = odds_of(design, coefficients, judged)
    return found


def losses(design: Design, odds: Sequence[Floats], rows: NDArray[np.bool_]) -> list[float]:
    """Return the log loss of several judgements of the same rows."""
    known = rows & design.labelled
    return [log_loss(one[known], design.right[known], design.weight[known]) for one in odds]


def _penalties(design: Design, strength: float) -> Floats:
    names = design.schema.names
    shared = np.array([OF_ONES if base_of(name) in ONES else 1.0 for name in names] + [OF_ONES]) * strength
    # In the rows of one policy these columns are all the same, and the shared ones say that already.
    own = np.array([NOTHING if base_of(name) in ONES else OF_POLICY * strength for name in names] + [NOTHING])
    return np.stack([shared, *([own] * len(design.policies))])
