"""Sets of pieces, and those among many that are almost the same."""

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from datasketch import MinHash, MinHashLSH

SEED = 1
FALSE_NEGATIVES = 0.9  # of 1: how much the choice of bands minds what is lost, and not what is looked at in vain

Bands = list[int]
"""A number for each band of a sketch: what shares one of them is a candidate."""


@dataclass(frozen=True, slots=True)
class Alike:
    """A set of pieces that is like another one.

    Attributes:
        number: Which of those that were added, from 0.
        similarity: Their Jaccard similarity: the share of the pieces of both that stand in both.
    """

    number: int
    similarity: float


class LikenessIndex:
    """Finds sets of pieces by their Jaccard similarity.

    MinHash (Broder 1997, "On the resemblance and containment of documents") and locality-sensitive hashing (Leskovec,
    Rajaraman & Ullman, Mining of Massive Datasets, section 3.4) find candidates; of each the similarity is then
    computed from the pieces themselves. Memory grows by about 3 KB for each set that is added.

    Args:
        threshold: How alike two sets are at least.
        permutations: The length of a sketch; more of them lose fewer.
        fullest: How many sets are kept in one bucket, so that what has thousands of variants is compared with the
            first ones; None: all of them.
    """

    def __init__(self, threshold: float, permutations: int = 128, fullest: int | None = None) -> None:
        self._threshold = threshold
        self._fullest = fullest
        weights = (1 - FALSE_NEGATIVES, FALSE_NEGATIVES)
        best = MinHashLSH(threshold=threshold, num_perm=permutations, weights=weights)
        self._bands = best.b
        self._empty = MinHash(permutations, seed=SEED, hashfunc=_as_it_is)
        self._width = best.r * self._empty.hashvalues.itemsize  # bytes of one band
        # Tables of our own, not those of `MinHashLSH`, which take four times the memory.
        self._buckets: dict[int, int | list[int]] = {}
        self._pieces: list[array[int]] = []

    def bands(self, pieces: Iterable[int], kind: int = 0) -> Bands:
        """Return under which numbers a set is found; those of another `kind` are never alike."""
        sketch = self._empty.copy()
        sketch.update_batch(pieces)
        written, width = sketch.hashvalues.tobytes(), self._width
        return [hash((kind, band, written[band * width : (band + 1) * width])) for band in range(self._bands)]

    def alike(self, pieces: set[int], bands: Bands) -> Iterator[Alike]:
        """Yield those that are alike enough, the first that was added first."""
        candidates: set[int] = set()
        for band in bands:
            bucket = self._buckets.get(band)
            if bucket is not None:
                candidates.update(bucket if isinstance(bucket, list) else (bucket,))
        for candidate in sorted(candidates):
            similarity = _jaccard(pieces, self._pieces[candidate])
            if similarity >= self._threshold:
                yield Alike(candidate, similarity)

    def add(self, pieces: Iterable[int], bands: Bands) -> int:
        """Remember a set, and return its number."""
        number = len(self._pieces)
        self._pieces.append(array("I", pieces))
        for band in bands:
            bucket = self._buckets.setdefault(band, number)
            if isinstance(bucket, list):
                if self._fullest is None or len(bucket) < self._fullest:
                    bucket.append(number)
            elif bucket != number:
                self._buckets[band] = [bucket, number]
        return number


def _jaccard(one: set[int], other: Any) -> float:
    common = len(one.intersection(other))
    return common / (len(one) + len(other) - common)


def _as_it_is(number: int) -> int:
    return number
