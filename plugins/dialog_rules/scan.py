"""One message while it is being matched: where entities stand in it, found out when first asked for."""

from collections.abc import Iterable

from dialog_rules.expression import Stopwatch
from dialog_rules.pattern_reader import Entity
from dialog_rules.utterance import Utterance

LONGEST_ENTITY = 200  # characters


class Scan:
    """One message being matched: remembers what was found out about it.

    Attributes:
        utterance: The message.
        stopwatch: Runs the regular expressions.
    """

    __slots__ = ("_ends", "_present", "stopwatch", "utterance")

    def __init__(self, text: str, limit: float) -> None:
        self.utterance = Utterance(text)
        self.stopwatch = Stopwatch(limit)
        self._present: dict[Entity, bool] = {}
        self._ends: dict[tuple[Entity, int], tuple[tuple[int, str], ...]] = {}

    def has(self, entity: Entity) -> bool:
        """Say whether an entity is anywhere in the message."""
        present = self._present.get(entity)
        if present is None:
            expression = entity.expression
            present = (
                expression.literal in self.utterance.folded
                and self.stopwatch.search(expression, self.utterance.text) is not None
            )
            self._present[entity] = present
        return present

    def ends(self, entity: Entity, index: int) -> tuple[tuple[int, str], ...]:
        """Return where an entity that begins at token `index` may end (the token after it), the longest first."""
        if not self.has(entity):
            return ()
        ends = self._ends.get((entity, index))
        if ends is None:
            ends = self._ends[entity, index] = tuple(self._find_ends(entity, index))
        return ends

    def _find_ends(self, entity: Entity, index: int) -> Iterable[tuple[int, str]]:
        text, places = self.utterance.text, self.utterance.places
        for start in self._starts(index):
            limit = min(len(text), start + LONGEST_ENTITY)
            match = self.stopwatch.match(entity.expression, text, start, limit)
            if match is None or match.end() <= places[index][0]:
                continue
            # It may end with a token or with punctuation behind one, never within one.
            last = index
            while last + 1 < len(places) and places[last + 1][0] < match.end():
                last += 1
            if match.end() >= places[last][1]:
                yield last + 1, match[0]
            for shorter in range(last - 1, index - 1, -1):
                match = self.stopwatch.fullmatch(entity.expression, text, start, places[shorter][1])
                if match is not None:
                    yield shorter + 1, match[0]
            return

    def _starts(self, index: int) -> Iterable[int]:
        """Where an entity at a token may begin: with the token, or with a sign right before it, as in #12 or £5."""
        text, places = self.utterance.text, self.utterance.places
        start = places[index][0]
        yield start
        before = places[index - 1][1] if index else 0
        gap = text[before:start]
        if gap and not gap[-1].isspace():
            yield start - len(gap.split()[-1])
