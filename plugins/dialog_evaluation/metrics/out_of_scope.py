"""What rejecting messages brings, and what it costs."""

from collections.abc import Mapping, Sequence

from dialog_core import Component
from dialog_core.configuration import Options
from dialog_core.datasets import OUT_OF_SCOPE
from dialog_evaluation.prediction import Coded, Prediction


class OutOfScope(Component[Options]):
    """Three figures; one that has no messages to be taken from is left out.

    - `in_scope_accuracy`: of the messages that are in scope, those decided right. One that is rejected is wrong.
    - `out_of_scope_recall`: of the messages that are out of scope, those rejected.
    - `out_of_scope_precision`: of the messages rejected, those that are out of scope.
    """

    def compute(self, predictions: Sequence[Prediction], references: Sequence[str]) -> Mapping[str, float]:
        """Return the figures."""
        coded = Coded.of(predictions, references)
        number = coded.labels.index(OUT_OF_SCOPE) if OUT_OF_SCOPE in coded.labels else -1
        outside, rejected = coded.expected == number, coded.predicted == number
        right = coded.expected == coded.predicted
        shares = {
            "in_scope_accuracy": right[~outside],
            "out_of_scope_recall": rejected[outside],
            "out_of_scope_precision": outside[rejected],
        }
        return {name: float(share.mean()) for name, share in shares.items() if share.size}
