"""What thresholds are to achieve, and those that were chosen for it."""

from dataclasses import dataclass
from typing import Literal, get_args

from dialog_core import DialogError
from dialog_ranking_training.tuning.figures import Figures

Kind = Literal["max_wrong", "cost", "max_calls"]
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True, slots=True)
class Aim:
    """What thresholds are to achieve; see `dispatch.aim`.

    Attributes:
        kind: What is limited: `max_wrong`, `cost` or `max_calls`.
        limit: To what.
    """

    kind: Kind
    limit: float

    def limited(self, figures: Figures) -> float:
        """Return the figure that is limited."""
        return {"max_wrong": figures.wrong, "max_calls": figures.calls, "cost": figures.cost}[self.kind]


@dataclass(frozen=True, slots=True)
class Chosen:
    """Thresholds, and what comes of them.

    Attributes:
        accept_at: The probability from which on later tiers are not asked.
        answer_at: The probability below which nothing is said.
        figures: What comes of them in the data.
        bound: What the figure that is limited may be at most.
    """

    accept_at: float
    answer_at: float
    figures: Figures
    bound: float


class AimError(DialogError):
    """No thresholds do what is aimed at, as far as the data can tell.

    Attributes:
        aim: What is aimed at.
        nearest: The thresholds that come nearest; None where there is no data at all.
        needed: How many messages such as these would show that the nearest do it; None: they would not.
    """

    def __init__(self, message: str, aim: Aim, nearest: Chosen | None = None, needed: int | None = None) -> None:
        super().__init__(message)
        self.aim = aim
        self.nearest = nearest
        self.needed = needed
