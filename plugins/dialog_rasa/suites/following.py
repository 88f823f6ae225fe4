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
    LISTEN,
    NOWHERE,
    ActionStep,
    LoopStep,
    Place,
    SlotsStep,
    Step,
    UserStep,
)
from dialog_rasa.prediction.contract import Prediction
from dialog_rasa.prediction.stepping import heard_of, initial_slots, slots_of_entities, with_slots_of
from dialog_rasa.suites.comparing import NONE, message_checks, slot_checks
from dialog_rasa.suites.unrolling import Line
from dialog_rasa.tracker.state import Heard, Tracker

if TYPE_CHECKING:
    from dialog_rasa.acting.policy import StoriesPolicy

_VALIDATES = ("action_validate_slot_mappings",)  # beside `validate_<form>`

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
        self._tracker = Tracker(policy.features, initial_slots(policy.dialogue))
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
                self._turn(step)
        self._at = step.place

    def listens(self) -> None:
        """Compare with what the bot does before the user speaks again: nothing more."""
        self._loop_runs()
        if self._unanswered or self._tracker.action not in ("", LISTEN):
            self._act(LISTEN, self._at)

    def _turn(self, step: LoopStep) -> None:
        """Enter or leave a loop, and compare with what can have come of the latest action."""
        if step.loop is None:
            self._loop_runs()
        now = self._tracker.loop.name if self._tracker.loop is not None else None
        latest = self._tracker.action
        if step.loop is None:
            # How long a form asks is its own affair, and other actions may end it; only to say something does not.
            got = now if latest in self._dialogue.responses and latest not in self._dialogue.actions else None
            self._tracker = self._tracker.left()
        else:
            got = latest if latest in self._dialogue.forms else now
            got = step.loop if latest in self._dialogue.actions else got
            self._tracker = self._tracker.entered(step.loop)
        expected, found = step.loop or NONE, got or NONE
        why = f"after {latest}" if latest else "at the beginning"
        self.checks.append(CheckedStep("loop", step.place.line, expected, found, expected == found, why))

    def _loop_runs(self) -> None:
        """Run the loop under way where the story leaves that unsaid: the user answers it, and is to speak again."""
        loop = self._tracker.loop
        if loop is not None and self._unanswered:
            self._tracker = self._tracker.acted(loop.name)
            self._unanswered = False

    def _hear(self, step: UserStep) -> None:
        heard = heard_of(step)
        slots: Mapping[str, JsonValue] = slots_of_entities(self._dialogue, step.entities)
        self._filled = None
        if self._understand is not None and step.text:
            found = self._understand(step.text)
            self.checks.extend(message_checks(step, found, self._dialogue))
            self._filled = self._filled_by(found)
            if not step.intent:  # the story says nothing but words
                heard = found
                slots = fill(self._dialogue, self._tracker, found)
        self._tracker = self._tracker.heard(heard).with_slots(slots)
        self._unanswered = True

    def _filled_by(self, heard: Heard) -> Mapping[str, JsonValue] | None:
        """Return the slots' values after a message; None where an action has its say, which does not run here."""
        tracker, loop = self._tracker, self._tracker.loop
        validated = [*_VALIDATES, *([f"validate_{loop.name}"] if loop is not None else [])]
        if any(action in self._dialogue.actions for action in validated):
            return None
        form = self._dialogue.forms.get(loop.name) if loop is not None else None
        if form is not None and loop is not None and not loop.requested:
            # Stories need not say what a form asks for; it is the first slot that has no value.
            asked = next((name for name in form.required if name not in tracker.slots), "")
            tracker = tracker.entered(form.name, asked)
        return {**tracker.slots, **fill(self._dialogue, tracker, heard)}

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
        self._tracker = with_slots_of(self._tracker, step, self._dialogue.slots)


def _why(predicted: Prediction) -> str:
    told = _SOURCES[predicted.source].format(name=predicted.name)
    place = f" ({predicted.place})" if predicted.place.file is not None else ""
    return f"{told}{place}, {predicted.score:.2f} sure"
