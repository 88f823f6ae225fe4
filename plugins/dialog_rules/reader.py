"""What files of rules and files of flows have in common: entities, patterns, texts, templates, and their mistakes."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dialog_core import JsonValue
from dialog_core.configuration import Node, Problem
from dialog_rules.expression import Expression, ExpressionError
from dialog_rules.pattern import parse
from dialog_rules.pattern_reader import Entity, PatternError
from dialog_rules.patterns import ExpressionPattern, Pattern, PlainPattern
from dialog_rules.places import Places
from dialog_rules.say import PlainText, Text, Variant
from dialog_rules.scan import Scan

if TYPE_CHECKING:
    from dialog_rules.templates import Templates

Keys = tuple[str | int, ...]

ANY_MESSAGE = "\ue000"  # a character without meaning: what matches it matches everything
_CHECKING = 1.0  # seconds an expression may take over that
_FLAGS = re.compile(r"/.+/[imsux]{1,4}")
_SINGLE_BRACES = re.compile(r"(?<!\{)\{\s*(\w+)\s*\}(?!\})")
_RESERVED = frozenset(
    (
        "slots intent entities annotations language user consent value result error "
        "and or not in is if else elif for set true false none True False None loop self range"
    ).split()
)


class FileReader:
    """Reads what stands in one file, and collects its problems.

    Attributes:
        file: Which.
        problems: What is wrong with it so far.
        entities: The entities it defines.
        templates_made: How many templates and conditions it has so far.
    """

    def __init__(self, file: Path, facts: Collection[str] | None = None) -> None:
        """Take the file, and which facts about users the bot declares (None: any may be learnt)."""
        self.file = file
        self._facts = facts
        self.problems: list[Problem] = []
        self.entities: dict[str, Entity] = {}
        self._templates: Templates | None = None
        self.templates_made = 0
        self._places = Places(file)
        self._lines: dict[tuple[str, str], int] = {}  # of what has a name, by kind and name
        self._expressions: list[Expression] = []

    @property
    def quick(self) -> bool:
        """Whether nothing in it may take noticeable time: no slow expression, no loop in a template."""
        loops = self._templates is not None and self._templates.loops
        return not loops and all(expression.quick for expression in self._expressions)

    def read_entities(self, node: Node) -> None:
        """Read what stands under `entities:`."""
        entities = node.child("entities")
        if entities is not None and isinstance(entities.value, dict):
            for name, entity in entities.value.items():
                self._read_entity(name, entity, entities)

    def _read_entity(self, name: str, node: Node, entities: Node) -> None:
        path = ("entities", name)
        if not name.isidentifier() or name in _RESERVED:
            at = entities.key_position(name)
            remedy = (
                "Use letters, digits and underscores, beginning with a letter; "
                "`slots`, `intent` and the like and Jinja2's words are taken."
            )
            problem = entities.problem(f"{name!r} cannot be the name of an entity", path=path, remedy=remedy)
            self.problems.append(replace(problem, line=at.line, column=at.column))
        if not isinstance(node.value, str):
            return  # the options have said so
        source = node.value
        if source.startswith("^") or (source.endswith("$") and not source.endswith("\\$")):
            offset = 0 if source.startswith("^") else len(source) - 1
            remedy = "Remove it: an entity is found anywhere, but always as whole words."
            self.report(node, offset, f"`{source[offset]}` means nothing in an entity", path, remedy)
        expression = self._expression(node, source, 0, path)
        # Known even where it is wrong, so that patterns that use it are not called wrong as well.
        self.entities[name] = Entity(name, expression or Expression("x"))

    def is_new(self, kind: str, text: str, at: Node, path: Keys) -> bool:
        """Take note of a name, and report one that is taken."""
        first = self._lines.setdefault((kind, text), at.line)
        if first != at.line:
            message = f"two {kind}s are called {text!r}: on line {first} and on line {at.line}"
            self.problems.append(at.problem(message, path=path, remedy="Rename one of them."))
        return first == at.line

    def patterns(self, node: Node, key: str, path: Keys, broad: bool) -> tuple[Pattern, ...]:
        """Read the patterns under a key; unless `broad`, one that matches everything is a mistake."""
        found = (self._pattern(inner, text, where, broad) for inner, text, where in texts_of(node, key, path))
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
                self.report(node, offset, f"a group cannot be called {taken[0]!r}", path, "Use another name.")
            pattern = ExpressionPattern(text, node.line, expression)
        else:
            if _FLAGS.fullmatch(text):
                remedy = "Remove it. Letter case never matters."
                self.report(node, text.rindex("/") + 1, "nothing may follow the closing slash", path, remedy)
                return None
            try:
                pattern = PlainPattern(text, node.line, parse(text, self.entities))
            except PatternError as error:
                self.report(node, error.offset, error.message, path, error.remedy)
                return None
        if not broad and pattern.match(Scan(ANY_MESSAGE, _CHECKING), whole=False) is not None:
            remedy = (
                "Say more closely what it is to match, or add `if:` to the rule. Bots have a `fallback:` for the rest."
            )
            self.report(node, None, "matches every message", path, remedy)
        return pattern

    def _expression(self, node: Node, source: str, offset: int, path: Keys) -> Expression | None:
        try:
            expression = Expression(source)
        except ExpressionError as error:
            within = None if error.offset is None else offset + error.offset
            self.report(node, within, error.message, path, error.remedy)
            return None
        self._expressions.append(expression)
        return expression

    def say(self, node: Node, key: str, names: Collection[str], path: Keys) -> tuple[Variant, ...]:
        """Read the variants under a key: texts, or texts with a condition or a language."""
        made = []
        for inner, where in items_of(node, key, path):
            text, condition, language = inner, None, ""
            if isinstance(inner.value, dict):
                text_node, if_node, language_node = inner.child("text"), inner.child("if"), inner.child("language")
                if text_node is None:
                    continue  # the options have said so
                text, where = text_node, (*where, "text")
                if if_node is not None and (source := text_of(if_node)) is not None:
                    condition = self.template(if_node, "condition", source, names, (*where[:-1], "if"))
                language = (text_of(language_node) if language_node is not None else None) or ""
            written = text_of(text)
            if written is None:
                continue
            if not written.strip():
                self.report(text, None, "is empty", where, "Write what to say.")
            made.append(Variant(self.text(text, written, names, where), condition, language))
        return tuple(made)

    def texts(self, node: Node, key: str, names: Collection[str], path: Keys) -> tuple[Text, ...]:
        """Read the texts under a key, each of which may be a template."""
        return tuple(variant.text for variant in self.say(node, key, names, path))

    def text(self, node: Node, text: str, names: Collection[str] | None, path: Keys) -> Text:
        """Read a text, which may be a template."""
        for match in _SINGLE_BRACES.finditer(text):
            if match[1] in self.entities or match[1] in (names or ()):
                remedy = f"Write {{{{ {match[1]} }}}} for what was captured."
                self.report(node, match.start(), f"{match[0]} is not replaced in texts", path, remedy)
        if "{{" in text or "{%" in text or "{#" in text:
            template: Text | None = self.template(node, "template", text, names, path)
            if template is not None:
                return template
        return PlainText(text.strip())

    def value(self, node: Node, names: Collection[str] | None, path: Keys) -> JsonValue:
        """Return the value of a slot, with a `Text` in the place of each template."""
        value = node.value
        if isinstance(value, dict):
            return {key: self.value(inner, names, (*path, key)) for key, inner in value.items()}
        if isinstance(value, list):
            return [self.value(inner, names, (*path, index)) for index, inner in enumerate(value)]
        if isinstance(value, str):
            text = self.text(node, value, names, path)
            return value if isinstance(text, PlainText) else text
        return value

    def facts(self, node: Node, path: Keys) -> None:
        """Report the keys of what is to be learnt that the bot does not declare as facts."""
        if not isinstance(node.value, dict) or self._facts is None:
            return
        from dialog_rules.templates import remedy_of_fact, undeclared

        for name in node.value:
            if name not in self._facts:
                at = node.key_position(name)
                problem = node.problem(undeclared(name), path=(*path, name), remedy=remedy_of_fact(name, self._facts))
                self.problems.append(replace(problem, line=at.line, column=at.column))

    def template(self, node: Node, kind: str, source: str, names: Collection[str] | None, path: Keys) -> Any:
        """Make a template or a condition; None where it has a mistake."""
        from dialog_rules.templates import TemplateMistake, Templates

        if self._templates is None:
            self._templates = Templates(self._facts)
        self.templates_made += 1
        try:
            return getattr(self._templates, kind)(source, names)
        except TemplateMistake as error:
            lines = source.split("\n")
            line = min(error.line, len(lines)) - 1
            at = re.search(rf"(?<!\w){re.escape(error.word)}(?!\w)", lines[line]) if error.word else None
            within = sum(len(text) + 1 for text in lines[:line]) + (at.start() if at else 0)
            offset = within if at or line else None
            remedy = error.remedy
            if not remedy.startswith("Did") and error.word in self.entities and error.word not in (names or ()):
                remedy = f"No pattern of this rule captures it; if it is a slot, write slots.{error.word}."
            self.report(node, offset, error.message, path, remedy)
            return None

    def report(self, node: Node, offset: int | None, message: str, path: Keys, remedy: str) -> None:
        """Take note of a mistake at a character of a text (None: at the value as a whole)."""
        line, column = self._places.find(node, offset)
        self.problems.append(replace(node.problem(message, path=path, remedy=remedy), line=line, column=column))


def items_of(node: Node, key: str, path: Keys) -> Sequence[tuple[Node, Keys]]:
    """Return what stands under a key: one value, or a list of them."""
    child = node.child(key)
    if child is None:
        return ()
    if isinstance(child.value, list):
        return [(inner, (*path, key, index)) for index, inner in enumerate(child.value)]
    return [(child, (*path, key))]


def texts_of(node: Node, key: str, path: Keys) -> Iterator[tuple[Node, str, Keys]]:
    """Yield the texts under a key; what is none was reported by the options."""
    for inner, where in items_of(node, key, path):
        text = text_of(inner)
        if text is not None:
            yield inner, text, where


def text_of(node: Node) -> str | None:
    """Return a text, or a number as it is written; None for everything else."""
    if isinstance(node.value, str):
        return node.value
    is_number = isinstance(node.value, int | float) and not isinstance(node.value, bool)
    return node.source if is_number else None
