"""Whether a stated probability of 80 % comes true eight times in ten."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from dialog_core import Component
from dialog_evaluation.options import CalibrationOptions
from dialog_evaluation.prediction import Prediction


@dataclass(frozen=True, slots=True)
class Bin:
    """Predictions of about the same confidence.

    Attributes:
        count: How many there are.
        confidence: How sure they were on average.
        accuracy: The share of them that was right.
    """

    count: int
    confidence: float
    accuracy: float


class Calibration(Component[CalibrationOptions]):
    """`expected_calibration_error`: the gap between stated and real probability, averaged over bins of equal mass."""

    def compute(self, predictions: Sequence[Prediction], references: Sequence[str]) -> Mapping[str, float]:
        """Return the figure."""
        bins = reliability(predictions, references, self.options.bins)
        return {"expected_calibration_error": expected_calibration_error(bins)}


def expected_calibration_error(bins: Sequence[Bin]) -> float:
    """Return the mean gap between accuracy and confidence, each bin counting by its size."""
    total = sum(group.count for group in bins)
    return sum(group.count * abs(group.accuracy - group.confidence) for group in bins) / total


def reliability(predictions: Sequence[Prediction], references: Sequence[str], bins: int) -> list[Bin]:
    """Return the predictions in bins of equally many, the least sure first.

    Of predictions with the very same confidence each counts as right by the share of them that is right, so that the
    figure does not depend on which of them fall to the left of a border and which to the right.
    """
    if len(predictions) != len(references):
        raise ValueError(f"{len(predictions)} predictions for {len(references)} references")
    if not references:
        raise ValueError("there is nothing to measure")
    confidence = np.array([prediction.confidence for prediction in predictions], dtype=np.float64)
    right = np.array([p.label == label for p, label in zip(predictions, references, strict=True)], dtype=np.float64)
    values, group, sizes = np.unique(confidence, return_inverse=True, return_counts=True)
    share = np.bincount(group, weights=right, minlength=len(values)) / sizes
    order = np.argsort(confidence, kind="stable")
    parts = np.array_split(order, min(bins, len(order)))
    return [Bin(len(part), float(confidence[part].mean()), float(share[group[part]].mean())) for part in parts]
