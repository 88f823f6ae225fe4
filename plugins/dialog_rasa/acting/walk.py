"""One turn: one action after another, as they are predicted, until the bot listens again or has to wait for an action.

A walk that waits is written down (`to_json`) and taken up again when the action has run. It knows how things are done
in general; what single actions do stands in `forms`, `default_actions`, `two_stage` and `custom`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from dialog_core import ActionCall, Event, FlowEnded, FlowStarted, FlowStepped, JsonValue, SlotSet, Turn
from dialog_rasa.acting import custom, default_actions, forms, wording
from dialog_rasa.acting.memory import Memory
from dialog_rasa.acting.parts import CANCELLED, MOST_STEPS, SWITCHED, UNSURE, Parts
from dialog_rasa.acting.resetting import FALLBACK
from dialog_rasa.acting.responses import Said, TemplateError
from dialog_rasa.acting.slots import custom_actions, fill
from dialog_rasa.dialogue.values import FALLBACK_INTENT, LISTEN
from dialog_rasa.prediction.contract import Prediction
from dialog_rasa.tracker.saving import tracker_from, tracker_json
from dialog_rasa.tracker.state import Heard, Tracker

if TYPE_CHECKING:
    from dialog_rasa.actions.contract import ActionOutcome

VALIDATE_SLOTS = "action_validate_slot_mappings"
SESSION_START = "action_session_start"

Pending = Mapping[str, Any]
"""What to do when the action has run that is running: `{"kind": ..., "action": ...}`, with what that needs."""


@dataclass
class Walk:
    """One way through the actions of a turn.

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
    hidden: bool = False
    over: bool = False

    # --- The way ------------------------------------------------------------------------------------------------------

    def begin(self, heard: Heard, *, session: bool) -> None:
        """Walk from a message on.

        Args:
            heard: The message.
            session: Whether a session begins with it.
        """
        self.tracker = self.tracker.heard(heard)
        self.meant = heard.retrieval or heard.intent
        if session and self.parts.overrides(SESSION_START):
            custom.request(self, SESSION_START, {"kind": "session"})
        else:
            self.hear()

    def hear(self) -> None:
        """Let the message fill slots, and go on."""
        values = fill(self.parts.dialogue, self.tracker, self.tracker.latest)
        self.filled = dict(values)
        self.set(values)
        names = custom_actions(self.parts.dialogue, self.tracker, self.tracker.latest)
        self.fill_by([name for name in names if self.parts.runs(name)])

    def fill_by(self, names: Sequence[str]) -> None:
        """Let actions fill slots, one after the other, and then one judge what is filled; and go on."""
        if names:
            custom.request(self, names[0], {"kind": "slots", "rest": list(names[1:])})
        elif self.filled and self.parts.overrides(VALIDATE_SLOTS):
            custom.request(self, VALIDATE_SLOTS, {"kind": "judged"}, candidates=self.filled)
        else:
            self.go_on()

    def go_on(self) -> None:
        """Do what is predicted until there is nothing more to do, or an action has to run first."""
        while self.call is None and not self.over:
            if self.steps >= MOST_STEPS:
                self.remarks.append(f"more than {MOST_STEPS} actions in one turn; the bot listens")
                self.listen()
                return
            prediction = self._predicted()
            self.hidden = prediction.hidden
            if prediction.action == LISTEN and (self.actions or prediction.source != "learned"):
                self.listen()
                return
            if prediction.action == LISTEN:  # to say nothing is what a story may want, and no guess of a model
                prediction = replace(prediction, action=FALLBACK, score=0.0)
            self.steps += 1
            self._take(prediction)

    def resume(self, outcome: ActionOutcome) -> None:
        """Go on now that the action has run."""
        pending, self.pending = self.pending, {}
        action = str(pending.get("action", ""))
        match pending.get("kind"):
            case "session":
                custom.apply(self, outcome)
                self._failed(action, outcome)
                self.hear()
            case "slots" | "judged":
                self._fill_from(pending, outcome)
            case "form":
                forms.validated(self, pending, outcome)
            case "asked":
                forms.asked(self, pending, outcome)
            case "stage":
                custom.apply(self, outcome)
                self._failed(action, outcome)
            case _:
                self._acted(action, outcome)
        self.go_on()

    def listen(self) -> None:
        """End the turn."""
        self.tracker = self.tracker.acted(LISTEN, hidden=self.hidden)
        self.over = True

    def _predicted(self) -> Prediction:
        if self.followup:
            name, self.followup = self.followup, ""
            return Prediction(name, 1.0, "default", "as the action before it said")
        return self.parts.predictor.predict(self.tracker)

    def _take(self, prediction: Prediction) -> None:
        name, parts = prediction.action, self.parts
        place = prediction.place
        score = prediction.score
        if not self.actions and prediction.source not in ("loop", "default"):  # else a loop has taken the message
            score *= self._understood(learned=prediction.source == "learned")
        self.score = min(self.score, score)
        why = f"{prediction.source}: {prediction.name}" if prediction.name else prediction.source
        self.evidence.append((f"{name} ({why})", str(place) if place.file else "", prediction.score))
        if prediction.interrupts:
            self.tracker = self.tracker.interrupted()
        if name in parts.dialogue.forms:
            forms.run(self, name)
        elif parts.overrides(name):
            custom.request(self, name, {"kind": "acted"})
        elif name in default_actions.ACTIONS:
            default_actions.ACTIONS[name](self)
        elif parts.says(name):
            self.did(name)
            self.respond(name)
        else:
            custom.request(self, name, {"kind": "acted"})

    def _understood(self, *, learned: bool) -> float:
        """Return how sure it is what the message means, of which a rule or story that was written for it needs less."""
        latest = self.tracker.latest
        if latest.intent == FALLBACK_INTENT and not latest.text.startswith("/"):
            return UNSURE
        return self.sure if learned else max(UNSURE, self.sure)

    # --- What actions do ----------------------------------------------------------------------------------------------

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
        changed = {name: value for name, value in values.items() if not _same(held.get(name), value)}
        for name, value in changed.items():
            self.undo.setdefault(name, held.get(name))
            self.effects.append(SlotSet(name, value))
        self.tracker = self.tracker.with_slots(changed)

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

    # --- What becomes of actions --------------------------------------------------------------------------------------

    def _acted(self, action: str, outcome: ActionOutcome) -> None:
        """Go on from an action that a rule or story wanted. One that failed ends the turn: what follows rests on it."""
        if outcome.error or outcome.rejected:
            self.fail(action, outcome.error or "it could not go on with this message")
            self.ask_again()
            self.listen()
            return
        self.did(action)
        custom.apply(self, outcome)

    def _failed(self, action: str, outcome: ActionOutcome) -> None:
        if outcome.error:
            self.remarks.append(f"{action} failed: {outcome.error}")

    def _fill_from(self, pending: Pending, outcome: ActionOutcome) -> None:
        """Take what an action has filled, or judged; what nobody could judge is not filled."""
        action = str(pending.get("action", ""))
        before = dict(self.tracker.slots)
        if outcome.error and pending["kind"] == "judged":
            self.set(dict.fromkeys(self.filled))
            self.filled = {}
            self.fail(action, outcome.error, "not checked")
        else:
            self._failed(action, outcome)
            custom.apply(self, outcome)
        now = self.tracker.slots
        for name in {*before, *now}:
            if not _same(before.get(name), now.get(name)):
                self.filled[name] = now.get(name)
        self.filled = {name: value for name, value in self.filled.items() if value is not None}
        if pending["kind"] == "slots":
            self.fill_by([str(name) for name in pending.get("rest", ())])
        else:
            self.go_on()

    def _values(self, extra: Mapping[str, JsonValue]) -> Mapping[str, JsonValue]:
        """Return what templates may name: the slots, what the loop has asked for, and what an action adds."""
        loop = self.tracker.loop
        asked = {"requested_slot": loop.requested} if loop is not None else {}
        return {**self.tracker.slots, **asked, **extra}

    # --- Waiting ------------------------------------------------------------------------------------------------------

    def to_json(self) -> dict[str, JsonValue]:
        """Return a walk that waits for an action, for `taken_up`."""
        return {
            "begun": tracker_json(self.begun),
            "sure": self.sure,
            "meant": self.meant,
            "messages": self.messages,
            "actions": self.actions,
            "evidence": [list(one) for one in self.evidence],
            "score": self.score,
            "filled": self.filled,
            "undo": self.undo,
            "remarks": self.remarks,
            "steps": self.steps,
            "calls": self.calls,
            "pending": dict(self.pending),
            "followup": self.followup,
            "rejected": self.rejected,
            "previous": self.previous,
            "hidden": self.hidden,
        }


def taken_up(parts: Parts, turn: Turn, memory: Memory) -> Walk | None:
    """Return the walk that waited for an action; None: none did."""
    told = memory.turn
    if told is None:
        return None
    features = parts.features
    return Walk(
        parts=parts,
        turn=turn,
        tracker=replace(memory.tracker, slots=turn.slots),
        begun=tracker_from(told["begun"], features),
        at=memory.at,
        sure=float(told["sure"]),
        meant=str(told["meant"]),
        asked=dict(memory.asked),
        doubts=memory.doubts,
        before=memory.before,
        messages=[dict(one) for one in told["messages"]],
        actions=[str(one) for one in told["actions"]],
        evidence=[(str(one[0]), str(one[1]), float(one[2])) for one in told["evidence"]],
        score=float(told["score"]),
        filled=dict(told["filled"]),
        undo=dict(told["undo"]),
        remarks=[str(one) for one in told["remarks"]],
        steps=int(told["steps"]),
        calls=int(told["calls"]),
        pending=dict(told["pending"]),
        followup=str(told["followup"]),
        rejected=bool(told["rejected"]),
        previous=int(told["previous"]),
        hidden=bool(told["hidden"]),
    )


def _same(one: JsonValue, other: JsonValue) -> bool:
    return bool(one == other) and isinstance(one, bool) == isinstance(other, bool)
