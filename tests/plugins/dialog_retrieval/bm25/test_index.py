"""The index against rank-bm25 itself, and at the edges."""

import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialog_retrieval.analysis.terms import Terms
from dialog_retrieval.bm25.documents import Document
from dialog_retrieval.bm25.index import Index
from dialog_retrieval.bm25.scoring import Scoring, Weights

TERMS = st.sampled_from("abcdefgh")
DOCUMENTS = st.builds(
    lambda own, rest: Document(frozenset(own), {**rest, **dict.fromkeys(own, 1.0)}),
    st.lists(TERMS, max_size=5),
    st.dictionaries(TERMS, st.sampled_from([0.25, 0.7]), max_size=4),
)
ENTRIES = st.lists(st.lists(DOCUMENTS, max_size=3), max_size=8)


def index_over(entries: Sequence[Sequence[Document]], *, k1: float = 1.5, b: float = 0.0) -> Index:
    return Index(enumerate(entries), Scoring(False, False, k1, b, 0.0, Weights(0.7, 0.25, 0.25)))


def index_of(*questions: str, k1: float = 1.5, b: float = 0.0) -> Index:
    """An index of entries with one phrasing each, its terms separated by blanks."""
    documents = [[Document(frozenset(terms), dict.fromkeys(terms, 1.0))] for terms in map(str.split, questions)]
    return index_over(documents, k1=k1, b=b)


@given(
    entries=ENTRIES,
    question=st.lists(TERMS | st.just("unknown"), max_size=6, unique=True),
    b=st.sampled_from([0.0, 0.75]),
)
def test_postings_give_what_rank_bm25_gives(entries: list[list[Document]], question: list[str], b: float) -> None:
    index = index_over(entries, k1=1.5, b=b)
    if index.size:
        np.testing.assert_allclose(index.scores(question), index.bm25.get_scores(question), rtol=1e-12)
        everything = list(range(index.size))
        np.testing.assert_allclose(
            index.scores(question), index.bm25.get_batch_scores(question, everything), rtol=1e-12
        )


@given(entries=ENTRIES, main=st.lists(TERMS, max_size=4), minor=st.lists(TERMS, max_size=4), top_k=st.integers(1, 9))
def test_scores_are_sound_whatever_the_knowledge(
    entries: list[list[Document]], main: list[str], minor: list[str], top_k: int
) -> None:
    matches = index_over(entries, k1=1.5, b=0.75).matches(Terms(main, minor), top_k)
    assert len(matches) <= top_k
    assert len({match.number for match in matches}) == len(matches)
    scores = [match.score for match in matches]
    assert scores == sorted(scores, reverse=True)
    for match in matches:
        assert 0 < match.score <= 1
        assert 0 < match.features["asked"] <= 1
        assert 0 <= match.features["told"] <= 1
        assert entries[match.number][match.phrasing].terms


@given(entries=ENTRIES)
def test_the_words_of_a_phrasing_score_one(entries: list[list[Document]]) -> None:
    index = index_over(entries, k1=1.5, b=0.0)
    for documents in entries:
        for document in documents:
            if document.terms:
                (match, *_) = index.matches(Terms(sorted(document.terms), []), 1)
                assert match.score == pytest.approx(1)


def test_a_knowledge_of_one_entry_scores_like_any_other() -> None:
    index = index_of("return lamp")
    assert index.matches(Terms(["lamp"], []), 3)[0].score == pytest.approx(0.5**0.4, abs=1e-5)
    assert index.matches(Terms(["lamp", "return"], []), 3)[0].score == pytest.approx(1)
    assert index.matches(Terms(["sofa"], []), 3) == []


def test_a_term_in_most_entries_still_counts_for_something() -> None:
    index = index_of("lamp a", "lamp b", "lamp c", "sofa")
    assert index.bm25.idf["lamp"] > 0
    assert [match.number for match in index.matches(Terms(["lamp"], []), 9)] == [0, 1, 2]


def test_nothing_is_found_in_nothing() -> None:
    for index in (index_over([], k1=1.5, b=0.0), index_over([[]], k1=1.5, b=0.0), index_of("", "")):
        assert index.matches(Terms(["lamp"], ["a"]), 3) == []


def test_what_the_knowledge_does_not_have_pulls_the_score_down() -> None:
    index = index_of("pay card", "pay cash", "return lamp")
    known, unknown, minor = (
        index.matches(question, 1)[0].score
        for question in (
            Terms(["pay", "card"], []),
            Terms(["pay", "card", "bitcoin"], []),
            Terms(["pay", "card"], ["bitcoin"]),
        )
    )
    assert known == minor == pytest.approx(1)
    assert unknown < 0.8


def test_words_of_the_answer_find_the_entry_but_do_not_answer() -> None:
    documents = [[Document(frozenset({"parcel"}), {"parcel": 1.0, "courier": 0.25})]]
    (match,) = index_over(documents, k1=1.5, b=0.0).matches(Terms(["courier"], []), 1)
    assert 0 < match.score < 0.3


def test_ties_keep_the_order_of_the_entries() -> None:
    index = index_of(*["same words"] * 20)
    assert [match.number for match in index.matches(Terms(["words"], []), 5)] == [0, 1, 2, 3, 4]


def test_entries_that_are_not_allowed_are_passed_over() -> None:
    index = index_of("lamp", "lamp", "sofa")
    matches = index.matches(Terms(["lamp"], []), 3, allowed=np.array([False, True, True]))
    assert [match.number for match in matches] == [1]
    assert index.matches(Terms(["lamp"], []), 3, allowed=np.array([False, False, False])) == []


def test_the_phrasing_that_fits_best_is_named() -> None:
    phrasings = [Document(frozenset(words), dict.fromkeys(words, 1.0)) for words in ({"a", "b"}, {"a"}, {"a", "c"})]
    (match,) = index_over([phrasings], k1=1.5, b=0.0).matches(Terms(["a"], []), 1)
    assert match.phrasing == 1
    assert math.isclose(match.features["told"], 1)
