"""BLEU, as sacrebleu computes it."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sacrebleu.metrics.bleu import BLEU

from dialog_core import Component
from dialog_evaluation.metrics.paired import check_pairs
from dialog_evaluation.options import BleuOptions
from dialog_evaluation.replies.words import is_chinese

ORDERS = 4


class Bleu(Component[BleuOptions]):
    """`bleu`, from 0 to 100, of all texts together: Papineni et al. 2002, smoothed as sacrebleu does it (exp).

    Chinese is cut by sacrebleu's tokenizer `zh`, other languages by `13a`.
    """

    def compute(self, predictions: Sequence[str], references: Sequence[str]) -> dict[str, float]:
        """Return the figure; none where there are no texts."""
        check_pairs(predictions, references)
        if not references:
            return {}
        return {"bleu": float(self._bleu(references).corpus_score(list(predictions), [list(references)]).score)}

    def counts(self, predictions: Sequence[str], references: Sequence[str]) -> NDArray[np.float64]:
        """Return what the figure is computed from, a row for each text; rows can be added up.

        Returns:
            Matches of n-grams of each order, n-grams there are of each order, length, length of the reference.
        """
        check_pairs(predictions, references)
        bleu = self._bleu(references, effective_order=True)  # without it sacrebleu warns of scoring single texts
        rows = np.zeros((len(references), 2 * ORDERS + 2))
        for row, said, reference in zip(rows, predictions, references, strict=True):
            found = bleu.sentence_score(said, [reference])
            row[:] = [*found.counts, *found.totals, found.sys_len, found.ref_len]
        return rows

    def score(self, row: NDArray[np.float64]) -> float:
        """Return the figure of a row of `counts`, or of a sum of rows."""
        counts = [int(value) for value in row]
        matches, there_are = counts[:ORDERS], counts[ORDERS : 2 * ORDERS]
        return float(BLEU.compute_bleu(matches, there_are, counts[-2], counts[-1], smooth_method="exp").score)

    def signature(self, references: Sequence[str]) -> str:
        """Return how the figure is computed, as sacrebleu writes it."""
        bleu = self._bleu(references)
        bleu.corpus_score(["-"], [["-"]])  # how many references there are is part of it
        return f"BLEU|{bleu.get_signature()}"

    def _bleu(self, references: Sequence[str], *, effective_order: bool = False) -> BLEU:
        tokenize = self.options.tokenize
        if tokenize == "auto":
            tokenize = "zh" if is_chinese(references) else "13a"
        return BLEU(tokenize=tokenize, lowercase=self.options.lowercase, effective_order=effective_order, force=True)
