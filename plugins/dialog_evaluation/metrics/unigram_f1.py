"""How many words two texts share."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dialog_core import Component
from dialog_core.configuration import Options
from dialog_evaluation.metrics.paired import check_pairs
from dialog_evaluation.replies.words import normalised


class UnigramF1(Component[Options]):
    """`unigram_f1`: the mean F1 of the words of a text, as ParlAI compares them; Chinese by the character."""

    def compute(self, predictions: Sequence[str], references: Sequence[str]) -> dict[str, float]:
        """Return the figure; none where there are no texts."""
        values = self.per_text(predictions, references)
        return {"unigram_f1": float(values.mean())} if len(values) else {}

    def per_text(self, predictions: Sequence[str], references: Sequence[str]) -> NDArray[np.float64]:
        """Return what the figure is the mean of."""
        check_pairs(predictions, references)
        return np.array([unigram_f1(*pair) for pair in zip(predictions, references, strict=True)], np.float64)


def unigram_f1(said: str, reference: str) -> float:
    """Return the harmonic mean of how much of each text is in the other."""
    ours, theirs = normalised(said), normalised(reference)
    if not ours or not theirs:
        return float(ours == theirs)
    shared = sum((Counter(ours) & Counter(theirs)).values())
    return 2 * shared / (len(ours) + len(theirs))
