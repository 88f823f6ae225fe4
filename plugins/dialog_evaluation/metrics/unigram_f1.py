"""How many words two texts share."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dialog_core import Component
from dialog_core.configuration import Options
from dialog_evaluation.metrics.paired import check_pairs
from dialog_evaluation.replies.overlap import Vocabulary, each_once, f_measure, shared
from dialog_evaluation.replies.words import normalised


class UnigramF1(Component[Options]):
    """`unigram_f1`: the mean F1 of the words of a text, as ParlAI compares them; Chinese by the character."""

    def compute(self, predictions: Sequence[str], references: Sequence[str]) -> dict[str, float]:
        """Return the figure; none where there are no texts."""
        values = self.per_text(predictions, references)
        return {"unigram_f1": float(values.mean())} if len(values) else {}

    def per_text(self, predictions: Sequence[str], references: Sequence[str]) -> NDArray[np.float64]:
        """Return what the figure is the mean of; two texts without words are alike."""
        check_pairs(predictions, references)
        vocabulary = Vocabulary()
        said, gold = (vocabulary.tokens(each_once(normalised, texts)) for texts in (predictions, references))
        nothing = (said.lengths == 0) & (gold.lengths == 0)
        return np.where(nothing, 1.0, f_measure(shared(said, gold, 1), said.lengths, gold.lengths))
