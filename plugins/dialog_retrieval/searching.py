"""What finds entries in an index, and what it finds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
"""For each number of an entry whether it may be found."""


@dataclass(frozen=True, slots=True)
class Match:
    """An entry that was found.

    Attributes:
        number: The entry's number.
        phrasing: The position, among its questions, of the one that fits best; 0 for a passage.
        score: How well it fits, from 0 to 1, comparable across questions.
        features: What the score was made from.
    """

    number: int
    phrasing: int
    score: float
    features: Mapping[str, float]


class Searcher(Protocol):
    """Finds entries. Safe to use from any thread."""

    def find(self, question: str, top_k: int, allowed: Mask | None) -> Sequence[Match]:
        """Return the entries that fit best, best first, equally good ones by their number.

        Args:
            question: What was asked.
            top_k: How many at most.
            allowed: Which entries may be found; None: all.
        """
        ...


class Layered:
    """An index, and small ones of what came after it was made.

    Args:
        base: The index.
        later: Of the entries that came later; they score as the base does.
    """

    def __init__(self, base: Searcher, *later: Searcher) -> None:
        self._layers = (base, *later)

    def find(self, question: str, top_k: int, allowed: Mask | None) -> Sequence[Match]:
        """Return the best of all."""
        found = [match for layer in self._layers for match in layer.find(question, top_k, allowed)]
        return sorted(found, key=lambda match: (-match.score, match.number))[:top_k]
