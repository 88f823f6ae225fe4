r"""The index behind `bm25`: what rank-bm25 counts, scored only where a question shares a term with the knowledge.

**Documents.** Each phrasing of each entry is a document. Its own words have frequency 1; words of the entry's other
phrasings, answer and tags have the fractional frequencies of `FieldWeights` (BM25F: Robertson & Zaragoza 2009, section
3.6). rank-bm25 counts and scores these documents; `matches` adds up the same figures from postings, which takes
microseconds where `BM25Okapi.get_scores` walks through every document for every term.

**Inverse document frequency** is Lucene's, `log(1 + (N - n + .5) / (n + .5))` over phrasings. It is never negative;
Okapi's is for a term in over half the documents, and rank-bm25's repair (a quarter of the average) is negative too
where most are, as in a knowledge of one entry. A word the knowledge does not have weighs most: n = 0.

**Score.** BM25 has no upper end and differs from question to question, so it is put in relation to what it could be:

    asked  = sum over the question's words of  w(t) * share(t, d)  /  sum over the question's words of  w(t)
    told   = sum over the words they share     of idf(t)           /  sum over the phrasing's words of  idf(t)
    score  = asked ** 0.6  *  max(told, 0.1) ** 0.4

`share` is BM25's term score divided by idf: 1 for a word of the phrasing itself, less for one of the rest of the entry,
0 for a word the entry does not have. `w` is idf, and .35 of it for the analyzer's minor terms (function words): how
people ask varies, what about matters; minor terms the knowledge does not have weigh nothing. Hence:

- the words of a phrasing in any order score 1, whatever their number, so scores of different questions compare;
- nothing shared scores 0;
- rare or unknown words in a question that an entry does not cover pull `asked` down ("Can I pay with *bitcoin*?");
- a phrasing of which little was said pulls `told` down ("order" is not yet "Where do I find my order number?");
- words that stand in an answer only find its entry, but score below .3 for lack of `told`.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from rank_bm25 import BM25Okapi

from dialog_retrieval.analysis.terms import Split, Terms
from dialog_retrieval.bm25.documents import Document
from dialog_retrieval.searching import Mask, Match

# Fitted on rewordings of MedQuAD questions and on a shop's FAQ; all of them sit on wide plateaus.
ASKED_EXPONENT = 0.6
LEAST_TOLD = 0.1
MINOR_WEIGHT = 0.35

Floats = NDArray[np.float64]
Ids = NDArray[np.intp]


class PhrasingBM25(BM25Okapi):  # type: ignore[misc]  # the package has no types
    """rank-bm25's Okapi over `Document`s, with Lucene's inverse document frequency."""

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
        self.avgdl = sum(self.doc_len) / self.corpus_size
        return {**in_documents, **in_phrasings}

    def _calc_idf(self, nd: Mapping[str, int]) -> None:
        self.idf = {term: self.idf_of(count) for term, count in nd.items()}

    def idf_of(self, count: int) -> float:
        """Return the inverse document frequency of a term in `count` documents."""
        return math.log(1 + (self.corpus_size - count + 0.5) / (count + 0.5))


class Index:
    """Finds the entries that fit a question.

    Args:
        entries: The number of each entry with its phrasings. Phrasings without any term are never found.
        split: What cuts a question into terms.
        k1: BM25's saturation.
        b: BM25's length normalisation.
    """

    def __init__(self, entries: Iterable[tuple[int, Sequence[Document]]], split: Split, *, k1: float, b: float) -> None:
        found = [
            (entry, phrasing, document)
            for entry, documents in entries
            for phrasing, document in enumerate(documents)
            if document.terms
        ]
        self._split = split
        self.size = len(found)
        if not found:
            return
        self._entries = np.array([entry for entry, _, _ in found], dtype=np.intp)
        self._phrasings = [phrasing for _, phrasing, _ in found]
        # Phrasings of one entry are neighbours: `starts` is where each entry begins.
        self._starts: Ids = np.flatnonzero(np.diff(self._entries, prepend=-1))
        documents = [document for _, _, document in found]
        self.bm25 = PhrasingBM25(documents, k1=k1, b=b)
        self._unknown_idf = self.bm25.idf_of(0)
        self._postings, self._own = self._invert(documents)
        self._told_in_full = np.array([math.fsum(self.bm25.idf[term] for term in d.terms) for d in documents])

    def _invert(self, documents: Sequence[Document]) -> tuple[dict[str, tuple[Ids, Floats]], dict[str, Ids]]:
        """Return for each term the documents it is in with BM25's score there, and the phrasings it is in."""
        lengths = np.array(self.bm25.doc_len) / self.bm25.avgdl
        saturation = self.bm25.k1 * (1 - self.bm25.b + self.bm25.b * lengths)
        ids: dict[str, list[int]] = defaultdict(list)
        frequencies: dict[str, list[float]] = defaultdict(list)
        own: dict[str, list[int]] = defaultdict(list)
        for number, document in enumerate(documents):
            for term, frequency in document.frequencies.items():
                ids[term].append(number)
                frequencies[term].append(frequency)
            for term in document.terms:
                own[term].append(number)
        postings: dict[str, tuple[Ids, Floats]] = {}
        for term, numbers in ids.items():
            where = np.array(numbers, dtype=np.intp)
            counts = np.array(frequencies[term])
            postings[term] = (where, self.bm25.idf[term] * (counts * (self.bm25.k1 + 1) / (counts + saturation[where])))
        return postings, {term: np.array(numbers, dtype=np.intp) for term, numbers in own.items()}

    def scores(self, terms: Iterable[str]) -> Floats:
        """Return BM25's score of each document: exactly what `BM25Okapi.get_scores` does."""
        scores = np.zeros(self.size)
        for term in terms:
            if term in self._postings:
                where, score = self._postings[term]
                scores[where] += score
        return scores

    def find(self, question: str, top_k: int, allowed: Mask | None = None) -> list[Match]:
        """Return the entries that fit best; see `Searcher`."""
        return self.matches(self._split(question), top_k, allowed)

    def matches(self, question: Terms, top_k: int, allowed: Mask | None = None) -> list[Match]:
        """Return the entries that fit an analysed question best."""
        main = dict.fromkeys(question.main)
        minor = {term: None for term in question.minor if term not in main}
        if not self.size:
            return []
        idf = self.bm25.idf
        weight = sum(idf.get(term, self._unknown_idf) for term in main)
        weight += MINOR_WEIGHT * sum(idf.get(term, 0.0) for term in minor)
        if not weight:  # no words, or function words only that the knowledge does not have
            return []
        asked = np.minimum((self.scores(main) + MINOR_WEIGHT * self.scores(minor)) / weight, 1.0)
        told = np.zeros(self.size)
        for term in (*main, *minor):
            if term in self._own:
                told[self._own[term]] += idf[term]
        told /= self._told_in_full
        scores = asked**ASKED_EXPONENT * np.maximum(told, LEAST_TOLD) ** (1 - ASKED_EXPONENT)
        return self._best(scores, asked, told, top_k, allowed)

    def _best(self, scores: Floats, asked: Floats, told: Floats, top_k: int, allowed: Mask | None) -> list[Match]:
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
            matches.append(
                Match(
                    number=int(self._entries[document]),
                    phrasing=self._phrasings[document],
                    score=min(float(scores[document]), 1.0),
                    features={"asked": float(asked[document]), "told": min(float(told[document]), 1.0)},
                )
            )
        return matches
