"""How varied texts are."""

from collections.abc import Sequence
from typing import Any

from dialog_core import Component
from dialog_core.configuration import Options
from dialog_evaluation.replies.words import ngrams, words


class Distinct(Component[Options]):
    """`distinct_1` and `distinct_2`: of all words, and pairs of words, the share that differs (Li et al. 2016).

    The more texts there are, the lower it is: compare only figures of equally many.
    """

    def compute(self, predictions: Sequence[str], references: Sequence[Any]) -> dict[str, float]:
        """Return the figures, without those there is nothing to count for; references are not looked at."""
        tokens = [words(text) for text in predictions]
        found = {}
        for order in (1, 2):
            all_of_them = [gram for each in tokens for gram in ngrams(each, order)]
            if all_of_them:
                found[f"distinct_{order}"] = len(set(all_of_them)) / len(all_of_them)
        return found
