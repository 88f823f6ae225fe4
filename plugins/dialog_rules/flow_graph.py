"""Flows as pictures show them: blocks of boxes below each other, with branches that may come together again."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from dialog_rules.flow import (
    Ask,
    Branch,
    Call,
    Do,
    End,
    Flow,
    FlowBook,
    HandOver,
    Learn,
    Say,
    SetSlots,
    Step,
    TakeConsent,
)
from dialog_rules.say import Variant

Ending = Literal["falls", "stops", "continues"]

_EXPRESSION = re.compile(r"\{\{-?\s*(?:slots\.(?=\w+\s*-?\}))?(.*?)\s*-?\}\}", re.DOTALL)
_SLOT = re.compile(r"slots\.\w+")


@dataclass(frozen=True, slots=True)
class Box:
    """One step.

    Attributes:
        id: Its id, unique within the flow.
        kind: What it does: start, ask, choose, say, do, when, set, learn, consent, call, hand_over, end or continue.
        heading: What is in question: a slot, an action, a flow.
        text: What is said or looked at.
        chips: What the user may pick.
        line: Where it is written; 0: nobody wrote it.
        branches: What may follow, by what leads there.
        beside: Whether the branches are beside the way on, and do not replace it.
    """

    id: str
    kind: str
    heading: str = ""
    text: str = ""
    chips: tuple[str, ...] = ()
    line: int = 0
    branches: tuple[tuple[str, Block], ...] = ()
    beside: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """Boxes one after the other.

    Attributes:
        boxes: The boxes.
        ending: Whether what comes behind it follows, nothing does, or the flow goes on behind an `otherwise` around it.
    """

    boxes: tuple[Box, ...]
    ending: Ending = "falls"


@dataclass(frozen=True, slots=True)
class Graph:
    """One flow.

    Attributes:
        name: Its name.
        title: What users call it.
        file: The name of its file.
        line: Its line there.
        block: Its boxes, from start to end.
    """

    name: str
    title: str
    file: str
    line: int
    block: Block


def graphs_of(book: FlowBook, language: str) -> list[Graph]:
    """Return the flows of a book, worded in a language."""
    return [_Drawing(flow, language).graph() for flow in book.flows.values()]


class _Drawing:
    def __init__(self, flow: Flow, language: str) -> None:
        self._flow = flow
        self._language = language

    def graph(self) -> Graph:
        flow = self._flow
        title = self._words(flow.title)
        start = Box("start", "start", title, self._beginning(), line=flow.line)
        block = self._block("", None)
        end = (Box("end", "end", "completed"),) if block.ending == "falls" else ()
        return Graph(flow.name, title, flow.file, flow.line, Block((start, *block.boxes, *end), "stops"))

    def _beginning(self) -> str:
        trigger = self._flow.trigger
        if trigger is None:
            return "when other flows call it"
        ways = [f"intent {intent}" for intent in trigger.intents]
        return " · ".join([*ways, *(pattern.text for pattern in trigger.patterns.any_of)])

    def _block(self, prefix: str, following: Step | None) -> Block:
        steps = self._steps_below(prefix)
        if not steps:
            return Block((), "continues")
        last = steps[-1]
        ending: Ending = "continues" if last.next is not following else "falls"
        if isinstance(last, End | HandOver):
            ending = "stops"
        boxes = tuple(self._box(step) for step in steps)
        if boxes[-1].branches and not boxes[-1].beside:
            endings = {block.ending for _, block in boxes[-1].branches}
            if "falls" not in endings:
                ending = "stops"
        return Block(boxes, ending)

    def _steps_below(self, prefix: str) -> list[Step]:
        found: list[Step] = []
        while (step := self._flow.steps.get(f"{prefix}{len(found) + 1}")) is not None:
            found.append(step)
        return found

    def _box(self, step: Step) -> Box:
        match step:
            case Say():
                chips = tuple(words_of(reply) for reply in step.quick_replies)
                return Box(step.id, "say", text=self._words(step.say), chips=chips, line=step.line)
            case Ask():
                chips = tuple(self._words(option.label) for option in step.slot.options)
                chips = chips or tuple(words_of(reply) for reply in step.quick_replies)
                kind = "choose" if step.slot.options else "ask"
                return self._beside(step, kind, step.slot.name, self._words(step.ask), chips)
            case Do():
                given = ", ".join(f"{name}: {shown(value)}" for name, value in step.use.arguments.items())
                return self._beside(step, "do", step.use.name, given)
            case Branch():
                then, other = (self._branch(step, way) for way in ("then", "else"))
                return Box(step.id, "when", text=step.source, line=step.line, branches=(("yes", then), ("no", other)))
            case SetSlots():
                told = "\n".join(f"{name} = {shown(value)}" for name, value in step.values.items())
                return Box(step.id, "set", text=told, line=step.line)
            case Learn():
                told = "\n".join(f"{name} = {shown(value)}" for name, value in step.values.items())
                return Box(step.id, "learn", text=told, line=step.line)
            case TakeConsent():
                return Box(step.id, "consent", text=shown(step.given), line=step.line)
            case Call():
                return Box(step.id, "call", step.flow, line=step.line)
            case HandOver():
                return Box(step.id, "hand_over", words_of(step.reason), self._words(step.say), line=step.line)
            case End():
                return Box(step.id, "end", step.outcome, line=step.line)
        raise TypeError(f"{type(step).__name__} is no step")

    def _branch(self, step: Branch, way: str) -> Block:
        if self._steps_below(f"{step.id}.{way}."):
            return self._block(f"{step.id}.{way}.", step.next)
        target = step.then if way == "then" else step.other
        return Block(()) if target is step.next else Block((_continue(step.id, way),), "stops")

    def _beside(self, step: Ask | Do, kind: str, heading: str, text: str, chips: tuple[str, ...] = ()) -> Box:
        branches: tuple[tuple[str, Block], ...] = ()
        if step.otherwise is not None:
            way = f"{step.id}.otherwise"
            ending = self._flow.steps.get(f"{way}.end")
            block = self._block(f"{way}.", ending)
            if not block.boxes:
                block = Block((_continue(step.id, "otherwise"),), "continues")
            elif block.ending == "falls" and isinstance(ending, End):
                block = Block((*block.boxes, Box(ending.id, "end", ending.outcome)), "stops")
            branches = (("otherwise", block),)
        return Box(step.id, kind, heading, text, chips, step.line, branches, beside=True)

    def _words(self, variants: Sequence[Variant]) -> str:
        """Return the first text in the language; another one where there is none."""
        primary = self._language.partition("-")[0]
        for wanted in (primary, ""):
            for variant in variants:
                if variant.language.partition("-")[0] == wanted:
                    return words_of(variant.text)
        return words_of(variants[0].text) if variants else ""


def _continue(id: str, way: str) -> Box:
    return Box(f"{id}.{way}.continue", "continue")


def words_of(text: Any) -> str:
    """Return a text as it is written, `{order}` for `{{ slots.order }}`."""
    written = text.text if hasattr(text, "text") else text.source
    return _EXPRESSION.sub(lambda match: f"{{{match[1]}}}", written)


def shown(value: Any) -> str:
    """Return a value as it is written, `order` for `{{ slots.order }}`."""
    if hasattr(value, "source"):
        return str(value.source).removeprefix("slots.") if _SLOT.fullmatch(value.source) else words_of(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name}: {shown(inner)}" for name, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(shown(inner) for inner in value) + "]"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
