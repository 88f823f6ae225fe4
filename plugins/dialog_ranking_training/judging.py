"""What a ranker would say in a turn, and whether that was right."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from dialog_core import Candidate, Ranked, Ranking, Turn
from dialog_ranking.choices import Choice, Label

Verdicts = Ranking | Sequence[Ranked]


class Model(Protocol):
    """A ranker, or what a ranker is made from."""

    def rank(self, turn: Turn, candidates: Sequence[Candidate]) -> Any:
        """Return a verdict on each candidate, best first."""
        ...


@dataclass(frozen=True, slots=True)
class Said:
    """What came of one turn.

    Attributes:
        place: Which candidate was said; None: none, as nothing reached `answer_at`.
        probability: That of the best candidate, said or not; 0 where there is none.
        best: Which candidate that is; None where there is none.
        right: Whether what was said was right, from 0 to 1; None: nobody knows.
        weight: How much the turn counts.
    """

    place: int | None
    probability: float
    best: int | None
    right: float | None
    weight: float


def rank_all(model: Model, choices: Sequence[Choice]) -> list[Verdicts]:
    """Return what a model makes of each choice."""
    return [model.rank(choice.turn, choice.candidates) for choice in choices]


def verdicts(ranking: Verdicts) -> Sequence[Ranked]:
    """Return the verdicts of a ranking, best first."""
    return ranking.ranked if isinstance(ranking, Ranking) else ranking


def probabilities(choice: Choice, ranking: Verdicts) -> list[float]:
    """Return the probability of each candidate, in the order of the choice."""
    places = {id(candidate): place for place, candidate in enumerate(choice.candidates)}
    found = [0.0] * len(choice.candidates)
    for verdict in verdicts(ranking):
        found[places[id(verdict.candidate)]] = verdict.probability
    return found


def said(choice: Choice, ranking: Verdicts, answer_at: float) -> Said:
    """Return what a ranking says in a turn, and whether that was right.

    Args:
        choice: The turn.
        ranking: A ranker's verdicts on its candidates.
        answer_at: The probability below which nothing is said.
    """
    order = verdicts(ranking)
    if not order:
        right = right_of_nobody(choice)
        return Said(None, 0.0, None, *_known(right))
    best = next(place for place, candidate in enumerate(choice.candidates) if candidate is order[0].candidate)
    probability = order[0].probability
    if probability < answer_at:
        return Said(None, probability, best, *_known(right_of_nobody(choice)))
    return Said(best, probability, best, *_known(choice.labels[best]))


def right_of_nobody(choice: Choice) -> Label | None:
    """Return whether it was right to say none of the candidates; None: that is not known.

    It is known where somebody said so, where every candidate was judged (as right as the best of them is wrong), and
    where one of them is more right than wrong.
    """
    if choice.nobody is not None:
        return choice.nobody
    known = [label for label in choice.labels if label is not None]
    if not known:
        return None
    best = max(known, key=lambda label: label.right)
    if len(known) == len(choice.labels) or best.right > 0.5:
        return Label(1.0 - best.right, best.weight, best.source)
    return None


def best_possible(choice: Choice) -> float | None:
    """Return how right the best thing to say was, as far as anything is known."""
    nobody = right_of_nobody(choice)
    known = [label.right for label in (*choice.labels, nobody) if label is not None]
    return max(known, default=None)


def right_of_policy(choice: Choice, policy: str) -> Label | None:
    """Return whether it would have been right to leave the turn to one policy: its best candidate, or else nobody."""
    own = [place for place, candidate in enumerate(choice.candidates) if candidate.policy == policy]
    if not own:
        return right_of_nobody(choice)
    return choice.labels[max(own, key=lambda place: choice.candidates[place].score)]


def policies_of(choices: Sequence[Choice]) -> list[str]:
    """Return the names of the policies that proposed something, in order of their appearance."""
    return list(dict.fromkeys(candidate.policy for choice in choices for candidate in choice.candidates))


def _known(label: Label | None) -> tuple[float | None, float]:
    return (None, 0.0) if label is None else (label.right, label.weight)
