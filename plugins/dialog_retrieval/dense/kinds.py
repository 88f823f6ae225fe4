"""The kinds of FAISS indexes: which one, and how it is made."""

import math
from typing import TYPE_CHECKING, Any

from dialog_retrieval.dense.faiss_vectors import import_faiss
from dialog_retrieval.dense.options import FaissOptions
from dialog_retrieval.dense.sparse import Floats

if TYPE_CHECKING:
    from dialog_core.training import Progress

FLAT_UP_TO = 50_000  # vectors: flat looks at all of them in about three milliseconds
FEWEST = 128  # vectors: neither groups nor a graph of next to nothing
GRAPH_UP_TO = 5_000_000  # vectors: beyond, building a graph takes hours, and groups do
TRAINED_ON = 64  # vectors for each group; FAISS asks for 39 at least
AT_ONCE = 16_384  # vectors added between two signs of progress


def choose_kind(options: FaissOptions, count: int) -> str:
    """Return which kind of index suits so many vectors: `flat`, `ivf` or `hnsw`."""
    if options.index == "auto":
        return "flat" if count <= FLAT_UP_TO else "hnsw" if count <= GRAPH_UP_TO else "ivf"
    return "flat" if count < FEWEST else options.index


def build_index(kind: str, vectors: Floats, options: FaissOptions, seed: int, progress: "Progress") -> Any:
    """Return an index of vectors, which may lie in a file.

    Args:
        kind: Which.
        vectors: The vectors.
        options: How.
        seed: For which vectors are grouped.
        progress: Where to say how far it is.
    """
    faiss = import_faiss()
    count, dimension = vectors.shape
    if kind == "flat":
        index = faiss.IndexFlatIP(dimension)
    elif kind == "hnsw":
        index = faiss.IndexHNSWFlat(dimension, options.hnsw_m, faiss.METRIC_INNER_PRODUCT)
        index.hnsw.efConstruction = options.hnsw_ef_construction
    else:
        groups = _groups(options, count)
        index = faiss.IndexIVFFlat(faiss.IndexFlatIP(dimension), dimension, groups, faiss.METRIC_INNER_PRODUCT)
        index.cp.seed = 1 + seed % 2**30
        progress.stage("grouping")
        index.train(_sample(vectors, groups * TRAINED_ON, seed))
    progress.stage("indexing", count)
    for first in range(0, count, AT_ONCE):
        part = vectors[first : first + AT_ONCE]
        index.add(part)
        progress.advance(len(part))
    return index


def _groups(options: FaissOptions, count: int) -> int:
    wanted = round(4 * math.sqrt(count)) if options.ivf_lists == "auto" else options.ivf_lists
    return max(1, min(wanted, count // TRAINED_ON))


def _sample(vectors: Floats, size: int, seed: int) -> Floats:
    import numpy as np

    if len(vectors) <= size:
        return np.ascontiguousarray(vectors)
    rows = np.sort(np.random.default_rng(seed).choice(len(vectors), size, replace=False))
    return np.ascontiguousarray(vectors[rows])
