"""The step `near_duplicates`: what is almost there already goes."""

import re
from array import array
from typing import Any

from datasketch import MinHash, MinHashLSH

from dialog_core import Component, Context
from dialog_core.datasets import DataItem, LabelledText, texts_of
from dialog_core.interfaces import Removed
from dialog_data.cleaning.options import NearDuplicatesOptions
from dialog_data.cleaning.report import name_of
from dialog_data.cleaning.shingles import shingles

SEED = 1
FALSE_NEGATIVES = (
    0.9  # what the choice of bands minds, of 1: candidates too many are looked at closely, too few are lost
)

_NUMBER = re.compile(r"[0-9]+")


class NearDuplicatesCleaner(Component[NearDuplicatesOptions]):
    """Removes items whose Jaccard similarity to an earlier one that stays is at least the threshold.

    MinHash (Broder 1997, "On the resemblance and containment of documents") and locality-sensitive hashing (Leskovec,
    Rajaraman & Ullman, Mining of Massive Datasets, section 3.4) find candidates; of each the similarity is then
    computed from the pieces themselves, so nothing goes that is less alike. Items of different labels are never
    near-duplicates, nor are texts with different numbers: there what differs matters. Memory grows with what stays.
    """

    def __init__(self, options: NearDuplicatesOptions, context: Context) -> None:
        super().__init__(options, context)
        self._lsh = MinHashLSH(
            threshold=options.threshold,
            num_perm=options.permutations,
            weights=(1 - FALSE_NEGATIVES, FALSE_NEGATIVES),
        )
        self._empty = MinHash(options.permutations, seed=SEED, hashfunc=_as_it_is)
        self._pieces: list[array[int]] = []
        self._names: list[str] = []
        self._kinds: list[int] = []

    def clean(self, item: DataItem) -> DataItem | Removed:
        """Return the item, or of what it is a near-duplicate."""
        pieces = self._shingles(item)
        if len(pieces) < self.options.least:
            return item
        kind = self._kind(item)
        sketch = self._empty.copy()
        sketch.update_batch(pieces)
        best, original = 0.0, -1
        for candidate in self._lsh.query(sketch):
            if self._kinds[candidate] == kind:
                alike = _jaccard(pieces, self._pieces[candidate])
                if (alike, -candidate) > (best, -original):
                    best, original = alike, candidate
        if best >= self.options.threshold:
            return Removed("almost said before", f"{best:.0%} as in {self._names[original]}")
        self._lsh.insert(len(self._pieces), sketch, check_duplication=False)
        self._pieces.append(array("I", pieces))
        self._names.append(name_of(item))
        self._kinds.append(kind)
        return item

    def _kind(self, item: DataItem) -> int:
        """Return what has to be the same, as one number: the label, and what numbers there are."""
        label = item.label if isinstance(item, LabelledText) else ""
        numbers = _NUMBER.findall("\n".join(texts_of(item))) if self.options.numbers else []
        return hash((label, *numbers))

    def _shingles(self, item: DataItem) -> set[int]:
        options = self.options
        found: set[int] = set()
        for text in texts_of(item):
            found |= shingles(text, options.pieces, options.words, options.characters)
        return found


def _jaccard(one: set[int], other: Any) -> float:
    common = len(one.intersection(other))
    return common / (len(one) + len(other) - common)


def _as_it_is(number: int) -> int:
    return number
