"""Follow-up questions: dialogues written by hand, in English and Chinese, in both directions."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from dialog_core import BotSaid, Event, Evidence, Message, SessionStarted, Turn, UserSaid
from dialog_core.datasets import KnowledgeEntry
from dialog_core.retrieval import Hit
from dialog_core.testing import make_bot, make_context, make_turn
from dialog_core.testing.turns import NOON
from dialog_retrieval.bm25.options import BM25Options
from dialog_retrieval.bm25.policy import BM25Policy
from dialog_retrieval.follow_ups.options import FollowUpOptions
from dialog_retrieval.follow_ups.resolving import FollowUps
from dialog_retrieval.hybrid.options import HybridOptions
from dialog_retrieval.hybrid.policy import HybridPolicy
from tests.plugins.dialog_retrieval.follow_up_dialogues import Place, answer_of, places

PLACES = dict(places())
PHONES = (
    KnowledgeEntry("x200", ("What is the X200?",), "A light phone."),
    KnowledgeEntry("x200_price", ("How much does the X200 cost?",), "399 euros."),
    KnowledgeEntry("x300", ("What is the X300?",), "A large phone."),
    KnowledgeEntry("x300_price", ("How much does the X300 cost?",), "699 euros."),
    KnowledgeEntry("hours", ("When are you open?",), "From nine to six."),
)


def bm25(place: Place, **options: Any) -> Any:
    context = make_context(language=place.language, knowledge={"faq": place.entries})
    return BM25Policy(BM25Options(knowledge="faq", **options), context)


def hybrid(place: Place, **options: Any) -> Any:
    context = make_context(language=place.language, knowledge={"faq": place.entries})
    return HybridPolicy(HybridOptions(knowledge="faq", **options), context)


@pytest.mark.parametrize("make", [bm25, hybrid], ids=["bm25", "hybrid"])
@pytest.mark.parametrize("name", PLACES)
def test_follow_ups_are_resolved_and_questions_of_their_own_are_left_alone(name: str, make: Callable[..., Any]) -> None:
    place = PLACES[name]
    with_it, without = make(place, follow_ups=True), make(place, follow_ups=False)
    right = {talk: answer_of(with_it, talk, place.language) == talk.answer for talk in place.talks}
    before = {talk: answer_of(without, talk, place.language) == talk.answer for talk in place.talks}
    leaning = [talk for talk in place.talks if talk.leans]
    own = [talk for talk in place.talks if not talk.leans]
    assert sum(right[talk] for talk in leaning) >= 0.8 * len(leaning)
    assert sum(right[talk] for talk in leaning) > sum(before[talk] for talk in leaning)
    assert [talk for talk in own if before[talk] and not right[talk]] == []


def test_the_trace_tells_what_was_searched_for() -> None:
    context = make_context(knowledge={"faq": PHONES})
    with make_bot({"faq": BM25Policy(BM25Options(knowledge="faq", follow_ups=True), context)}) as bot:
        bot.reply("tell me about the X300")
        reply = bot.reply("and how much is it?")
        after = bot.reply("when are you open?")
    assert reply.text == "699 euros."
    assert reply.trace is not None
    (best, *_) = reply.trace["candidates"]
    assert best["features"]["follow_up"] == 1.0
    assert best["evidence"][0]["metadata"]["searched_for"] == "and how much is it? x300"
    assert after.text == "From nine to six."
    assert after.trace is not None
    assert "searched_for" not in after.trace["candidates"][0]["evidence"][0]["metadata"]


def test_what_was_said_in_an_earlier_session_is_forgotten() -> None:
    context = make_context(knowledge={"faq": PHONES})
    policy = BM25Policy(BM25Options(knowledge="faq", follow_ups=True), context)
    said: list[Event] = [
        SessionStarted(NOON),
        UserSaid(Message("tell me about the X300", client_id="1")),
        BotSaid("A phone.", NOON, "1"),
    ]
    assert best(policy.search(turn_after("and how much is it?", said), 3)) == "x300_price"
    later = [*said, SessionStarted(NOON), BotSaid("Hello again!", NOON)]
    assert best(policy.search(turn_after("and how much is it?", later), 3)) == "x200_price"  # the first of both


def test_only_so_many_turns_back_are_looked_at() -> None:
    asked: list[str] = []
    resolve = FollowUps(FollowUpOptions(turns=1)).search
    events: list[Event] = [SessionStarted(NOON)]
    for number, text in enumerate(("tell me about parrots", "tell me about canaries")):
        events += [UserSaid(Message(text, client_id=str(number))), BotSaid("...", NOON, str(number))]

    def find(turn: Turn, top_k: int) -> Sequence[Hit]:
        asked.append(turn.text)
        return []

    resolve(turn_after("what do they eat?", events), 3, find)
    assert asked == ["what do they eat?", "canaries", "what do they eat? canaries"]


def test_the_entry_that_was_cited_tells_what_the_conversation_is_about() -> None:
    context = make_context(knowledge={"faq": PHONES})
    policy = BM25Policy(BM25Options(knowledge="faq", follow_ups=True), context)
    cited = Evidence("...", "x300", 1.0, {"title": "What is the X300?"})
    events: list[Event] = [
        SessionStarted(NOON),
        UserSaid(Message("the big one with three cameras", client_id="1")),
        BotSaid("That is the X300.", NOON, "1", evidence=(cited,)),
    ]
    assert best(policy.search(turn_after("and how much is it?", events), 3)) == "x300_price"


def test_evidence_without_a_title_and_messages_without_words_are_passed_over() -> None:
    context = make_context(knowledge={"faq": PHONES})
    policy = BM25Policy(BM25Options(knowledge="faq", follow_ups=True), context)
    events: list[Event] = [
        SessionStarted(NOON),
        UserSaid(Message("", client_id="1")),
        BotSaid("?", NOON, "1", evidence=(Evidence("...", metadata={"title": None}),)),
        UserSaid(Message("😀", client_id="2")),
        BotSaid("?", NOON, "2"),
    ]
    assert best(policy.search(turn_after("how much does it cost?", events), 3)) == "x200_price"


def turn_after(text: str, events: Sequence[Event]) -> Turn:
    return make_turn(text, events=events)


def best(hits: Sequence[Hit]) -> str:
    return hits[0].entry.id
