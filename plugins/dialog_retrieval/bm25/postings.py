"""BM25's score of each document for a term, in bm25s's form: added up by bm25s, or by numpy where it is not installed.

The files are those of `bm25s.BM25.save`, so that `bm25s.BM25.load(directory, load_vocab=False)` reads an index as well.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from dialog_retrieval.bm25.engines import has_bm25s, require_bm25s
from dialog_retrieval.bm25.scoring import Scoring

DATA, INDICES, INDPTR = "data.csc.index.npy", "indices.csc.index.npy", "indptr.csc.index.npy"
NON_OCCURRENCE = "nonoccurrence_array.index.npy"  # what BM25+ adds for a term whether it is there or not

Scores = NDArray[np.float32]


class Postings(Protocol):
    """What both ways have in common; the names are bm25s's.

    Attributes:
        scores: `data`, `indices`, `indptr` of the matrix (a column for each term) and `num_docs`.
    """

    scores: Mapping[str, Any]

    def get_scores_from_ids(self, query_tokens_ids: NDArray[np.intp]) -> Scores:
        """Return the score of each document for the terms of a question."""
        ...


class PlainPostings:
    """Adds up with numpy what bm25s would."""

    def __init__(self, scores: Mapping[str, Any]) -> None:
        self.scores = scores

    def get_scores_from_ids(self, query_tokens_ids: NDArray[np.intp]) -> Scores:
        """Return the score of each document for the terms of a question."""
        total = np.zeros(self.scores["num_docs"], dtype=np.float32)
        for term in query_tokens_ids.tolist():
            start, end = self.scores["indptr"][term], self.scores["indptr"][term + 1]
            total[self.scores["indices"][start:end]] += self.scores["data"][start:end]
        return total


def make_postings(engine: str, scoring: Scoring, scores: Mapping[str, Any]) -> Postings:
    """Return what adds up these scores.

    What bm25s adds for BM25+ to all documents alike is left out: it changes nothing but makes small scores inexact.

    Raises:
        PluginError: It is to be bm25s, which is not installed.
    """
    if engine == "bm25s":
        require_bm25s()
    elif engine == "rank-bm25" or not has_bm25s():
        return PlainPostings(scores)
    import bm25s  # type: ignore[import-untyped]

    method = "bm25+" if scoring.plus else "lucene"
    made = bm25s.BM25(k1=scoring.k1, b=scoring.b, delta=scoring.delta, method=method, backend="numpy")
    made.scores, made.nonoccurrence_array, made.vocab_dict = scores, None, {}
    return made  # type: ignore[no-any-return]  # the package has no types


def save_postings(postings: Postings, directory: Path) -> None:
    """Write postings."""
    if isinstance(postings, PlainPostings):
        for name, file in (("data", DATA), ("indices", INDICES), ("indptr", INDPTR)):
            np.save(directory / file, postings.scores[name], allow_pickle=False)
    else:
        postings.save(directory, show_progress=False)  # type: ignore[attr-defined]


def load_postings(engine: str, scoring: Scoring, directory: Path, size: int) -> Postings:
    """Read postings, mapped into memory.

    Raises:
        OSError, ValueError, KeyError, TypeError: They are damaged.
        PluginError: bm25s is to read them, and is not installed.
    """
    scores: dict[str, Any] = {"num_docs": size}
    for name, file in (("data", DATA), ("indices", INDICES), ("indptr", INDPTR)):
        scores[name] = mapped(directory / file)
    return make_postings(engine, scoring, scores)


def mapped(file: Path) -> Any:
    """Return an array in a file, mapped into memory; as a plain array, which is quicker to cut than a `memmap`."""
    array = np.load(file, mmap_mode="r", allow_pickle=False)
    return array.view(np.ndarray)
