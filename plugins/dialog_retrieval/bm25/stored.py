"""What the index of many documents consists of: flat arrays, in memory or in files that are mapped, not read."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialog_retrieval.bm25.postings import NON_OCCURRENCE, Postings, load_postings, mapped, save_postings
from dialog_retrieval.bm25.scoring import Scoring
from dialog_retrieval.bm25.vocabulary import Vocabulary

TERMS, COUNTS, OWN, TOLD = "terms.npy", "counts.npy", "own.npy", "told.npy"
ENTRIES, PHRASINGS, SUMMARY = "entries.npy", "phrasings.npy", "index.json"


@dataclass(frozen=True, slots=True)
class Stored:
    """Documents of one kind and their terms.

    Attributes:
        vocabulary: The terms.
        postings: BM25's score of each document for each term.
        size: How many documents there are.
        collection: How many there are in the collection by whose statistics they are scored: as many, or more.
        average_length: Of its documents.
        counts: For each term in how many of its documents it is.
        own: For each score of a term in a document whether it is a term of the phrasing itself; empty for passages.
        told_in_full: For each document the weight of the phrasing's own terms; empty for passages.
        entries: For each document the number of its entry, in ascending order.
        phrasings: For each document which of the entry's phrasings it is.
    """

    vocabulary: Vocabulary
    postings: Postings
    size: int
    collection: int
    average_length: float
    counts: NDArray[np.int32]
    own: NDArray[np.bool_]
    told_in_full: NDArray[np.float32]
    entries: NDArray[np.intp]
    phrasings: NDArray[np.int32]

    def save(self, directory: Path, scoring: Scoring) -> None:
        """Write it into a directory that is there."""
        save_postings(self.postings, directory)
        for name, array in (
            (TERMS, self.vocabulary.hashes),
            (COUNTS, self.counts),
            (OWN, self.own),
            (TOLD, self.told_in_full),
            (ENTRIES, self.entries),
            (PHRASINGS, self.phrasings),
        ):
            np.save(directory / name, array, allow_pickle=False)
        if scoring.plus:  # so that bm25s can read it too
            idf = scoring.idf(self.counts.astype(np.float64), self.collection)
            np.save(directory / NON_OCCURRENCE, (idf * scoring.delta).astype(np.float32), allow_pickle=False)
        summary = {"size": self.size, "collection": self.collection, "average_length": self.average_length}
        (directory / SUMMARY).write_text(json.dumps(summary), encoding="utf-8")

    @classmethod
    def load(cls, directory: Path, scoring: Scoring, engine: str) -> "Stored":
        """Read what `save` wrote, mapped into memory.

        Raises:
            OSError, ValueError, KeyError, TypeError: It is damaged.
            PluginError: bm25s is to read it, and is not installed.
        """
        summary = json.loads((directory / SUMMARY).read_text(encoding="utf-8"))
        size = int(summary["size"])
        stored = cls(
            vocabulary=Vocabulary(mapped(directory / TERMS)),
            postings=load_postings(engine, scoring, directory, size),
            size=size,
            collection=int(summary["collection"]),
            average_length=float(summary["average_length"]),
            counts=mapped(directory / COUNTS),
            own=mapped(directory / OWN),
            told_in_full=mapped(directory / TOLD),
            entries=mapped(directory / ENTRIES),
            phrasings=mapped(directory / PHRASINGS),
        )
        stored._check(scoring)
        return stored

    def _check(self, scoring: Scoring) -> None:
        """Raise ValueError unless the arrays fit together."""
        scores = self.postings.scores
        terms, postings = len(self.vocabulary), len(scores["data"])
        expected: list[tuple[str, Any, int, type]] = [
            (TERMS, self.vocabulary.hashes, terms, np.uint64),
            (COUNTS, self.counts, terms, np.int32),
            (OWN, self.own, 0 if scoring.passages else postings, np.bool_),
            (TOLD, self.told_in_full, 0 if scoring.passages else self.size, np.float32),
            (ENTRIES, self.entries, self.size, np.intp),
            (PHRASINGS, self.phrasings, self.size, np.int32),
            ("data", scores["data"], postings, np.float32),
            ("indices", scores["indices"], postings, np.int32),
            ("indptr", scores["indptr"], terms + 1, np.int64),
        ]
        for name, array, length, kind in expected:
            if array.shape != (length,) or array.dtype != kind:
                raise ValueError(f"{name} has {array.shape} figures of type {array.dtype}, not {length} of {kind}")
        begins = scores["indptr"]
        if begins[0] != 0 or begins[-1] != postings or (np.diff(begins) < 0).any():
            raise ValueError("where the scores of each term begin is not in order")
        if not self.average_length > 0:
            raise ValueError(f"its documents have an average length of {self.average_length}")
