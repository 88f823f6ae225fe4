"""Items that say almost the same, found among many."""

from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from datasketch import MinHash, MinHashLSH

from dialog_core.datasets import DataItem, texts_of
from dialog_data.cleaning.shingles import shingles

SEED = 1
PERMUTATIONS = 128
FALSE_NEGATIVES = 0.9  # what the choice of bands minds, of 1: a candidate too many is looked at, one too few is lost
WORDS, CHARACTERS = 1, 2  # of a piece


@dataclass(frozen=True, slots=True)
class Alike:
    """The item that is most like another one.

    Attributes:
        item: Its number among those that were added, from 0.
        similarity: The share of the pieces of both that stand in both.
    """

    item: int
    similarity: float


class LikenessIndex:
    """Finds what is most like an item by the Jaccard similarity of their pieces.

    MinHash (Broder 1997) and locality-sensitive hashing find candidates, the pieces themselves decide. Memory grows
    with what is added, by about 2 kB an item.

    Args:
        threshold: How alike two items are at least.
    """

    def __init__(self, threshold: float) -> None:
        self._threshold = threshold
        weights = (1 - FALSE_NEGATIVES, FALSE_NEGATIVES)
        self._lsh = MinHashLSH(threshold=threshold, num_perm=PERMUTATIONS, weights=weights)
        self._empty = MinHash(PERMUTATIONS, seed=SEED, hashfunc=_as_it_is)
        self._pieces: list[array[int]] = []

    def __len__(self) -> int:
        return len(self._pieces)

    def add(self, item: DataItem) -> None:
        """Remember an item."""
        pieces = pieces_of(item)
        if pieces:
            self._lsh.insert(len(self._pieces), self._sketch(pieces), check_duplication=False)
        self._pieces.append(array("I", pieces))

    def alike(self, item: DataItem) -> list[Alike]:
        """Return those that are alike, the most alike first."""
        pieces = pieces_of(item)
        if not pieces:
            return []
        found = (Alike(one, _jaccard(pieces, self._pieces[one])) for one in self._lsh.query(self._sketch(pieces)))
        return sorted(
            (one for one in found if one.similarity >= self._threshold), key=lambda one: (-one.similarity, one.item)
        )

    def _sketch(self, pieces: Iterable[int]) -> MinHash:
        sketch = self._empty.copy()
        sketch.update_batch(pieces)
        return sketch


def pieces_of(item: DataItem) -> set[int]:
    """Return the pieces of everything that is said in an item."""
    found: set[int] = set()
    for text in texts_of(item):
        found |= shingles(text, "auto", WORDS, CHARACTERS)
    return found


def _jaccard(one: set[int], other: Any) -> float:
    common = len(one.intersection(other))
    return common / (len(one) + len(other) - common)


def _as_it_is(number: int) -> int:
    return number
