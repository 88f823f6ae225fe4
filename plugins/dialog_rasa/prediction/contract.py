"""What says which action comes next, and what it says."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from dialog_rasa.dialogue.values import NOWHERE, Place
from dialog_rasa.tracker.state import Tracker

Source = Literal["default", "loop", "rule", "story", "forgetful", "learned", "fallback"]


@dataclass(frozen=True, slots=True)
class Prediction:
    """Which action comes next.

    Attributes:
        action: Its name; LISTEN: nothing more in this turn.
        score: How sure that is, from 0 to 1.
        source: Who says so: Rasa's own default behaviour, the loop under way, a rule, a story whose whole history is
            this one, a story whose latest moments are these, the learned model, or nobody.
        name: Of the rule or story.
        place: Where the step stands.
        interrupts: Whether the loop that comes next is to ask again and take nothing from the latest message.
        hidden: Whether stories are not to see that this was done, because it is a rule's that none of them contains;
            to be handed on to `Tracker.acted`.
    """

    action: str
    score: float = 1.0
    source: Source = "rule"
    name: str = ""
    place: Place = NOWHERE
    interrupts: bool = False
    hidden: bool = False


class NextAction(Protocol):
    """Something that predicts."""

    def predict(self, tracker: Tracker) -> Prediction | None:
        """Return which action comes next; None: it does not know."""
        ...


class LearnedModel(Protocol):
    """What training has made of the stories."""

    def probabilities(self, tracker: Tracker) -> Sequence[tuple[str, float]]:
        """Return every action it knows with its probability, the likeliest first."""
        ...


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment of a story or rule at which an action is taken: what memory keeps and models learn from.

    Attributes:
        tracker: What has happened by then.
        action: The action that is taken; LISTEN at the end of a turn.
        name: Of the story or rule.
        place: Where the step stands; for LISTEN, the step before it.
        rule: Whether it is a rule's.
    """

    tracker: Tracker
    action: str
    name: str
    place: Place = NOWHERE
    rule: bool = False
