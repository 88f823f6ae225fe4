from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from dialog_core import Candidate
from dialog_core.datasets import KnowledgeEntry
from dialog_core.testing import NASTY_TEXTS, PolicyContract, make_context, make_turn
from dialog_retrieval.bm25.options import BM25Options
from dialog_retrieval.bm25.policy import INLINE_PHRASINGS, BM25Policy

SHOP = (
    KnowledgeEntry(
        "delivery_time",
        ("How long does delivery take?", "When will my parcel come?"),
        "Two to three days.",
        source="https://example.com/delivery",
    ),
    KnowledgeEntry("return_how", ("How do I return something?", "I want to send it back"), "Print a **label**."),
    KnowledgeEntry("opening_hours", ("When are you open?",), "From nine to five.", tags=("shop", "Sunday")),
    KnowledgeEntry("payment", ("Can I pay by card?", "可以用支付宝付款吗？"), "By card and Alipay."),
)


def policy_of(*entries: KnowledgeEntry, language: str = "en", **options: Any) -> BM25Policy:
    context = make_context("faq", language=language, knowledge={"faq": entries})
    return BM25Policy(BM25Options(knowledge="faq", **options), context)


def ids(candidates: Sequence[Candidate]) -> list[str]:
    return [candidate.evidence[0].metadata["id"] for candidate in candidates]


class TestContract(PolicyContract):
    answers = "how long does the delivery take"

    def make_policy(self, tmp_path: Path) -> BM25Policy:
        return policy_of(*SHOP)


def test_a_question_in_other_words_finds_its_entry_with_its_evidence() -> None:
    (candidate, *_) = policy_of(*SHOP).propose(make_turn("when does the parcel come please"))
    assert candidate.text == "Two to three days."
    assert candidate.score > 0.7
    (evidence,) = candidate.evidence
    assert (evidence.text, evidence.source) == ("When will my parcel come?", "https://example.com/delivery")
    assert evidence.score == candidate.score
    told = {"id": "delivery_time", "knowledge": "faq", "title": "How long does delivery take?"}
    assert evidence.metadata == {**told, "answer": "Two to three days."}
    assert candidate.features["asked"] > 0.8


def test_an_entry_without_a_source_is_cited_by_its_id() -> None:
    (candidate, *_) = policy_of(*SHOP).propose(make_turn("return something"))
    assert candidate.evidence[0].source == "return_how"


@pytest.mark.parametrize("entry", SHOP)
def test_every_phrasing_scores_near_one(entry: KnowledgeEntry) -> None:
    for question in entry.questions:
        (candidate, *_) = policy_of(*SHOP).propose(make_turn(question.upper()))
        assert candidate.evidence[0].metadata["id"] == entry.id
        assert candidate.score == pytest.approx(1)


@pytest.mark.parametrize("text", ["what is the capital of France?", "tell me a joke", "明天会下雨吗"])
def test_a_question_about_something_else_scores_low(text: str) -> None:
    for candidate in policy_of(*SHOP).propose(make_turn(text)):
        assert candidate.score < 0.35


def test_chinese_is_found_in_a_chinese_bot_and_in_an_english_one() -> None:
    for language in ("zh", "en"):
        (candidate, *_) = policy_of(*SHOP, language=language).propose(make_turn("用支付宝付款"))
        assert candidate.evidence[0].metadata["id"] == "payment"


def test_as_many_entries_are_proposed_as_asked_for() -> None:
    entries = [KnowledgeEntry(str(number), ("lamp",), "answer") for number in range(9)]
    for top_k in (1, 2, 5):
        candidates = policy_of(*entries, top_k=top_k).propose(make_turn("lamp"))
        assert ids(candidates) == [str(number) for number in range(top_k)]
        assert candidates[0].features["margin"] == 0


def test_several_sources_of_knowledge_are_one() -> None:
    context = make_context(
        knowledge={"a": SHOP[:1], "b": [KnowledgeEntry("delivery_time", ("Delivery fee?",), "Free.")]}
    )
    candidates = BM25Policy(BM25Options(knowledge=["a", "b"]), context).propose(make_turn("delivery fee"))
    assert [candidate.evidence[0].metadata["knowledge"] for candidate in candidates] == ["b", "a"]


def test_an_entry_holds_from_its_first_to_its_last_day() -> None:
    policy = policy_of(
        KnowledgeEntry("sale", ("Is there a sale?",), "Yes!", valid_from=date(2026, 1, 2), valid_until=date(2026, 1, 4))
    )
    found = {
        day: bool(policy.propose(make_turn("sale", now=datetime(2026, 1, day, 23, 59, tzinfo=UTC))))
        for day in range(1, 6)
    }
    assert found == {1: False, 2: True, 3: True, 4: True, 5: False}


def test_an_entry_in_another_language_is_passed_over() -> None:
    policy = policy_of(
        KnowledgeEntry("gift_en", ("gift",), "A present.", language="en-GB"),
        KnowledgeEntry("gift_de", ("Gift",), "Tödlich.", language="de"),
        KnowledgeEntry("gift", ("gift",), "?"),
    )
    assert ids(policy.propose(make_turn("gift", language="en"))) == ["gift_en", "gift"]
    assert ids(policy.propose(make_turn("gift", language="de-AT"))) == ["gift_de", "gift"]


def test_tags_and_answers_help_and_can_be_left_out() -> None:
    text = "open on Sunday"
    with_tags = policy_of(*SHOP).propose(make_turn(text))[0].score
    without = policy_of(*SHOP, fields={"answer": 0, "tags": 0, "question": 0}).propose(make_turn(text))[0].score
    assert with_tags > without


@pytest.mark.parametrize(
    "entries",
    [
        (),
        SHOP[:1],
        (KnowledgeEntry("smile", ("😀", "?!"), "..."),),
        (KnowledgeEntry("smile", ("😀",), "..."), *SHOP),
        (KnowledgeEntry("empty", (), "..."),),
    ],
    ids=["no entry", "one entry", "an entry without words", "one of several without words", "no question"],
)
@pytest.mark.parametrize("text", [*NASTY_TEXTS.values(), "the of and", "😀", "\ud800 \udc00", "delivery \x00 time"])
def test_neither_strange_knowledge_nor_strange_text_breaks_it(entries: Sequence[KnowledgeEntry], text: str) -> None:
    for candidate in policy_of(*entries).propose(make_turn(text)):
        assert 0 < candidate.score <= 1
        assert candidate.evidence[0].metadata["id"] not in ("smile", "empty")


def test_a_question_of_function_words_finds_what_is_asked_in_them() -> None:
    entries = (*SHOP, KnowledgeEntry("who", ("Who are you?",), "A bot."))
    assert ids(policy_of(*entries).propose(make_turn("who are you")))[0] == "who"


def test_an_analyzer_can_be_named_or_brought_along() -> None:
    class Letters:
        def tokens(self, text: str) -> list[str]:
            return list(text)

    context = make_context(knowledge={"faq": SHOP}, parts={("analyzer", "letters"): Letters()})
    letters = BM25Policy(BM25Options(knowledge="faq", analyzer="letters"), context)
    assert ids(letters.propose(make_turn("When are you open?")))[0] == "opening_hours"
    chinese = policy_of(*SHOP, analyzer={"use": "chinese", "segmenter": "bigrams"})
    assert ids(chinese.propose(make_turn("支付宝")))[0] == "payment"


def test_small_knowledge_is_searched_on_the_event_loop_and_large_knowledge_is_not() -> None:
    assert policy_of(*SHOP).inline
    assert not policy_of(KnowledgeEntry("large", ("lamp",) * (INLINE_PHRASINGS + 1), "...")).inline


def test_the_index_is_built_once_however_many_ask_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    policy = policy_of(*SHOP)
    built = []
    build = policy._open
    monkeypatch.setattr(policy, "_open", lambda: built.append(1) or build())
    threads = [Thread(target=policy.warm) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    policy.propose(make_turn("delivery"))
    assert built == [1]
