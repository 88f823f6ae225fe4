"""How varied texts are."""

from collections.abc import Sequence
from typing import Any

from dialog_core import Component
from dialog_evaluation.metrics.options import DistinctOptions
from dialog_evaluation.replies.words import ngrams, words


class Distinct(Component[DistinctOptions]):
    """`distinct_1` and `distinct_2`: of all words, and pairs of words, the share that differs (Li et al. 2016).

    The paper divides the number of different pairs by that of words; most who use it, ParlAI among them, by that of
    pairs, so that the figure can reach 1. `per` says which.

    The more texts there are, the lower it is: compare only figures of equally many.
    """

    def compute(self, predictions: Sequence[str], references: Sequence[Any]) -> dict[str, float]:
        """Return the figures, without those there is nothing to count for; references are not looked at."""
        tokens = [words(text) for text in predictions]
        count = sum(map(len, tokens))
        found = {}
        for order in (1, 2):
            all_of_them = [gram for each in tokens for gram in ngrams(each, order)]
            if all_of_them:
                of = count if self.options.per == "words" else len(all_of_them)
                found[f"distinct_{order}"] = len(set(all_of_them)) / of
        return found
