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

NUMBER = re.compile(r"[0-9]+|[〇零一二两三四五六七八九十百千万]+")

_AS = ", gone as near to "


class NearDuplicatesCleaner(Component[NearDuplicatesOptions]):
    """Removes items whose Jaccard similarity to an earlier one is at least the threshold.

    MinHash (Broder 1997, "On the resemblance and containment of documents") and locality-sensitive hashing (Leskovec,
    Rajaraman & Ullman, Mining of Massive Datasets, section 3.4) find candidates; of each the similarity is then
    computed from the pieces themselves, so nothing goes that is less alike to everything before it. Items of different
    labels are never near-duplicates, nor are texts with different numbers: there what differs matters. Memory grows
    with the items, by about 6 KB for each.
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
        if best < self.options.threshold:
            self._remember(sketch, pieces, name_of(item), kind)
            return item
        near = self._names[original]
        if self.options.chains and best < 1:
            kept = near.partition(_AS)[2] or near
            self._remember(sketch, pieces, f"{name_of(item)}{_AS}{kept}", kind)
        return Removed("almost said before", f"{best:.0%} as in {near}")

    def _remember(self, sketch: MinHash, pieces: set[int], name: str, kind: int) -> None:
        self._lsh.insert(len(self._pieces), sketch, check_duplication=False)
        self._pieces.append(array("I", pieces))
        self._names.append(name)
        self._kinds.append(kind)

    def _kind(self, item: DataItem) -> int:
        """Return what has to be the same, as one number: the label, and what numbers there are."""
        label = item.label if isinstance(item, LabelledText) else ""
        numbers = NUMBER.findall("\n".join(texts_of(item))) if self.options.numbers else []
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
