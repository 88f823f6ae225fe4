"""Walks through the steps of flows until the user or an action has to do something."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dialog_core import ActionCall, HandedOver
from dialog_rules.facts import Facts
from dialog_rules.flow import (
    COMPLETED,
    GIVEN_UP,
    HANDED_OVER,
    ActionUse,
    Ask,
    Branch,
    Call,
    Do,
    End,
    FlowBook,
    HandOver,
    Learn,
    Say,
    SetSlots,
    Step,
    TakeConsent,
)
from dialog_rules.flow_course import Course
from dialog_rules.flow_state import Frame
from dialog_rules.flow_voice import Warn
from dialog_rules.templates import TemplateFailure

MAX_STEPS = 200  # without asking anybody; more is a flow going round in circles
MAX_DEPTH = 10  # flows within flows
MAX_ACTIONS = 9  # in a turn; the kernel runs ten at most, and the flow has to have the last word
STOP = object()  # instead of a step to go on with


class Walk(Course):
    """One way through the steps, in one turn.

    Attributes:
        ran: How many actions have run in this turn.
        failure: What went wrong with an action, for the record; empty if nothing did.
    """

    def __init__(self, book: FlowBook, policy: str, facts: Facts, frames: Sequence[Frame], warn: Warn) -> None:
        super().__init__(book, policy, facts, frames, warn)
        self.failure = ""
        self.ran = self.frames[-1].state.pop("ran", 0) if self.frames else 0

    def go_on(self, step: Step | None, **extras: Any) -> None:
        """Walk on from a step of the innermost flow."""
        self.voice.extras(**extras)
        for _ in range(MAX_STEPS):
            if step is None:
                if not self.frames:
                    return
                self.leave(COMPLETED)
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

    def _take(self, step: Step) -> Any:
        frame = self.frames[-1]
        match step:
            case Say():
                self.tell(step)
            case SetSlots():
                self.set_all(step.values)
            case Learn():
                self.learn(step.values)
            case TakeConsent():
                self.take_consent(step.given)
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
                self.say(step.say) if step.say else self.say_message("handed_over")
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
            self.leave(step.outcome)

    def _after_call(self) -> Step | None:
        call = self.frames[-1].step
        return call.next if call is not None else None

    def _call(self, step: Call) -> Any:
        flow = self._book.flows[step.flow]
        if any(frame.flow is flow for frame in self.frames):
            # It comes round again: flows that have nothing left to do do not wait for it, and it asks everything anew.
            while self.frames and _is_last(self.frames[-1].step):
                self.leave(COMPLETED)
            for name in flow.touched:
                self.set(name, None)
        if len(self.frames) >= MAX_DEPTH:
            self._warn(step, f"more than {MAX_DEPTH} flows within each other; the flow is ended")
            self.fail("too many flows within each other")
            return STOP
        if self.frames:
            self.stay()
        self.enter(flow)
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
                values[name] = self.coerced(name, found)
                if found is None and value is not None:
                    return f"the action {step.use.name!r} has no value for the slot {name!r}"
            except (ValueError, TemplateFailure) as error:
                return str(error)
        for name, value in values.items():
            self.set(name, value)
        if not step.use.reads_only:
            self.fix()
        return ""


def _is_last(step: Step | None) -> bool:
    return step is None or step.next is None
