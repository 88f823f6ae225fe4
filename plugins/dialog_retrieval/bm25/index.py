"""The index behind `bm25` in memory: rank-bm25's figures, added up only where a question shares a term with an entry.

rank-bm25 counts and scores the documents (`dialog_retrieval.bm25.counting`); `Index.matches` adds up the same figures
from postings, which takes microseconds where `BM25Okapi.get_scores` walks through every document for every term.
`dialog_retrieval.bm25.score` says what becomes of them.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from dialog_retrieval.analysis.terms import Terms
from dialog_retrieval.bm25.counting import Statistics, rank_bm25
from dialog_retrieval.bm25.documents import Document
from dialog_retrieval.bm25.score import MINOR_WEIGHT, Floats, distinct, final_scores, match_of, weights_of
from dialog_retrieval.bm25.scoring import Scoring
from dialog_retrieval.searching import Mask, Match

Ids = NDArray[np.intp]


class Index:
    """Finds the entries that fit a question.

    Attributes:
        size: How many documents it has.
        average_length: Of its documents.

    Args:
        entries: The number of each entry, in order, with its documents. Those without any term are never found.
        scoring: How they are scored.
        base: Of the index these come on top of, if they do: they are scored as it does.
    """

    def __init__(
        self, entries: Iterable[tuple[int, Sequence[Document]]], scoring: Scoring, base: Statistics | None = None
    ) -> None:
        found = [
            (entry, phrasing, document)
            for entry, documents in entries
            for phrasing, document in enumerate(documents)
            if document.terms
        ]
        self._scoring = scoring
        self._base = base
        self.size = len(found)
        self.average_length = 1.0
        if not found:
            return
        self._entries = np.array([entry for entry, _, _ in found], dtype=np.intp)
        self._phrasings = [phrasing for _, phrasing, _ in found]
        # Phrasings of one entry are neighbours: `starts` is where each entry begins.
        self._starts: Ids = np.flatnonzero(np.diff(self._entries, prepend=-1))
        documents = [document for _, _, document in found]
        self.bm25 = rank_bm25(documents, scoring, base)
        self.average_length = float(self.bm25.avgdl)
        self._postings, self._own = self._invert(documents)
        self._told_in_full = np.array([math.fsum(self.bm25.idf[term] for term in d.terms) for d in documents])

    def _invert(self, documents: Sequence[Document]) -> tuple[dict[str, tuple[Ids, Floats]], dict[str, Ids]]:
        """Return for each term the documents it is in with BM25's score there, and the phrasings it is in."""
        lengths = np.array(self.bm25.doc_len) / self.average_length
        ids: dict[str, list[int]] = defaultdict(list)
        frequencies: dict[str, list[float]] = defaultdict(list)
        own: dict[str, list[int]] = defaultdict(list)
        for number, document in enumerate(documents):
            for term, frequency in document.frequencies.items():
                ids[term].append(number)
                frequencies[term].append(frequency)
            for term in () if self._scoring.passages else document.terms:
                own[term].append(number)
        postings: dict[str, tuple[Ids, Floats]] = {}
        for term, numbers in ids.items():
            where = np.array(numbers, dtype=np.intp)
            counted = self._scoring.saturated(np.array(frequencies[term]), lengths[where])
            postings[term] = (where, self.bm25.idf[term] * counted)
        return postings, {term: np.array(numbers, dtype=np.intp) for term, numbers in own.items()}

    def counts(self, terms: Sequence[str]) -> Floats:
        """Return for each term in how many documents it is, of these or of those they come on top of."""
        if self._base:
            return self._base.counts(terms)
        counts = self.bm25.counts
        return np.array([counts.get(term, 0) for term in terms], dtype=np.float64)

    def scores(self, terms: Iterable[str], delta: float = 0.0) -> Floats:
        """Return BM25's score of each document: what rank-bm25's `get_scores` does, but for BM25+'s constant.

        Args:
            terms: The terms of the question.
            delta: What a term counts for being there.
        """
        scores = np.zeros(self.size)
        for term in terms:
            if term in self._postings:
                where, score = self._postings[term]
                scores[where] += score + delta * self.bm25.idf[term] if delta else score
        return scores

    def matches(self, question: Terms, top_k: int, allowed: Mask | None = None) -> list[Match]:
        """Return the entries that fit an analysed question best."""
        if not self.size:
            return []
        main, minor = distinct(question)
        terms = [*main, *minor]
        size = self._base.size if self._base else self.size
        _, weights = weights_of(self.counts(terms), len(main), size, self._scoring)
        weight = float(weights.sum())
        if not weight:  # no words, or function words only that the knowledge does not have
            return []
        minor = [term for term, own in zip(minor, weights[len(main) :].tolist(), strict=True) if own]
        delta = self._scoring.delta
        counted = self.scores(main, delta)
        if minor:
            counted += MINOR_WEIGHT * self.scores(minor, delta)
        asked = self._scoring.covered(counted / (weight * (1 + delta)))
        told = None if self._scoring.passages else self._told([*main, *minor])
        return self._best(final_scores(asked, told), asked, told, top_k, allowed)

    def _told(self, terms: Iterable[str]) -> Floats:
        told = np.zeros(self.size)
        for term in terms:
            if term in self._own:
                told[self._own[term]] += self.bm25.idf[term]
        told /= self._told_in_full
        return told

    def _best(
        self, scores: Floats, asked: Floats, told: Floats | None, top_k: int, allowed: Mask | None
    ) -> list[Match]:
        by_entry = np.maximum.reduceat(scores, self._starts)
        if allowed is not None:
            by_entry *= allowed[self._entries[self._starts]]
        count = min(top_k, int(np.count_nonzero(by_entry)))
        if not count:
            return []
        if count < len(by_entry):
            # Everything as good as the last one that is wanted, so that ties are settled by order and not by chance.
            least = np.partition(by_entry, -count)[-count]
            places = np.flatnonzero(by_entry >= least)
        else:
            places = np.arange(len(by_entry))
        places = places[np.argsort(-by_entry[places], kind="stable")][:count]
        matches = []
        for place in places.tolist():
            start = int(self._starts[place])
            end = int(self._starts[place + 1]) if place + 1 < len(self._starts) else self.size
            document = start + int(np.argmax(scores[start:end]))
            entry = int(self._entries[document])
            matches.append(match_of(entry, self._phrasings[document], document, scores, asked, told))
        return matches
