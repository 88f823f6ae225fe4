"""Patterns ready to be matched: plain ones, and regular expressions between slashes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from dialog_rules import pattern as plain
from dialog_rules.automaton import Captures, State, build, longest
from dialog_rules.expression import Expression
from dialog_rules.scan import Scan
from dialog_rules.utterance import Utterance

SCORE_OF_A_PART = 0.7  # of a pattern that covers next to nothing of the message; one that covers it all has 1


@dataclass(frozen=True, slots=True)
class Match:
    """How a pattern matches a message.

    Attributes:
        score: From 0.7 to 1, the more of the message the pattern covers; 1 if it covers all.
        captures: The text of each captured entity, by name.
    """

    score: float
    captures: Mapping[str, str]


class PlainPattern:
    """A pattern of words, brackets and entities.

    Attributes:
        text: As written.
        line: Where it is written.
        sequence: What it stands for.
        names: The names of the entities it may capture.
        expressions: Their expressions.
    """

    __slots__ = ("expressions", "first", "line", "names", "sequence", "text")

    def __init__(self, text: str, line: int, sequence: plain.Sequence) -> None:
        self.text = text
        self.line = line
        self.sequence = sequence
        self.names = frozenset(entity.name for entity in plain.entities_in(sequence))
        self.expressions = frozenset(entity.expression for entity in plain.entities_in(sequence))
        self.first = build(sequence)

    def match(self, scan: Scan, whole: bool) -> Match | None:
        """Match a message, all of it or any part; the part that covers most of it counts, and of equals the first."""
        utterance = scan.utterance
        length = len(utterance.tokens)
        first = self.first
        if whole:
            if not length or utterance.cut or not (first.entities or utterance.tokens[0] in first.words):
                return None
            found = longest(first, scan, 0, whole=True)
            return Match(1.0, dict(found[1])) if found else None
        best = 0
        captures: Captures = ()
        for start in _starts(first, scan):
            if length - start <= best:
                break
            found = longest(first, scan, start, whole=False)
            if found and found[0] - start > best:
                best, captures = found[0] - start, found[1]
        return Match(_score(best, utterance), dict(captures)) if best else None


class ExpressionPattern:
    """A pattern between slashes: a regular expression over the message without regard to case.

    Attributes:
        text: As written.
        line: Where it is written.
        expression: The expression.
        names: The names of its groups.
        expressions: The expression again.
    """

    __slots__ = ("expression", "expressions", "line", "names", "text")

    def __init__(self, text: str, line: int, expression: Expression) -> None:
        self.text = text
        self.line = line
        self.expression = expression
        self.names = frozenset(expression.groups)
        self.expressions = frozenset((expression,))

    def match(self, scan: Scan, whole: bool) -> Match | None:
        """Match a message; `whole` allows for nothing but punctuation around the match."""
        utterance, run = scan.utterance, scan.stopwatch
        text = utterance.folded
        if not utterance.tokens:
            return None
        if not whole:
            match = run.search(self.expression, text)
            if match is None or match.end() == match.start():
                return None
            covered = sum(match.start() <= start and end <= match.end() for start, end in utterance.spans)
            return Match(_score(covered, utterance), self._captures(match, utterance, 0))
        if utterance.cut:
            return None
        match = run.fullmatch(self.expression, text, 0, len(text))
        if match is not None:
            return Match(1.0, self._captures(match, utterance, 0))
        start, end = utterance.spans[0][0], utterance.spans[-1][1]
        if end - start == len(text):
            return None
        match = run.fullmatch(self.expression, text[start:end], 0, end - start)
        return Match(1.0, self._captures(match, utterance, start)) if match is not None else None

    def _captures(self, match: Any, utterance: Utterance, offset: int) -> Mapping[str, str]:
        captures = {}
        for name in self.expression.groups:
            start, end = match.span(name)
            if start >= 0:
                start, end = utterance.place((start + offset, end + offset))
                captures[name] = utterance.text[start:end]
        return captures


def _starts(first: State, scan: Scan) -> Iterable[int]:
    """The tokens a match may begin at."""
    if any(scan.has(entity) for entity, _ in first.entities):
        return range(len(scan.utterance.tokens))
    words = first.words
    return [index for index, token in enumerate(scan.utterance.tokens) if token in words]


def _score(covered: int, utterance: Utterance) -> float:
    length = len(utterance.tokens)
    if covered == length and not utterance.cut:
        return 1.0
    return SCORE_OF_A_PART + (1 - SCORE_OF_A_PART) * covered / (length + utterance.cut)


Pattern = PlainPattern | ExpressionPattern


@dataclass(frozen=True, slots=True)
class Patterns:
    """What a rule looks for.

    Attributes:
        any_of: One of these must match.
        none_of: If one of these matches as well, the rule does not.
        whole: Whether a pattern must cover the whole message.
    """

    any_of: tuple[Pattern, ...]
    none_of: tuple[Pattern, ...] = ()
    whole: bool = False
