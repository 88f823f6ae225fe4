"""F1 averaged over labels, each counting the same however rare it is."""

from collections.abc import Mapping, Sequence

from dialog_core import Component
from dialog_core.configuration import Options
from dialog_evaluation.metrics.per_label import scores_by_label
from dialog_evaluation.prediction import Coded, Prediction


class MacroF1(Component[Options]):
    """`macro_f1`: the mean of the F1 of every label that was expected or predicted, out of scope among them."""

    def compute(self, predictions: Sequence[Prediction], references: Sequence[str]) -> Mapping[str, float]:
        """Return the figure."""
        scores = scores_by_label(Coded.of(predictions, references))
        return {"macro_f1": sum(score.f1 for score in scores.values()) / len(scores)}
