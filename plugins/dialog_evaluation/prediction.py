"""What is measured: a decision about a message with how sure it was, and the label that would have been right."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dialog_core.annotations import LabelAnnotation
from dialog_core.datasets import OUT_OF_SCOPE

NO_DECISION = "(no decision)"
"""The label where nothing was decided because the annotator failed; never right."""


@dataclass(frozen=True, slots=True)
class Prediction:
    """A decision about a message.

    Attributes:
        label: What was decided; `OUT_OF_SCOPE` where the message was rejected.
        confidence: The probability, as stated, that the decision is right.
        out_of_scope: How much speaks for the message being out of scope, on one scale for all messages.
    """

    label: str
    confidence: float = 1.0
    out_of_scope: float = 0.0


def prediction_of(annotation: LabelAnnotation | None) -> Prediction:
    """Return the decision a classifier's annotation states.

    An annotator that says how likely `out_of_scope` is, in a key of that name, is taken at its word. Otherwise the less
    likely the best label is, the more speaks against all of them (Hendrycks & Gimpel 2017), whatever was decided.
    """
    if annotation is None:
        return Prediction(NO_DECISION, 0.0, 1.0)
    label = annotation["label"]
    probability = float(annotation["probability"])
    stated = annotation.get("out_of_scope")
    ranked = annotation.get("ranked") or ()
    if isinstance(stated, int | float):
        outside = float(stated)
    elif ranked:
        outside = 1.0 - float(ranked[0]["probability"])
    else:
        outside = probability if label is None else 1.0 - probability
    return Prediction(OUT_OF_SCOPE if label is None else label, probability, outside)


@dataclass(frozen=True, slots=True)
class Coded:
    """Labels as numbers, for counting.

    Attributes:
        labels: Every label that was predicted or expected, sorted.
        predicted: For each message the index of the label that was decided.
        expected: For each message the index of the label that would have been right.
    """

    labels: tuple[str, ...]
    predicted: npt.NDArray[np.intp]
    expected: npt.NDArray[np.intp]

    @classmethod
    def of(cls, predictions: Sequence[Prediction], references: Sequence[str]) -> "Coded":
        """Number the labels; raise ValueError where predictions and references do not belong together."""
        if len(predictions) != len(references):
            raise ValueError(f"{len(predictions)} predictions for {len(references)} references")
        if not references:
            raise ValueError("there is nothing to measure")
        labels = tuple(sorted({*references, *(prediction.label for prediction in predictions)}))
        index = {label: number for number, label in enumerate(labels)}
        return cls(
            labels,
            np.fromiter((index[prediction.label] for prediction in predictions), np.intp, len(predictions)),
            np.fromiter((index[label] for label in references), np.intp, len(references)),
        )

    def counts(self) -> npt.NDArray[np.int64]:
        """Return how often each label (row) was taken for each label (column)."""
        size = len(self.labels)
        flat = np.bincount(self.expected * size + self.predicted, minlength=size * size)
        return flat.reshape(size, size).astype(np.int64)
