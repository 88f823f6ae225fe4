"""Vectors that FAISS searches."""

from pathlib import Path
from typing import Any

import numpy as np

from dialog_core import PluginError
from dialog_retrieval.dense.sparse import Floats
from dialog_retrieval.dense.vectors import Ids
from dialog_retrieval.searching import Mask

EXACT_BELOW = (
    0.25  # of the vectors may be found: then a graph is mostly followed in vain, and looking at all is quicker
)


def import_faiss() -> Any:
    """Return the module.

    Raises:
        PluginError: It is not installed.
    """
    try:
        import faiss
    except ModuleNotFoundError as error:
        raise PluginError(
            f"the policy 'faiss' needs the package {error.name!r} for as much knowledge as this, and it is not "
            "installed. Run: pip install 'dialog-core[retrieval]'"
        ) from error
    return faiss


def flat_index(vectors: Floats) -> Any:
    """Return an index that looks at all vectors."""
    index = import_faiss().IndexFlatIP(vectors.shape[1])
    index.add(vectors)
    return index


class FaissVectors:
    """A FAISS index of any of the kinds `flat`, `ivf` and `hnsw`.

    Args:
        index: The index.
        effort: How thoroughly it searches: how many groups an `ivf` index looks at, how many vectors an `hnsw` index
            keeps an eye on.
    """

    def __init__(self, index: Any, effort: int = 0) -> None:
        self._faiss = import_faiss()
        self._index = self._faiss.downcast_index(index)
        self._owner = index  # whose memory it is
        self._graph = isinstance(self._index, self._faiss.IndexHNSW)
        self._groups = isinstance(self._index, self._faiss.IndexIVF)
        self.effort = effort
        self._selector: tuple[Mask, Any, float] | None = None

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def nearest(self, question: Floats, count: int, allowed: Mask | None) -> tuple[Floats, Ids]:
        """Return the highest inner products that are found."""
        selector, share = (None, 1.0) if allowed is None else self._select(allowed)
        index, parameters = self._index, None
        if self._graph and share < EXACT_BELOW:
            index = self._faiss.downcast_index(index.storage)
        if index is not self._index or not (self._graph or self._groups):
            parameters = None if selector is None else self._faiss.SearchParameters(sel=selector)
        elif self._graph:
            effort = max(int(self.effort / share), count)
            parameters = self._faiss.SearchParametersHNSW(efSearch=effort, sel=selector)
        else:
            effort = min(int(self.effort / max(share, 1e-3)), self._index.nlist)
            parameters = self._faiss.SearchParametersIVF(nprobe=effort, sel=selector)
        products, rows = index.search(question[None], count, params=parameters)
        if rows[0, -1] >= 0:
            return products[0], rows[0]
        found = rows[0] >= 0  # fewer than were asked for
        return products[0][found], rows[0][found]

    def write(self, file: Path) -> None:
        """Write the index; FAISS raises RuntimeError where it cannot."""
        self._faiss.write_index(self._owner, str(file))

    def _select(self, allowed: Mask) -> tuple[Any, float]:
        """Return what FAISS wants of a mask; the same mask comes again and again."""
        known = self._selector
        if known is None or known[0] is not allowed:
            bits = np.packbits(allowed, bitorder="little")
            selector = self._faiss.IDSelectorBitmap(bits)
            share = max(float(allowed.mean()), 1 / len(allowed)) if len(allowed) else 1.0
            known = self._selector = (allowed, selector, share)
        return known[1], known[2]
