"""The share of decisions that are right."""

from collections.abc import Mapping, Sequence

from dialog_core import Component
from dialog_core.configuration import Options
from dialog_evaluation.prediction import Coded, Prediction


class Accuracy(Component[Options]):
    """`accuracy`: of all messages, those decided right; to reject what is out of scope is right."""

    def compute(self, predictions: Sequence[Prediction], references: Sequence[str]) -> Mapping[str, float]:
        """Return the figure."""
        coded = Coded.of(predictions, references)
        return {"accuracy": float((coded.predicted == coded.expected).mean())}
