"""Reads files of rules, and finds everything that is wrong with them before anybody says hello."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dialog_core.configuration import ConfigurationError, Node, Problem, check, read_yaml
from dialog_rules.expression import Expression, ExpressionError
from dialog_rules.pattern import parse
from dialog_rules.pattern_reader import Entity, PatternError
from dialog_rules.patterns import ExpressionPattern, Pattern, Patterns, PlainPattern
from dialog_rules.places import Places
from dialog_rules.rule import JsonValue, PlainText, Rule, Text
from dialog_rules.rule_options import RuleOptions, RulesFileOptions
from dialog_rules.scan import Scan

if TYPE_CHECKING:
    from dialog_rules.templates import Templates

Keys = tuple[str | int, ...]

ANY_MESSAGE = "\ue000"  # a character without meaning: what matches it matches everything
_CHECKING = 1.0  # seconds an expression may take over that
_FLAGS = re.compile(r"/.+/[imsux]{1,4}")
_SINGLE_BRACES = re.compile(r"(?<!\{)\{\s*(\w+)\s*\}(?!\})")
_RESERVED = frozenset(
    "slots and or not in is if else elif for set true false none True False None loop self range".split()
)


@dataclass(frozen=True, slots=True)
class RuleBook:
    """The rules of all files together.

    Attributes:
        rules: In the order of files and lines.
        quick: Whether matching and answering surely take no noticeable time: no regular expression that needs a time
            limit, no loop in a template.
    """

    rules: tuple[Rule, ...]
    quick: bool


def read_rules(paths: Iterable[Path]) -> RuleBook:
    """Read files of rules.

    Raises:
        ConfigurationError: With every problem in all of them.
    """
    readers: list[_Reader] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            reader = _Reader(path)
            reader.read(read_yaml(path))
        except ConfigurationError as error:
            problems.extend(error.problems)
        else:
            problems.extend(reader.problems)
            readers.append(reader)
    if problems:
        raise ConfigurationError(problems)
    rules = tuple(rule for reader in readers for rule in reader.rules)
    return RuleBook(rules, all(reader.quick for reader in readers))


class _Reader:
    """Reads one file and collects its problems."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.rules: list[Rule] = []
        self.problems: list[Problem] = []
        self._entities: dict[str, Entity] = {}
        self._templates: Templates | None = None
        self._templates_made = 0
        self._places = Places(file)
        self._lines: dict[str, int] = {}  # of the rules, by name
        self._expressions: list[Expression] = []

    @property
    def quick(self) -> bool:
        loops = self._templates is not None and self._templates.loops
        return not loops and all(expression.quick for expression in self._expressions)

    def read(self, node: Node) -> None:
        _, problems = check(RulesFileOptions, node)
        self.problems.extend(problems)
        entities, rules = node.child("entities"), node.child("rules")
        if entities is not None and isinstance(entities.value, dict):
            for name, entity in entities.value.items():
                self._read_entity(name, entity, entities)
        if rules is not None and isinstance(rules.value, list):
            for index, rule in enumerate(rules.value):
                self._read_rule(rule, ("rules", index))

    def _read_entity(self, name: str, node: Node, entities: Node) -> None:
        path = ("entities", name)
        if not name.isidentifier() or name in _RESERVED:
            at = entities.key_position(name)
            remedy = (
                "Use letters, digits and underscores, beginning with a letter; `slots` and Jinja2's words are taken."
            )
            problem = entities.problem(f"{name!r} cannot be the name of an entity", path=path, remedy=remedy)
            self.problems.append(replace(problem, line=at.line, column=at.column))
        if not isinstance(node.value, str):
            return  # the options have said so
        source = node.value
        if source.startswith("^") or (source.endswith("$") and not source.endswith("\\$")):
            offset = 0 if source.startswith("^") else len(source) - 1
            remedy = "Remove it: an entity is found anywhere, but always as whole words."
            self._report(node, offset, f"`{source[offset]}` means nothing in an entity", path, remedy)
        expression = self._expression(node, source, 0, path)
        # Known even where it is wrong, so that patterns that use it are not called wrong as well.
        self._entities[name] = Entity(name, expression or Expression("x"))

    def _read_rule(self, node: Node, path: Keys) -> None:
        entry, problems = check(RuleOptions, node, path)
        self.problems.extend(problems)
        if not isinstance(node.value, dict):
            return
        known, made = len(self.problems), self._templates_made
        name = self._read_name(node, path)
        condition_node = node.child("if")
        patterns = self._patterns(node, "when", path, broad=condition_node is not None)
        names = frozenset[str]().union(*(pattern.names for pattern in patterns))
        vetoes = self._patterns(node, "unless", path, broad=False)
        condition = None
        if condition_node is not None and isinstance(condition_node.value, str):
            condition = self._template(condition_node, "condition", condition_node.value, names, (*path, "if"))
        say = self._texts(node, "say", names, path)
        quick_replies = self._texts(node, "quick_replies", names, path)
        slots_node = node.child("set")
        slots = self._value(slots_node, names, (*path, "set")) if slots_node is not None else {}
        if entry is None or len(self.problems) > known:
            return
        self.rules.append(
            Rule(
                name=name,
                file=self.file.name,
                line=node.line,
                patterns=Patterns(patterns, vetoes, entry.match == "whole"),
                say=say,
                slots=slots,
                quick_replies=quick_replies,
                condition=condition,
                priority=entry.priority,
                names=names if self._templates_made > made else None,
            )
        )

    def _read_name(self, node: Node, path: Keys) -> str:
        name = node.child("name")
        text = _text(name) if name is not None else None
        if name is None or text is None:
            return ""
        first = self._lines.setdefault(text, name.line)
        if first != name.line:
            message = f"two rules are called {text!r}: on line {first} and on line {name.line}"
            self.problems.append(name.problem(message, path=(*path, "name"), remedy="Rename one of them."))
        return text

    def _patterns(self, node: Node, key: str, path: Keys, broad: bool) -> tuple[Pattern, ...]:
        found = (self._pattern(inner, text, where, broad) for inner, text, where in _texts_of(node, key, path))
        return tuple(pattern for pattern in found if pattern is not None)

    def _pattern(self, node: Node, text: str, path: Keys, broad: bool) -> Pattern | None:
        pattern: Pattern
        if len(text) > 2 and text.startswith("/") and text.endswith("/"):
            expression = self._expression(node, text[1:-1], 1, path)
            if expression is None:
                return None
            taken = [name for name in expression.groups if name in _RESERVED]
            if taken:
                offset = text.find(taken[0])
                self._report(node, offset, f"a group cannot be called {taken[0]!r}", path, "Use another name.")
            pattern = ExpressionPattern(text, node.line, expression)
        else:
            if _FLAGS.fullmatch(text):
                remedy = "Remove it. Letter case never matters."
                self._report(node, text.rindex("/") + 1, "nothing may follow the closing slash", path, remedy)
                return None
            try:
                pattern = PlainPattern(text, node.line, parse(text, self._entities))
            except PatternError as error:
                self._report(node, error.offset, error.message, path, error.remedy)
                return None
        if not broad and pattern.match(Scan(ANY_MESSAGE, _CHECKING), whole=False) is not None:
            remedy = (
                "Say more closely what it is to match, or add `if:` to the rule. Bots have a `fallback:` for the rest."
            )
            self._report(node, None, "matches every message", path, remedy)
        return pattern

    def _expression(self, node: Node, source: str, offset: int, path: Keys) -> Expression | None:
        try:
            expression = Expression(source)
        except ExpressionError as error:
            within = None if error.offset is None else offset + error.offset
            self._report(node, within, error.message, path, error.remedy)
            return None
        self._expressions.append(expression)
        return expression

    def _texts(self, node: Node, key: str, names: Collection[str], path: Keys) -> tuple[Text, ...]:
        made = []
        for inner, text, where in _texts_of(node, key, path):
            if not text.strip():
                self._report(inner, None, "is empty", where, "Write what to say.")
            made.append(self._text(inner, text, names, where))
        return tuple(made)

    def _text(self, node: Node, text: str, names: Collection[str], path: Keys) -> Text:
        for match in _SINGLE_BRACES.finditer(text):
            if match[1] in self._entities or match[1] in names:
                remedy = f"Write {{{{ {match[1]} }}}} for what was captured."
                self._report(node, match.start(), f"{match[0]} is not replaced in texts", path, remedy)
        if "{{" in text or "{%" in text or "{#" in text:
            template: Text | None = self._template(node, "template", text, names, path)
            if template is not None:
                return template
        return PlainText(text.strip())

    def _value(self, node: Node, names: Collection[str], path: Keys) -> JsonValue:
        """Return the value of a slot, with a `Text` in the place of each template."""
        value = node.value
        if isinstance(value, dict):
            return {key: self._value(inner, names, (*path, key)) for key, inner in value.items()}
        if isinstance(value, list):
            return [self._value(inner, names, (*path, index)) for index, inner in enumerate(value)]
        if isinstance(value, str):
            text = self._text(node, value, names, path)
            return value if isinstance(text, PlainText) else text
        return value

    def _template(self, node: Node, kind: str, source: str, names: Collection[str], path: Keys) -> Any:
        """Make a template or a condition; None where it has a mistake."""
        from dialog_rules.templates import TemplateMistake, Templates

        if self._templates is None:
            self._templates = Templates()
        self._templates_made += 1
        try:
            return getattr(self._templates, kind)(source, names)
        except TemplateMistake as error:
            lines = source.split("\n")
            line = min(error.line, len(lines)) - 1
            at = re.search(rf"(?<!\w){re.escape(error.word)}(?!\w)", lines[line]) if error.word else None
            within = sum(len(text) + 1 for text in lines[:line]) + (at.start() if at else 0)
            offset = within if at or line else None
            remedy = error.remedy
            if not remedy.startswith("Did") and error.word in self._entities and error.word not in names:
                remedy = f"No pattern of this rule captures it; if it is a slot, write slots.{error.word}."
            self._report(node, offset, error.message, path, remedy)
            return None

    def _report(self, node: Node, offset: int | None, message: str, path: Keys, remedy: str) -> None:
        line, column = self._places.find(node, offset)
        self.problems.append(replace(node.problem(message, path=path, remedy=remedy), line=line, column=column))


def _texts_of(node: Node, key: str, path: Keys) -> Sequence[tuple[Node, str, Keys]]:
    """Return the texts under a key: one, or a list of them; what is none was reported by the options."""
    child = node.child(key)
    if child is None:
        return ()
    if isinstance(child.value, list):
        pairs = [(inner, (*path, key, index)) for index, inner in enumerate(child.value)]
    else:
        pairs = [(child, (*path, key))]
    return [(inner, text, where) for inner, where in pairs if (text := _text(inner)) is not None]


def _text(node: Node) -> str | None:
    if isinstance(node.value, str):
        return node.value
    is_number = isinstance(node.value, int | float) and not isinstance(node.value, bool)
    return node.source if is_number else None
