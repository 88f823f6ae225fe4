"""chrF, as sacrebleu computes it."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sacrebleu.metrics.chrf import CHRF

from dialog_core import Component
from dialog_core.configuration import Options
from dialog_evaluation.metrics.paired import check_pairs
from dialog_evaluation.replies.overlap import characters, shared

ORDERS = 6
BETA = 2  # recall counts twice as much as precision: Popović 2015, section 2


class Chrf(Component[Options]):
    """`chrf`, from 0 to 100, of all texts together: F2 of n-grams of characters up to six, Popović 2015."""

    def compute(self, predictions: Sequence[str], references: Sequence[str]) -> dict[str, float]:
        """Return the figure; none where there are no texts."""
        check_pairs(predictions, references)
        if not references:
            return {}
        return {"chrf": float(CHRF().corpus_score(list(predictions), [list(references)]).score)}

    def counts(self, predictions: Sequence[str], references: Sequence[str]) -> NDArray[np.float64]:
        """Return what the figure is computed from, a row for each text; rows can be added up.

        Returns:
            Matches of n-grams of each order, n-grams of each order, and those of the reference. As sacrebleu has it,
            n-grams do not count where the reference is too short to have any.
        """
        check_pairs(predictions, references)
        said, gold = characters(predictions), characters(references)
        orders = range(1, ORDERS + 1)
        theirs = [gold.count(order) for order in orders]
        ours = [np.where(there > 0, said.count(order), 0) for order, there in zip(orders, theirs, strict=True)]
        matches = [shared(said, gold, order) for order in orders]
        return np.column_stack([*matches, *ours, *theirs]).astype(np.float64)

    def scores(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the figures of sums of rows of `counts`."""
        matches, ours, theirs = rows[:, :ORDERS], rows[:, ORDERS : 2 * ORDERS], rows[:, 2 * ORDERS :]
        counted = (ours > 0) & (theirs > 0)
        orders = np.maximum(counted.sum(axis=1), 1)
        empty = np.zeros_like(matches)
        precision = np.divide(matches, ours, out=empty.copy(), where=counted).sum(axis=1) / orders
        recall = np.divide(matches, theirs, out=empty.copy(), where=counted).sum(axis=1) / orders
        weight = BETA**2
        below = weight * precision + recall
        above = (1 + weight) * precision * recall
        found: NDArray[np.float64] = np.divide(above, below, out=np.zeros(len(rows)), where=below > 0)
        return 100 * found
