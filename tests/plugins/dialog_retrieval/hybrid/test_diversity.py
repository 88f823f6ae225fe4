from dialog_core.datasets import KnowledgeEntry
from dialog_core.retrieval import Hit
from dialog_core.testing import make_context, make_turn
from dialog_retrieval.hybrid.diversity import Diversity
from dialog_retrieval.hybrid.options import HybridOptions
from dialog_retrieval.hybrid.policy import HybridPolicy

SAME = "Parcels within the country arrive after two or three working days."
FOUND = [
    Hit(KnowledgeEntry("faq", ("How long does delivery take?",), SAME), "faq", 0.9),
    Hit(KnowledgeEntry("manual", ("How long does a delivery take?",), SAME), "manual", 0.88),
    Hit(KnowledgeEntry("old", ("How long does delivery take now?",), SAME), "old", 0.86),
    Hit(KnowledgeEntry("abroad", ("How long does delivery abroad take?",), "Up to two weeks by sea."), "faq", 0.6),
]


def chosen(strength: float, top_k: int = 2) -> list[str]:
    return [hit.entry.id for hit in Diversity(strength, str.split).choose(FOUND, top_k)]


def test_what_says_the_same_makes_room_for_what_says_something_else() -> None:
    assert chosen(0.0) == ["faq", "manual"]
    assert chosen(0.5) == ["faq", "abroad"]


def test_the_best_one_always_comes_first_and_nothing_is_lost() -> None:
    for strength in (0.0, 0.3, 1.0):
        assert chosen(strength, 4)[0] == "faq"
        assert sorted(chosen(strength, 9)) == ["abroad", "faq", "manual", "old"]


def test_entries_without_any_terms_are_like_no_other() -> None:
    empty = [Hit(KnowledgeEntry(str(number), (), ""), "faq", 0.5) for number in range(3)]
    assert [hit.entry.id for hit in Diversity(0.9, str.split).choose(empty, 3)] == ["0", "1", "2"]
    assert Diversity(0.9, str.split).choose([], 3) == []


def test_a_hybrid_does_not_propose_one_answer_three_times() -> None:
    knowledge = {name: [hit.entry for hit in FOUND if hit.knowledge == name] for name in ("faq", "manual", "old")}
    context = make_context("both", knowledge=knowledge)

    def answers(diversity: float) -> list[str]:
        options = HybridOptions(knowledge=list(knowledge), retrievers=["bm25"], diversity=diversity, top_k=2)
        found = HybridPolicy(options, context).propose(make_turn("how long does the delivery of parcels take"))
        return [candidate.text for candidate in found]

    assert answers(0.0) == [SAME, SAME]
    assert answers(0.7) == [SAME, "Up to two weeks by sea."]
