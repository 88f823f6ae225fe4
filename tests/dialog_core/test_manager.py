from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dialog_core.candidate import Candidate
from dialog_core.component import Context
from dialog_core.configuration import Options
from dialog_core.errors import StoreError
from dialog_core.events import (
    BotSaid,
    Event,
    Evidence,
    FeedbackGiven,
    HandedBack,
    HandedOver,
    Message,
    SessionStarted,
    SlotSet,
    UserSaid,
)
from dialog_core.stores.memory import MemoryStore
from dialog_core.testing import NASTY_TEXTS, ScriptedGuard, ScriptedPolicy, ScriptedRanker, make_manager
from dialog_core.text import repair_text
from dialog_core.turn import Turn
from tests.talking import say, statuses_of, trace_of

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


def echo(turn: Turn) -> str:
    return f"{turn.conversation.id}: {turn.text}"


class WatchedStore(MemoryStore):
    """Remembers what was appended, in order, and fails when told to."""

    def __init__(self) -> None:
        super().__init__(Options(), Context())
        self.appended: list[tuple[str, ...]] = []
        self.fails_at: int | None = None

    async def append(self, conversation_id: str, events: Sequence[Event], **options: Any) -> Any:
        if len(self.appended) == self.fails_at:
            raise StoreError("the disk is full")
        conversation = await super().append(conversation_id, events, **options)
        self.appended.append(tuple(type(event).__name__ for event in events))
        return conversation


# --- One turn


async def test_a_message_is_answered_and_both_are_stored() -> None:
    manager = make_manager({"p": echo}, clock=Clock())
    reply = await say(manager, "hi", client_id="1", user_id="ann")

    assert (reply.text, reply.policy, reply.message_id, reply.replayed) == ("c: hi", "p", "1", False)
    conversation = await manager.store.load("c")
    session, said, answer = conversation.events
    assert session == SessionStarted(NOON)
    assert isinstance(said, UserSaid)
    assert (said.message.text, said.message.user_id) == ("hi", "ann")
    assert answer == reply.messages[0]
    assert await manager.store.load_trace("c", "1") == trace_of(reply)


async def test_the_policy_is_given_everything_known_about_the_message() -> None:
    policy = ScriptedPolicy("Hello")
    manager = make_manager(policy, clock=Clock(), language="de")
    await manager.record("c", [SessionStarted(NOON), SlotSet("name", "Ann")])
    await say(manager, "hi")

    (turn,) = policy.turns
    assert turn.text == "hi"
    assert turn.conversation.last_user_message == turn.message
    assert turn.conversation.events[-1] == UserSaid(turn.message)
    assert (turn.slots, turn.language, turn.now) == ({"name": "Ann"}, "de", NOON)
    assert (turn.annotations, turn.evidence) == ({}, {})


async def test_the_language_is_the_conversations_if_it_has_one() -> None:
    policy = ScriptedPolicy("Hello")
    manager = make_manager(policy, language="de", clock=Clock())
    await manager.record("c", [SessionStarted(NOON), SlotSet("locale", "zh")])
    await say(manager, "hi")
    assert policy.turns[0].language == "zh"


async def test_the_seed_is_the_same_when_the_turn_is_played_again_and_another_elsewhere() -> None:
    def seeds(seed: int = 0) -> list[int]:
        return [turn.seed for turn in policies[seed].turns]

    policies = [ScriptedPolicy("Hello"), ScriptedPolicy("Hello")]
    for seed, policy in enumerate(policies):
        for _ in range(2):
            manager = make_manager(policy, seed=seed)
            await say(manager, "hi", conversation="c")
            await say(manager, "hi", conversation="c")
            await say(manager, "hi", conversation="d")

    first, second, other = seeds()[:3]
    assert seeds()[3:] == [first, second, other]
    assert len({first, second, other, *seeds(1)}) == 6


async def test_a_turn_that_is_taken_up_again_has_the_seed_it_had() -> None:
    store = MemoryStore(Options(), Context())
    asked = ScriptedPolicy("Hello")
    await say(make_manager(asked), "hi", conversation="c", client_id="1")
    # Given the same message, accepted and never answered
    await store.append("c", [SessionStarted(NOON), UserSaid(Message("hi", client_id="1"))], expected_length=0)
    # When it is sent again
    again = ScriptedPolicy("Hello")
    await say(make_manager(again, store=store), "hi", conversation="c", client_id="1")
    assert again.turns[0].seed == asked.turns[0].seed


async def test_what_was_recorded_before_the_first_message_belongs_to_its_session() -> None:
    policy = ScriptedPolicy("Hello")
    manager = make_manager(policy, language="de")
    await manager.record("c", [SlotSet("locale", "zh")])
    await say(manager, "hi", conversation="c")
    assert policy.turns[0].language == "zh"


async def test_the_message_is_stored_before_anybody_is_asked_and_the_reply_before_it_is_shown() -> None:
    store = WatchedStore()
    asked_after: list[int] = []

    def note(turn: Turn) -> str:
        asked_after.append(len(store.appended))
        return "Hello"

    await say(make_manager({"p": note}, store=store), "hi")
    assert asked_after == [1]
    assert store.appended == [("SessionStarted", "UserSaid"), ("BotSaid",)]


async def test_effects_and_reply_are_stored_in_one_go() -> None:
    store = WatchedStore()
    policy = ScriptedPolicy(Candidate("Hello Ann", 1.0, effects=(SlotSet("name", "Ann"),)))
    await say(make_manager(policy, store=store), "I am Ann")
    assert store.appended[-1] == ("SlotSet", "BotSaid")


@pytest.mark.parametrize("fails_at", [0, 1])
async def test_what_cannot_be_stored_is_not_said(fails_at: int) -> None:
    store = WatchedStore()
    store.fails_at = fails_at
    policy = ScriptedPolicy("Hello")
    manager = make_manager(policy, store=store)
    with pytest.raises(StoreError, match="the disk is full"):
        await say(manager, "hi", client_id="1")
    assert policy.calls == fails_at

    store.fails_at = None
    assert (await say(manager, "hi", client_id="1")).text == "Hello"


# --- Tiers


async def test_later_tiers_are_not_asked_when_the_best_so_far_is_sure_enough() -> None:
    faq, llm = ScriptedPolicy("faq"), ScriptedPolicy("llm")
    ranker = ScriptedRanker([0.8])
    manager = make_manager(
        {"rules": "Hello", "faq": faq, "llm": llm}, tiers=[["rules"], ["faq"], ["llm"]], ranker=ranker
    )

    reply = await say(manager, "hi")

    assert reply.policy == "rules"
    assert statuses_of(reply) == {"rules": "proposed", "faq": "not asked", "llm": "not asked"}
    assert (faq.calls, llm.calls) == (0, 0)
    assert [report["tier"] for report in trace_of(reply)["policies"]] == [0, 1, 2]


async def test_otherwise_they_are_and_the_ranker_looks_at_all_candidates_so_far() -> None:
    ranker = ScriptedRanker([0.79], [0.6, 0.79, 0.7])
    policies = {"rules": "one", "faq": "two", "semantic": "three"}
    manager = make_manager(policies, tiers=[["rules"], ["faq", "semantic"]], ranker=ranker)

    reply = await say(manager, "hi")

    assert reply.policy == "faq"
    assert [[candidate.text for candidate in candidates] for _, candidates in ranker.script.asked] == [
        ["one"],
        ["one", "two", "three"],
    ]


async def test_later_tiers_see_the_evidence_of_earlier_ones() -> None:
    pages = (Evidence("page 1", "a"), Evidence("page 2", "b"))
    llm = ScriptedPolicy("In my words.")
    policies = {
        "faq": ScriptedPolicy([Candidate("one", 0.3, evidence=pages[:1]), Candidate("two", 0.2, evidence=pages[1:])]),
        "nothing": ScriptedPolicy(None),
        "llm": llm,
    }
    await say(make_manager(policies, tiers=[["faq", "nothing"], ["llm"]]), "hi")

    (turn,) = llm.turns
    assert turn.evidence == {"faq": pages, "nothing": ()}


async def test_policies_of_one_tier_see_nothing_of_each_other() -> None:
    second = ScriptedPolicy("two")
    first = ScriptedPolicy(Candidate("one", 0.3, evidence=(Evidence("page"),)))
    await say(make_manager([first, second]), "hi")
    assert second.turns[0].evidence == {}


async def test_the_order_of_candidates_is_that_of_the_file_whatever_the_tiers() -> None:
    ranker = ScriptedRanker([0.5])
    policies = {"a": "one", "b": "two", "c": "three"}
    await say(make_manager(policies, tiers=[["c"], ["b"], ["a"]], ranker=ranker), "hi")
    _, candidates = ranker.script.asked[-1]
    assert [candidate.policy for candidate in candidates] == ["a", "b", "c"]


# --- Sessions, greetings, hand-over


async def test_after_a_long_silence_a_new_session_begins_and_slots_are_forgotten() -> None:
    clock, policy = Clock(), ScriptedPolicy(Candidate("Hello", 1.0, effects=(SlotSet("name", "Ann"),)), "Who are you?")
    manager = make_manager(policy, clock=clock, session_expiry=60.0)
    await say(manager, "I am Ann", at=NOON)
    clock.now = NOON + timedelta(seconds=60)
    await say(manager, "still here", at=clock.now)
    clock.now += timedelta(seconds=61)
    await say(manager, "back again", at=clock.now)

    assert [dict(turn.slots) for turn in policy.turns] == [{}, {"name": "Ann"}, {}]
    conversation = await manager.store.load("c")
    assert sum(isinstance(event, SessionStarted) for event in conversation.events) == 2
    assert len(conversation.messages) == 6


async def test_the_greeting_is_said_when_a_session_begins_and_not_again() -> None:
    clock = Clock()
    manager = make_manager("Hi there", clock=clock, greeting="Hello, I am Aria.", session_expiry=60.0)

    greeting = await manager.greet("c")
    assert greeting is not None
    assert (greeting.text, greeting.policy, greeting.message_id) == ("Hello, I am Aria.", "greeting", "")
    assert await manager.greet("c") is None
    await say(manager, "hi", at=NOON)
    assert await manager.greet("c") is None
    conversation = await manager.store.load("c")
    assert [type(event).__name__ for event in conversation.events] == [
        "SessionStarted",
        "BotSaid",
        "UserSaid",
        "BotSaid",
    ]

    clock.now += timedelta(minutes=5)
    assert await manager.greet("c") is not None


async def test_without_a_greeting_nothing_is_said() -> None:
    manager = make_manager("Hello")
    assert await manager.greet("c") is None
    assert len(await manager.store.load("c")) == 0


async def test_while_a_person_has_taken_over_no_policy_is_asked() -> None:
    policy = ScriptedPolicy(Candidate("A colleague takes over.", 1.0, effects=(HandedOver(NOON),)), "I am back.")
    manager = make_manager(policy)
    await say(manager, "a person, please")

    silent = await say(manager, "hello?", client_id="2")

    assert (silent.messages, silent.text, silent.policy, silent.trace) == ((), "", "", None)
    assert policy.calls == 1
    assert len((await manager.store.load("c")).messages) == 3
    await manager.record("c", [HandedBack(datetime.now(UTC))])
    assert (await say(manager, "hello?", client_id="2")).text == "I am back."


async def test_events_that_are_nobodys_reply_can_be_recorded() -> None:
    manager = make_manager("Hello")
    reply = await say(manager, "hi")
    conversation = await manager.record("c", [FeedbackGiven(reply.message_id, "bad", NOON)])
    assert conversation.events[-1] == FeedbackGiven(reply.message_id, "bad", NOON)
    assert await manager.store.load("c") == conversation


# --- What users send


@pytest.mark.parametrize("text", NASTY_TEXTS.values(), ids=NASTY_TEXTS)
async def test_any_text_is_answered(text: str) -> None:
    manager = make_manager({"p": echo}, max_message=2_000_000, answer_at=0.0)
    reply = await say(manager, text)

    said = (await manager.store.load("c")).last_user_message
    assert said is not None
    assert said.text == text
    assert reply.messages


async def test_a_message_that_is_too_long_is_cut_and_says_so() -> None:
    policy = ScriptedPolicy("Hello")
    manager = make_manager(policy, max_message=20_000)
    await say(manager, "x" * 1_000_000, metadata={"device": "phone"})

    message = policy.turns[0].message
    assert message.text == "x" * 20_000
    assert message.metadata == {"device": "phone", "cut_from": 1_000_000}


async def test_half_surrogate_pairs_are_repaired_on_the_way_in() -> None:
    half = "a \ud83d b"
    manager = make_manager({"p": echo})
    reply = await manager.take(half, Message(half, client_id=half))

    assert reply.message_id == repair_text(half)
    assert reply.text == f"{repair_text(half)}: {repair_text(half)}"
    assert len(await manager.store.load(repair_text(half))) == 3


async def test_messages_without_an_id_get_one() -> None:
    manager = make_manager("Hello")
    replies = [await say(manager, "hi") for _ in range(3)]
    assert len({reply.message_id for reply in replies}) == 3
    assert all(reply.message_id for reply in replies)


# --- Long conversations


async def test_a_turn_in_a_long_conversation_copies_nothing() -> None:
    """Given 10,000 events, when a turn is taken, then the log that holds them is the same as before."""
    manager = make_manager({"p": echo}, guards=[ScriptedGuard(input=None, output=None)])
    history: list[Event] = []
    for number in range(5_000):
        history += [UserSaid(Message("hi", client_id=f"m{number}")), BotSaid("hello", NOON, f"m{number}")]
    before = await manager.record("c", history)

    await say(manager, "and now")

    after = await manager.store.load("c")
    assert len(after) == 10_003
    assert after.events._items is before.events._items
    assert after._said is before._said
    assert after._replies is before._replies
