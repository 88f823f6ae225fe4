import sys
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import FrozenInstanceError
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialog_core.conversation import Conversation
from dialog_core.events import (
    BotSaid,
    Event,
    FeedbackGiven,
    FlowEnded,
    FlowStarted,
    FlowStepped,
    HandedBack,
    HandedOver,
    HumanSaid,
    Message,
    Remembered,
    ReplyEdited,
    SessionStarted,
    SlotSet,
    UserSaid,
)
from dialog_core.values import EMPTY

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
IDS = ("", "1", "2", "3")
NAMES = st.sampled_from(["a", "b"])
TIMES = st.integers(0, 9).map(lambda minutes: NOON + timedelta(minutes=minutes))
CLIENT_IDS = st.sampled_from(IDS)

EVENTS: st.SearchStrategy[Event] = st.one_of(
    st.builds(SessionStarted, TIMES),
    st.builds(lambda client_id, at: UserSaid(Message("hi", client_id=client_id, at=at)), CLIENT_IDS, TIMES),
    st.builds(BotSaid, st.just("hello"), TIMES, CLIENT_IDS),
    st.builds(HumanSaid, st.just("I am Ann"), TIMES),
    st.builds(SlotSet, NAMES, st.sampled_from([None, 1, "x", ["y"]])),
    st.builds(Remembered, NAMES, st.dictionaries(NAMES, st.sampled_from([None, 1, "x", ["y"]]))),
    st.builds(FlowStarted, NAMES, st.just("policy"), NAMES),
    st.builds(FlowStepped, NAMES, NAMES, st.sampled_from([EMPTY, {"tries": 1}])),
    st.builds(FlowEnded, NAMES),
    st.builds(HandedOver, TIMES),
    st.builds(HandedBack, TIMES),
    st.builds(ReplyEdited, CLIENT_IDS, st.just("better"), TIMES),
    st.builds(FeedbackGiven, CLIENT_IDS, st.sampled_from(["good", "bad"]), TIMES),
)
SOME_EVENTS = st.lists(EVENTS, max_size=6)


def views(conversation: Conversation) -> dict[str, Any]:
    """Return everything a conversation says about itself."""
    return {
        "events": list(conversation.events),
        "messages": list(conversation.messages),
        "slots": dict(conversation.slots),
        "memory": {policy: dict(values) for policy, values in conversation.memory.items()},
        "flows": conversation.flows,
        "active_flow": conversation.active_flow,
        "handed_over": conversation.handed_over,
        "last_user_message": conversation.last_user_message,
        "last_bot_message": conversation.last_bot_message,
        "last_at": conversation.last_at,
        "positions": {client_id: conversation.position_of(client_id) for client_id in IDS},
        "replies": {client_id: conversation.replies_to(client_id) for client_id in IDS},
    }


def user(text: str, client_id: str = "") -> UserSaid:
    return UserSaid(Message(text, client_id=client_id, at=NOON))


def bot(text: str, in_reply_to: str = "") -> BotSaid:
    return BotSaid(text, NOON, in_reply_to)


def slow_views(events: Sequence[Event]) -> dict[str, Any]:
    """Work some views out anew, the slow and obvious way."""
    session = max((n for n, event in enumerate(events) if isinstance(event, SessionStarted)), default=-1)
    slots: dict[str, Any] = {}
    for event in events[session + 1 :]:
        if isinstance(event, SlotSet):
            slots[event.name] = event.value
    memory: dict[str, dict[str, Any]] = {}
    for event in events:
        if isinstance(event, Remembered):
            memory.setdefault(event.policy, {}).update(event.values)
    said = [(n, event.message.client_id) for n, event in enumerate(events) if isinstance(event, UserSaid)]
    return {
        "messages": [event for event in events if isinstance(event, UserSaid | BotSaid | HumanSaid)],
        "slots": {name: value for name, value in slots.items() if value is not None},
        "memory": {
            policy: {name: value for name, value in values.items() if value is not None}
            for policy, values in memory.items()
        },
        "positions": {client_id: next((n for n, known in said if known == client_id), None) for client_id in IDS},
        "replies": {
            client_id: tuple(
                event for event in events if isinstance(event, BotSaid) and event.in_reply_to == client_id and client_id
            )
            for client_id in IDS
        },
    }


@given(st.lists(SOME_EVENTS, max_size=8))
def test_views_carried_forward_equal_views_made_from_scratch(batches: list[list[Event]]) -> None:
    conversation = Conversation("c")
    for batch in batches:
        conversation = conversation.append(batch)

    everything = [event for batch in batches for event in batch]
    assert views(conversation) == views(Conversation("c", everything))
    assert slow_views(everything).items() <= views(conversation).items()


@given(SOME_EVENTS, st.lists(st.tuples(st.integers(min_value=0), SOME_EVENTS), max_size=10))
def test_forks_know_nothing_of_each_other(first: list[Event], appends: list[tuple[int, list[Event]]]) -> None:
    """Given any tree of appends, when each value is looked at, then it is as if it alone had ever been made."""
    conversations, histories = [Conversation("c", first)], [list(first)]
    for chosen, events in appends:
        place = chosen % len(conversations)
        conversations.append(conversations[place].append(events))
        histories.append([*histories[place], *events])

    for conversation, history in zip(conversations, histories, strict=True):
        assert views(conversation) == views(Conversation("c", history))


def test_threads_that_append_to_the_same_value_do_not_mix() -> None:
    """Given policies in threads that try out what would follow, each sees its own continuation only."""
    threads, rounds = 4, 1000
    bases = [Conversation("c", [user("hello", "first")]) for _ in range(rounds)]
    forks: dict[tuple[int, int], Conversation] = {}
    together = threading.Barrier(threads)

    def try_out(number: int) -> None:
        mine = [user(f"thread {number}", f"{number}"), SlotSet("by", number), user("and more", f"{number} more")]
        for count, base in enumerate(bases):
            together.wait()
            forks[number, count] = base.append(mine)

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(try_out, range(threads)))
    finally:
        sys.setswitchinterval(interval)

    for (number, _), fork in forks.items():
        assert [event.message.text for event in fork.messages] == ["hello", f"thread {number}", "and more"]
        assert fork.slots == {"by": number}
        assert fork.position_of(f"{number}") == 1
        assert fork.position_of(f"{(number + 1) % threads}") is None


def test_appending_to_ten_thousand_events_copies_nothing() -> None:
    long = Conversation("c", [user("hi", str(n)) if n % 2 else bot("hello", str(n - 1)) for n in range(10_000)])
    grown = long.append([user("hi", "new"), SlotSet("a", 1)]).append([bot("hello", "new")])

    assert grown.events._items is long.events._items
    assert grown.messages._items is long.messages._items
    assert grown._said is long._said
    assert grown._replies is long._replies
    assert (len(long), len(grown)) == (10_000, 10_003)
    assert long.position_of("new") is None
    assert long.replies_to("new") == ()
    assert grown.position_of("new") == 10_000


def test_a_conversation_is_frozen() -> None:
    conversation = Conversation("c", [user("hi")])

    with pytest.raises(AttributeError, match="append an event"):
        conversation.handed_over = True  # type: ignore[misc]
    with pytest.raises(TypeError):
        conversation.slots["a"] = 1  # type: ignore[index]
    with pytest.raises(FrozenInstanceError):
        conversation.last_user_message.text = "bye"  # type: ignore[misc,union-attr]
    with pytest.raises(TypeError):
        Message("hi").metadata["a"] = 1  # type: ignore[index]
    with pytest.raises(TypeError, match="unhashable"):
        hash(conversation)


def test_a_slot_set_to_none_is_cleared() -> None:
    conversation = Conversation("c", [SlotSet("a", 1), SlotSet("b", 0), SlotSet("a", None), SlotSet("c", None)])
    assert conversation.slots == {"b": 0}


def test_a_new_session_starts_afresh() -> None:
    before = [SlotSet("a", 1), FlowStarted("order", "flows", "ask"), user("hi", "1"), bot("hello", "1")]
    conversation = Conversation("c", [*before, SessionStarted(NOON + timedelta(days=1))])

    assert conversation.slots == {}
    assert conversation.flows == ()
    assert conversation.last_bot_message is None
    assert conversation.last_at == NOON + timedelta(days=1)
    assert len(conversation.messages) == 2
    assert conversation.replies_to("1") == (bot("hello", "1"),)


def test_flows_are_nested_and_an_outer_one_takes_the_inner_ones_along() -> None:
    conversation = Conversation(
        "c",
        [
            FlowStarted("order", "flows", "ask_number"),
            FlowStepped("order", "ask_date", {"tries": 1}),
            FlowStarted("date", "calendar", "ask_day"),
        ],
    )
    assert [(flow.name, flow.policy, flow.step) for flow in conversation.flows] == [
        ("order", "flows", "ask_date"),
        ("date", "calendar", "ask_day"),
    ]
    assert conversation.active_flow == conversation.flows[1]
    assert conversation.flows[0].state == {"tries": 1}
    # A step of a flow that is not the innermost one, and the end of one that never began, change nothing.
    assert conversation.append([FlowStepped("order", "elsewhere"), FlowEnded("nothing")]).flows == conversation.flows
    assert conversation.append([FlowEnded("date")]).active_flow == conversation.flows[0]
    assert conversation.append([FlowEnded("order")]).active_flow is None


def test_a_person_takes_over_and_hands_back() -> None:
    conversation = Conversation("c", [HandedOver(NOON)])
    assert conversation.handed_over
    assert not conversation.append([HandedBack(NOON)]).handed_over


@pytest.mark.parametrize(("value", "locale"), [("zh", "zh"), (None, None), (5, None)])
def test_the_locale_is_a_slot(value: Any, locale: str | None) -> None:
    assert Conversation("c", [SlotSet("locale", value)]).locale == locale


def test_conversations_are_compared_by_id_and_events() -> None:
    assert Conversation("c", [user("hi")]) == Conversation("c").append([user("hi")])
    assert Conversation("c", [user("hi")]) != Conversation("d", [user("hi")])
    assert Conversation("c") != Conversation("c", [user("hi")])
    assert Conversation("c") != "c"
    assert repr(Conversation("c", [user("hi")])) == "Conversation('c', 1 events)"


# --- What policies remember


def test_memory_outlives_a_session_and_none_forgets() -> None:
    events = [Remembered("llm", {"spent": 1, "summary": "x"}), SlotSet("name", "Ann"), SessionStarted(NOON)]
    conversation = Conversation("c", [*events, Remembered("llm", {"summary": None})])
    assert (conversation.memory, conversation.slots) == ({"llm": {"spent": 1}}, {})


def test_remembering_copies_nothing_of_what_others_remember() -> None:
    before = Conversation("c", [Remembered("a", {"n": 1}), Remembered("b", {"n": 1})])
    after = before.append([Remembered("b", {"n": 2})])

    assert after.memory["a"] is before.memory["a"]
    assert (before.memory["b"], after.memory["b"]) == ({"n": 1}, {"n": 2})
    assert after.append([user("hi")]).memory is after.memory


def test_nobody_changes_what_is_remembered_from_outside() -> None:
    values = {"n": 1}
    conversation = Conversation("c", [Remembered("a", values)])
    values["n"] = 2
    assert conversation.memory == {"a": {"n": 1}}
    with pytest.raises(TypeError):
        conversation.memory["a"]["n"] = 3  # type: ignore[index]
