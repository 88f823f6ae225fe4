"""Finds the rules that match a message, trying only those patterns of which the message has a necessary word.

Of every pattern the matcher knows a small set of words (or entities), at least one of which is in each message the
pattern matches, chosen so that they are rare among the patterns. An index from these words to their patterns leaves a
handful to try, however many rules there are. Regular expressions are tried where the text has what they must contain.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from dialog_rules import pattern as plain
from dialog_rules.pattern import Choice
from dialog_rules.pattern_reader import Entity
from dialog_rules.patterns import ExpressionPattern, Match, Pattern, Patterns, PlainPattern
from dialog_rules.scan import Scan

Key = str | Entity


@dataclass(frozen=True, slots=True)
class Found:
    """A rule that matches: its number, the pattern that covers most of the message, and how it matches."""

    rule: int
    pattern: Pattern
    match: Match


class Matcher:
    """The patterns of all rules, indexed."""

    def __init__(self, rules: Sequence[Patterns]) -> None:
        self._rules = rules
        self._by_word: dict[str, list[tuple[int, int]]] = {}
        self._by_entity: dict[Entity, list[tuple[int, int]]] = {}
        self._expressions: list[tuple[str, tuple[int, int]]] = []  # with what they must contain
        everything = [pattern for rule in rules for pattern in rule.any_of]
        rarity = Counter[Key](
            key for pattern in everything if isinstance(pattern, PlainPattern) for key in set(_keys(pattern.sequence))
        )
        for rule_number, rule in enumerate(rules):
            for number, pattern in enumerate(rule.any_of):
                place = rule_number, number
                if isinstance(pattern, ExpressionPattern):
                    self._expressions.append((pattern.expression.literal, place))
                    continue
                for key in necessary(pattern.sequence, rarity):
                    if isinstance(key, Entity):
                        self._by_entity.setdefault(key, []).append(place)
                    else:
                        self._by_word.setdefault(key, []).append(place)

    def candidates(self, scan: Scan) -> list[tuple[int, int]]:
        """Return the patterns that may match, in file order: numbers of rules and of patterns within them."""
        folded = scan.utterance.folded
        places = {place for literal, place in self._expressions if literal in folded}
        by_word = self._by_word
        for token in scan.utterance.tokens:
            found = by_word.get(token)
            if found:
                places.update(found)
        for entity, found in self._by_entity.items():
            if scan.has(entity):
                places.update(found)
        return sorted(places)

    def find(self, scan: Scan) -> list[Found]:
        """Return the rules that match, in file order."""
        best: dict[int, Found] = {}
        for rule, number in self.candidates(scan):
            known = best.get(rule)
            if known is not None and known.match.score == 1.0:
                continue
            patterns = self._rules[rule]
            pattern = patterns.any_of[number]
            match = pattern.match(scan, patterns.whole)
            if match is not None and (known is None or match.score > known.match.score):
                best[rule] = Found(rule, pattern, match)
        return [found for rule, found in best.items() if not self.vetoed(rule, scan)]

    def vetoed(self, rule: int, scan: Scan) -> bool:
        """Say whether an exception keeps a rule from applying."""
        for pattern in self._rules[rule].none_of:
            if pattern.match(scan, whole=False) is not None:
                return True
            # A veto that ran out of time may or may not hold; saying nothing is the safe side.
            if not pattern.expressions.isdisjoint(scan.stopwatch.stopped):
                return True
        return False


def necessary(sequence: plain.Sequence, rarity: Mapping[Key, int]) -> frozenset[Key]:
    """Return words and entities at least one of which every match contains, as rare as may be; empty: none is known."""
    sets = [found for part in sequence.parts if (found := _necessary_part(part, rarity))]
    return min(sets, key=lambda keys: sum(map(rarity.__getitem__, keys)), default=frozenset())


def _necessary_part(part: plain.Part, rarity: Mapping[Key, int]) -> frozenset[Key]:
    if not isinstance(part, Choice):
        return frozenset({part})
    if part.optional:
        return frozenset()
    sets = [necessary(alternative, rarity) for alternative in part.alternatives]
    return frozenset().union(*sets) if all(sets) else frozenset()


def _keys(sequence: plain.Sequence) -> Iterable[Key]:
    for part in sequence.parts:
        if isinstance(part, Choice):
            for alternative in part.alternatives:
                yield from _keys(alternative)
        else:
            yield part
