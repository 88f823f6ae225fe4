"""How high up what is right stands among what was found, as ir-measures computes it."""

from collections.abc import Collection, Mapping, Sequence

import ir_measures
import numpy as np
from ir_measures import AP, RR, R, Success, nDCG
from numpy.typing import NDArray

from dialog_core import Component
from dialog_evaluation.options import RetrievalOptions

NDCG_DEPTH = 10

PerQuestion = Mapping[str, NDArray[np.float64]]
"""Of each figure its value for each question; the figure is the mean of them."""


class Retrieval(Component[RetrievalOptions]):
    """`recall_at_<k>`, `success_at_1`, `mrr`, `ndcg_at_10` and `map`.

    A prediction is what was found, as ids, best first. A reference is the ids that would have been right.
    """

    def compute(self, predictions: Sequence[Sequence[str]], references: Sequence[Collection[str]]) -> dict[str, float]:
        """Return the figures; none where there are no questions."""
        if not references and not predictions:
            return {}
        return {name: float(values.mean()) for name, values in self.per_question(predictions, references).items()}

    def per_question(self, predictions: Sequence[Sequence[str]], references: Sequence[Collection[str]]) -> PerQuestion:
        """Return what each figure is the mean of.

        Raises:
            ValueError: There are more of one than of the other, or nothing would be right for a question.
        """
        if len(predictions) != len(references):
            raise ValueError(f"{len(predictions)} predictions for {len(references)} references")
        if not all(references):
            raise ValueError("a question has no right answer")
        # Ranks in place of scores: trec_eval would order equal scores by their ids. Numbers in place of ids: it is
        # written in C, and some texts crash the process.
        run: dict[str, dict[str, float]] = {}
        right: dict[str, dict[str, int]] = {}
        for number, (found, ids) in enumerate(zip(predictions, references, strict=True)):
            codes = {id: str(code) for code, id in enumerate(dict.fromkeys((*found, *ids)))}
            run[str(number)] = {codes[id]: float(-rank) for rank, id in enumerate(dict.fromkeys(found))}
            right[str(number)] = {codes[id]: 1 for id in ids}
        names = {Success @ 1: "success_at_1", RR: "mrr", nDCG @ NDCG_DEPTH: f"ndcg_at_{NDCG_DEPTH}", AP: "map"}
        names |= {R @ cutoff: recall_at(cutoff) for cutoff in self.options.cutoffs}
        values = {name: np.zeros(len(references)) for name in names.values()}
        for one in ir_measures.iter_calc(list(names), right, run):
            values[names[one.measure]][int(one.query_id)] = one.value
        return values


def recall_at(cutoff: int) -> str:
    """Return what the recall among the first so many is called."""
    return f"recall_at_{cutoff}"
