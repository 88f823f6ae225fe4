"""The two engines against each other, and against the libraries they are named after."""

from collections.abc import Sequence
from pathlib import Path

import bm25s
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rank_bm25 import BM25Okapi, BM25Plus

from dialog_retrieval.analysis.terms import Terms
from dialog_retrieval.bm25 import large
from dialog_retrieval.bm25.collecting import Collector
from dialog_retrieval.bm25.documents import Document
from dialog_retrieval.bm25.index import Index
from dialog_retrieval.bm25.large import LargeIndex
from dialog_retrieval.bm25.scoring import Scoring, Weights
from dialog_retrieval.bm25.stored import Stored
from dialog_retrieval.searching import Match
from tests.plugins.dialog_retrieval.bm25.test_index import ENTRIES

TERMS = st.sampled_from("abcdefgh")
TEXTS = st.lists(st.lists(TERMS, min_size=1, max_size=12), min_size=1, max_size=12)
FEW = settings(max_examples=60, deadline=None)  # each example makes several indexes
QUESTION = st.lists(TERMS, min_size=1, max_size=6, unique=True)
SCORINGS = st.builds(
    lambda passages, plus, k1, b, delta: Scoring(passages, plus, k1, b, delta if plus else 0, Weights(1, 1, 1)),
    st.booleans(),
    st.booleans(),
    st.sampled_from([0.9, 1.5, 2.0]),
    st.sampled_from([0.0, 0.4, 0.75]),
    st.sampled_from([0.5, 1.0]),
)


def passages_of(texts: Sequence[Sequence[str]]) -> list[list[Document]]:
    counted = [{term: float(text.count(term)) for term in text} for text in texts]
    return [[Document(frozenset(frequencies), frequencies)] for frequencies in counted]


def of_kind(entries: Sequence[Sequence[Document]], scoring: Scoring) -> list[list[Document]]:
    """Return documents as passages, if they are to be scored as such: all their terms are their own."""
    if not scoring.passages:
        return [list(documents) for documents in entries]
    return [[Document(frozenset(each.frequencies), each.frequencies) for each in documents] for documents in entries]


def large_index(entries: Sequence[Sequence[Document]], scoring: Scoring, engine: str = "bm25s") -> LargeIndex:
    collector = Collector(scoring)
    for number, documents in enumerate(entries):
        collector.add(number, documents)
    return LargeIndex(scoring, collector.stored(engine))


def assert_same(ours: Sequence[Match], theirs: Sequence[Match]) -> None:
    assert [match.score for match in ours] == pytest.approx([match.score for match in theirs], abs=2e-5)
    for one, other in zip(ours, theirs, strict=True):
        # What differs by rounding only may change places.
        assert one.number == other.number or one.score == pytest.approx(other.score, abs=2e-5)
        if (one.number, one.phrasing) == (other.number, other.phrasing):
            assert one.features == pytest.approx(other.features, abs=2e-5)


def assert_same_order(ours: np.ndarray, theirs: np.ndarray) -> None:
    """Check that the best ten are the same, but for what differs by rounding only."""
    best, expected = (np.argsort(-scores.round(5), kind="stable")[:10] for scores in (ours, theirs))
    np.testing.assert_allclose(theirs[best], theirs[expected], atol=2e-5)


class LuceneOkapi(BM25Okapi):
    """rank-bm25's Okapi with Lucene's inverse document frequency."""

    def _calc_idf(self, nd: dict[str, int]) -> None:
        self.idf = {term: float(np.log(1 + (self.corpus_size - n + 0.5) / (n + 0.5))) for term, n in nd.items()}


@FEW
@given(texts=TEXTS, question=QUESTION, k1=st.sampled_from([0.9, 1.5]), b=st.sampled_from([0.0, 0.4, 0.75]))
def test_lucene_is_what_both_libraries_say(texts: list[list[str]], question: list[str], k1: float, b: float) -> None:
    scoring = Scoring(True, False, k1, b, 0.0, Weights(1, 1, 1))
    okapi = LuceneOkapi(texts, k1=k1, b=b).get_scores(question)
    direct = bm25s.BM25(k1=k1, b=b, method="lucene")
    direct.index(texts, show_progress=False, create_empty_token=False)
    known = [term for term in question if term in direct.vocab_dict]
    sparse = direct.get_scores(known) * (k1 + 1) if known else np.zeros(len(texts))  # bm25s leaves a constant out
    for engine in ("rank-bm25", "bm25s"):
        ours = large_index(passages_of(texts), scoring, engine).scores(question)
        np.testing.assert_allclose(ours, okapi, rtol=1e-5)
        np.testing.assert_allclose(ours, sparse, rtol=1e-5, atol=1e-6)
        assert_same_order(ours, okapi)
    small = Index(enumerate(passages_of(texts)), scoring).scores(question)
    np.testing.assert_allclose(small, okapi, rtol=1e-10)
    assert_same_order(small, sparse)


@FEW
@given(texts=TEXTS, question=QUESTION, k1=st.sampled_from([0.9, 1.5]), b=st.sampled_from([0.0, 0.4, 0.75]))
def test_bm25_plus_is_what_both_libraries_say(texts: list[list[str]], question: list[str], k1: float, b: float) -> None:
    scoring = Scoring(True, True, k1, b, 1.0, Weights(1, 1, 1))
    plus = BM25Plus(texts, k1=k1, b=b, delta=1.0)
    constant = sum(plus.idf.get(term, 0.0) for term in question)  # added to all alike
    direct = bm25s.BM25(k1=k1, b=b, delta=1.0, method="bm25+")
    direct.index(texts, show_progress=False, create_empty_token=False)
    known = [term for term in question if term in direct.vocab_dict]
    sparse = direct.get_scores(known) if known else np.zeros(len(texts))
    for ours in (
        large_index(passages_of(texts), scoring).scores(question),
        large_index(passages_of(texts), scoring, "rank-bm25").scores(question),
        Index(enumerate(passages_of(texts)), scoring).scores(question),
    ):
        np.testing.assert_allclose(ours + constant, plus.get_scores(question), rtol=1e-5, atol=1e-5)
        np.testing.assert_allclose(ours + constant, sparse, rtol=1e-5, atol=1e-5)
        assert_same_order(ours, plus.get_scores(question))


@FEW
@given(
    entries=ENTRIES,
    main=st.lists(TERMS | st.just("unknown"), max_size=4),
    minor=st.lists(TERMS | st.just("unheard"), max_size=4),
    top_k=st.integers(1, 9),
    scoring=SCORINGS,
    engine=st.sampled_from(["rank-bm25", "bm25s"]),
)
def test_both_indexes_find_the_same(
    entries: list[list[Document]], main: list[str], minor: list[str], top_k: int, scoring: Scoring, engine: str
) -> None:
    entries, question = of_kind(entries, scoring), Terms(main, minor)
    found = large_index(entries, scoring, engine).matches(question, top_k)
    assert_same(found, Index(enumerate(entries), scoring).matches(question, top_k))


@FEW
@given(
    entries=st.lists(ENTRIES, min_size=4, max_size=8).map(lambda parts: [one for part in parts for one in part]),
    main=st.lists(TERMS, max_size=4),
    minor=st.lists(TERMS, max_size=4),
    top_k=st.integers(1, 5),
    scoring=SCORINGS,
    masked=st.booleans(),
)
@example(  # what must not be found scores 0, and so did the least that could be among the best
    entries=[[], *([Document(frozenset("a"), {"a": 1.0, **more})] for more in ({"b": 0.25}, {}))],
    main=[],
    minor=["a", "b"],
    top_k=1,
    scoring=Scoring(False, True, 0.9, 0.0, 0.5, Weights(1, 1, 1)),
    masked=True,
)
def test_the_best_are_found_however_few_are_looked_at_first(
    entries: list[list[Document]], main: list[str], minor: list[str], top_k: int, scoring: Scoring, masked: bool
) -> None:
    entries, question = of_kind(entries, scoring), Terms(main, minor)
    allowed = np.arange(len(entries)) % 3 != 1 if masked else None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(large, "CANDIDATES", 1)
        patch.setattr(large, "CANDIDATES_PER_ENTRY", 1)
        patch.setattr(large, "SAMPLE", 2)
        patch.setattr(large, "RARE", 2)
        found = large_index(entries, scoring).matches(question, top_k, allowed)
    assert_same(found, Index(enumerate(entries), scoring).matches(question, top_k, allowed))


@FEW
@given(
    entries=ENTRIES.filter(lambda entries: any(document.terms for one in entries for document in one)),
    later=ENTRIES,
    question=QUESTION,
    scoring=SCORINGS,
)
def test_what_comes_on_top_scores_as_if_it_had_been_there(
    entries: list[list[Document]], later: list[list[Document]], question: list[str], scoring: Scoring
) -> None:
    entries, later, terms = of_kind(entries, scoring), of_kind(later, scoring), Terms(question, [])
    for base in (Index(enumerate(entries), scoring), large_index(entries, scoring)):
        small = Index(enumerate(later), scoring, base)
        collector = Collector(scoring, base)
        for number, documents in enumerate(later):
            collector.add(number, documents)
        assert_same(LargeIndex(scoring, collector.stored("bm25s"), base).matches(terms, 9), small.matches(terms, 9))
        # The same entries once more score what they score in the index below.
        again = Index(enumerate(entries), scoring, base)
        assert_same(again.matches(terms, 9), base.matches(terms, 9))


@pytest.mark.parametrize("plus", [False, True])
@pytest.mark.parametrize("engine", ["rank-bm25", "bm25s"])
def test_an_index_from_the_disk_is_the_same_whoever_reads_it(tmp_path: Path, plus: bool, engine: str) -> None:
    scoring = Scoring(True, plus, 1.5, 0.75, 1.0 if plus else 0.0, Weights(1, 1, 1))
    texts = [["lamp", "red"], ["lamp", "lamp", "blue"], ["sofa"]]
    made = large_index(passages_of(texts), scoring, engine)
    made._stored.save(tmp_path, scoring)
    for reader in ("rank-bm25", "bm25s", "auto"):
        read = LargeIndex(scoring, Stored.load(tmp_path, scoring, reader))
        assert read.matches(Terms(["lamp", "blue"], []), 3) == made.matches(Terms(["lamp", "blue"], []), 3)
    if engine == "bm25s":
        itself = bm25s.BM25.load(tmp_path, mmap=True, load_vocab=False)
        ids = made._vocabulary.find(["lamp", "blue"])
        added = (scoring.idf(made.counts(["lamp", "blue"]), 3) * scoring.delta).sum()
        scores = itself.get_scores_from_ids(ids) * made._unit
        np.testing.assert_allclose(scores, made.scores(["lamp", "blue"]) + added, rtol=1e-6)
