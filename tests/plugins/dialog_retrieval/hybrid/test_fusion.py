from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialog_core.datasets import KnowledgeEntry
from dialog_core.retrieval import Hit
from dialog_retrieval.confidence import Confidence
from dialog_retrieval.hybrid.fusion import Fusion, Trust, fuse

IDS = [f"entry{number}" for number in range(8)]
ENTRIES = {id: KnowledgeEntry(id, (f"question of {id}",), "answer") for id in IDS}
EVERYTHING = 100

Scores = Mapping[str, float]
Found = dict[str, list[Hit]]

scores = st.dictionaries(st.sampled_from(IDS), st.floats(0.01, 1.0), max_size=len(IDS))
parts = st.dictionaries(st.sampled_from(["bm25", "faiss", "other"]), scores, min_size=1, max_size=3)
fusions = st.builds(
    Fusion, st.booleans(), st.dictionaries(st.sampled_from(["bm25", "faiss", "agreement"]), st.floats(0, 5))
)


def hits(by_id: Scores) -> list[Hit]:
    found = [Hit(ENTRIES[id], "faq", score) for id, score in by_id.items()]
    return sorted(found, key=lambda hit: (-hit.score, hit.entry.id))


def found_by(by_part: Mapping[str, Scores]) -> Found:
    return {name: hits(by_id) for name, by_id in by_part.items()}


def order(found: Mapping[str, Sequence[Hit]], fusion: Fusion) -> list[str]:
    return [hit.entry.id for hit in fuse(found, fusion, Trust(), EVERYTHING)]


@given(parts, fusions)
def test_everything_found_comes_once_and_scores_never_rise(by_part: Mapping[str, Scores], fusion: Fusion) -> None:
    fused = fuse(found_by(by_part), fusion, Trust(), EVERYTHING)
    assert sorted(hit.entry.id for hit in fused) == sorted({id for by_id in by_part.values() for id in by_id})
    assert [hit.score for hit in fused] == sorted((hit.score for hit in fused), reverse=True)
    assert all(0 <= hit.score <= 1 for hit in fused)


@given(parts, fusions)
def test_the_order_of_the_retrievers_makes_no_difference(by_part: Mapping[str, Scores], fusion: Fusion) -> None:
    found = found_by(by_part)
    backwards = dict(reversed(found.items()))
    assert fuse(backwards, fusion, Trust(), EVERYTHING) == fuse(found, fusion, Trust(), EVERYTHING)


@given(parts, fusions)
def test_a_retriever_that_finds_nothing_changes_nothing_in_the_order(
    by_part: Mapping[str, Scores], fusion: Fusion
) -> None:
    found = found_by(by_part)
    without_agreement = Fusion(fusion.by_rank, {**fusion.weights, "agreement": 0.0})
    assert order({**found, "silent": []}, without_agreement) == order(found, without_agreement)


@given(parts, fusions, st.data())
def test_an_entry_that_one_retriever_likes_better_never_falls(
    by_part: Mapping[str, Scores], fusion: Fusion, data: st.DataObject
) -> None:
    part = data.draw(st.sampled_from(sorted(by_part)))
    if not by_part[part]:
        return
    id = data.draw(st.sampled_from(sorted(by_part[part])))
    better = {**by_part, part: {**by_part[part], id: data.draw(st.floats(by_part[part][id], 1.0))}}
    before, after = order(found_by(by_part), fusion), order(found_by(better), fusion)
    assert after.index(id) <= before.index(id)


@given(scores, fusions)
def test_one_retriever_alone_keeps_its_order(by_id: Scores, fusion: Fusion) -> None:
    weighed = Fusion(fusion.by_rank, {**fusion.weights, "bm25": 1.0})
    assert order({"bm25": hits(by_id)}, weighed) == [hit.entry.id for hit in hits(by_id)]


@given(parts, fusions)
def test_an_entry_found_twice_counts_where_it_was_better(by_part: Mapping[str, Scores], fusion: Fusion) -> None:
    found = found_by(by_part)
    twice = {name: [*own, *own] for name, own in found.items()}
    assert fuse(twice, fusion, Trust(), EVERYTHING) == fuse(found, fusion, Trust(), EVERYTHING)


def test_reciprocal_ranks_are_added_up() -> None:
    found = found_by({"bm25": {"entry1": 0.9, "entry2": 0.8}, "faiss": {"entry2": 0.2, "entry3": 0.1}})
    # 1/61 + 0, 1/62 + 1/61, 0 + 1/62
    assert order(found, Fusion(by_rank=True)) == ["entry2", "entry1", "entry3"]


def test_equals_share_a_rank() -> None:
    found = found_by({"bm25": {"entry1": 0.9, "entry2": 0.9, "entry3": 0.4}})
    fused = fuse(found, Fusion(), Trust(), EVERYTHING)
    assert [hit.features["bm25.rank"] for hit in fused] == [1.0, 1.0, pytest.approx(1 / 3)]
    assert [hit.features["agreement"] for hit in fused] == [1.0, 1.0, 0.0]


def test_what_lies_beyond_the_end_of_a_list_is_not_taken_to_be_worthless() -> None:
    found = found_by({"bm25": {"entry1": 0.6, "entry2": 0.55}, "faiss": {"entry3": 0.4, "entry2": 0.1}})
    assert [hit.entry.id for hit in fuse(found, Fusion(), Trust(), 3, depth=9)] == ["entry2", "entry1", "entry3"]
    # Neither retriever was asked for more than two: entry3 may well be as good to bm25 as entry2 is.
    assert [hit.entry.id for hit in fuse(found, Fusion(), Trust(), 3, depth=2)] == ["entry3", "entry1", "entry2"]


def test_weights_say_who_is_listened_to() -> None:
    found = found_by({"bm25": {"entry1": 0.9, "entry2": 0.5}, "faiss": {"entry2": 0.8, "entry1": 0.5}})
    for by_rank in (True, False):
        assert order(found, Fusion(by_rank, {"bm25": 1.0, "faiss": 0.1}))[0] == "entry1"
        assert order(found, Fusion(by_rank, {"bm25": 0.1, "faiss": 1.0}))[0] == "entry2"


def test_two_lists_of_rubbish_score_low_though_their_ranks_are_those_of_good_ones() -> None:
    good = found_by({"bm25": {"entry1": 0.9, "entry2": 0.2}, "faiss": {"entry1": 0.8, "entry2": 0.1}})
    rubbish = found_by({"bm25": {"entry1": 0.2, "entry2": 0.1}, "faiss": {"entry1": 0.15, "entry2": 0.1}})
    for by_rank in (True, False):
        fusion = Fusion(by_rank)
        assert fuse(good, fusion, Trust(), 1)[0].score > 0.8
        assert fuse(rubbish, fusion, Trust(), 1)[0].score < 0.2


def test_what_training_found_says_how_far_the_result_can_be_trusted() -> None:
    found = found_by({"bm25": {"entry1": 0.9}, "faiss": {"entry1": 0.2}})
    trust = Trust(Confidence({"bm25": 0.0, "faiss": 10.0, "agreement": 0.0}, -2.0))
    assert fuse(found, Fusion(), trust, 1)[0].score == pytest.approx(0.5)


def test_the_question_shown_is_the_one_that_fits_best() -> None:
    entry = ENTRIES["entry1"]
    found = {"bm25": [Hit(entry, "faq", 0.3, "short")], "faiss": [Hit(entry, "faq", 0.7, "long")]}
    assert fuse(found, Fusion(), Trust(), 1)[0].matched == "long"


def test_entries_of_the_same_id_in_two_sources_are_two() -> None:
    entry = ENTRIES["entry1"]
    found = {"bm25": [Hit(entry, "faq", 0.7)], "faiss": [Hit(entry, "manual", 0.6)]}
    assert [hit.knowledge for hit in fuse(found, Fusion(), Trust(), EVERYTHING)] == ["faq", "manual"]
