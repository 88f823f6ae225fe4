"""rank-bm25 over documents: what it counts, and its scores as it would give them itself."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from rank_bm25 import BM25Okapi, BM25Plus

from dialog_retrieval.bm25.documents import Document
from dialog_retrieval.bm25.scoring import Scoring


class Statistics(Protocol):
    """What is known about a collection of documents; a few that come on top of it are scored with the same.

    Attributes:
        size: How many documents it has.
        average_length: Of its documents.
    """

    size: int
    average_length: float

    def counts(self, terms: Sequence[str]) -> NDArray[np.float64]:
        """Return for each term in how many of its documents it is."""
        ...


class _OverDocuments:
    """What rank-bm25's classes count, counted over `Document`s."""

    corpus_size: int
    doc_freqs: list[Mapping[str, float]]
    doc_len: list[float]
    counts: Mapping[str, int]
    idf: dict[str, float]
    avgdl: float

    def __init__(self, corpus: Sequence[Document], scoring: Scoring, base: Statistics | None, **parameters: float):
        self._scoring = scoring
        self._base = base
        super().__init__(corpus, k1=scoring.k1, b=scoring.b, **parameters)  # type: ignore[call-arg]

    def _initialize(self, corpus: Iterable[Document]) -> dict[str, int]:
        in_phrasings: dict[str, int] = defaultdict(int)
        in_documents: dict[str, int] = defaultdict(int)
        for document in corpus:
            self.doc_freqs.append(document.frequencies)
            self.doc_len.append(sum(document.frequencies.values()))
            for term in document.frequencies:
                in_documents[term] += 1
            for term in document.terms:
                in_phrasings[term] += 1
        self.corpus_size = len(self.doc_len)
        self.avgdl = self._base.average_length if self._base else sum(self.doc_len) / self.corpus_size
        return {**in_documents, **in_phrasings}

    def _calc_idf(self, nd: Mapping[str, int]) -> None:
        if self._base:
            counts, size = self._base.counts(list(nd)), self._base.size
        else:
            counts, size = np.array(list(nd.values()), dtype=np.float64), self.corpus_size
        self.counts = nd
        self.idf = dict(zip(nd, self._scoring.idf(counts, size).tolist(), strict=True))


class _Okapi(_OverDocuments, BM25Okapi):  # type: ignore[misc]  # the package has no types
    """With Lucene's inverse document frequency."""


class _Plus(_OverDocuments, BM25Plus):  # type: ignore[misc]
    """With its own."""


def rank_bm25(documents: Sequence[Document], scoring: Scoring, base: Statistics | None = None) -> Any:
    """Return rank-bm25's index of documents.

    Args:
        documents: At least one.
        scoring: Which variant, with which settings.
        base: Of what larger collection these are a part; by default they are one of their own.
    """
    if scoring.plus:
        return _Plus(documents, scoring, base, delta=scoring.delta)
    return _Okapi(documents, scoring, base)
