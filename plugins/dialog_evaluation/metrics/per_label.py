"""Precision, recall and F1 of each label."""

from dataclasses import dataclass

import numpy as np

from dialog_evaluation.prediction import Coded


@dataclass(frozen=True, slots=True)
class LabelScores:
    """How one label fares; a figure with nothing to divide by is 0.

    Attributes:
        support: How many messages it would have been right for.
        predicted: How many messages it was decided for.
        precision: Of those it was decided for, the share it was right for.
        recall: Of those it would have been right for, the share it was decided for.
        f1: The harmonic mean of the two.
    """

    support: int
    predicted: int
    precision: float
    recall: float
    f1: float


def scores_by_label(coded: Coded) -> dict[str, LabelScores]:
    """Return the scores of every label, sorted by label."""
    size = len(coded.labels)
    support = np.bincount(coded.expected, minlength=size)
    predicted = np.bincount(coded.predicted, minlength=size)
    right = np.bincount(coded.expected[coded.expected == coded.predicted], minlength=size)
    return {
        label: LabelScores(
            support=int(support[number]),
            predicted=int(predicted[number]),
            precision=float(right[number] / max(predicted[number], 1)),
            recall=float(right[number] / max(support[number], 1)),
            f1=float(2 * right[number] / max(support[number] + predicted[number], 1)),
        )
        for number, label in enumerate(coded.labels)
    }
