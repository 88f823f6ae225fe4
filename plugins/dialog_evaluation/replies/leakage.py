"""How much of what is measured on stands in what was learnt from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from dialog_evaluation.replies.cases import Case
from dialog_evaluation.replies.near_duplicates import near_duplicates
from dialog_evaluation.replies.statistics import Bools
from dialog_evaluation.replies.words import folded


@dataclass(frozen=True, slots=True)
class Leakage:
    """Which cases stand in the training data. Capitals and blanks do not matter.

    Attributes:
        pairs: A question with its reply.
        contexts: All that was said before with the reply.
        replies: The reply alone.
        questions: The question alone.
        nearly: A question with its reply, or one that is nearly the same.
    """

    pairs: Bools
    contexts: Bools
    replies: Bools
    questions: Bools
    nearly: Bools

    @property
    def shares(self) -> dict[str, float]:
        """The share of the cases of each kind."""
        size = max(len(self.pairs), 1)
        kinds = ("pairs", "contexts", "replies", "questions", "nearly")
        return {name: float(getattr(self, name).sum()) / size for name in kinds}

    def only(self, chosen: Bools) -> "Leakage":
        """Return the same of some of the cases."""
        return Leakage(*(getattr(self, name)[chosen] for name in self.__slots__))


def leakage_of(cases: Sequence[Case], train: Sequence[Case], *, near: bool = True) -> Leakage:
    """Return which of the cases stand in the training data.

    Args:
        cases: What is measured on.
        train: What was learnt from.
        near: Whether to look for what is nearly the same, too.
    """
    pairs, contexts = {_pair(case) for case in train}, {_context(case) for case in train}
    replies, questions = {folded(case.reply) for case in train}, {folded(case.question) for case in train}
    exact = np.array([_pair(case) in pairs for case in cases], np.bool_)
    nearly = exact.copy()
    left = np.flatnonzero(~exact).tolist()
    if near and left:
        asked = ["\n".join(_pair(cases[number])) for number in left]
        nearly[left] = near_duplicates(asked, ["\n".join(pair) for pair in pairs])
    return Leakage(
        pairs=exact,
        contexts=np.array([_context(case) in contexts for case in cases], np.bool_),
        replies=np.array([folded(case.reply) in replies for case in cases], np.bool_),
        questions=np.array([folded(case.question) in questions for case in cases], np.bool_),
        nearly=nearly,
    )


def leakage(cases: Sequence[Case], train: Sequence[Case]) -> Mapping[str, float]:
    """Return which shares of the cases stand word for word in the training data.

    Returns:
        `pairs`: a question with its reply; `contexts`: all that was said before with the reply; `replies`: the reply
        alone. Capitals and blanks do not matter.
    """
    shares = leakage_of(cases, train, near=False).shares
    return {name: shares[name] for name in ("pairs", "contexts", "replies")}


def _pair(case: Case) -> tuple[str, str]:
    return folded(case.question), folded(case.reply)


def _context(case: Case) -> tuple[str, ...]:
    return (*(folded(turn.text) for turn in case.history), *_pair(case))
