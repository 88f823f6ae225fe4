"""How often a bot says the same again."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dialog_core import Component
from dialog_core.configuration import Options
from dialog_evaluation.metrics.paired import check_pairs
from dialog_evaluation.replies.words import ngrams, words

ORDER = 4


class Repetition(Component[Options]):
    """Figures of repetition; less is better.

    - `repeated_4grams`: within a text, the share of runs of four words that have been there before: its mean.
    - `most_frequent`: the share of texts that are the most frequent one.
    - `says_it_again`: the share of texts that are what was said just before.

    A reference is what the same speaker said just before; empty: nothing.
    """

    def compute(self, predictions: Sequence[str], references: Sequence[str]) -> dict[str, float]:
        """Return the figures; none where there are no texts."""
        return {name: float(values.mean()) for name, values in self.per_text(predictions, references).items()}

    def per_text(self, predictions: Sequence[str], references: Sequence[str]) -> dict[str, NDArray[np.float64]]:
        """Return what each figure is the mean of."""
        check_pairs(predictions, references)
        if not predictions:
            return {}
        texts = [words(text) for text in predictions]
        told = Counter(tuple(text) for text in texts if text)
        commonest = max(told, key=lambda text: told[text], default=None)
        again = [bool(text) and text == words(before) for text, before in zip(texts, references, strict=True)]
        return {
            "repeated_4grams": np.array([repeated(text) for text in texts], np.float64),
            "most_frequent": np.array([tuple(text) == commonest for text in texts], np.float64),
            "says_it_again": np.array(again, np.float64),
        }


def repeated(tokens: list[str]) -> float:
    """Return the share of runs of four words that have been there before."""
    grams = ngrams(tokens, ORDER)
    return 1 - len(set(grams)) / len(grams) if grams else 0.0
