"""How close single replies are to what people said: what turns are ordered and compared by."""

from collections.abc import Sequence

import numpy as np

from dialog_core import Context
from dialog_evaluation.metrics.unigram_f1 import UnigramF1
from dialog_evaluation.replies.statistics import Bools, Floats

NAME = "unigram_f1"
"""The figure: of single replies BLEU is mostly 0, and words that are shared can be seen by those who read them."""


class Closeness:
    """Says how close replies are to those of people.

    Args:
        gold: What people said.
        referenced: Where they said something.
        context: Makes the metric.
    """

    def __init__(self, gold: Sequence[str], referenced: Bools, context: Context) -> None:
        self._gold, self._referenced = gold, referenced
        self._metric: UnigramF1 = context.create("metric", NAME)

    def of(self, replies: Sequence[str]) -> Floats:
        """Return the share of words in common; not a number where people said nothing."""
        return np.where(self._referenced, self._metric.per_text(replies, self._gold), np.nan)
