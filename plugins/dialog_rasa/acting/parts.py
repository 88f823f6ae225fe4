"""What does not change from turn to turn: a bot's dialogue, and who predicts, says and runs what."""

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, Protocol

from dialog_rasa.acting.responses import Responses
from dialog_rasa.actions.domain import domain_json
from dialog_rasa.dialogue.values import DEFAULT_ACTIONS, ActionStep, Dialogue, Rule, Story
from dialog_rasa.prediction.contract import Prediction
from dialog_rasa.tracker.features import Features
from dialog_rasa.tracker.state import Heard, Tracker

MOST_STEPS: Final = 10  # actions predicted in one turn, as with Rasa
MOST_CALLS: Final = 9  # custom actions run in one turn; the kernel runs ten at most, and the last word is the policy's
UNSURE: Final = 0.55  # what a reply scores that answers a message nobody understood: less than what others know, and
# enough for it to be said twice in a row, where repetition is held against it
COMPLETED, CANCELLED, SWITCHED = "completed", "cancelled", "switched"


class Predicts(Protocol):
    """What always has something to say."""

    def predict(self, tracker: Tracker, *, without: str = "") -> Prediction:
        """Return which action comes next; `without`: other than this one."""
        ...


@dataclass(frozen=True)
class Parts:
    """The parts of one bot.

    Attributes:
        dialogue: What it consists of.
        features: What counts in predictions.
        predictor: Who says what comes next.
        responses: What it says.
        likeliest: Who says which intents a message may have, the likeliest first, given what annotators say.
        parameters: Who says what a registered action is called with; None: nobody knows.
        ranking: Who says how likely each intent is, the likeliest first, given the same.
        policy: What the bot file calls the policy.
        registered: The actions that plugins have registered.
        server: Whether there is an action server.
        channel: On which channel it talks.
        timeout: How many seconds a custom action may take; None: as the bot file says.
        fallback: The response for what nobody knows an answer to.
    """

    dialogue: Dialogue
    features: Features
    predictor: Predicts
    responses: Responses
    likeliest: Callable[[Mapping[str, object]], Sequence[str]]
    parameters: Callable[[str], Sequence[str] | None]
    ranking: Callable[[Mapping[str, object]], Sequence[tuple[str, float]]] = lambda _: ()
    policy: str = "stories"
    registered: Container[str] = field(default_factory=frozenset)
    server: bool = False
    channel: str = ""
    timeout: float | None = None
    fallback: str = "utter_default"

    def runs(self, name: str) -> bool:
        """Whether there is a custom action of this name: one that is registered, or that the bot says it has."""
        return name in self.registered or name in self.dialogue.actions

    def overrides(self, name: str) -> bool:
        """Whether a custom action takes the place of something that is there without one."""
        return name in self.registered or (self.server and name in self.dialogue.actions)

    def says(self, name: str) -> bool:
        """Whether an action says something: a response, or words of a story."""
        if name in self.registered:
            return False
        return name.startswith("utter_") or name in self.responses or name in self.words

    def answer(self, name: str, heard: Heard) -> str:
        """Return the response an action stands for: `utter_faq` for the question that was asked, `utter_faq/hours`."""
        intent = name.removeprefix("utter_")
        if heard.retrieval and heard.intent == intent and f"utter_{heard.retrieval}" in self.responses:
            return f"utter_{heard.retrieval}"
        if name not in self.responses:
            answers = [response for response in self.dialogue.responses if response.startswith(f"{name}/")]
            if len(answers) == 1:  # which question it is need not be known then
                return answers[0]
        return name

    @cached_property
    def words(self) -> frozenset[str]:
        """What stories have the bot say in words of their own."""
        return frozenset(step.name for step in self._steps if step.text)

    @cached_property
    def custom(self) -> tuple[str, ...]:
        """The names of actions that an action server may be asked for."""
        named = (step.name for step in self._steps if not step.text)
        mapped = (mapping.action for slot in self.dialogue.slots.values() for mapping in slot.mappings)
        declared = self.dialogue.actions
        names = [name for name in dict.fromkeys((*declared, *named, *mapped)) if name and not self.says(name)]
        return tuple(
            name
            for name in names
            if name not in self.dialogue.forms and (name not in DEFAULT_ACTIONS or (self.server and name in declared))
        )

    @cached_property
    def domain(self) -> Mapping[str, Any]:
        """The domain as custom actions are told it."""
        return domain_json(self.dialogue)

    @cached_property
    def _steps(self) -> tuple[ActionStep, ...]:
        tellers: tuple[Story | Rule, ...] = (*self.dialogue.stories, *self.dialogue.rules)
        return tuple(step for teller in tellers for step in teller.steps if isinstance(step, ActionStep))
