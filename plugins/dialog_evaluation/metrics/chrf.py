"""chrF, as sacrebleu computes it."""

from collections.abc import Sequence

from sacrebleu.metrics.chrf import CHRF

from dialog_core import Component
from dialog_core.configuration import Options
from dialog_evaluation.metrics.paired import check_pairs


class Chrf(Component[Options]):
    """`chrf`, from 0 to 100, of all texts together: F2 of n-grams of characters up to six, Popović 2015."""

    def compute(self, predictions: Sequence[str], references: Sequence[str]) -> dict[str, float]:
        """Return the figure; none where there are no texts."""
        check_pairs(predictions, references)
        if not references:
            return {}
        return {"chrf": float(CHRF().corpus_score(list(predictions), [list(references)]).score)}
