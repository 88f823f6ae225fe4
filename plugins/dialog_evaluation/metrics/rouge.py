"""ROUGE, with the figures of the package rouge-score."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dialog_core import Component
from dialog_core.configuration import Options
from dialog_evaluation.metrics.paired import check_pairs
from dialog_evaluation.replies.overlap import Vocabulary, each_once, f_measure, longest_common_order, shared
from dialog_evaluation.replies.words import words


class Rouge(Component[Options]):
    """`rouge_1`, `rouge_2` and `rouge_l`: means of the F-measures, Lin 2004, without stemming.

    Words are told apart as rouge-score does it for English; Chinese, of which that leaves nothing, by the character.
    """

    def compute(self, predictions: Sequence[str], references: Sequence[str]) -> dict[str, float]:
        """Return the figures; none where there are no texts."""
        if not references and not predictions:
            return {}
        return {name: float(values.mean()) for name, values in self.per_text(predictions, references).items()}

    def per_text(self, predictions: Sequence[str], references: Sequence[str]) -> dict[str, NDArray[np.float64]]:
        """Return what each figure is the mean of."""
        check_pairs(predictions, references)
        our_words, their_words = each_once(words, predictions), each_once(words, references)
        vocabulary = Vocabulary()
        said, gold = vocabulary.tokens(our_words), vocabulary.tokens(their_words)
        longest = [longest_common_order(*pair) for pair in zip(our_words, their_words, strict=True)]
        return {
            "rouge_1": f_measure(shared(said, gold, 1), said.count(1), gold.count(1)),
            "rouge_2": f_measure(shared(said, gold, 2), said.count(2), gold.count(2)),
            "rouge_l": f_measure(np.array(longest, np.intp), said.count(1), gold.count(1)),
        }
