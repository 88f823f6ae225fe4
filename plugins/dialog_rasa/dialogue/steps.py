"""Reads the steps of stories, rules and tests: each is a mapping whose key says what happens.

One reader serves our own files and Rasa's. It is strict: a key nobody knows is a mistake. `Spelling` says what else may
stand there: marks in messages, and what older files of Rasa's write differently.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from dialog_core import JsonValue
from dialog_core.configuration import Node, Problem
from dialog_rasa.dialogue.marks import MarkParser, parse_marks
from dialog_rasa.dialogue.nodes import Keys, place_of, plain, problem_at, text_of, unknown_key
from dialog_rasa.dialogue.values import (
    ANY,
    ActionStep,
    CheckpointStep,
    EntityGiven,
    LoopStep,
    OrStep,
    SlotsStep,
    Step,
    UserStep,
)

_KINDS = ("intent", "user", "action", "bot", "slot_was_set", "active_loop", "checkpoint", "or")
_ALLOWED = {
    "intent": ("intent", "user", "entities"),
    "user": ("user", "intent", "entities"),
    "action": ("action",),
    "bot": ("bot",),
    "slot_was_set": ("slot_was_set",),
    "active_loop": ("active_loop",),
    "checkpoint": ("checkpoint", "slot_was_set"),
    "or": ("or",),
}
_OLD = {"form": "active_loop", "slot": "slot_was_set"}  # what Rasa 2.0 called them at first
_EARLIER = "..."  # at the beginning of a rule: whatever happened before


@dataclass(frozen=True, slots=True)
class Spelling:
    """How steps are written.

    Attributes:
        marks: How entities are marked in messages.
        lenient: Whether spellings of older files are read as well, and keys that say nothing (`metadata`) passed over.
    """

    marks: MarkParser = parse_marks
    lenient: bool = False


OURS = Spelling()


def read_steps(
    node: Node | None, problems: list[Problem], *, path: Keys = (), spelling: Spelling = OURS
) -> tuple[Step, ...]:
    """Read a list of steps.

    Args:
        node: The list.
        problems: What is wrong is added here; such a step is left out.
        path: The path of the list in its file, for problems.
        spelling: How they are written.
    """
    if node is None or node.value is None:
        return ()
    if not isinstance(node.value, list):
        remedy = "Write a list: each step on a line of its own that begins with `- `."
        problems.append(node.problem("steps are a list", path=path, remedy=remedy))
        return ()
    reader = _StepReader(problems, spelling)
    found: list[Step] = []
    for index, child in enumerate(node.value):
        if isinstance(child.value, str) and child.value.strip() in (_EARLIER, "\u2026") and not index:
            continue
        found.extend(reader.read(child, (*path, index)))
    return tuple(found)


def read_slots(
    node: Node, problems: list[Problem], *, path: Keys = (), lenient: bool = False
) -> tuple[tuple[str, JsonValue], ...]:
    """Read what stands under `slot_was_set`: `[{a: 1}, b, {c: null}]`; a bare name means some value."""
    found: list[tuple[str, JsonValue]] = []
    value = node.value
    children = value if isinstance(value, list) else [node]
    if not isinstance(value, list) and not (lenient and isinstance(value, dict | str)):
        remedy = "Write a list: `slot_was_set: [{name: value}]`, or only the name where any value will do."
        problems.append(node.problem("slots are a list", path=path, remedy=remedy))
        return ()
    for index, child in enumerate(children):
        if isinstance(child.value, dict) and child.value:
            found.extend((name, plain(given)) for name, given in child.value.items())
        elif isinstance(child.value, str) and child.value:
            found.append((child.value, ANY))
        else:
            remedy = "Write `name: value`, `name: null` for none, or only the name where any value will do."
            problems.append(child.problem("this is no slot with its value", path=(*path, index), remedy=remedy))
    return tuple(found)


class _StepReader:
    """Reads one step after another and collects what is wrong."""

    def __init__(self, problems: list[Problem], spelling: Spelling) -> None:
        self._problems = problems
        self._spelling = spelling

    def read(self, node: Node, path: Keys) -> Iterator[Step]:
        keys = node.value
        if not isinstance(keys, dict) or not keys:
            remedy = f"Write what happens: `intent: greet`, `action: utter_greet`, ... Known: {', '.join(_KINDS)}."
            self._problems.append(node.problem("this is no step", path=path, remedy=remedy))
            return
        old = {name: now for name, now in _OLD.items() if name in keys} if self._spelling.lenient else {}
        if old:
            renamed = {old.get(name, name): child for name, child in keys.items()}
            positions = {old.get(name, name): at for name, at in (node.keys or {}).items()}
            node = Node(renamed, node.file, node.line, node.column, keys=positions)
            keys = renamed
        # A checkpoint may carry slots, and a message both words and an intent.
        order = ("checkpoint", *(kind for kind in _KINDS if kind != "checkpoint"))
        kind = next((kind for kind in order if kind in keys), None)
        if kind is None:
            first = next(iter(keys))
            self._problems.append(unknown_key(node, first, _KINDS, path))
            return
        for key in keys:
            if key not in _ALLOWED[kind] and not (self._spelling.lenient and key == "metadata"):
                self._too_much(node, kind, key, path)
        child = keys[kind]
        where = (*path, kind)
        match kind:
            case "intent" | "user":
                step = self._user(node, path)
                if step is not None:
                    yield step
            case "action" | "bot":
                name = self._name(child, where, "an action" if kind == "action" else "words")
                if name:
                    yield ActionStep(name, name if kind == "bot" else "", place_of(node))
            case "slot_was_set":
                slots = read_slots(child, self._problems, path=where, lenient=self._spelling.lenient)
                if slots:
                    yield SlotsStep(slots, place_of(node))
            case "active_loop":
                yield from self._loop(node, child, where)
            case "checkpoint":
                name = self._name(child, where, "a checkpoint")
                conditions = keys.get("slot_was_set")
                slots = ()
                if conditions is not None:
                    given = (*path, "slot_was_set")
                    slots = read_slots(conditions, self._problems, path=given, lenient=self._spelling.lenient)
                if name:
                    yield CheckpointStep(name, slots, place_of(node))
            case _:
                yield from self._or(node, child, where)

    def _too_much(self, node: Node, kind: str, key: str, path: Keys) -> None:
        if key in _KINDS:
            message = f"a step says one thing, and this one has `{kind}:` and `{key}:`"
            found = node.problem(message, path=(*path, key), remedy=f"Begin a step of its own: `- {key}: ...`.")
            self._problems.append(problem_at(node.key_position(key), found))
        else:
            self._problems.append(unknown_key(node, key, _ALLOWED[kind], path))

    def _name(self, node: Node, path: Keys, what: str) -> str:
        name = text_of(node)
        if name is not None and name.strip():
            return name.strip()
        self._problems.append(node.problem(f"this is not the name of {what}", path=path, remedy="Write a name."))
        return ""

    def _user(self, node: Node, path: Keys) -> UserStep | None:
        intent_node, text_node, given = node.child("intent"), node.child("user"), node.child("entities")
        intent, text = "", ""
        entities: list[EntityGiven] = []
        if intent_node is not None:
            intent = self._name(intent_node, (*path, "intent"), "an intent")
            if intent.startswith("/"):
                remedy = f"Write `intent: {intent[1:]}`."
                message = "an intent is written without a slash in front"
                self._problems.append(intent_node.problem(message, path=(*path, "intent"), remedy=remedy))
                return None
        if text_node is not None:
            words = text_of(text_node)
            if words is None or not words.strip():
                remedy = "Write what the user says."
                self._problems.append(text_node.problem("there are no words", path=(*path, "user"), remedy=remedy))
                return None
            try:
                marked = self._spelling.marks(words.strip())
            except ValueError as error:
                self._problems.append(text_node.problem(str(error), path=(*path, "user")))
                return None
            text = marked.text
            entities.extend(marked.entities)
        if given is not None and given.value is not None:
            entities.extend(self._entities(given, (*path, "entities")))
        return UserStep(intent, text, tuple(entities), place_of(node)) if intent or text else None

    def _entities(self, node: Node, path: Keys) -> Iterator[EntityGiven]:
        if not isinstance(node.value, list):
            remedy = "Write a list: `entities: [{city: Rome}]`, or only the name where any value will do."
            self._problems.append(node.problem("entities are a list", path=path, remedy=remedy))
            return
        for index, child in enumerate(node.value):
            if isinstance(child.value, str) and child.value:
                yield EntityGiven(child.value)
                continue
            fields = child.value if isinstance(child.value, dict) else {}
            names = [name for name in fields if name not in ("role", "group")]
            if len(names) != 1:
                remedy = "Write `- city: Rome`, with `role:` and `group:` below it if it has some, or `- city`."
                self._problems.append(child.problem("this is no entity", path=(*path, index), remedy=remedy))
                continue
            role, group = (text_of(fields.get(key)) or "" for key in ("role", "group"))
            yield EntityGiven(names[0], plain(fields[names[0]]), role, group)

    def _loop(self, node: Node, child: Node, path: Keys) -> Iterator[Step]:
        if self._spelling.lenient and isinstance(child.value, dict):  # `form: {name: a_form}`
            child = child.value.get("name", child)
        if child.value is None:
            yield LoopStep(None, place_of(node))
        elif name := self._name(child, path, "a loop"):
            yield LoopStep(name, place_of(node))

    def _or(self, node: Node, child: Node, path: Keys) -> Iterator[Step]:
        choices: list[UserStep | SlotsStep] = []
        children = child.value if isinstance(child.value, list) else []
        for index, choice in enumerate(children):
            for step in self.read(choice, (*path, index)):
                if isinstance(step, UserStep | SlotsStep):
                    choices.append(step)
                else:
                    remedy = "Name intents, messages or slots there, and end the story at a checkpoint for the rest."
                    message = "only what the user says, or slots, can be one or the other"
                    self._problems.append(choice.problem(message, path=(*path, index), remedy=remedy))
        if choices:
            yield OrStep(tuple(choices), place_of(node))
        elif not children:
            remedy = "Write a list: `or: [{intent: affirm}, {intent: thank_you}]`."
            self._problems.append(child.problem("there is nothing to choose from", path=path, remedy=remedy))
