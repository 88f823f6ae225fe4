"""Reads files of rules, and finds everything that is wrong with them before anybody says hello."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from dialog_core.configuration import ConfigurationError, Node, Problem, check, read_yaml
from dialog_rules.patterns import Patterns
from dialog_rules.reader import FileReader, Keys, text_of
from dialog_rules.rule import Rule
from dialog_rules.rule_options import RuleOptions, RulesFileOptions
from dialog_rules.triggers import Trigger


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


def read_rules(paths: Iterable[Path], *, facts: Collection[str] | None = None) -> RuleBook:
    """Read files of rules.

    Args:
        paths: The files.
        facts: The facts about users that the bot declares; None: any may be learnt.

    Raises:
        ConfigurationError: With every problem in all of them.
    """
    readers: list[_RulesReader] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            reader = _RulesReader(path, facts)
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


class _RulesReader(FileReader):
    """Reads one file of rules."""

    def __init__(self, file: Path, facts: Collection[str] | None) -> None:
        super().__init__(file, facts)
        self.rules: list[Rule] = []

    def read(self, node: Node) -> None:
        _, problems = check(RulesFileOptions, node)
        self.problems.extend(problems)
        self.read_entities(node)
        rules = node.child("rules")
        if rules is not None and isinstance(rules.value, list):
            for index, rule in enumerate(rules.value):
                self._read_rule(rule, ("rules", index))

    def _read_rule(self, node: Node, path: Keys) -> None:
        entry, problems = check(RuleOptions, node, path)
        self.problems.extend(problems)
        if not isinstance(node.value, dict):
            return
        known, made = len(self.problems), self.templates_made
        name = self._read_name(node, path)
        if node.child("when") is None and node.child("intent") is None:
            remedy = "Add `when:` with patterns, or `intent:`."
            self.problems.append(node.problem("is missing", path=(*path, "when"), remedy=remedy))
        condition_node = node.child("if")
        broad = any(node.child(key) is not None for key in ("if", "entities", "last_action"))
        patterns = self.patterns(node, "when", path, broad=broad)
        names = frozenset[str]().union(*(pattern.names for pattern in patterns))
        vetoes = self.patterns(node, "unless", path, broad=False)
        condition = None
        if condition_node is not None and isinstance(condition_node.value, str):
            condition = self.template(condition_node, "condition", condition_node.value, names, (*path, "if"))
        say = self.say(node, "say", names, path)
        quick_replies = self.texts(node, "quick_replies", names, path)
        slots_node = node.child("set")
        slots = self.value(slots_node, names, (*path, "set")) if slots_node is not None else {}
        learn_node = node.child("learn")
        learn = self.value(learn_node, names, (*path, "learn")) if learn_node is not None else {}
        if learn_node is not None:
            self.facts(learn_node, (*path, "learn"))
        if entry is None or len(self.problems) > known:
            return
        self.rules.append(
            Rule(
                name=name,
                file=self.file.name,
                line=node.line,
                trigger=Trigger(
                    Patterns(patterns, vetoes, entry.match == "whole"), entry.intent, entry.entities, entry.last_action
                ),
                say=say,
                slots=slots,
                learn=learn,
                consent=entry.consent,
                quick_replies=quick_replies,
                condition=condition,
                priority=entry.priority,
                names=names if self.templates_made > made else None,
            )
        )

    def _read_name(self, node: Node, path: Keys) -> str:
        name = node.child("name")
        text = text_of(name) if name is not None else None
        if name is None or text is None:
            return ""
        self.is_new("rule", text, name, (*path, "name"))
        return text
