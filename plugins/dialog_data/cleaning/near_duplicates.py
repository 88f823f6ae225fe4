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
FALSE_NEGATIVES = 0.9  # of 1: how much the choice of bands minds what is lost, and not what is looked at in vain
FULLEST = 200  # items in one bucket: of a sentence with thousands of variants, the first are compared with

NUMBER = re.compile(r"[0-9]+|[〇零一二两三四五六七八九十百千万]+")

_AS = ", gone as near to "


class NearDuplicatesCleaner(Component[NearDuplicatesOptions]):
    """Removes items whose Jaccard similarity to an earlier one is at least the threshold.

    MinHash (Broder 1997, "On the resemblance and containment of documents") and locality-sensitive hashing (Leskovec,
    Rajaraman & Ullman, Mining of Massive Datasets, section 3.4) find candidates; of each, the earliest first, the
    similarity is then computed from the pieces themselves, so nothing goes that is less alike to everything before it.
    Items of different labels are never near-duplicates, nor are texts with different numbers: there what differs
    matters. Memory grows with the items, by about 3 KB for each.
    """

    def __init__(self, options: NearDuplicatesOptions, context: Context) -> None:
        super().__init__(options, context)
        weights = (1 - FALSE_NEGATIVES, FALSE_NEGATIVES)
        best = MinHashLSH(threshold=options.threshold, num_perm=options.permutations, weights=weights)
        self._bands = best.b
        self._empty = MinHash(options.permutations, seed=SEED, hashfunc=_as_it_is)
        self._width = best.r * self._empty.hashvalues.itemsize  # bytes of one band
        # Tables of our own, not those of `MinHashLSH`, which take four times the memory.
        self._buckets: dict[int, int | list[int]] = {}
        self._pieces: list[array[int]] = []
        self._names: list[str] = []

    def clean(self, item: DataItem) -> DataItem | Removed:
        """Return the item, or of what it is a near-duplicate."""
        pieces = self._shingles(item)
        if len(pieces) < self.options.least:
            return item
        bands = self._sketched(pieces, self._kind(item))
        original, alike = self._original(bands, pieces)
        if original is None:
            self._remember(bands, pieces, name_of(item))
            return item
        near = self._names[original]
        if self.options.chains and alike < 1:
            self._remember(bands, pieces, f"{name_of(item)}{_AS}{near.partition(_AS)[2] or near}")
        return Removed("almost said before", f"{alike:.0%} as in {near}")

    def _sketched(self, pieces: set[int], kind: int) -> list[int]:
        """Return a number for each band of the sketch: what shares one of them is a candidate."""
        sketch = self._empty.copy()
        sketch.update_batch(pieces)
        written, width = sketch.hashvalues.tobytes(), self._width
        return [hash((kind, band, written[band * width : (band + 1) * width])) for band in range(self._bands)]

    def _original(self, bands: list[int], pieces: set[int]) -> tuple[int | None, float]:
        """Return the earliest item that is alike enough, and how alike it is."""
        candidates: set[int] = set()
        for band in bands:
            bucket = self._buckets.get(band)
            if bucket is not None:
                candidates.update(bucket if isinstance(bucket, list) else (bucket,))
        for candidate in sorted(candidates):
            alike = _jaccard(pieces, self._pieces[candidate])
            if alike >= self.options.threshold:
                return candidate, alike
        return None, 0.0

    def _remember(self, bands: list[int], pieces: set[int], name: str) -> None:
        number = len(self._pieces)
        self._pieces.append(array("I", pieces))
        self._names.append(name)
        for band in bands:
            bucket = self._buckets.setdefault(band, number)
            if isinstance(bucket, list):
                if len(bucket) < FULLEST:
                    bucket.append(number)
            elif bucket != number:
                self._buckets[band] = [bucket, number]

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
