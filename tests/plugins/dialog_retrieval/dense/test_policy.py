import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from dialog_core import Candidate
from dialog_core.datasets import KnowledgeEntry
from dialog_core.testing import NASTY_TEXTS, PolicyContract, make_context, make_turn
from dialog_retrieval.dense.checking import check
from dialog_retrieval.dense.options import FaissOptions
from dialog_retrieval.dense.policy import FaissPolicy

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


def policy_of(*entries: KnowledgeEntry, language: str = "en", **options: Any) -> FaissPolicy:
    context = make_context("faq", language=language, knowledge={"faq": entries})
    return FaissPolicy(FaissOptions(knowledge="faq", **options), context)


def ids(candidates: Sequence[Candidate]) -> list[str]:
    return [candidate.evidence[0].metadata["id"] for candidate in candidates]


class TestContract(PolicyContract):
    answers = "how long does the delivery take"

    def make_policy(self, tmp_path: Path) -> FaissPolicy:
        return policy_of(*SHOP)


def test_a_question_in_other_words_finds_its_entry_with_its_evidence() -> None:
    (candidate, *_) = policy_of(*SHOP).propose(make_turn("when does the parcel come please"))
    assert candidate.text == "Two to three days."
    (evidence,) = candidate.evidence
    assert (evidence.text, evidence.source) == ("When will my parcel come?", "https://example.com/delivery")
    told = {"id": "delivery_time", "knowledge": "faq", "title": "How long does delivery take?"}
    assert evidence.metadata == {**told, "answer": "Two to three days."}
    assert candidate.features["cosine"] > 0.4


@pytest.mark.parametrize("entry", SHOP)
def test_every_phrasing_is_found_and_scores_high(entry: KnowledgeEntry) -> None:
    for question in entry.questions:
        (candidate, *_) = policy_of(*SHOP).propose(make_turn(question.upper()))
        assert candidate.evidence[0].metadata["id"] == entry.id
        assert candidate.score > 0.85
        assert candidate.features["cosine"] == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize("text", ["what is the capital of France?", "tell me a joke", "明天会下雨"])
def test_a_question_about_something_else_scores_low(text: str) -> None:
    for candidate in policy_of(*SHOP).propose(make_turn(text)):
        assert candidate.score < 0.3


def test_a_word_nobody_has_used_lowers_the_score() -> None:
    policy = policy_of(*SHOP)
    known, unknown = (policy.propose(make_turn(text))[0] for text in ("can I pay", "can I pay with bitcoin"))
    assert known.text == unknown.text
    assert unknown.score < known.score


def test_a_typing_error_does_not_hide_an_entry() -> None:
    assert ids(policy_of(*SHOP).propose(make_turn("how long does delivrey take")))[0] == "delivery_time"


def test_equally_near_entries_come_in_their_order_and_do_not_compete() -> None:
    entries = [KnowledgeEntry(str(number), ("lamp", "light"), "answer") for number in range(9)]
    for top_k in (1, 2, 5):
        candidates = policy_of(*entries, top_k=top_k).propose(make_turn("lamp"))
        assert ids(candidates) == [str(number) for number in range(top_k)]
        assert candidates[0].score > 0.9


def test_a_passage_is_found_by_its_headings_and_its_text() -> None:
    entries = [
        KnowledgeEntry("a", ("Handbook", "Boiler"), "Turn the red valve until the pressure is right.", passage=True),
        KnowledgeEntry("b", ("Handbook", "Windows"), "Clean the glass with vinegar.", passage=True),
    ]
    for text in ("which valve for the pressure", "boiler"):
        (candidate, *_) = policy_of(*entries).propose(make_turn(text))
        assert candidate.evidence[0].text == "Turn the red valve until the pressure is right."


def test_an_entry_in_another_language_is_passed_over() -> None:
    policy = policy_of(
        KnowledgeEntry("gift_en", ("gift",), "A present.", language="en-GB"),
        KnowledgeEntry("gift_de", ("Gift",), "Tödlich.", language="de"),
        KnowledgeEntry("gift", ("gift",), "?"),
    )
    assert ids(policy.propose(make_turn("gift", language="en"))) == ["gift_en", "gift"]
    assert ids(policy.propose(make_turn("gift", language="de-AT"))) == ["gift_de", "gift"]


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


def test_a_wrong_encoder_is_told_by_check(tmp_path: Path) -> None:
    context = make_context("faq", knowledge={"faq": SHOP, "none": ()})

    def problems(knowledge: str = "faq", **encoder: Any) -> list[str]:
        return [str(problem) for problem in check(FaissOptions(knowledge=knowledge, encoder=encoder), context)]

    assert problems(use="lsa") == []
    (unknown,) = problems(use="las")
    assert "there is no encoder 'las'" in unknown
    assert "lsa" in unknown
    (analyzer,) = problems(use="lsa", analyzer="englisch")
    assert "there is no analyzer 'englisch'" in analyzer
    (empty,) = problems(use="sentence-transformers", model=str(tmp_path))
    assert "is not a model of sentence-transformers" in empty
    (nothing,) = problems("none", use="lsa")
    assert "has no entries" in nothing


def test_nothing_heavy_is_imported_before_the_first_question() -> None:
    program = """
import sys
from dialog_core.datasets import KnowledgeEntry
from dialog_core.testing import make_context
from dialog_retrieval.dense.options import FaissOptions
from dialog_retrieval.dense.policy import FaissPolicy
entries = [KnowledgeEntry("a", ("lamp",), "A lamp.")]
FaissPolicy(FaissOptions(knowledge="faq"), make_context(knowledge={"faq": entries}))
print(sorted({"faiss", "numpy", "torch", "huggingface_hub"} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
