"""Walks through the steps of flows until the user or an action has to do something. Changes nothing but itself."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from typing import Any

from dialog_core import ActionCall, Event, FlowEnded, FlowStarted, FlowStepped, HandedOver, SlotSet
from dialog_rules.facts import Facts
from dialog_rules.flow import (
    COMPLETED,
    FAILED,
    GIVEN_UP,
    HANDED_OVER,
    ActionUse,
    Ask,
    Branch,
    Call,
    Do,
    End,
    Flow,
    FlowBook,
    HandOver,
    Say,
    SetSlots,
    Step,
)
from dialog_rules.flow_state import Frame
from dialog_rules.flow_voice import Voice, Warn
from dialog_rules.say import Variant
from dialog_rules.templates import TemplateFailure

MAX_STEPS = 200  # without asking anybody; more is a flow going round in circles
MAX_DEPTH = 10  # flows within flows
MAX_ACTIONS = 9  # in a turn; the kernel runs ten at most, and the flow has to have the last word


class Walk:
    """One way through the steps, in one turn.

    Attributes:
        frames: The flows under way, outermost first.
        slots: The values of slots as they stand by now.
        effects: What happens if the reply is the one that is said.
        said: What to say, in order.
        quick_replies: What to offer.
        action: What to have run before going on.
        question: The question that is open at the end.
        voice: Renders what is said.
    """

    def __init__(self, book: FlowBook, policy: str, facts: Facts, frames: Sequence[Frame], warn: Warn) -> None:
        self._book = book
        self._policy = policy
        self._facts = facts
        self._warn = warn
        self.frames = list(frames)
        self.slots: dict[str, Any] = dict(facts.turn.slots)
        self.effects: list[Event] = []
        self.said: list[str] = []
        self.quick_replies: tuple[str, ...] = ()
        self.action: ActionCall | None = None
        self.question = ""
        self.voice = Voice(book, facts, self.slots, warn)

    # --- What happens -------------------------------------------------------------------------------------------------

    def start(self, flow: Flow) -> None:
        """Begin a flow, with the slots it asks for empty. It stands before its first step."""
        for name in flow.touched:
            self.set(name, None)
        self._enter(flow)

    def set(self, name: str, value: Any) -> None:
        """Set a slot."""
        if value is None:
            if name in self.slots:
                del self.slots[name]
                self.effects.append(SlotSet(name, None))
        elif self.slots.get(name) != value or type(self.slots.get(name)) is not type(value):
            self.slots[name] = value
            self.effects.append(SlotSet(name, value))

    def answer(self, ask: Ask, value: Any) -> None:
        """Set the slot of a question to what the user said."""
        state = self.frames[-1].state
        state["order"] = [*(name for name in state.get("order", ()) if name != ask.slot.name), ask.slot.name]
        self.set(ask.slot.name, value)

    def end(self, outcome: str) -> None:
        """End all flows under way."""
        while self.frames:
            self._leave(outcome)

    def stay(self) -> None:
        """Stop where the innermost flow stands."""
        frame = self.frames[-1]
        if frame.step is not None:
            self.effects.append(FlowStepped(frame.flow.name, frame.step.id, _small(frame.state)))

    def ask(self, *, again: str = "") -> None:
        """Ask the open question and stop; `again` is what to say before it."""
        frame = self.frames[-1]
        ask = frame.asked
        if again:
            self.said.append(again)
        if ask is not None:
            self.question, self.quick_replies = self.voice.question_of(ask)
            self.said.append(self.question)
        self.stay()

    def go_on(self, step: Step | None, **extras: Any) -> None:
        """Walk on from a step of the innermost flow."""
        self.voice.extras(**extras)
        for _ in range(MAX_STEPS):
            if step is None:
                if not self.frames:
                    return
                self._leave(COMPLETED)
                if not self.frames:
                    return
                step = self.frames[-1].step
                step = step.next if step is not None else None
                continue
            self.frames[-1].step = step
            following = self._take(step)
            if following is STOP:
                return
            step = following
        self._warn(step, f"the flow {self.frames[-1].flow.name!r} goes round in circles; it is ended")
        self.fail("goes round in circles")

    def fail(self, error: str) -> None:
        """Apologise and end everything."""
        self.say_message("failed", error=error)
        self.end(FAILED)

    def give_up(self, ask: Ask, error: str) -> None:
        """Go on without an answer that would do."""
        state = self.frames[-1].state
        for key in ("tries", "asking"):
            state.pop(key, None)
        if ask.otherwise is not None:
            self.go_on(ask.otherwise, error=error)
        else:
            self.say_message("given_up")
            self.end(GIVEN_UP)

    def use(self, use: ActionUse) -> bool:
        """Have an action run next; False if that cannot be."""
        frame = self.frames[-1]
        ran = frame.state.get("ran", 0)
        if ran >= MAX_ACTIONS:
            self._warn(use, f"more than {MAX_ACTIONS} actions in one turn; {use.name!r} is not run")
            return False
        arguments = {name: self.voice.native(value) for name, value in use.arguments.items()}
        name = f"{self._policy}.{use.name}" if use.own else use.name
        self.action = ActionCall(name, arguments, use.timeout, use.retries)
        frame.state["ran"] = ran + 1
        frame.state["said"] = list(self.said)
        self.stay()
        return True

    # --- Single steps -------------------------------------------------------------------------------------------------

    def _take(self, step: Step) -> Any:
        frame = self.frames[-1]
        match step:
            case Say():
                self._tell(step)
            case SetSlots():
                self._set_all(step.values)
            case Branch():
                return step.then if self.voice.holds(step.condition) else step.other
            case Ask():
                if frame.flow.changes:
                    marks = frame.state.setdefault("marks", {})
                    marks.setdefault(step.id, {name: self.slots.get(name) for name in frame.flow.changes})
                if step.slot.name not in self.slots:
                    frame.state.pop("ran", None)
                    self.ask()
                    return STOP
            case Do():
                if not self.use(step.use):
                    return self.failed(step, "too many actions in one turn")
                return STOP
            case Call():
                return self._call(step)
            case HandOver():
                reason = self.voice.render(step.reason) or "-"
                self._say(step.say) if step.say else self.say_message("handed_over")
                self.end(HANDED_OVER)
                self.effects.append(HandedOver(self._facts.turn.now, reason))
                return STOP
            case End():
                self._end_innermost(step)
                return STOP if not self.frames else self._after_call()
        return step.next

    def _end_innermost(self, step: End) -> None:
        if step.implied:  # what has failed within a called flow has failed for the one that called it
            self.end(step.outcome)
        else:
            self._leave(step.outcome)

    def _after_call(self) -> Step | None:
        call = self.frames[-1].step
        return call.next if call is not None else None

    def _call(self, step: Call) -> Any:
        flow = self._book.flows[step.flow]
        if step.next is None and len(self.frames) > 1:  # nothing to come back to
            self._leave(COMPLETED)
        elif step.next is None:
            state = self.frames[-1].state
            self._leave(COMPLETED)
            self._enter(flow)
            if "ran" in state:
                self.frames[-1].state["ran"] = state["ran"]
            return flow.first
        elif len(self.frames) >= MAX_DEPTH:
            self._warn(step, f"more than {MAX_DEPTH} flows within each other; the flow is ended")
            self.fail("too many flows within each other")
            return STOP
        else:
            self.stay()
        ran = self.frames[-1].state.get("ran") if self.frames else None
        self._enter(flow)
        if ran:
            self.frames[-1].state["ran"] = ran
        return flow.first

    def failed(self, step: Do, error: str) -> Any:
        """Return what follows when an action has failed."""
        if step.otherwise is None:
            self.fail(error)
            return STOP
        self.voice.extras(error=error)
        return step.otherwise

    def take_result(self, step: Do, result: Any) -> str:
        """Set slots from what an action returned; return what is wrong with it, empty if nothing is."""
        self.voice.extras(result=result)
        values = {}
        for name, value in step.set.items():
            try:
                found = self.voice.strict(value)
                values[name] = self._coerced(name, found)
                if found is None and value is not None:
                    return f"the action {step.use.name!r} has no value for the slot {name!r}"
            except (ValueError, TemplateFailure) as error:
                return str(error)
        for name, value in values.items():
            self.set(name, value)
        state = self.frames[-1].state
        state["did"] = [*state.get("did", ()), step.id]
        return ""

    def _enter(self, flow: Flow) -> None:
        self.effects.append(FlowStarted(flow.name, self._policy, flow.first.id if flow.first is not None else ""))
        self.frames.append(Frame(flow, flow.first))

    def _leave(self, outcome: str) -> None:
        frame = self.frames.pop()
        self.effects.append(FlowEnded(frame.flow.name, outcome))
        if self.frames and "ran" in frame.state:
            self.frames[-1].state["ran"] = frame.state["ran"]

    def _set_all(self, values: Mapping[str, Any]) -> None:
        for name, value in values.items():
            try:
                self.set(name, self._coerced(name, self.voice.native(value)))
            except ValueError as error:
                self._warn((name, str(error)), f"{error}; it keeps its value")

    def _coerced(self, name: str, value: Any) -> Any:
        slot = self._book.slots.get(name)
        return value if slot is None else slot.coerced(value)

    # --- Words --------------------------------------------------------------------------------------------------------

    def say_message(self, name: str, **extras: Any) -> None:
        """Say one of the messages that no step has."""
        self.said.append(self.voice.message(name, **extras))

    def _tell(self, step: Say) -> None:
        text = self.voice.pick(step.say, step.id)
        self.quick_replies = tuple(reply for one in step.quick_replies if (reply := self.voice.render(one)))
        told = self.frames[-1].state.setdefault("told", [])
        mark = zlib.crc32(f"{step.id}/{text}".encode())
        if text and mark not in told:
            self.said.append(text)
            told.append(mark)
            del told[:-20]

    def _say(self, variants: Sequence[Variant]) -> None:
        text = self.voice.pick(variants, "say")
        if text:
            self.said.append(text)


STOP = object()  # instead of a step to go on with


def _small(state: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in state.items() if value not in (None, "", [], {}, 0)}
