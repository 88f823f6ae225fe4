"""What sets something off: patterns or intents, with what else must be the case."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from dialog_core import Turn
from dialog_rules.facts import Facts
from dialog_rules.matcher import Matcher
from dialog_rules.patterns import Patterns
from dialog_rules.scan import Scan

# From an intent's probability to a score, the inverse of what the default ranker makes of a rule's score: so that the
# probability the ranker comes to is the intent's own.
_SCORES = ((0.0, 0.0), (0.85, 0.7), (0.97, 1.0))
NO_CAPTURES: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Trigger:
    """What to look for. One of the patterns or one of the intents is enough, but all the rest is necessary.

    Attributes:
        patterns: Patterns.
        intents: Intents.
        entities: Entities that annotators must have found in the message, or the patterns captured.
        last_action: Policies, rules or flows one of which must have spoken last; empty: no matter which.
    """

    patterns: Patterns
    intents: tuple[str, ...] = ()
    entities: tuple[str, ...] = ()
    last_action: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fired:
    """A trigger that fits a message.

    Attributes:
        number: Which.
        score: How well, from 0 to 1.
        found: What was found: a pattern or an intent.
        line: The line of the pattern; None for an intent.
        captures: What the pattern captured.
    """

    number: int
    score: float
    found: str
    line: int | None
    captures: Mapping[str, str] = field(default_factory=dict)


class Triggers:
    """Many triggers, indexed."""

    def __init__(self, triggers: Sequence[Trigger]) -> None:
        self._triggers = triggers
        self._matcher = Matcher([trigger.patterns for trigger in triggers])
        self._by_intent: dict[str, list[int]] = {}
        for number, trigger in enumerate(triggers):
            for intent in trigger.intents:
                self._by_intent.setdefault(intent, []).append(number)

    def find(self, turn: Turn, scan: Scan, facts: Facts) -> list[Fired]:
        """Return the triggers that fit, in file order."""
        fired: dict[int, Fired] = {}
        for found in self._matcher.find(scan):
            fired[found.rule] = Fired(
                found.rule, found.match.score, found.pattern.text, found.pattern.line, found.match.captures
            )
        if self._by_intent:
            for intent, probability in facts.intents.items():
                score = score_of(probability)
                for number in self._by_intent.get(intent, ()):
                    known = fired.get(number)
                    if (known is None or known.score < score) and not self._matcher.vetoed(number, scan):
                        # What the pattern captured stays of use where the intent is surer.
                        captures = known.captures if known is not None else NO_CAPTURES
                        fired[number] = Fired(number, score, f"intent: {intent}", None, captures)
        return [one for number, one in sorted(fired.items()) if self._holds(self._triggers[number], one, turn, facts)]

    def _holds(self, trigger: Trigger, fired: Fired, turn: Turn, facts: Facts) -> bool:
        if not all(entity in facts.entities or entity in fired.captures for entity in trigger.entities):
            return False
        return not trigger.last_action or not spoke_last(turn).isdisjoint(trigger.last_action)


def spoke_last(turn: Turn) -> frozenset[str]:
    """Return the names under which whoever spoke last is known: the policy, and its rule, flow or entry."""
    said = turn.conversation.last_bot_message
    if said is None:
        return frozenset()
    named = (evidence.metadata.get(key) for evidence in said.evidence for key in ("rule", "flow", "id"))
    return frozenset((said.policy, *(name for name in named if isinstance(name, str))))


def score_of(probability: float) -> float:
    """Return the score the default ranker turns into this probability."""
    for (low, score), (high, better) in pairwise(_SCORES):
        if probability <= high:
            return score + (better - score) * (probability - low) / (high - low)
    return 1.0
