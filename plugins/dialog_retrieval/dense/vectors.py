"""What finds the nearest of many vectors."""

from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from dialog_retrieval.dense.sparse import Floats
from dialog_retrieval.searching import Mask

Ids: TypeAlias = NDArray[np.int64]


class Vectors(Protocol):
    """Vectors by row. Safe to use from any thread."""

    def __len__(self) -> int:
        """Return how many there are."""
        ...

    def nearest(self, question: Floats, count: int, allowed: Mask | None) -> tuple[Floats, Ids]:
        """Return the highest inner products with a vector, highest first, and their rows.

        Args:
            question: The vector.
            count: How many at most.
            allowed: For each row whether it may be found; None: all.
        """
        ...


class FewVectors:
    """Few enough vectors to look at all of them without FAISS: numpy needs a tenth of a millisecond for thousands."""

    def __init__(self, vectors: Floats) -> None:
        self._vectors = vectors

    def __len__(self) -> int:
        return len(self._vectors)

    def nearest(self, question: Floats, count: int, allowed: Mask | None) -> tuple[Floats, Ids]:
        """Return the highest inner products."""
        products: Floats = self._vectors @ question
        if allowed is not None:
            products[~allowed] = -np.inf
        if count < len(products):
            rows = np.argpartition(products, -count)[-count:]
            rows = rows[np.argsort(-products[rows], kind="stable")]
        else:
            rows = np.argsort(-products, kind="stable")
        if allowed is not None:
            rows = rows[np.isfinite(products[rows])]
        return products[rows], rows
