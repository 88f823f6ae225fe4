"""The policy `rules`: a message that matches a pattern is answered by the rule's text."""

import logging
from collections.abc import Mapping, Sequence
from itertools import groupby, islice
from typing import TYPE_CHECKING

from dialog_core import (
    Candidate,
    Component,
    ConsentGiven,
    Context,
    Event,
    Evidence,
    FactLearned,
    JsonValue,
    SlotSet,
    Turn,
)
from dialog_rules.facts import Facts
from dialog_rules.options import RulesOptions
from dialog_rules.rule import Rule
from dialog_rules.rules_file import read_rules
from dialog_rules.say import pick
from dialog_rules.scan import Scan
from dialog_rules.triggers import Fired, Triggers

if TYPE_CHECKING:
    from dialog_rules.templates import Scope

MANY_PATTERNS = 1_000  # beyond, a message as long as can be may take more than a millisecond

logger = logging.getLogger(__name__)


class RulesPolicy(Component[RulesOptions]):
    """Proposes the texts of the rules that match best.

    A rule of higher priority keeps those of lower priority from being proposed at all: a ranker sees scores only.

    Attributes:
        inline: Whether `propose` surely takes about a millisecond at most. It need not where a file has a regular
            expression that is not provably quick, a template with a loop, or very many patterns.
    """

    def __init__(self, options: RulesOptions, context: Context) -> None:
        super().__init__(options, context)
        context.files.update(options.path)
        book = read_rules(options.path, facts=context.facts)
        self._rules = book.rules
        self._triggers = Triggers([rule.trigger for rule in book.rules])
        patterns = sum(len(rule.patterns.any_of) for rule in book.rules)
        self.inline = book.quick and patterns <= MANY_PATTERNS
        self._warned: set[object] = set()

    def propose(self, turn: Turn) -> Sequence[Candidate]:
        """Return what the best few of the matching rules say."""
        scan = Scan(turn.text, self.options.pattern_timeout)
        if not scan.utterance.tokens:
            return []
        options = self.options
        facts = Facts(turn, intents=options.intents, entities=options.entities)
        matching = [(self._rules[fired.number], fired) for fired in self._triggers.find(turn, scan, facts)]
        features = self._stopped(scan)
        matching.sort(key=lambda pair: (-pair[0].priority, -pair[1].score))  # equals stay in file order
        for _, level in groupby(matching, key=lambda pair: pair[0].priority):
            made = (self._candidate(rule, fired, facts, features) for rule, fired in level)
            candidates = list(islice(filter(None, made), self.options.candidates))
            if candidates:
                return candidates
        return []

    def _candidate(self, rule: Rule, fired: Fired, facts: Facts, features: Mapping[str, float]) -> Candidate | None:
        """Return what a rule says, or None if its condition does not hold or a template fails."""
        if rule.names is None:
            return self._say(rule, fired, facts, None, features)
        from dialog_rules.templates import Scope, TemplateFailure

        scope = Scope(facts.turn.slots, fired.captures, rule.names, facts.names())
        try:
            if rule.condition is not None and not rule.condition.holds(scope):
                return None
            return self._say(rule, fired, facts, scope, features)
        except TemplateFailure as error:
            self._warn(rule.source, f"the rule {rule.name!r} ({rule.source}) is left out: {error}")
            return None

    def _say(
        self, rule: Rule, fired: Fired, facts: Facts, scope: "Scope | None", features: Mapping[str, float]
    ) -> Candidate | None:
        turn = facts.turn
        said = turn.conversation.last_bot_message
        last = said.text if said is not None else None
        about_user = _learned(rule, scope, turn)
        text = pick(rule.say, scope, language=turn.language, seed=f"{turn.seed}/{rule.name}", last=last)
        if not text:
            self._warn(rule.source, f"the rule {rule.name!r} ({rule.source}) is left out: its text comes out empty")
            return None
        source = rule.source if fired.line is None else f"{rule.file}:{fired.line}"
        return Candidate(
            text,
            fired.score,
            evidence=(Evidence(fired.found, source, fired.score, {"rule": rule.name, "cite": False}),),
            effects=(*_effects(rule.slots, scope), *about_user),
            quick_replies=tuple(reply for text in rule.quick_replies if (reply := text.render(scope))),
            features=features,
        )

    def _stopped(self, scan: Scan) -> Mapping[str, float]:
        """Tell of regular expressions that ran out of time: the log of each once, the trace of how many each time."""
        for expression in scan.stopwatch.stopped:
            limit = f"{self.options.pattern_timeout:g} s"
            self._warn(
                expression,
                f"the regular expression `{expression.source}` takes longer than {limit}; what needs it is left out",
            )
        return {"stopped_patterns": float(len(scan.stopwatch.stopped))} if scan.stopwatch.stopped else {}

    def _warn(self, about: object, message: str) -> None:
        """Log a warning, one about each thing."""
        if about not in self._warned:
            self._warned.add(about)
            logger.warning("%s: %s", self.context.name or "rules", message)


def _effects(slots: Mapping[str, JsonValue], scope: "Scope | None") -> Sequence[SlotSet]:
    return [SlotSet(name, value) for name, value in _values(slots, scope).items()]


def _learned(rule: Rule, scope: "Scope | None", turn: Turn) -> Sequence[Event]:
    """Return what is learnt about the user; what the rule says may use it."""
    if not rule.learn and rule.consent is None:
        return ()
    said: list[Event] = [] if rule.consent is None else [ConsentGiven(rule.consent, turn.now)]
    said.extend(FactLearned(name, value) for name, value in _values(rule.learn, scope).items())
    if scope is not None:
        user = turn.user.after(said)
        scope.know(user.facts, consent=user.consent)
    return said


def _values(written: Mapping[str, JsonValue], scope: "Scope | None") -> dict[str, JsonValue]:
    """Return what is to be set. A template that comes out empty, as what it names was not captured, sets nothing."""
    values = {}
    for name, value in written.items():
        rendered = _rendered(value, scope)
        if rendered != "" or value == "":
            values[name] = rendered
    return values


def _rendered(value: JsonValue, scope: "Scope | None") -> JsonValue:
    if isinstance(value, dict):
        return {key: _rendered(inner, scope) for key, inner in value.items()}
    if isinstance(value, list):
        return [_rendered(inner, scope) for inner in value]
    return value.render(scope) if hasattr(value, "render") else value
