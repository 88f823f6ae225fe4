"""Follows a story and compares every action with what the bot predicts at that moment.

As in Rasa (https://rasa.com/docs/rasa/testing-your-assistant), no action is carried out, and what is wrong does not
hide what comes after it: the conversation goes on as the story says. Where the bot would go on with the loop under way
and the story does not, the loop is taken to have rejected the message, and what is predicted then counts.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from dialog_core import JsonValue
from dialog_core.interfaces import CaseOutcome, CheckedStep
from dialog_rasa.acting.slots import fill
from dialog_rasa.dialogue.values import (
    ANY,
    LISTEN,
    NOWHERE,
    REQUESTED_SLOT,
    ActionStep,
    Dialogue,
    LoopStep,
    Place,
    SlotMapping,
    SlotsStep,
    Step,
    UserStep,
)
from dialog_rasa.prediction.contract import Prediction
from dialog_rasa.suites.comparing import message_checks, slot_checks
from dialog_rasa.suites.unrolling import Line
from dialog_rasa.tracker.state import Heard, HeardEntity, Tracker

if TYPE_CHECKING:
    from dialog_rasa.acting.policy import StoriesPolicy

Understand = Callable[[str], Heard]

_SOURCES = {
    "default": "the bot does so by itself",
    "loop": "the loop under way",
    "rule": "the rule {name!r}",
    "story": "the story {name!r}",
    "forgetful": "the latest moments of the story {name!r}",
    "learned": "what was learned from the stories",
    "fallback": "nobody knows what comes next",
}


def follow(line: Line, policy: "StoriesPolicy", understand: Understand | None) -> CaseOutcome:
    """Follow a story from its first step to its last.

    Args:
        line: The story.
        policy: Whose predictions to compare with.
        understand: What a message means to the bot; None: what the story says it means.
    """
    if line.error:
        return CaseOutcome(error=line.error)
    walk = _Walk(policy, understand)
    for step in line.steps:
        walk.take(step)
    if line.ends:
        walk.listens()
    return CaseOutcome(tuple(walk.checks))


class _Walk:
    """One way through a story.

    Attributes:
        checks: What was compared.
    """

    def __init__(self, policy: "StoriesPolicy", understand: Understand | None) -> None:
        self.checks: list[CheckedStep] = []
        self._policy = policy
        self._dialogue = policy.dialogue
        self._understand = understand
        slots = {slot.name: slot.initial for slot in policy.dialogue.slots.values() if slot.initial is not None}
        self._tracker = Tracker(policy.features, slots)
        self._filled: Mapping[str, JsonValue] | None = None  # by the message right before, if the bot understood it
        self._at = NOWHERE  # the latest step, which LISTEN is told after
        self._unanswered = False  # whether the user spoke last

    def take(self, step: Step) -> None:
        """Go one step."""
        match step:
            case UserStep():
                self.listens()
                self._hear(step)
            case ActionStep():
                self._act(step.name, step.place)
                self._filled = None
            case SlotsStep():
                self._set(step)
            case LoopStep():
                self._tracker = self._tracker.left() if step.loop is None else self._tracker.entered(step.loop)
        self._at = step.place

    def listens(self) -> None:
        """Compare with what the bot does before the user speaks again: nothing more."""
        # Somebody may speak twice: then the bot is to do nothing between the two.
        if self._unanswered or self._tracker.action not in ("", LISTEN):
            self._act(LISTEN, self._at)

    def _hear(self, step: UserStep) -> None:
        heard = _heard(step)
        self._filled = None
        if self._understand is not None and step.text:
            found = self._understand(step.text)
            self.checks.extend(message_checks(step, found, self._dialogue))
            self._filled = {**self._tracker.slots, **fill(self._dialogue, self._tracker, found)}
            if not step.intent:  # the story says nothing but words
                heard = found
        self._tracker = self._tracker.heard(heard).with_slots(_slots_of(heard, self._dialogue))
        self._unanswered = True

    def _act(self, name: str, place: Place) -> None:
        predicted = self._policy.predictor.predict(self._tracker)
        loop = self._tracker.loop
        if predicted.action != name and loop is not None and predicted.action == loop.name:
            self._tracker = self._tracker.rejected()
            predicted = self._policy.predictor.predict(self._tracker)
        passed = predicted.action == name
        self.checks.append(CheckedStep("action", place.line, name, predicted.action, passed, _why(predicted)))
        self._tracker = self._tracker.acted(name, hidden=passed and predicted.hidden)
        self._unanswered = False

    def _set(self, step: SlotsStep) -> None:
        if self._filled is not None:
            self.checks.extend(slot_checks(step, self._filled, self._dialogue))
        values = dict(step.values)
        requested = values.pop(REQUESTED_SLOT, ANY)
        loop = self._tracker.loop
        if requested != ANY and loop is not None:
            self._tracker = self._tracker.entered(loop.name, str(requested or ""))
        some = {name: self._tracker.slots.get(name) or ANY for name, value in values.items() if value == ANY}
        self._tracker = self._tracker.with_slots({**values, **some})


def _heard(step: UserStep) -> Heard:
    """Return what a message means as the story says it."""
    entities = tuple(
        HeardEntity(one.name, None if one.value == ANY else one.value, one.role, one.group) for one in step.entities
    )
    intent, slash, _ = step.intent.partition("/")
    return Heard(step.text, intent, step.intent if slash else "", entities=entities)


def _slots_of(heard: Heard, dialogue: Dialogue) -> Mapping[str, JsonValue]:
    """Return the slots that entities fill whatever is under way: stories do not say so again."""
    found: dict[str, JsonValue] = {}
    for slot in dialogue.slots.values():
        for mapping in slot.mappings:
            if mapping.type != "from_entity" or mapping.conditions:
                continue
            values = [one.value for one in heard.entities if _fits(one, mapping) and one.value is not None]
            if values:
                found[slot.name] = values if slot.type == "list" else values[-1]
                break
    return found


def _fits(entity: HeardEntity, mapping: SlotMapping) -> bool:
    given, wanted = ({one.role, one.group} - {""} for one in (entity, mapping))
    return entity.name == mapping.entity and given == wanted


def _why(predicted: Prediction) -> str:
    told = _SOURCES[predicted.source].format(name=predicted.name)
    place = f" ({predicted.place})" if predicted.place.file is not None else ""
    return f"{told}{place}, {predicted.score:.2f} sure"
