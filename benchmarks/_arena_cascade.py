"""What a threshold saves: turns in which the language model, the last tier, need not be asked."""

from collections.abc import Sequence
from dataclasses import dataclass

from dialog_ranking.choices import Choice
from dialog_ranking_training.judging import Model, Said, said

ANSWER_AT = 0.3  # as in a bot file that does not say otherwise


@dataclass(frozen=True, slots=True)
class Turned:
    """A turn in a cascade, as it would end after each tier.

    Attributes:
        stages: What would be said after each tier, the last one last.
        early: Whether somebody in an earlier tier has a right reply: an oracle would not ask on.
        hopeless: Whether nobody has a right reply and asking is of no use: who knew that would not ask either.
    """

    stages: tuple[Said, ...]
    early: bool
    hopeless: bool

    def asked(self, accept_at: float) -> int:
        """Return the number of the tier after which nobody else is asked."""
        last = len(self.stages) - 1
        sure = (number for number, stage in enumerate(self.stages[:last]) if stage.probability >= accept_at)
        return next(sure, last)


@dataclass(frozen=True, slots=True)
class Point:
    """What comes of a threshold: shares of all turns, and of the calls that could be saved."""

    accept_at: float
    accuracy: float
    calls: float
    saved: float
    saved_or_hopeless: float


def play(model: Model, choices: Sequence[Choice], answer_at: float = ANSWER_AT) -> list[Turned]:
    """Return the turns of choices as a ranker would see them tier after tier."""
    last = max(tier for choice in choices for tier in choice.tiers.values())
    found = []
    for choice in choices:
        stages = [choice.up_to(tier) for tier in range(last + 1)]
        said_after = tuple(said(stage, model.rank(stage.turn, stage.candidates), answer_at) for stage in stages)
        early = any(label is not None and label.right > 0.5 for label in stages[last - 1].labels)
        right = any(label is not None and label.right > 0.5 for label in choice.labels)
        found.append(Turned(said_after, early, not right))
    return found


def point(turns: Sequence[Turned], accept_at: float) -> Point:
    """Return what comes of a threshold."""
    asked = [turn.asked(accept_at) for turn in turns]
    early = [number for turn, number in zip(turns, asked, strict=True) if turn.early]
    either = [number for turn, number in zip(turns, asked, strict=True) if turn.early or turn.hopeless]
    last = len(turns[0].stages) - 1
    return Point(
        accept_at=accept_at,
        accuracy=_mean([turn.stages[number].right or 0.0 for turn, number in zip(turns, asked, strict=True)]),
        calls=_mean([float(number == last) for number in asked]),
        saved=_mean([float(number < last) for number in early]),
        saved_or_hopeless=_mean([float(number < last) for number in either]),
    )


def curve(turns: Sequence[Turned], steps: int = 100) -> list[Point]:
    """Return what comes of each threshold from 0 to just above 1, above which everybody is always asked."""
    return [point(turns, step / steps) for step in range(steps + 1)] + [point(turns, 1.01)]


def lowest(points: Sequence[Point], within: float, answer_at: float) -> Point:
    """Return the point that asks least often at an accuracy no further below that of asking everybody.

    What is good enough to stop at has to be good enough to be said.
    """
    everybody = points[-1].accuracy
    good = [one for one in points if one.accuracy >= everybody - within and one.accept_at >= answer_at]
    return min(good, key=lambda one: one.calls)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
