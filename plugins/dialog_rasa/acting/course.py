"""What actions do in a turn: say things, set slots, begin and end loops; and all that is noted down on the way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from dialog_core import ActionCall, Event, FlowEnded, FlowStarted, FlowStepped, JsonValue, SlotSet, Turn
from dialog_rasa.acting import wording
from dialog_rasa.acting.parts import CANCELLED, SWITCHED, Parts
from dialog_rasa.acting.responses import Said, TemplateError
from dialog_rasa.tracker.state import Tracker

Pending = Mapping[str, Any]
"""What to do when the action has run that is running: `{"kind": ..., "action": ...}`, with what that needs."""


@dataclass
class Course:
    """What one turn has come to so far.

    Attributes:
        parts: What does not change from turn to turn.
        turn: The turn.
        tracker: Where the conversation stands now.
        begun: Where it stood when the message came.
        at: How many events there were when the turn began that leads to where the conversation stands.
        previous: How many there were when the turn began that led to where it stood.
        asked: What the loop under way has asked last.
        doubts: See `Memory`; `before` too.
        sure: How sure it is what the message means, from 0 to 1.
        meant: What that is, for the trace.
        messages: What is to be said.
        actions: What was done.
        evidence: Who said that it was to be done: text, source, score.
        score: The lowest score of a prediction.
        filled: Slots the message filled.
        undo: Slots that were set, with what they held before.
        remarks: For the trace.
        effects: What happens if this is said.
        steps: How many actions were predicted.
        calls: How many custom actions were run.
        pending: What to do when the action has run that runs next.
        call: That action.
        followup: What has to come next, whatever is predicted.
        rejected: Whether a loop could do nothing with the message.
        refused: The action that has just said that it cannot go on.
        hidden: Whether stories are not to see what was predicted last.
        over: Whether nothing more is to be done.
    """

    parts: Parts
    turn: Turn
    tracker: Tracker
    begun: Tracker
    at: int = 0
    previous: int = 0
    sure: float = 1.0
    meant: str = ""
    asked: Said = field(default_factory=dict)
    doubts: tuple[str, ...] = ()
    before: Tracker | None = None
    messages: list[Said] = field(default_factory=list)
    actions: list[str] = field(default_factory=list)
    evidence: list[tuple[str, str, float]] = field(default_factory=list)
    score: float = 1.0
    filled: dict[str, JsonValue] = field(default_factory=dict)
    undo: dict[str, JsonValue] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    effects: list[Event] = field(default_factory=list)
    steps: int = 0
    calls: int = 0
    pending: Pending = field(default_factory=dict)
    call: ActionCall | None = None
    followup: str = ""
    rejected: bool = False
    refused: str = ""
    hidden: bool = False
    over: bool = False

    def did(self, action: str) -> None:
        """Take note that this was done."""
        self.tracker = self.tracker.acted(action, hidden=self.hidden)
        self.actions.append(action)

    def respond(self, name: str, extra: Mapping[str, JsonValue] | None = None) -> Said | None:
        """Say a response, or the words a story has in place of one; return what is said."""
        parts = self.parts
        if name in parts.words:
            return self.say({"text": name})
        said: Said | None = None
        name = parts.answer(name, self.tracker.latest)
        try:
            said = parts.responses.say(name, self._values(extra or {}), self.turn.seed + len(self.messages))
        except TemplateError as error:
            self.remarks.append(f"{name}: {error}")
            return None
        if said is None:
            missing = "has no variation for now" if name in parts.responses else "is nowhere"
            self.remarks.append(f"the response {name!r} {missing}")
            return None
        return self.say(said)

    def say(self, said: Said) -> Said:
        """Say something."""
        self.messages.append(said)
        return said

    def tell(self, about: str, **values: str) -> Said:
        """Say something in words of our own."""
        return self.say({"text": wording.say(about, self.turn.language, **values)})

    def set(self, values: Mapping[str, JsonValue]) -> None:
        """Set slots; None clears one."""
        held = self.tracker.slots
        changed = {name: value for name, value in values.items() if not same_value(held.get(name), value)}
        for name, value in changed.items():
            self.undo.setdefault(name, held.get(name))
            self.effects.append(SlotSet(name, value))
        self.tracker = self.tracker.with_slots(changed)

    def held_before(self, names: Iterable[str]) -> dict[str, JsonValue]:
        """Return what slots held before the message; None: nothing."""
        held = self.tracker.slots
        return {name: self.undo[name] if name in self.undo else held.get(name) for name in names}

    def enter(self, loop: str, requested: str = "") -> None:
        """Have a loop under way that has asked for a slot."""
        before = self.tracker.loop
        if before is not None and before.name != loop:
            self.leave(SWITCHED)
            before = None
        if before is None:
            self.effects.append(FlowStarted(loop, self.parts.policy))
        if requested and (before is None or before.requested != requested):
            self.effects.append(FlowStepped(loop, requested))
        self.tracker = self.tracker.entered(loop, requested)

    def leave(self, outcome: str) -> None:
        """Have no loop under way."""
        if self.tracker.loop is not None:
            self.effects.append(FlowEnded(self.tracker.loop.name, outcome))
            self.tracker = self.tracker.left()
        self.asked = {}

    def ask_again(self) -> None:
        """Say once more what the loop under way has asked last."""
        if self.tracker.loop is not None and self.asked and self.asked not in self.messages:
            self.say(self.asked)

    def restore(self, tracker: Tracker) -> None:
        """Have the conversation stand where it stood before; slots set in this turn hold what they held."""
        asked = self.asked
        self.set(dict(self.undo))
        loop, wanted = self.tracker.loop, tracker.loop
        if loop is not None and (wanted is None or wanted.name != loop.name):
            self.leave(CANCELLED)
        if wanted is not None:
            self.enter(wanted.name, wanted.requested)
            self.asked = asked
        self.tracker = replace(tracker, slots=self.tracker.slots)

    def fail(self, action: str, error: str, about: str = "action failed") -> None:
        """Say that something could not be done, and why in the trace."""
        self.remarks.append(f"{action} failed: {error}")
        self.tell(about)

    def _values(self, extra: Mapping[str, JsonValue]) -> Mapping[str, JsonValue]:
        """Return what templates may name: the slots, what the loop has asked for, and what an action adds."""
        loop = self.tracker.loop
        asked = {"requested_slot": loop.requested} if loop is not None else {}
        return {**self.tracker.slots, **asked, **extra}


def same_value(one: JsonValue, other: JsonValue) -> bool:
    """Whether two values are the same; a truth value is no number."""
    return bool(one == other) and isinstance(one, bool) == isinstance(other, bool)
