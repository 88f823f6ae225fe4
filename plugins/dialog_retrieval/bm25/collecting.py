"""How the index of many documents is made: collected one by one into flat arrays, then turned round by term."""

from array import array
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialog_retrieval.bm25.counting import Statistics
from dialog_retrieval.bm25.documents import Document
from dialog_retrieval.bm25.postings import make_postings
from dialog_retrieval.bm25.scoring import Scoring
from dialog_retrieval.bm25.stored import Stored
from dialog_retrieval.bm25.vocabulary import Vocabulary, hashes_of

PIECE = 1 << 21  # postings worked on at a time; with a few figures of eight bytes for each, some ten megabytes
POSITION_BITS = 40  # of a posting: a million million of them; 24 bits are left for the terms


class Collector:
    """Takes the documents of one kind, in the order of their entries, and makes an index of them.

    A posting takes ten bytes here; Python objects are kept for the distinct terms only.
    """

    def __init__(self, scoring: Scoring, base: Statistics | None = None) -> None:
        self._scoring = scoring
        self._base = base
        self._ids: defaultdict[str, int] = defaultdict()
        self._ids.default_factory = self._ids.__len__
        self._terms, self._frequencies, self._own = array("i"), array("f"), bytearray()
        self._counts, self._numbers, self._phrasings = array("i"), array("q"), array("i")

    def __len__(self) -> int:
        """Return how many documents it has taken."""
        return len(self._counts)

    def add(self, number: int, documents: Sequence[Document]) -> None:
        """Take the documents of an entry."""
        for phrasing, document in enumerate(documents):
            if not document.terms:
                continue
            self._terms.extend(map(self._ids.__getitem__, document.frequencies))
            self._frequencies.extend(document.frequencies.values())
            if not self._scoring.passages:
                self._own.extend(map(document.terms.__contains__, document.frequencies))
            self._counts.append(len(document.frequencies))
            self._numbers.append(number)
            self._phrasings.append(phrasing)

    def stored(self, engine: str) -> Stored:
        """Return what was taken, turned round by term; nothing more can be taken then.

        Args:
            engine: What is to add up.

        Raises:
            PluginError: It is to be bm25s, which is not installed.
        """
        size, scoring = len(self._counts), self._scoring
        names = list(self._ids)
        hashes, renumbered = np.unique(hashes_of(names), return_inverse=True)
        terms = renumbered.astype(np.int32)[np.frombuffer(self._terms, dtype=np.int32)] if names else _none(np.int32)
        own = np.frombuffer(self._own, dtype=np.bool_)
        in_document = np.frombuffer(self._counts, dtype=np.int32)
        starts = np.cumsum(in_document, dtype=np.int64) - in_document
        lengths = _sums(np.frombuffer(self._frequencies, dtype=np.float32), starts)
        average = self._base.average_length if self._base else float(lengths.mean()) if size else 1.0
        counts = self._document_counts(names, renumbered, terms, own, len(hashes))
        idf = scoring.idf(counts, self._base.size if self._base else size)
        told = _none(np.float32)
        if not scoring.passages:
            told = _sums(idf.astype(np.float32)[terms] * own, starts).astype(np.float32)
        documents = np.repeat(np.arange(size, dtype=np.int32), in_document)
        scores, own = self._by_term(terms, own, documents, lengths / average, idf)
        return Stored(
            vocabulary=Vocabulary(hashes),
            postings=make_postings(engine, scoring, scores),
            size=size,
            collection=self._base.size if self._base else size,
            average_length=average,
            counts=counts.astype(np.int32),
            own=own,
            told_in_full=told,
            entries=np.array(self._numbers, dtype=np.intp),
            phrasings=np.array(self._phrasings, dtype=np.int32),
        )

    def _document_counts(
        self, names: list[str], renumbered: NDArray[np.intp], terms: NDArray[np.int32], own: Any, size: int
    ) -> NDArray[np.float64]:
        """Return in how many phrasings each term is; of a term that is in none, in how many documents."""
        if self._base:
            counts = np.zeros(size)
            counts[renumbered] = self._base.counts(names)
            return counts
        everywhere = np.bincount(terms, minlength=size)
        if self._scoring.passages:
            return everywhere.astype(np.float64)
        in_phrasings = np.bincount(terms[own], minlength=size)
        return np.where(in_phrasings > 0, in_phrasings, everywhere).astype(np.float64)

    def _by_term(
        self,
        terms: NDArray[np.int32],
        own: NDArray[np.bool_],
        documents: NDArray[np.int32],
        relative_lengths: NDArray[np.float64],
        idf: NDArray[np.float64],
    ) -> tuple[dict[str, Any], NDArray[np.bool_]]:
        """Return the matrix of scores, a column for each term, and the marks of own terms in the same order."""
        scoring, count = self._scoring, len(terms)
        frequencies = np.frombuffer(self._frequencies, dtype=np.float32)
        order = terms.astype(np.int64) << POSITION_BITS
        order |= np.arange(count)
        order.sort()  # many times quicker than sorting places by their term
        order &= (1 << POSITION_BITS) - 1
        data, indices = np.empty(count, dtype=np.float32), np.empty(count, dtype=np.int32)
        marks = np.empty(len(own), dtype=np.bool_)
        unit = 1.0 if scoring.plus else scoring.k1 + 1  # bm25s leaves it out of Lucene's formula
        for start in range(0, count, PIECE):
            piece = slice(start, start + PIECE)
            where = order[piece]
            indices[piece] = documents[where]
            counted = scoring.saturated(frequencies[where].astype(np.float64), relative_lengths[indices[piece]])
            data[piece] = idf[terms[where]] * counted / unit
            if len(own):
                marks[piece] = own[where]
        indptr = np.zeros(len(idf) + 1, dtype=np.int64)
        np.cumsum(np.bincount(terms, minlength=len(idf)), out=indptr[1:])
        return {"data": data, "indices": indices, "indptr": indptr, "num_docs": len(relative_lengths)}, marks


def _sums(values: NDArray[np.float32], starts: NDArray[np.int64]) -> NDArray[np.float64]:
    return np.add.reduceat(values, starts, dtype=np.float64) if len(starts) else _none(np.float64)


def _none(kind: Any) -> NDArray[Any]:
    return np.zeros(0, dtype=kind)
