"""The index behind `bm25` for many documents: bm25s finds candidates, and only these are scored (see `score`).

BM25 over the main terms alone says nearly who is best: what is missing are the commonest minor terms and how much of a
phrasing is told. So the documents BM25 puts first are scored in full, and then all others that may still be better than
the last of the best among these.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dialog_retrieval.analysis.terms import Terms
from dialog_retrieval.bm25.counting import Statistics
from dialog_retrieval.bm25.postings import Scores
from dialog_retrieval.bm25.score import MINOR_WEIGHT, Floats, distinct, final_scores, match_of, weights_of
from dialog_retrieval.bm25.scoring import Scoring
from dialog_retrieval.bm25.stored import Stored
from dialog_retrieval.bm25.vocabulary import TermIds
from dialog_retrieval.searching import Mask, Match

CANDIDATES = 256  # documents scored in full at first
CANDIDATES_PER_ENTRY = 8  # and so many for each entry that is wanted: an entry may have several phrasings
MOST_CANDIDATES = 8192  # where others may be better still
STEPS = 256  # from no score to the highest
ROUNDING = 1e-6  # of sums of 32-bit figures
SAMPLE = 16_384  # of a term's documents, to guess from which score on a document is a candidate
RARE = 16  # minor terms in at most a 16th of the documents find candidates too; that takes no longer than a main one

Documents = NDArray[np.int32]


class _Asked(NamedTuple):
    """The terms of a question the index has: their numbers, idf, and how much of BM25's score for them counts."""

    ids: TermIds
    idf: Floats
    factors: Floats
    weight: float  # of the whole question, unknown terms included


class _Found(NamedTuple):
    """Candidates with their figures."""

    documents: Documents
    scores: Floats
    asked: Floats
    told: Floats | None


class LargeIndex:
    """Finds the entries that fit a question among many.

    Attributes:
        size: How many documents it has.
        average_length: Of its documents.

    Args:
        scoring: How documents are scored.
        stored: What is known about them.
        base: Of the index they come on top of, if they do.
    """

    def __init__(self, scoring: Scoring, stored: Stored, base: Statistics | None = None) -> None:
        self._scoring = scoring
        self._base = base
        self._stored = stored
        self._vocabulary = stored.vocabulary
        self.postings = postings = stored.postings
        self.size = stored.size
        self.average_length = stored.average_length
        self._indices: Documents = postings.scores["indices"]
        self._data: Scores = postings.scores["data"]
        self._indptr: NDArray[np.int64] = postings.scores["indptr"]
        # From bm25s's scores to those that are 1 for a word that is there once.
        self._unit = 1.0 if scoring.plus else scoring.k1 + 1
        self._masked: tuple[Mask, Mask] | None = None

    def scores(self, terms: Sequence[str]) -> Floats:
        """Return BM25's score of each document, but for what BM25+ adds to all alike."""
        ids = self._vocabulary.find(terms)
        return self.postings.get_scores_from_ids(ids[ids >= 0]).astype(np.float64) * self._unit

    def counts(self, terms: Sequence[str]) -> Floats:
        """Return for each term in how many documents it is."""
        return self._counts_of(terms, self._vocabulary.find(terms))

    def _counts_of(self, terms: Sequence[str], ids: TermIds) -> Floats:
        if self._base:
            return self._base.counts(terms)
        if not len(self._vocabulary):
            return np.zeros(len(ids))
        return np.where(ids >= 0, self._stored.counts[ids], 0).astype(np.float64)

    def matches(self, question: Terms, top_k: int, allowed: Mask | None = None) -> list[Match]:
        """Return the entries that fit an analysed question best."""
        if not self.size:
            return []
        main, minor = distinct(question)
        terms = [*main, *minor]
        ids = self._vocabulary.find(terms)
        idf, weights = weights_of(self._counts_of(terms, ids), len(main), self._stored.collection, self._scoring)
        factors = np.full(len(ids), MINOR_WEIGHT)
        factors[: len(main)] = 1.0
        known = (ids >= 0) & (weights > 0)
        asked = _Asked(ids[known], idf[known], factors[known], float(weights.sum()))
        return self._search(asked, top_k, allowed) if len(asked.ids) else []

    def _search(self, asked: _Asked, top_k: int, allowed: Mask | None) -> list[Match]:
        main = asked.factors == 1.0
        # So far, these terms have found candidates.
        first = main if main.any() else np.ones(len(main), dtype=np.bool_)
        scores = self.postings.get_scores_from_ids(asked.ids[first])
        if not main.any():
            scores *= np.float32(MINOR_WEIGHT)
        lengths = self._indptr[asked.ids + 1] - self._indptr[asked.ids]
        first = self._add(scores, asked, first, lengths * RARE <= self.size)
        self._rule_out(scores, allowed)
        wanted = max(CANDIDATES, CANDIDATES_PER_ENTRY * top_k)
        while True:
            documents = self._candidates(scores, asked.ids[first], wanted)
            found = self._score(documents, scores, asked, first)
            best = self._best(found, top_k)
            enough, all_found = len(best) == top_k, len(documents) < wanted
            if not enough and not all_found:
                wanted *= 8
            elif not first.all() and (not enough or self._most(np.zeros(1), asked, first)[0] >= found.scores[best[-1]]):
                first = self._add(scores, asked, first, ~first)
                self._rule_out(scores, allowed)
            else:
                break
        if enough and not all_found:
            rivals = self._rivals(float(found.scores[best[-1]]), scores, asked, first)
            found = self._score(rivals, scores, asked, first)
            best = self._best(found, top_k)
        return [
            match_of(
                int(self._stored.entries[found.documents[place]]),
                int(self._stored.phrasings[found.documents[place]]),
                place,
                found.scores,
                found.asked,
                found.told,
            )
            for place in best
        ]

    def _add(
        self, scores: Scores, asked: _Asked, first: NDArray[np.bool_], more: NDArray[np.bool_]
    ) -> NDArray[np.bool_]:
        """Have more minor terms find candidates as well, and return which terms do then."""
        for place in np.flatnonzero(more & ~first).tolist():
            column = self._column(asked.ids[place])
            scores[self._indices[column]] += np.float32(asked.factors[place]) * self._data[column]
        return first | more

    def _rule_out(self, scores: Scores, allowed: Mask | None) -> None:
        """Set to 0 the scores of documents that must not be found."""
        if allowed is not None:
            masked = self._masked
            if masked is None or masked[0] is not allowed:  # libraries remember their masks
                masked = self._masked = (allowed, allowed[self._stored.entries])
            scores *= masked[1]

    def _column(self, term: int) -> slice:
        return slice(int(self._indptr[term]), int(self._indptr[term + 1]))

    def _candidates(self, scores: Scores, terms: TermIds, wanted: int) -> Documents:
        """Return the `wanted` documents with the highest scores, in order; none that scores 0.

        Of equally good ones those with least left untold; then the first ones.
        """
        least = self._least(scores, terms, wanted)
        found = np.flatnonzero(scores >= least) if least > 0 else np.flatnonzero(scores)
        if len(found) > wanted:
            among = scores[found]
            last = np.partition(among, -wanted)[-wanted]
            better, equal = found[among > last], found[among == last]
            rest = wanted - len(better)
            if len(equal) > rest and not self._scoring.passages:
                untold = self._stored.told_in_full[equal]
                most = np.partition(untold, rest - 1)[rest - 1]
                equal = np.concatenate((equal[untold < most], equal[untold == most]))
            found = np.sort(np.concatenate((better, equal[:rest])))
        return found.astype(np.int32)

    def _least(self, scores: Scores, terms: TermIds, wanted: int) -> np.float32:
        """Return a score that at least `wanted` documents have, near that of the last of them; 0: there may be fewer.

        Going through the documents of one term is much quicker than putting a million scores in order.
        """
        lengths = self._indptr[terms + 1] - self._indptr[terms]
        enough = np.flatnonzero(lengths >= wanted)
        if not len(enough):
            return np.float32(0)
        rarest = enough[np.argmin(lengths[enough])]
        column = self._column(terms[rarest])
        step = max(1, min((column.stop - column.start) // wanted, (column.stop - column.start) // SAMPLE))
        sample = scores[self._indices[column][::step]]
        return np.float32(np.partition(sample, -wanted)[-wanted])

    def _score(self, documents: Documents, scores: Scores, asked: _Asked, first: NDArray[np.bool_]) -> _Found:
        """Return candidates with their final scores."""
        delta = self._scoring.delta
        counted = scores[documents].astype(np.float64) * self._unit
        told = None if self._scoring.passages else np.zeros(len(documents))
        for place, term in enumerate(asked.ids.tolist()):
            if first[place] and told is None and not delta:
                continue  # all there is to know of it is in `scores`
            column = self._column(term)
            numbers = self._indices[column]
            places = np.searchsorted(numbers, documents)
            places[places == len(numbers)] = 0
            hit = numbers[places] == documents
            if not first[place]:
                counted += asked.factors[place] * self._unit * np.where(hit, self._data[column][places], 0.0)
            if delta:
                counted += asked.factors[place] * delta * asked.idf[place] * hit
            if told is not None:
                told += asked.idf[place] * (hit & self._stored.own[column][places])
        if told is not None:
            told /= self._stored.told_in_full[documents]
        share = self._scoring.covered(counted / (asked.weight * (1 + delta)))
        return _Found(documents, final_scores(share, told), share, told)

    def _best(self, found: _Found, top_k: int) -> list[int]:
        """Return the places of the best candidates, one for each entry."""
        entries = self._stored.entries[found.documents]
        best: dict[int, int] = {}
        for place in np.lexsort((np.arange(len(entries)), -found.scores)).tolist():
            if found.scores[place] <= 0 or len(best) == top_k:
                break
            best.setdefault(int(entries[place]), place)
        return list(best.values())

    def _rivals(self, bar: float, scores: Scores, asked: _Asked, first: NDArray[np.bool_]) -> Documents:
        """Return the documents that may score `bar` or more; if they are very many, those that may score most."""
        scoring = self._scoring
        # What is the least that has to be counted of such a document? Roughly: `_most` grows with what was counted.
        steps = np.linspace(0.0, float(scores.max()), STEPS)
        short = int(np.count_nonzero(self._most(steps, asked, first) < bar))
        low = steps[max(short - 1, 0)]
        # What scores 0 shares no term, or must not be found.
        found = np.flatnonzero(scores >= np.float32(low)) if low > 0 else np.flatnonzero(scores)
        counted = scores[found].astype(np.float64)
        most = self._most(counted, asked, first)
        if not scoring.passages and scoring.b == 0:
            # A phrasing's own terms count 1 here. So no more can be told of it than what was counted, and minor terms.
            minor = float(asked.idf[asked.factors < 1].sum())
            told = np.minimum((counted * self._unit + minor) / self._stored.told_in_full[found], 1.0)
            most = self._most(counted, asked, first, told + ROUNDING)
        found, most = found[most >= bar], most[most >= bar]
        if len(found) > MOST_CANDIDATES:
            found = np.sort(found[np.argpartition(-most, MOST_CANDIDATES - 1)[:MOST_CANDIDATES]])
        return found.astype(np.int32)

    def _most(self, counted: Floats, asked: _Asked, first: NDArray[np.bool_], told: Floats | None = None) -> Floats:
        """Return the most that documents can score, given what was counted of them."""
        scoring = self._scoring
        weights = asked.factors * asked.idf
        rest = float(weights[~first].sum()) * scoring.most_for_minor + float(weights.sum()) * scoring.delta
        share = scoring.covered((counted * self._unit + rest) / (asked.weight * (1 + scoring.delta)))
        if told is None and not scoring.passages:
            told = np.ones(1)
        return final_scores(share + ROUNDING, told)
