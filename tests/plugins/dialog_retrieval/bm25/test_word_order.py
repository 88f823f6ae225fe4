"""Entries that have the same words in another order."""

from dialog_core.datasets import KnowledgeEntry
from dialog_core.retrieval import Hit
from dialog_core.testing import make_context, make_turn
from dialog_retrieval.bm25.options import BM25Options
from dialog_retrieval.bm25.policy import BM25Policy
from dialog_retrieval.bm25.word_order import by_wording


def found(question: str, *questions: str, top_k: int = 1) -> list[str]:
    entries = [KnowledgeEntry(str(number), (text,), "answer") for number, text in enumerate(questions)]
    policy = BM25Policy(BM25Options(knowledge="faq"), make_context(knowledge={"faq": entries}))
    return [hit.matched for hit in policy.search(make_turn(question), top_k)]


def test_the_entry_with_the_words_in_the_same_order_comes_first() -> None:
    cambridge, london = "a train from London to Cambridge", "a train from Cambridge to London"
    assert found("is there a train from Cambridge to London?", cambridge, london) == [london]
    assert found("is there a train from London to Cambridge?", cambridge, london) == [cambridge]


def test_it_is_found_among_more_than_are_asked_for() -> None:
    others = [f"{verb} you or I the lamp" for verb in ("return", "RETURN", "returns", "returned")]
    assert found("the lamp I return", *others, "the lamp I or you return") == ["the lamp I or you return"]


def test_scripts_without_spaces_are_compared_by_character() -> None:
    assert found("从北京到上海的火车", "从上海到北京的火车", "从北京到上海的火车") == ["从北京到上海的火车"]


def test_what_is_equally_alike_and_what_is_better_stays_where_it_is() -> None:
    hits = [
        Hit(KnowledgeEntry(id, (text,), "answer"), "faq", score, text)
        for id, text, score in (("a", "b a", 0.9), ("b", "lamp", 0.5), ("c", "lamp", 0.5), ("d", "a b", 0.4))
    ]
    assert [hit.entry.id for hit in by_wording("a b", hits)] == ["a", "b", "c", "d"]


def test_passages_keep_their_order() -> None:
    hits = [
        Hit(KnowledgeEntry(id, (text,), "text", passage=True), "faq", 0.5, text)
        for id, text in (("a", "other heading"), ("b", "lamp"))
    ]
    assert [hit.entry.id for hit in by_wording("lamp", hits)] == ["a", "b"]
