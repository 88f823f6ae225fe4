"""How much two replies are the same."""

from collections.abc import Mapping
from typing import Any

from dialog_core import Context

SAME = 0.9  # F1 of the words from which on two texts are one: a letter is put right, a name is added
LONGEST = 20_000  # characters that are compared; no reply is longer, and a book would take seconds


class Likeness:
    """Compares replies by the words they share, as the metric `unigram_f1` does: Chinese by the character.

    Case, punctuation and English articles make no difference.
    """

    def __init__(self, context: Context) -> None:
        self._metric: Any = context.create("metric", "unigram_f1")

    def __call__(self, said: str, reference: str) -> float:
        """Return the F1 of the words, from 0 to 1."""
        figures: Mapping[str, float] = self._metric.compute([said[:LONGEST]], [reference[:LONGEST]])
        return figures["unigram_f1"]
