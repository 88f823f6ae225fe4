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
        voice: Renders what is said.
        ran: How many actions have run in this turn.
        failure: What went wrong with an action, for the record; empty if nothing did.
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
        self.voice = Voice(book, facts, self.slots, warn)
        self.failure = ""
        self.ran = self.frames[-1].state.pop("ran", 0) if self.frames else 0

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
        if again:
            self.said.append(again)
        question, offers = self.open_question()
        if question:
            self.said.append(question)
            self.quick_replies = offers
        self.stay()

    def open_question(self) -> tuple[str, tuple[str, ...]]:
        """Return what the user is to answer next (whether to switch, or a step's question), with answers to offer."""
        frame = self.frames[-1]
        other = self._book.flows.get(frame.state.get("confirm", {}).get("flow", ""))
        if other is not None:
            titles = [self.voice.pick(flow.title, "title") for flow in (self.frames[0].flow, other)]
            question = self.voice.message("switch", task=titles[0], other=titles[1])
            return question, (self.voice.message("yes"), self.voice.message("no"))
        return self.voice.question_of(frame.asked) if frame.asked is not None else ("", ())

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

    def keep(self, ask: Ask, value: Any) -> None:
        """Keep an answer that was given before its question, until the action that judges it can be run."""
        state = self.frames[-1].state
        state["unchecked"] = {**state.get("unchecked", {}), ask.slot.name: value}

    def judge(self, ask: Ask, value: Any) -> str:
        """Have an action judge an answer next; return why that cannot be, or nothing."""
        assert ask.check is not None
        state = self.frames[-1].state
        state["checking"] = {"value": value}
        self.voice.extras(value=value)
        error = self.use(ask.check)
        if error:
            del state["checking"]
        return error

    def use(self, use: ActionUse) -> str:
        """Have an action run next; return why that cannot be, or nothing."""
        if self.ran >= MAX_ACTIONS:
            return f"more than {MAX_ACTIONS} actions in one turn"
        try:
            arguments = self.voice.strict(use.arguments)
        except TemplateFailure as error:
            return f"what {use.name!r} is given cannot be made: {error}"
        name = f"{self._policy}.{use.name}" if use.own else use.name
        self.action = ActionCall(name, arguments, use.timeout, use.retries)
        self.frames[-1].state.update(ran=self.ran + 1, said=list(self.said))
        self.stay()
        return ""

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
                self._drop_what_is_not_offered(step)
                if step.slot.name not in self.slots:
                    told = self._kept(step)
                    if told is not None and not self.judge(step, told):
                        return STOP
                    self.ask()
                    return STOP
            case Do():
                error = self.use(step.use)
                return self.failed(step, error) if error else STOP
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

    def _drop_what_is_not_offered(self, ask: Ask) -> None:
        """Forget an answer that can no longer be chosen: the time, on another day."""
        if ask.slot.offer is None or ask.slot.name not in self.slots:
            return
        if self.slots[ask.slot.name] not in [option.value for option in self.voice.slot_of(ask).options]:
            self.set(ask.slot.name, None)

    def _kept(self, ask: Ask) -> Any:
        """Return the answer that was kept for a question, and keep it no longer; None: there is none."""
        for frame in self.frames:
            kept = dict(frame.state.get("unchecked", {}))
            if ask.check is not None and ask.slot.name in kept:
                value = kept.pop(ask.slot.name)
                frame.state["unchecked"] = kept
                return value
        return None

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
        if any(frame.flow is flow for frame in self.frames):
            # It comes round again: flows that have nothing left to do do not wait for it, and it asks everything anew.
            while self.frames and _is_last(self.frames[-1].step):
                self._leave(COMPLETED)
            for name in flow.touched:
                self.set(name, None)
        if len(self.frames) >= MAX_DEPTH:
            self._warn(step, f"more than {MAX_DEPTH} flows within each other; the flow is ended")
            self.fail("too many flows within each other")
            return STOP
        if self.frames:
            self.stay()
        self._enter(flow)
        return flow.first

    def failed(self, step: Do | Ask, error: str) -> Any:
        """Return what follows when an action has failed."""
        self.failure = error
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
        if not step.use.reads_only:
            self._fix()
        return ""

    def _fix(self) -> None:
        """Keep what has been answered so far: something was done with it, and is not done twice."""
        state = self.frames[-1].state
        state.update(acted=True, fixed=list(state.get("order", ())))

    def _enter(self, flow: Flow) -> None:
        self.effects.append(FlowStarted(flow.name, self._policy, flow.first.id if flow.first is not None else ""))
        self.frames.append(Frame(flow, flow.first))

    def _leave(self, outcome: str) -> None:
        frame = self.frames.pop()
        self.effects.append(FlowEnded(frame.flow.name, outcome))
        if self.frames and frame.state.get("acted"):
            self._fix()

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


def _is_last(step: Step | None) -> bool:
    return step is None or step.next is None


def _small(state: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in state.items() if value not in (None, "", [], {}, 0)}
