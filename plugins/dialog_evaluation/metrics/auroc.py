"""How well a score tells messages that are out of scope from those that are not, whatever the threshold."""

from collections.abc import Mapping, Sequence

import numpy as np

from dialog_core import Component
from dialog_core.configuration import Options
from dialog_core.datasets import OUT_OF_SCOPE
from dialog_evaluation.prediction import Prediction


class Auroc(Component[Options]):
    """`auroc`: the probability that a message out of scope has a higher score for that than one in scope.

    The area under the curve of recall over false alarms, by the ranks of Mann and Whitney; equal scores count half.
    It is left out where all messages are of one kind.
    """

    def compute(self, predictions: Sequence[Prediction], references: Sequence[str]) -> Mapping[str, float]:
        """Return the figure."""
        outside = np.array([label == OUT_OF_SCOPE for label in references], dtype=bool)
        scores = np.array([prediction.out_of_scope for prediction in predictions], dtype=np.float64)
        positives, negatives = int(outside.sum()), int((~outside).sum())
        if not positives or not negatives:
            return {}
        _, group, sizes = np.unique(scores, return_inverse=True, return_counts=True)
        ranks = (np.cumsum(sizes) - (sizes - 1) / 2)[group]  # equal scores share the mean of their ranks
        won = ranks[outside].sum() - positives * (positives + 1) / 2
        return {"auroc": float(won / (positives * negatives))}
