import logging
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from dialog_core import Candidate, Turn
from dialog_core.configuration import ConfigurationError
from dialog_core.datasets import KnowledgeEntry
from dialog_core.interfaces import Indexed, Retriever
from dialog_core.retrieval import Hit
from dialog_core.testing import PolicyContract, make_bot, make_context, make_turn
from dialog_core.training import SilentProgress
from dialog_retrieval.confidence import Confidence
from dialog_retrieval.hybrid.options import HybridOptions
from dialog_retrieval.hybrid.policy import HybridPolicy

SHOP = (
    KnowledgeEntry(
        "delivery_time", ("How long does delivery take?", "When will my parcel come?"), "Two to three days."
    ),
    KnowledgeEntry("return_how", ("How do I return something?", "I want to send it back"), "Print a **label**."),
    KnowledgeEntry("opening_hours", ("When are you open?",), "From nine to five.", tags=("shop", "Sunday")),
    KnowledgeEntry("payment", ("Can I pay by card?", "可以用支付宝付款吗？"), "By card and Alipay."),
)
TWO_WAYS = ("bm25", {"use": "bm25", "analyzer": "chinese"})


class Fixed:
    """A third party's retriever: finds the same for whatever is asked."""

    def __init__(self, *found: tuple[str, float]) -> None:
        self._found = found
        self.asked: list[str] = []

    def search(self, turn: Turn, top_k: int) -> Sequence[Hit]:
        self.asked.append(turn.text)
        entries = {entry.id: entry for entry in SHOP}
        return [Hit(entries[id], "faq", score) for id, score in self._found[:top_k]]

    def propose(self, turn: Turn) -> Sequence[Candidate]:
        return []


class Broken(Fixed):
    """One whose service is down."""

    def search(self, turn: Turn, top_k: int) -> Sequence[Hit]:
        raise ConnectionError("nobody is there")


def policy_of(
    *retrievers: Any, parts: Mapping[str, Any] | None = None, entries: Sequence[KnowledgeEntry] = SHOP, **options: Any
) -> HybridPolicy:
    given = {("policy", name): part for name, part in (parts or {}).items()}
    context = make_context("both", knowledge={"faq": entries}, parts=given)
    return HybridPolicy(HybridOptions(knowledge="faq", retrievers=retrievers or TWO_WAYS, **options), context)


def ids(hits: Sequence[Hit]) -> list[str]:
    return [hit.entry.id for hit in hits]


class TestContract(PolicyContract):
    answers = "how long does the delivery take"

    def make_policy(self, tmp_path: Path) -> HybridPolicy:
        return policy_of("bm25", "faiss")


class TestContractOfAll(PolicyContract):
    answers = "how long does the delivery take"

    def make_policy(self, tmp_path: Path) -> HybridPolicy:
        return policy_of(*TWO_WAYS, {"use": "hybrid", "retrievers": ["faiss"]}, diversity=0.5, fusion="rrf")


def test_a_question_in_other_words_finds_its_entry_with_its_evidence() -> None:
    (candidate, *_) = policy_of("bm25", "faiss").propose(make_turn("when does the parcel come please"))
    assert candidate.text == "Two to three days."
    assert candidate.score > 0.6
    (evidence,) = candidate.evidence
    assert evidence.text == "When will my parcel come?"
    told = {"id": "delivery_time", "knowledge": "faq", "title": "How long does delivery take?"}
    assert evidence.metadata == {**told, "answer": "Two to three days."}
    assert {"bm25", "bm25.rank", "faiss", "faiss.rank", "agreement", "margin"} <= set(candidate.features)


@pytest.mark.parametrize("text", ["what is the capital of France?", "tell me a joke", "明天会下雨吗"])
def test_a_question_about_something_else_scores_low(text: str) -> None:
    for candidate in policy_of("bm25", "faiss").propose(make_turn(text)):
        assert candidate.score < 0.35


def test_bm25_and_faiss_are_put_together_unless_something_else_is_said() -> None:
    context = make_context("both", knowledge={"faq": SHOP})
    assert list(HybridPolicy(HybridOptions(knowledge="faq"), context).parts) == ["bm25", "faiss"]


def test_parts_are_told_apart_by_what_they_use_or_by_the_names_they_are_given() -> None:
    policy = policy_of("bm25", {"use": "bm25", "k1": 1.2}, {"use": "bm25", "name": "words"}, {"use": "bm25"})
    assert list(policy.parts) == ["bm25", "bm25-2", "words", "bm25-3"]
    assert [part.context.name for part in policy.parts.values()] == [  # type: ignore[attr-defined]
        "both.bm25",
        "both.bm25-2",
        "both.words",
        "both.bm25-3",
    ]
    assert all(isinstance(part, Retriever) for part in policy.parts.values())


def test_parts_search_what_the_hybrid_does_unless_they_say_otherwise() -> None:
    context = make_context("both", knowledge={"faq": SHOP, "other": SHOP[:1]})
    options = HybridOptions(
        knowledge="faq", filters={"tags": "place"}, retrievers=["bm25", {"use": "bm25", "knowledge": "other"}]
    )
    first, second = (part.options for part in HybridPolicy(options, context).parts.values())  # type: ignore[attr-defined]
    assert (first.knowledge, second.knowledge) == (("faq",), ("other",))
    assert first.filters == second.filters == {"tags": "place"}


def test_a_third_partys_retriever_takes_part() -> None:
    policy = policy_of("bm25", "theirs", parts={"theirs": Fixed(("payment", 0.9), ("opening_hours", 0.3))})
    hits = policy.search(make_turn("the parcel"), 3)
    assert set(ids(hits)) == {"delivery_time", "payment", "opening_hours"}
    assert next(hit for hit in hits if hit.entry.id == "payment").features["theirs"] == 0.9


def test_a_policy_that_does_not_search_is_refused() -> None:
    class Silent:
        def propose(self, turn: Turn) -> Sequence[Candidate]:
            return []

    with pytest.raises(ConfigurationError, match=r"retrievers\[1\].*'silent' does not search knowledge"):
        policy_of("bm25", "silent", parts={"silent": Silent()})


def test_two_parts_of_one_name_are_refused() -> None:
    with pytest.raises(ConfigurationError, match=r"retrievers\[1\].*the name 'a' is taken"):
        policy_of({"use": "bm25", "name": "a"}, {"use": "bm25", "name": "a"})


def test_a_weight_for_nobody_is_refused() -> None:
    with pytest.raises(ConfigurationError, match=r"no retriever is called 'bm52'.*bm25"):
        policy_of("bm25", weights={"bm52": 2})


# --- Failure ----------------------------------------------------------------------------------------------------------


def test_the_others_answer_for_a_retriever_that_fails_and_it_can_be_seen(caplog: pytest.LogCaptureFixture) -> None:
    policy = policy_of("bm25", "theirs", parts={"theirs": Broken()})
    alone = policy_of("bm25")
    with caplog.at_level(logging.WARNING):
        (hit, *_) = policy.search(make_turn("when does the parcel come"), 3)
        policy.search(make_turn("when does the parcel come"), 3)
    assert hit.entry.id == "delivery_time"
    assert hit.score == alone.search(make_turn("when does the parcel come"), 3)[0].score
    assert hit.features["failed"] == 1.0
    (record,) = caplog.records  # once, and not with every message
    assert "theirs of both cannot search" in record.getMessage()
    assert "ConnectionError: nobody is there" in record.getMessage()


def test_the_trace_tells_that_a_retriever_failed() -> None:
    with make_bot({"both": policy_of("bm25", "theirs", parts={"theirs": Broken()})}) as bot:
        reply = bot.reply("how long does delivery take?")
    assert reply.text == "Two to three days."
    assert reply.trace is not None
    assert reply.trace["candidates"][0]["features"]["failed"] == 1.0


def test_where_all_retrievers_fail_the_policy_has_failed() -> None:
    with make_bot({"both": policy_of("theirs", parts={"theirs": Broken()})}, fallback="?") as bot:
        reply = bot.reply("how long does delivery take?")
    assert reply.text == "?"
    assert reply.trace is not None
    assert "nobody is there" in reply.trace["policies"][0]["error"]


# --- Trained, indexed, warmed -----------------------------------------------------------------------------------------


def test_what_training_found_replaces_the_defaults(tmp_path: Path) -> None:
    trained = tmp_path / "artefact"
    write_artefact(
        trained, {"hybrid": {"weights": {"one": 0.0}, "confidence": Confidence({"two": 9.0}, -1.0).as_json()}}
    )
    given = {
        ("policy", "one"): Fixed(("payment", 0.9), ("return_how", 0.8)),
        ("policy", "two"): Fixed(("return_how", 0.5), ("payment", 0.1)),
    }
    options = HybridOptions(knowledge="faq", retrievers=["one", "two"])
    untrained = HybridPolicy(options, make_context("both", knowledge={"faq": SHOP}, parts=given))
    assert ids(untrained.search(make_turn("hm"), 1)) == ["return_how"]
    policy = HybridPolicy(options, make_context("both", knowledge={"faq": SHOP}, parts=given, artefact=trained))
    (hit,) = policy.search(make_turn("hm"), 1)
    assert hit.entry.id == "return_how"
    assert hit.score == pytest.approx(Confidence({"two": 9.0}, -1.0).score({"two": 0.5}))


def write_artefact(directory: Path, settings: Mapping[str, Any]) -> None:
    import json

    directory.mkdir()
    (directory / "settings.json").write_text(json.dumps(settings), encoding="utf-8")


def test_the_indexes_of_all_parts_are_built_and_reported_together(tmp_path: Path) -> None:
    assert isinstance(HybridPolicy, Indexed)
    context = make_context("both", knowledge={"faq": SHOP}, models=tmp_path)
    options = HybridOptions(knowledge="faq", retrievers=["faiss", {"use": "faiss", "name": "again"}])
    report = HybridPolicy.build_index(options, context, SilentProgress(), force=False)
    assert report.status == "built"
    assert set(report.details) == {"faiss", "again"}


def test_warming_it_warms_the_parts_also_those_after_one_that_fails() -> None:
    class Warm(Fixed):
        warmed = 0

        def warm(self) -> None:
            self.warmed += 1

    class Cold(Fixed):
        def warm(self) -> None:
            raise OSError("no index")

    warm = Warm()
    policy = policy_of("cold", "warm", parts={"cold": Cold(), "warm": warm})
    with pytest.raises(OSError, match="no index"):
        policy.warm()
    assert warm.warmed == 1


def test_it_is_called_inline_where_all_of_its_parts_are() -> None:
    assert policy_of(*TWO_WAYS).inline
    assert not policy_of("bm25", "theirs", parts={"theirs": Fixed()}).inline


# --- Strange input ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "entries",
    [(), SHOP[:1], (KnowledgeEntry("smile", ("😀", "?!"), "..."),), (KnowledgeEntry("empty", (), "..."),)],
    ids=["no entry", "one entry", "an entry without words", "no question"],
)
@pytest.mark.parametrize("text", ["", "the of and", "😀", "\ud800 \udc00", "delivery \x00 time", "how long " * 2000])
def test_neither_strange_knowledge_nor_strange_text_breaks_it(entries: Sequence[KnowledgeEntry], text: str) -> None:
    policy = policy_of("bm25", "faiss", entries=entries, diversity=0.5)
    for candidate in policy.propose(make_turn(text)):
        assert 0 <= candidate.score <= 1


def test_a_turn_that_is_over_is_still_answered() -> None:
    turn = make_turn("how long does delivery take", seconds=-1)
    assert time.monotonic() > turn.deadline
    assert policy_of(*TWO_WAYS).propose(turn)
