"""What comes of one message for the flows under way, while it is being worked out: where they stand, slots, words."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from typing import Any

from dialog_core import ActionCall, ConsentGiven, Event, FactLearned, FlowEnded, FlowStarted, FlowStepped, SlotSet
from dialog_rules.facts import Facts
from dialog_rules.flow import FAILED, Ask, Flow, FlowBook, Say
from dialog_rules.flow_state import Frame
from dialog_rules.flow_voice import Voice, Warn
from dialog_rules.say import Variant


class Course:
    """The course the flows under way take in one turn. Changes nothing but itself.

    Attributes:
        frames: The flows under way, outermost first.
        slots: The values of slots as they stand by now.
        user: The user as they are known by now.
        effects: What happens if the reply is the one that is said.
        said: What to say, in order.
        quick_replies: What to offer.
        action: What to have run before going on.
        voice: Renders what is said.
    """

    def __init__(self, book: FlowBook, policy: str, facts: Facts, frames: Sequence[Frame], warn: Warn) -> None:
        self._book = book
        self._policy = policy
        self._facts = facts
        self._warn = warn
        self.frames = list(frames)
        self.slots: dict[str, Any] = dict(facts.turn.slots)
        self.user = facts.turn.user
        self.effects: list[Event] = []
        self.said: list[str] = []
        self.quick_replies: tuple[str, ...] = ()
        self.action: ActionCall | None = None
        self.voice = Voice(book, facts, self.slots, warn)

    def start(self, flow: Flow) -> None:
        """Begin a flow, with the slots it asks for empty. It stands before its first step."""
        for name in flow.touched:
            self.set(name, None)
        self.enter(flow)

    def set(self, name: str, value: Any) -> None:
        """Set a slot."""
        if value is None:
            if name in self.slots:
                del self.slots[name]
                self.effects.append(SlotSet(name, None))
        elif self.slots.get(name) != value or type(self.slots.get(name)) is not type(value):
            self.slots[name] = value
            self.effects.append(SlotSet(name, value))

    def set_all(self, values: Mapping[str, Any]) -> None:
        """Set several slots to values with templates in them; what a slot cannot hold, it does not take."""
        for name, value in values.items():
            try:
                self.set(name, self.coerced(name, self.voice.native(value)))
            except ValueError as error:
                self._warn((name, str(error)), f"{error}; it keeps its value")

    def learn(self, values: Mapping[str, Any]) -> None:
        """Learn facts about the user; a template that comes out empty tells nothing."""
        for name, written in values.items():
            value = self.voice.native(written)
            if written is None or (value is not None and value != ""):
                self._hear(FactLearned(name, value))

    def take_consent(self, given: Any) -> None:
        """Take what the user says to facts being kept; a template that comes out empty is no answer."""
        said = self.voice.native(given)
        if said is not None and said != "":
            self._hear(ConsentGiven(bool(said), self._facts.turn.now))

    def _hear(self, about_user: FactLearned | ConsentGiven) -> None:
        self.effects.append(about_user)
        self.user = self.user.after([about_user])
        self.voice.know(self.user.facts, consent=self.user.consent)

    def answer(self, ask: Ask, value: Any) -> None:
        """Set the slot of a question to what the user said."""
        state = self.frames[-1].state
        state["order"] = [*(name for name in state.get("order", ()) if name != ask.slot.name), ask.slot.name]
        self.set(ask.slot.name, value)

    def keep(self, ask: Ask, value: Any) -> None:
        """Keep an answer that was given before its question, until the action that judges it can be run."""
        state = self.frames[-1].state
        state["unchecked"] = {**state.get("unchecked", {}), ask.slot.name: value}

    def say_message(self, name: str, **extras: Any) -> None:
        """Say one of the messages that no step has."""
        self.said.append(self.voice.message(name, **extras))

    def say(self, variants: Sequence[Variant]) -> None:
        """Say one of several texts."""
        text = self.voice.pick(variants, "say")
        if text:
            self.said.append(text)

    def tell(self, step: Say) -> None:
        """Say what a step says, unless it was said in this flow before."""
        text = self.voice.pick(step.say, step.id)
        self.quick_replies = tuple(reply for one in step.quick_replies if (reply := self.voice.render(one)))
        told = self.frames[-1].state.setdefault("told", [])
        mark = zlib.crc32(f"{step.id}/{text}".encode())
        if text and mark not in told:
            self.said.append(text)
            told.append(mark)
            del told[:-20]

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

    def stay(self) -> None:
        """Stop where the innermost flow stands."""
        frame = self.frames[-1]
        if frame.step is not None:
            self.effects.append(FlowStepped(frame.flow.name, frame.step.id, _small(frame.state)))

    def fix(self) -> None:
        """Keep what has been answered so far: something was done with it, and is not done twice."""
        state = self.frames[-1].state
        state.update(acted=True, fixed=list(state.get("order", ())))

    def enter(self, flow: Flow) -> None:
        """Begin a flow within those under way."""
        self.effects.append(FlowStarted(flow.name, self._policy, flow.first.id if flow.first is not None else ""))
        self.frames.append(Frame(flow, flow.first))

    def leave(self, outcome: str) -> None:
        """End the innermost flow."""
        frame = self.frames.pop()
        self.effects.append(FlowEnded(frame.flow.name, outcome))
        if self.frames and frame.state.get("acted"):
            self.fix()

    def end(self, outcome: str) -> None:
        """End all flows under way."""
        while self.frames:
            self.leave(outcome)

    def fail(self, error: str) -> None:
        """Apologise and end everything."""
        self.say_message("failed", error=error)
        self.end(FAILED)

    def coerced(self, name: str, value: Any) -> Any:
        """Return a value as a slot holds it; raise ValueError where it cannot."""
        slot = self._book.slots.get(name)
        return value if slot is None else slot.coerced(value)


def _small(state: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in state.items() if value not in (None, "", [], {}, 0)}
