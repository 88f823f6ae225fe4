"""Reads files of flows, and finds everything that is wrong with them before anybody says hello."""

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from dialog_core.configuration import ConfigurationError, Node, Problem, check, did_you_mean, load
from dialog_rules.flow import Flow, FlowBook
from dialog_rules.flow_check import find_faults
from dialog_rules.flow_links import gather
from dialog_rules.flow_options import FlowOptions, FlowsFileOptions, HttpActionOptions, StartOptions
from dialog_rules.flow_slots import SlotReader
from dialog_rules.flow_steps import StepReader
from dialog_rules.flow_words import MESSAGE_NAMES, MESSAGES, WORDS
from dialog_rules.http_action import HttpAction, UrlMistake
from dialog_rules.patterns import Pattern, Patterns
from dialog_rules.reader import FileReader, Keys
from dialog_rules.say import PlainText, Variant
from dialog_rules.triggers import Trigger


def read_flows(
    paths: Collection[Path], *, actions: Mapping[str, bool] | None = None, facts: Collection[str] | None = None
) -> FlowBook:
    """Read files of flows.

    Args:
        paths: The files; a flow of one may call a flow of another.
        actions: The registered actions, each with whether it only looks things up; None: not known, and so not checked.
        facts: The facts about users that the bot declares; None: any may be learnt.

    Raises:
        ConfigurationError: With every problem in all of them.
    """
    reader = _BookReader(actions, facts)
    for path in paths:
        reader.open(path)
    book = reader.read()
    problems = reader.problems
    if not problems and not book.flows:
        remedy = "Write one under `flows:`, with its `steps:`."
        problems = [Problem("there is no flow in it", path, path="flows", remedy=remedy) for path in paths]
    if problems:
        raise ConfigurationError(problems)
    return book


class _Source:
    """One file while it is read."""

    def __init__(self, path: Path, node: Node, facts: Collection[str] | None) -> None:
        self.path = path
        self.node = node
        self.reader = FileReader(path, facts)

    def section(self, name: str) -> dict[str, Node]:
        node = self.node.child(name)
        return node.value if node is not None and isinstance(node.value, dict) else {}


class _BookReader:
    """Reads all files together: first what has a name, then what uses the names."""

    def __init__(self, actions: Mapping[str, bool] | None, facts: Collection[str] | None) -> None:
        self._registered = actions
        self._facts = facts
        self._sources: list[_Source] = []
        self._unreadable: list[Problem] = []
        self._known: dict[tuple[str, str], str] = {}

    @property
    def problems(self) -> list[Problem]:
        return [*self._unreadable, *(problem for source in self._sources for problem in source.reader.problems)]

    def open(self, path: Path) -> None:
        try:
            self._sources.append(_Source(path, load(path).node, self._facts))
        except ConfigurationError as error:
            self._unreadable.extend(error.problems)

    def read(self) -> FlowBook:
        entities: dict[str, Any] = {}
        for source in self._sources:
            _, problems = check(FlowsFileOptions, source.node)
            source.reader.problems.extend(problems)
            source.reader.read_entities(source.node)
            entities.update(source.reader.entities)
        for source in self._sources:
            source.reader.entities = entities
        slots = SlotReader(entities)
        actions: dict[str, HttpAction] = {}
        flows: dict[str, Flow] = {}
        nodes: dict[str, tuple[_Source, Node]] = {}
        for source in self._sources:
            for name, node in source.section("slots").items():
                if self._is_new(source, "slots", "slot", name):
                    slots.read(source.reader, source.node, name, node)
            for name, node in source.section("actions").items():
                if self._is_new(source, "actions", "action", name):
                    action = self._action(source, name, node)
                    if action is not None:
                        actions[name] = action
            for name, node in source.section("flows").items():
                if self._is_new(source, "flows", "flow", name):
                    nodes[name] = source, node
        for source in self._sources:
            for name, node in source.section("flows").items():
                slots.declare_choices(source.reader, node, ("flows", name))
        action_names = {name for kind, name in self._known if kind == "action"}
        for name, (source, node) in nodes.items():
            flow = self._flow(source, name, node)
            steps = StepReader(source.reader, flow, slots, list(nodes), action_names, actions, self._registered)
            steps_node = node.child("steps")
            if steps_node is not None and isinstance(steps_node.value, list):
                flow.first = steps.read(steps_node, ("flows", name, "steps"))
            flows[name] = flow
        for source in self._sources:
            slots.check_uses(source.reader, source.node)
        gather(flows, slots.slots)
        find_faults(flows, {name: (source.reader, node) for name, (source, node) in nodes.items()})
        return FlowBook(
            flows=flows,
            slots=slots.slots,
            actions=actions,
            messages=self._messages(),
            words=self._words(),
            entities=entities,
            quick=all(source.reader.quick for source in self._sources),
        )

    def _is_new(self, source: _Source, section: str, kind: str, name: str) -> bool:
        node = source.node.find((section,))
        at = node.key_position(name)
        first = self._known.setdefault((kind, name), f"{source.path.name}:{at.line}")
        if not name.isidentifier():
            remedy = "Use letters, digits and underscores, beginning with a letter."
            problem = Problem(f"{name!r} cannot be the name of a {kind}", at.file, at.line, at.column, section, remedy)
            source.reader.problems.append(problem)
        if first == f"{source.path.name}:{at.line}":
            return True
        message = f"two {kind}s are called {name!r}: the other one is in {first}"
        source.reader.problems.append(
            Problem(message, at.file, at.line, at.column, f"{section}.{name}", "Rename one of them.")
        )
        return False

    def _flow(self, source: _Source, name: str, node: Node) -> Flow:
        path: Keys = ("flows", name)
        reader = source.reader
        _, problems = check(FlowOptions, node, path)
        reader.problems.extend(problems)
        line = source.node.find(("flows",)).key_position(name).line
        title = reader.say(node, "title", (), path) or (Variant(PlainText(name.replace("_", " "))),)
        flow = Flow(name, title, source.path.name, line)
        start = node.child("start")
        if start is not None and isinstance(start.value, dict):
            self._start(reader, flow, start, (*path, "start"))
        return flow

    def _start(self, reader: FileReader, flow: Flow, node: Node, path: Keys) -> None:
        options, _ = check(StartOptions, node, path)  # its problems are among those of the flow
        if node.child("when") is None and node.child("intent") is None:
            remedy = "Add `when:` with patterns, or `intent:`; leave `start:` out if other flows call this one."
            reader.problems.append(node.problem("is missing", path=(*path, "when"), remedy=remedy))
        patterns = reader.patterns(node, "when", path, broad=node.child("if") is not None)
        vetoes = reader.patterns(node, "unless", path, broad=False)
        condition = node.child("if")
        if condition is not None and isinstance(condition.value, str):
            names = frozenset[str]().union(*(pattern.names for pattern in patterns))
            flow.condition = reader.template(condition, "condition", condition.value, names, (*path, "if"))
        if options is not None:
            patterns_of_flow = Patterns(patterns, vetoes, options.match == "whole")
            flow.trigger = Trigger(patterns_of_flow, options.intent, options.entities, options.last_action)

    def _action(self, source: _Source, name: str, node: Node) -> HttpAction | None:
        path: Keys = ("actions", name)
        reader = source.reader
        options, problems = check(HttpActionOptions, node, path)
        reader.problems.extend(problems)
        if options is None:
            return None
        headers = node.child("headers")
        for key, header in (headers.value if headers is not None and isinstance(headers.value, dict) else {}).items():
            if "${" not in header.source:
                remedy = f"Write it as a variable of the environment: {key}: ${{SHOP_TOKEN}}"
                message = "what stands in a header may be a secret, and does not belong in a file"
                reader.problems.append(header.problem(message, path=(*path, "headers", key), remedy=remedy))
        template = node.child("url")
        json_node = node.child("json")
        try:
            return HttpAction(name, options, reader.value(json_node, None, (*path, "json")) if json_node else None)
        except UrlMistake as error:
            reader.problems.append((template or node).problem(str(error), path=(*path, "url"), remedy=error.remedy))
            return None

    def _messages(self) -> dict[str, tuple[Variant, ...]]:
        messages: dict[str, tuple[Variant, ...]] = {}
        reader = FileReader(Path("messages"))
        for name, texts in MESSAGES.items():
            names = MESSAGE_NAMES.get(name, ())
            node = Node({}, None, 1, 1)
            messages[name] = tuple(
                Variant(reader.text(node, text, names, (name,)), None, language) for language, text in texts
            )
        for source in self._sources:
            section = source.node.find(("messages",))
            for name in source.section("messages"):
                if self._is_known(source, "messages", name, MESSAGES):
                    names = MESSAGE_NAMES.get(name, ())
                    messages[name] = source.reader.say(section, name, names, ("messages",))
        return messages

    def _words(self) -> dict[str, tuple[Pattern, ...]]:
        words: dict[str, tuple[Pattern, ...]] = {}
        for source in self._sources:
            section = source.node.find(("words",))
            for name in source.section("words"):
                if self._is_known(source, "words", name, WORDS):
                    words[name] = source.reader.patterns(section, name, ("words",), broad=False)
        for name, patterns in WORDS.items():
            if name not in words:
                node = Node({name: Node([Node(text, None, 1, 1) for text in patterns], None, 1, 1)}, None, 1, 1)
                words[name] = FileReader(Path("words")).patterns(node, name, (), broad=False)
        return words

    def _is_known(self, source: _Source, section: str, name: str, known: Iterable[str]) -> bool:
        if name in known:
            return True
        at = source.node.find((section,)).key_position(name)
        remedy = did_you_mean(name, known) or f"Known: {', '.join(known)}."
        source.reader.problems.append(Problem("unknown key", at.file, at.line, at.column, f"{section}.{name}", remedy))
        return False
