"""Indexing entries in memory."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from dialog_core.interfaces import FittableEncoder
from dialog_retrieval.confidence import Confidence
from dialog_retrieval.dense.faiss_vectors import FaissVectors, flat_index
from dialog_retrieval.dense.kept_vectors import KeptVectors
from dialog_retrieval.dense.phrasings import texts_of
from dialog_retrieval.dense.searcher import DenseSearcher
from dialog_retrieval.dense.sparse import Floats
from dialog_retrieval.dense.trust import learn_confidence
from dialog_retrieval.dense.vectors import FewVectors, Vectors
from dialog_retrieval.knowledge.entries import Numbered
from dialog_retrieval.searching import Mask

FEW = 4096  # vectors numpy searches as quickly as FAISS
KEPT_FROM = 256  # texts of which a model's vectors are kept: it takes seconds to make them again
ASKED = 200  # questions to learn from what a match is worth, while a bot starts
FALLBACK = Confidence({"cosine": 10.0, "margin": 3.3}, -5.7)  # of encoders that bring none


def index_in_memory(
    entries: Sequence[Numbered], encoder: Any, confidence: Confidence | None, seed: int, kept_in: Path
) -> DenseSearcher:
    """Return what finds entries.

    Args:
        entries: The entries.
        encoder: Fitted, if that is needed.
        confidence: How likely a match is right; default: it is found out.
        seed: For what is drawn at random.
        kept_in: The file of vectors, for encoders that do not learn from the knowledge.
    """
    texts, owners, phrasings = rows_of(entries)
    quick = isinstance(encoder, FittableEncoder)
    encoding = encoder if quick or len(texts) < KEPT_FROM else KeptVectors(encoder, kept_in)
    vectors, kept = saying_something(encode(encoding, texts))
    owned, placed = np.array(owners, dtype=np.int64)[kept], np.array(phrasings, dtype=np.int64)[kept]
    searched: Vectors = FewVectors(vectors) if len(vectors) <= FEW else FaissVectors(flat_index(vectors))
    searcher = DenseSearcher(searched, owned, placed, encoder, confidence or fallback_of(encoder))
    if confidence is None:
        asked = ASKED if quick else min(ASKED, len(texts) // 2)
        searcher.confidence, _ = learn_confidence(searcher, vectors, entries, seed, asked)
    return searcher


def rows_of(entries: Sequence[Numbered]) -> tuple[list[str], list[int], list[int]]:
    """Return the texts of entries with the number of the entry and the place in it of each."""
    texts: list[str] = []
    owners: list[int] = []
    phrasings: list[int] = []
    for item in entries:
        for place, text in enumerate(texts_of(item.entry)):
            texts.append(text)
            owners.append(item.number)
            phrasings.append(place)
    return texts, owners, phrasings


def encode(encoder: Any, texts: Sequence[str]) -> Floats:
    """Return the vectors of texts that may be found; what is no number says nothing."""
    if not texts:
        return np.zeros((0, max(int(encoder.dimension), 1)), dtype=np.float32)
    return np.ascontiguousarray(np.nan_to_num(np.asarray(encoder.encode(texts), dtype=np.float32)))


def saying_something(vectors: Floats) -> tuple[Floats, Mask]:
    """Return the vectors that have a length, and which those are."""
    kept: Mask = np.any(vectors != 0, axis=1)
    return (vectors if kept.all() else vectors[kept]), kept


def fallback_of(encoder: Any) -> Confidence:
    """Return what cosines of an encoder are worth where there is too little knowledge to find out."""
    fallback = getattr(encoder, "fallback", None)
    return fallback if isinstance(fallback, Confidence) else FALLBACK
