"""The questions that went wrong in a way one can learn from."""

from collections.abc import Sequence
from dataclasses import dataclass

from dialog_evaluation.retrieval.asking import Found
from dialog_evaluation.retrieval.questions import Question

Pairs = Sequence[tuple[Question, Found]]


@dataclass(frozen=True, slots=True)
class Misses:
    """What went wrong with one retriever's answers.

    Attributes:
        mistaken: Answerable questions that another entry was taken for, the surest first.
        invented: Questions without an answer that would be answered all the same, the surest first.
        timid: Questions whose right entry is the first and that would not be answered, the least sure first.
        lost: Answerable questions whose right entry was not found at all.
    """

    mistaken: Pairs
    invented: Pairs
    timid: Pairs
    lost: Pairs


def misses(questions: Sequence[Question], found: Sequence[Found], threshold: float) -> Misses:
    """Sort out what went wrong if everything from a score on is answered."""
    surest = sorted(zip(questions, found, strict=True), key=lambda pair: -pair[1].score)
    return Misses(
        mistaken=[pair for pair in surest if pair[0].answerable and pair[1].best and pair[1].rank not in (1, None)],
        invented=[pair for pair in surest if not pair[0].answerable and pair[1].best and pair[1].score >= threshold],
        timid=[pair for pair in reversed(surest) if pair[1].rank == 1 and pair[1].score < threshold],
        lost=[pair for pair in surest if pair[0].answerable and pair[1].rank is None],
    )
