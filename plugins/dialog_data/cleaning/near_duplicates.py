"""The step `near_duplicates`: what is almost there already goes."""

import re

from dialog_core import Component, Context
from dialog_core.datasets import DataItem, LabelledText, texts_of
from dialog_core.interfaces import Removed
from dialog_data.cleaning.options import NearDuplicatesOptions
from dialog_data.cleaning.report import name_of
from dialog_data.likeness.index import Bands, LikenessIndex
from dialog_data.likeness.shingles import shingles

FULLEST = 200  # items in one bucket: of a sentence with thousands of variants, the first are compared with

NUMBER = re.compile(r"[0-9]+|[〇零一二两三四五六七八九十百千万]+")

_AS = ", gone as near to "


class NearDuplicatesCleaner(Component[NearDuplicatesOptions]):
    """Removes items whose Jaccard similarity to an earlier one is at least the threshold.

    `LikenessIndex` finds candidates; the earliest is taken whose pieces themselves are alike enough, so nothing goes
    that is less alike to everything before it.

    Items of different labels are never near-duplicates, nor are texts with different numbers: there what differs
    matters. Memory grows with the items.
    """

    def __init__(self, options: NearDuplicatesOptions, context: Context) -> None:
        super().__init__(options, context)
        self._index = LikenessIndex(options.threshold, options.permutations, FULLEST)
        self._names: list[str] = []

    def clean(self, item: DataItem) -> DataItem | Removed:
        """Return the item, or of what it is a near-duplicate."""
        pieces = self._shingles(item)
        if len(pieces) < self.options.least:
            return item
        bands = self._index.bands(pieces, self._kind(item))
        original = next(self._index.alike(pieces, bands), None)
        if original is None:
            self._remember(bands, pieces, name_of(item))
            return item
        near = self._names[original.number]
        if self.options.chains and original.similarity < 1:
            self._remember(bands, pieces, f"{name_of(item)}{_AS}{near.partition(_AS)[2] or near}")
        return Removed("almost said before", f"{original.similarity:.0%} as in {near}")

    def _remember(self, bands: Bands, pieces: set[int], name: str) -> None:
        self._index.add(pieces, bands)
        self._names.append(name)

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
