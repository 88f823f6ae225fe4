"""From a question to the entries nearest to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from dialog_retrieval.confidence import Confidence
from dialog_retrieval.dense.sparse import Floats
from dialog_retrieval.dense.vectors import Ids, Vectors
from dialog_retrieval.searching import Mask, Match

DECIMALS = 6  # of a cosine; beyond, equal texts differ by how they were computed
SPARE = 8  # rows looked at beyond those that are wanted: entries have several, and equal ones are settled by number
MOST_ROWS = 2048  # looked at for one question


@dataclass(frozen=True, slots=True)
class Near:
    """An entry near to a question: its number, the phrasing that is nearest, their cosine."""

    number: int
    phrasing: int
    cosine: float


class DenseSearcher:
    """Finds the entries one of whose phrasings is nearest to a question.

    Attributes:
        encoder: What turns texts into vectors.
        confidence: How likely a match is right.
    """

    def __init__(self, vectors: Vectors, owners: Ids, phrasings: Ids, encoder: Any, confidence: Confidence) -> None:
        """Put together what was built.

        Args:
            vectors: One for each phrasing.
            owners: The number of the entry of each.
            phrasings: The place of each among its entry's.
            encoder: What the vectors come from.
            confidence: How likely a match is right.
        """
        self.encoder = encoder
        self.confidence = confidence
        self._vectors, self._owners, self._phrasings = vectors, owners, phrasings
        self._mask: tuple[Mask, Mask] | None = None

    def find(self, question: str, top_k: int, allowed: Mask | None) -> Sequence[Match]:
        """Return the entries that fit best; see `Searcher`."""
        near = self.near(encode_questions(self.encoder, [question])[0], max(top_k, 2), allowed)
        return [
            Match(one.number, one.phrasing, self.confidence.score(features), features)
            for one, features in zip(near[:top_k], features_of(near), strict=False)
        ]

    def near(
        self, vector: Floats, count: int, allowed: Mask | None = None, *, without: frozenset[int] = frozenset()
    ) -> list[Near]:
        """Return the entries nearest to a vector, equally near ones by their number.

        Args:
            vector: The vector of a question; one of length 0 is near to nothing.
            count: How many at most.
            allowed: Which entries may be found; None: all.
            without: Rows that are passed over.
        """
        size = len(self._vectors)
        if not size or not vector.any():
            return []
        rows_allowed = None if allowed is None else self._by_row(allowed)
        wanted = count + SPARE + len(without)
        while True:
            wanted = min(wanted, size)
            cosines, rows = self._vectors.nearest(vector, wanted, rows_allowed)
            found = self._best(cosines, rows, without)
            # Equally near rows may come in any order, so the last entry counts only once there is something farther.
            settled = len(found) >= count and float(cosines[-1]) < found[count - 1].cosine - 10**-DECIMALS
            if settled or wanted >= min(size, MOST_ROWS) or len(rows) < wanted or float(cosines[-1]) <= 0:
                return found[:count]
            wanted *= 4

    def rows_of(self, number: int) -> range:
        """Return the rows of an entry; rows stand in the order of entries."""
        first, last = np.searchsorted(self._owners, (number, number + 1))
        return range(int(first), int(last))

    def place_of(self, row: int) -> int:
        """Return which of its entry's phrasings a row is."""
        return int(self._phrasings[row])

    def _best(self, cosines: Floats, rows: Ids, without: frozenset[int]) -> list[Near]:
        best: dict[int, Near] = {}
        owners, phrasings = self._owners[rows].tolist(), self._phrasings[rows].tolist()
        for product, row, owner, phrasing in zip(cosines.tolist(), rows.tolist(), owners, phrasings, strict=True):
            cosine = min(round(product, DECIMALS), 1.0)
            if cosine <= 0:
                break
            if without and row in without:
                continue
            known = best.get(owner)
            if known is None or (cosine == known.cosine and phrasing < known.phrasing):
                best[owner] = Near(owner, phrasing, cosine)
        return sorted(best.values(), key=lambda near: (-near.cosine, near.number))

    def _by_row(self, allowed: Mask) -> Mask:
        """Return for each row whether it may be found; a library gives the same mask again and again."""
        mask = self._mask
        if mask is None or mask[0] is not allowed:
            mask = self._mask = (allowed, allowed[self._owners])
        return mask[1]


def features_of(near: Sequence[Near]) -> list[Mapping[str, float]]:
    """Return what each score is made from: the cosine, and by how much it is better than the best of the others.

    Entries that are equally near do not compete: they say the same.
    """
    cosines = [one.cosine for one in near]
    best = max(cosines, default=0.0)
    second = max((cosine for cosine in cosines if cosine < best), default=0.0)
    return [{"cosine": cosine, "margin": cosine - (second if cosine == best else best)} for cosine in cosines]


def encode_questions(encoder: Any, texts: Sequence[str]) -> Floats:
    """Return the vectors of questions, as an encoder gives them that may make no difference."""
    encode = getattr(encoder, "encode_questions", None) or encoder.encode
    vectors: Floats = np.asarray(encode(texts), dtype=np.float32)
    return vectors if np.isfinite(vectors).all() else np.nan_to_num(vectors)
