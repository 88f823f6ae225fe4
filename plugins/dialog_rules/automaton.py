"""Plain patterns made ready to run: which token may follow which, without loops and without backtracking.

A pattern becomes a small graph, built from its end to its beginning: a state knows which states follow it on which
token, and on which entity. Walking it keeps a set of states, so that a message costs its tokens times the states of the
pattern at most, however the pattern is written.
"""

from collections.abc import Iterable, Iterator
from typing import Protocol

from dialog_rules.pattern import Choice, Sequence
from dialog_rules.pattern_reader import Entity
from dialog_rules.utterance import Utterance

Captures = tuple[tuple[str, str], ...]


class State:
    """A place in a pattern.

    Attributes:
        accepting: Whether the pattern may end here.
        words: The states that follow on a token.
        entities: The states that follow on an entity.
        words_only: Whether no entity follows, now or later.
    """

    __slots__ = ("accepting", "entities", "words", "words_only")

    def __init__(self, accepting: bool = False) -> None:
        self.accepting = accepting
        self.words: dict[str, tuple[State, ...]] = {}
        self.entities: tuple[tuple[Entity, State], ...] = ()
        self.words_only = True


class Finder(Protocol):
    """Knows one message, and where entities stand in it."""

    utterance: Utterance

    def ends(self, entity: Entity, index: int) -> Iterable[tuple[int, str]]:
        """Return where an entity that begins at token `index` may end (the token after it), with its text."""
        ...


def build(sequence: Sequence) -> State:
    """Build the graph of a pattern and return its first state."""
    return _before(sequence, State(accepting=True))


def _before(sequence: Sequence, state: State) -> State:
    """Build what leads through `sequence` to `state`."""
    for part in reversed(sequence.parts):
        if isinstance(part, str):
            previous = State()
            previous.words = {part: (state,)}
            previous.words_only = state.words_only
        elif isinstance(part, Entity):
            previous = State()
            previous.entities = ((part, state),)
            previous.words_only = False
        else:
            previous = _union(part, state)
        state = previous
    return state


def _union(choice: Choice, state: State) -> State:
    ways = [_before(alternative, state) for alternative in choice.alternatives]
    if choice.optional:
        ways.append(state)
    if len(ways) == 1:
        return ways[0]
    union = State(any(way.accepting for way in ways))
    union.words_only = all(way.words_only for way in ways)
    for way in ways:
        for token, states in way.words.items():
            union.words[token] = tuple(dict.fromkeys((*union.words.get(token, ()), *states)))
        union.entities = tuple(dict.fromkeys((*union.entities, *way.entities)))
    return union


def longest(first: State, finder: Finder, start: int, whole: bool) -> tuple[int, Captures] | None:
    """Walk from `first` along the message, and return where the longest match ends and what it captures.

    Args:
        first: The first state of a pattern.
        finder: The message.
        start: The token to begin at.
        whole: Whether only a match that ends with the message counts.
    """
    tokens = finder.utterance.tokens
    if first.words_only:
        return _longest_of_words(first, tokens, start, whole)
    best: tuple[int, Captures] | None = None
    # By position, the states reached there, each with what was captured on the first way to it.
    reached: dict[int, dict[State, Captures]] = {start: {first: ()}}
    index = start
    while reached:
        states = reached.pop(index, None)
        if states is not None:
            if index > start and (not whole or index == len(tokens)):
                for state, captures in states.items():
                    if state.accepting:
                        best = index, captures
                        break
            if index < len(tokens):
                for end, target, captured in _steps(states, finder, index):
                    reached.setdefault(end, {}).setdefault(target, captured)
        index += 1
    return best


def _longest_of_words(first: State, tokens: list[str], start: int, whole: bool) -> tuple[int, Captures] | None:
    """Do the same for patterns without entities, which are most, and five times as fast."""
    best = 0
    states: tuple[State, ...] = (first,)
    for index in range(start, len(tokens)):
        token = tokens[index]
        if len(states) == 1:
            states = states[0].words.get(token, ())
        else:
            states = tuple(dict.fromkeys(target for state in states for target in state.words.get(token, ())))
        if not states:
            break
        for state in states:
            if state.accepting:
                best = index + 1
    return (best, ()) if best and (not whole or best == len(tokens)) else None


def _steps(states: dict[State, Captures], finder: Finder, index: int) -> Iterator[tuple[int, State, Captures]]:
    token = finder.utterance.tokens[index]
    for state, captures in states.items():
        for target in state.words.get(token, ()):
            yield index + 1, target, captures
        for entity, target in state.entities:
            for end, value in finder.ends(entity, index):
                yield end, target, (*captures, (entity.name, value))
