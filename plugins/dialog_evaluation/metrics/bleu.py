"""BLEU, as sacrebleu computes it."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sacrebleu.metrics.bleu import BLEU

from dialog_core import Component
from dialog_evaluation.metrics.paired import check_pairs
from dialog_evaluation.options import BleuOptions
from dialog_evaluation.replies.overlap import Vocabulary, each_once, shared
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
        bleu, vocabulary = self._bleu(references), Vocabulary()

        def tokens(text: str) -> list[str]:
            return str(bleu.tokenizer((text.lower() if self.options.lowercase else text).rstrip())).split()

        said, gold = (vocabulary.tokens(each_once(tokens, texts)) for texts in (predictions, references))
        matches = [shared(said, gold, order) for order in range(1, ORDERS + 1)]
        there_are = [said.count(order) for order in range(1, ORDERS + 1)]
        return np.column_stack([*matches, *there_are, said.lengths, gold.lengths]).astype(np.float64)

    def score(self, row: NDArray[np.float64]) -> float:
        """Return the figure of a row of `counts`, or of a sum of rows."""
        return float(self.scores(row[None])[0])

    def scores(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the figures of sums of rows of `counts`, smoothed as by Chen & Cherry 2014, method 3."""
        matches, there_are = rows[:, :ORDERS], rows[:, ORDERS : 2 * ORDERS]
        length, wanted = rows[:, -2], rows[:, -1]
        with np.errstate(divide="ignore", invalid="ignore"):
            halved = 0.5 ** np.cumsum((matches == 0) & (there_are > 0), axis=1)
            precisions = np.log(np.where(matches > 0, matches, halved) / there_are)
            brevity = np.where(length < wanted, 1 - wanted / length, 0.0)
            found = 100 * np.exp(brevity + precisions.mean(axis=1))
        return np.where((matches.sum(axis=1) > 0) & (there_are > 0).all(axis=1), found, 0.0)

    def signature(self, references: Sequence[str]) -> str:
        """Return how the figure is computed, as sacrebleu writes it."""
        bleu = self._bleu(references)
        bleu.corpus_score(["-"], [["-"]])  # how many references there are is part of it
        return f"BLEU|{bleu.get_signature()}"

    def _bleu(self, references: Sequence[str]) -> BLEU:
        tokenize = self.options.tokenize
        if tokenize == "auto":
            tokenize = "zh" if is_chinese(references) else "13a"
        return BLEU(tokenize=tokenize, lowercase=self.options.lowercase, force=True)
