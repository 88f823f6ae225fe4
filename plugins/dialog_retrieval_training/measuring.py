"""How well questions find what answers them, and whether the score tells that there is no answer.

The figures are those of trec_eval, as ir-measures computes them: recall is the part of the right entries that was
found, reciprocal rank is that of the first right one, nDCG has a gain of 1 for every right entry.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from dialog_retrieval.searching import Mask, Match, Searcher
from dialog_retrieval_training.reading import Question

DEPTH = 10  # entries that are looked at
ABSTENTION = 0.1  # how much noticing that there is no answer counts beside finding the one there is


@dataclass(frozen=True, slots=True)
class Found:
    """A question with what was found for it, best first."""

    question: Question
    matches: Sequence[Match]

    @property
    def right(self) -> bool:
        """Whether the first of it answers the question."""
        return bool(self.matches) and self.matches[0].number in self.question.answers


def search(
    searcher: Searcher,
    questions: Sequence[Question],
    size: int,
    advance: Callable[[int], None] = lambda steps: None,
    depth: int = DEPTH,
) -> list[Found]:
    """Ask questions.

    Args:
        searcher: What finds entries.
        questions: What is asked.
        size: How many entries there are.
        advance: Is told of so many questions asked.
        depth: How many entries to find for each.
    """
    found = []
    for question in questions:
        allowed: Mask | None = None
        if question.hidden:
            allowed = np.ones(size, dtype=np.bool_)
            allowed[list(question.hidden)] = False
        found.append(Found(question, searcher.find(question.text, depth, allowed)))
        advance(1)
    return found


def measure(found: Sequence[Found]) -> dict[str, float]:
    """Return the figures: of questions that have an answer, and how well the score tells those that have none."""
    inside = [one for one in found if one.question.answers]
    figures = {
        "success_at_1": _mean([float(one.right) for one in inside]),
        "recall_at_1": _mean([_recall(one, 1) for one in inside]),
        "recall_at_10": _mean([_recall(one, DEPTH) for one in inside]),
        "mrr": _mean([reciprocal_rank(one) for one in inside]),
        "ndcg_at_10": _mean([_ndcg(one) for one in inside]),
    }
    area = abstention_auroc(found)
    if area is not None:
        figures["abstention_auroc"] = area
    return {name: round(value, 6) for name, value in figures.items()}


def reciprocal_rank(found: Found) -> float:
    """Return one divided by the place of the first right entry; 0 if there is none."""
    for place, match in enumerate(found.matches[:DEPTH], 1):
        if match.number in found.question.answers:
            return 1 / place
    return 0.0


def mean_reciprocal_rank(found: Sequence[Found]) -> float:
    """Return the mean over the questions that have an answer."""
    return _mean([reciprocal_rank(one) for one in found if one.question.answers])


def abstention_auroc(found: Sequence[Found]) -> float | None:
    """Return how likely a question with an answer has a higher best score than one without; None if all are alike."""
    inside = [_best(one) for one in found if one.question.answers]
    outside = [_best(one) for one in found if not one.question.answers]
    if not inside or not outside:
        return None
    scores = np.array([*inside, *outside])
    order = np.argsort(scores, kind="stable")
    ranks = np.empty(len(scores))
    ranks[order] = np.arange(1, len(scores) + 1)
    for value in np.unique(scores):  # equal scores share their mean rank
        same = scores == value
        ranks[same] = ranks[same].mean()
    positive = len(inside)
    return float((ranks[:positive].sum() - positive * (positive + 1) / 2) / (positive * len(outside)))


def objective(figures: Mapping[str, float]) -> float:
    """Return the one figure that decides: how high right entries stand, and a little whether no answer is noticed."""
    return figures["mrr"] + ABSTENTION * figures.get("abstention_auroc", 0.0)


def _recall(found: Found, depth: int) -> float:
    answers = found.question.answers
    return sum(match.number in answers for match in found.matches[:depth]) / len(answers)


def _ndcg(found: Found) -> float:
    answers = found.question.answers
    gain = sum(
        1 / math.log2(place + 1) for place, match in enumerate(found.matches[:DEPTH], 1) if match.number in answers
    )
    return gain / sum(1 / math.log2(place + 1) for place in range(1, min(len(answers), DEPTH) + 1))


def _best(found: Found) -> float:
    return found.matches[0].score if found.matches else 0.0


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
