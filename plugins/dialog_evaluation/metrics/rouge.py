"""ROUGE, as the package rouge-score computes it."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from rouge_score.rouge_scorer import RougeScorer

from dialog_core import Component
from dialog_core.configuration import Options
from dialog_evaluation.metrics.paired import check_pairs
from dialog_evaluation.replies.words import words

NAMES: Mapping[str, str] = {"rouge1": "rouge_1", "rouge2": "rouge_2", "rougeL": "rouge_l"}


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
        scorer = RougeScorer(list(NAMES), tokenizer=_Tokenizer())
        values = {name: np.zeros(len(references)) for name in NAMES.values()}
        for number, (said, reference) in enumerate(zip(predictions, references, strict=True)):
            for name, score in scorer.score(reference, said).items():
                values[NAMES[name]][number] = score.fmeasure
        return values


class _Tokenizer:
    """What rouge-score asks for."""

    def tokenize(self, text: str) -> list[str]:
        return words(text)
