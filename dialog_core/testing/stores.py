"""What every conversation store must do, as tests to subclass.

    from dialog_core.testing.stores import StoreContract

    class TestMyStore(StoreContract):
        def make_store(self, tmp_path):
            return MyStore(MyOptions(...), Context())

A store whose data outlives it takes `dialog_core.testing.durable_stores.DurableStoreContract` instead. The tests need
pytest and pytest-asyncio. Add tests of your own to the class for what is particular to your store.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from dialog_core.conversation import Conversation
from dialog_core.errors import ConversationChanged, StoreError
from dialog_core.events import BotSaid, Event, Message, SessionStarted, SlotSet, UserSaid
from dialog_core.interfaces import ConversationStore
from dialog_core.testing.sample_events import DIFFICULT_TEXTS, EVERY_KIND_OF_EVENT, NOON, answered, said, texts


async def append_with_patience(store: ConversationStore, conversation_id: str, events: Sequence[Event]) -> Conversation:
    """Append as a caller does that others get in the way of: load and try again until it works."""
    while True:
        conversation = await store.load(conversation_id)
        try:
            return await store.append(conversation_id, events, expected_length=len(conversation))
        except ConversationChanged:
            await asyncio.sleep(0)


class StoreContract:
    """Tests for any conversation store."""

    pytestmark = pytest.mark.asyncio

    def make_store(self, tmp_path: Path) -> ConversationStore:
        """Return a new store; a durable one keeps its data below `tmp_path`. Override this."""
        raise NotImplementedError(f"{type(self).__name__} does not say how to make its store: override make_store")

    @asynccontextmanager
    async def opened(self, tmp_path: Path) -> AsyncIterator[ConversationStore]:
        """Make a store, and close it in the end."""
        store = self.make_store(tmp_path)
        try:
            yield store
        finally:
            await store.close()

    # --- Loading and appending ----------------------------------------------------------------------------------------

    async def test_an_unknown_conversation_is_empty(self, tmp_path: Path) -> None:
        async with self.opened(tmp_path) as store:
            conversation = await store.load("nobody")
        assert conversation.id == "nobody"
        assert len(conversation) == 0

    async def test_every_kind_of_event_comes_back_as_it_was(self, tmp_path: Path) -> None:
        async with self.opened(tmp_path) as store:
            await store.append("c", EVERY_KIND_OF_EVENT, expected_length=0)
            loaded = await store.load("c")
        assert list(loaded.events) == list(EVERY_KIND_OF_EVENT)

    async def test_append_returns_the_grown_conversation(self, tmp_path: Path) -> None:
        async with self.opened(tmp_path) as store:
            first = await store.append("c", [said("hello", "1")], expected_length=0)
            second = await store.append("c", [answered("hi", "1"), SlotSet("name", "Ann")], expected_length=1)
            loaded = await store.load("c")
        assert texts(first) == ["hello"]
        assert texts(second) == ["hello", "hi"]
        assert second.slots == {"name": "Ann"}
        assert second.replies_to("1") == (answered("hi", "1"),)
        assert loaded == second

    async def test_events_keep_their_order(self, tmp_path: Path) -> None:
        expected = [str(number) for number in range(300)]
        async with self.opened(tmp_path) as store:
            for start in range(0, 300, 7):
                chunk = [answered(text) for text in expected[start : start + 7]]
                await store.append("c", chunk, expected_length=start)
            assert texts(await store.load("c")) == expected

    async def test_appending_nothing_changes_nothing(self, tmp_path: Path) -> None:
        async with self.opened(tmp_path) as store:
            assert len(await store.append("c", [], expected_length=0)) == 0
            assert await store.list() == []
            await store.append("c", [said("hello")], expected_length=0)
            assert len(await store.append("c", [], expected_length=1)) == 1
            with pytest.raises(ConversationChanged):
                await store.append("c", [], expected_length=0)

    async def test_conversations_do_not_mix_whatever_they_are_called(self, tmp_path: Path) -> None:
        names = [
            "a",
            "A",
            "a/b",
            "../a",
            "",
            " ",
            "né",
            "ne\u0301",
            "聊",
            "'; DROP TABLE events; --",
            "a" * 5000,
        ]
        async with self.opened(tmp_path) as store:
            for number, name in enumerate(names):
                await store.append(name, [said(f"text {number}", "same id")], expected_length=0)
            for number, name in enumerate(names):
                conversation = await store.load(name)
                assert conversation.id == name
                assert texts(conversation) == [f"text {number}"]

    async def test_any_text_comes_back_as_it_was(self, tmp_path: Path) -> None:
        events = [SlotSet("text", {text: [text]}) for text in DIFFICULT_TEXTS]
        async with self.opened(tmp_path) as store:
            await store.append("c", [said(text) for text in DIFFICULT_TEXTS], expected_length=0)
            await store.append("slots", events, expected_length=0)
            assert texts(await store.load("c")) == list(DIFFICULT_TEXTS)
            assert list((await store.load("slots")).events) == events

    async def test_a_text_of_ten_megabytes_comes_back_as_it_was(self, tmp_path: Path) -> None:
        long = "0123456789abcdé" * 666_667
        async with self.opened(tmp_path) as store:
            await store.append("c", [said(long)], expected_length=0)
            assert texts(await store.load("c")) == [long]

    # --- What is refused ----------------------------------------------------------------------------------------------

    @pytest.mark.parametrize("expected_length", [0, 1, 3])
    async def test_an_append_that_expects_another_length_is_refused(self, tmp_path: Path, expected_length: int) -> None:
        async with self.opened(tmp_path) as store:
            before = await store.append("c", [said("a"), said("b")], expected_length=0)
            with pytest.raises(ConversationChanged):
                await store.append("c", [said("c")], expected_length=expected_length)
            assert await store.load("c") == before

    async def test_a_repeated_client_id_is_refused_with_all_that_came_with_it(self, tmp_path: Path) -> None:
        async with self.opened(tmp_path) as store:
            before = await store.append("c", [said("hello", "1")], expected_length=0)
            with pytest.raises(ConversationChanged):
                await store.append("c", [SlotSet("a", 1), said("hello again", "1")], expected_length=1)
            assert await store.load("c") == before
            after = await store.append("c", [said("next", "2")], expected_length=1)
        assert texts(after) == ["hello", "next"]

    async def test_a_client_id_given_twice_at_once_is_refused(self, tmp_path: Path) -> None:
        async with self.opened(tmp_path) as store:
            with pytest.raises(ConversationChanged):
                await store.append("c", [said("a", "1"), said("b", "1")], expected_length=0)
            assert len(await store.load("c")) == 0

    async def test_messages_without_a_client_id_are_all_accepted(self, tmp_path: Path) -> None:
        async with self.opened(tmp_path) as store:
            conversation = await store.append("c", [said("a"), said("b")], expected_length=0)
        assert texts(conversation) == ["a", "b"]

    @pytest.mark.parametrize("value", [object(), {1: "a"}, float("nan"), b"bytes", {"deep": [{"set": {1}}]}])
    async def test_a_value_json_cannot_hold_is_refused_by_name(self, tmp_path: Path, value: Any) -> None:
        async with self.opened(tmp_path) as store:
            with pytest.raises(StoreError, match=r"SlotSet\.value"):
                await store.append("c", [said("a"), SlotSet("odd", value)], expected_length=0)
            assert len(await store.load("c")) == 0
            assert len(await store.append("c", [said("a")], expected_length=0)) == 1

    # --- Traces -------------------------------------------------------------------------------------------------------

    async def test_a_trace_is_kept_apart_from_the_events(self, tmp_path: Path) -> None:
        trace = {"message_id": "1", "reason": "the best", "candidates": [{"text": "hi 你好", "probability": 0.5}]}
        async with self.opened(tmp_path) as store:
            await store.append("c", [said("hello", "1")], expected_length=0)
            conversation = await store.append("c", [answered("hi", "1")], expected_length=1, trace=trace)
            assert len(conversation) == 2
            assert await store.load_trace("c", "1") == trace
            assert await store.load_trace("c", "2") is None
            assert await store.load_trace("another", "1") is None

    async def test_a_trace_goes_where_its_events_go(self, tmp_path: Path) -> None:
        async with self.opened(tmp_path) as store:
            await store.append("c", [said("hello", "1")], expected_length=0)
            with pytest.raises(ConversationChanged):
                await store.append("c", [answered("hi", "1")], expected_length=5, trace={"message_id": "1"})
            assert await store.load_trace("c", "1") is None

    async def test_a_second_trace_for_a_message_takes_the_place_of_the_first(self, tmp_path: Path) -> None:
        async with self.opened(tmp_path) as store:
            await store.append("c", [answered("a", "1")], expected_length=0, trace={"message_id": "1", "n": 1})
            await store.append("c", [answered("b", "1")], expected_length=1, trace={"message_id": "1", "n": 2})
            assert await store.load_trace("c", "1") == {"message_id": "1", "n": 2}

    async def test_a_trace_that_cannot_be_written_is_refused_with_its_events(self, tmp_path: Path) -> None:
        async with self.opened(tmp_path) as store:
            with pytest.raises(StoreError):
                await store.append("c", [said("a")], expected_length=0, trace={"message_id": "1", "odd": object()})
            with pytest.raises(StoreError):
                await store.append("c", [said("a")], expected_length=0, trace={"no": "message id"})
            assert len(await store.load("c")) == 0

    # --- Several at once ----------------------------------------------------------------------------------------------

    async def test_many_tasks_in_one_conversation_lose_nothing(self, tmp_path: Path) -> None:
        async with self.opened(tmp_path) as store:
            await asyncio.gather(
                *(append_with_patience(store, "c", [said(f"text {n}", f"id {n}")]) for n in range(20)),
            )
            conversation = await store.load("c")
        assert sorted(texts(conversation)) == sorted(f"text {n}" for n in range(20))

    async def test_of_two_appends_at_once_one_wins(self, tmp_path: Path) -> None:
        async with self.opened(tmp_path) as store:
            outcomes = await asyncio.gather(
                store.append("c", [said("a")], expected_length=0),
                store.append("c", [said("b")], expected_length=0),
                return_exceptions=True,
            )
            conversation = await store.load("c")
        assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Conversation", "ConversationChanged"]
        assert [conversation] == [outcome for outcome in outcomes if isinstance(outcome, Conversation)]

    async def test_a_refused_append_does_not_touch_others_made_at_the_same_time(self, tmp_path: Path) -> None:
        async with self.opened(tmp_path) as store:
            await store.append("known", [said("a", "1")], expected_length=0)
            outcomes = await asyncio.gather(
                *(store.append(f"c{n}", [said("b")], expected_length=0) for n in range(10)),
                store.append("known", [said("c", "2")], expected_length=7),
                store.append("known", [said("d", "1")], expected_length=1),
                store.append("known", [SlotSet("odd", object())], expected_length=1),
                *(store.append(f"d{n}", [said("b")], expected_length=0) for n in range(10)),
                return_exceptions=True,
            )
            found = [texts(await store.load(f"{letter}{n}")) for letter in "cd" for n in range(10)]
        assert [type(outcome).__name__ for outcome in outcomes[10:13]] == [
            "ConversationChanged",
            "ConversationChanged",
            "StoreError",
        ]
        assert found == [["b"]] * 20

    async def test_an_append_whose_task_is_cancelled_is_there_wholly_or_not_at_all(self, tmp_path: Path) -> None:
        async with self.opened(tmp_path) as store:
            for number in range(20):
                task = asyncio.create_task(store.append(f"c{number}", [said("a"), said("b")], expected_length=0))
                await asyncio.sleep(0 if number % 2 else 0.0003)
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
            for number in range(20):
                conversation = await append_with_patience(store, f"c{number}", [said("c")])
                assert texts(conversation) in (["c"], ["a", "b", "c"])

    # --- Values do not change -----------------------------------------------------------------------------------------

    async def test_a_conversation_in_hand_does_not_change_when_the_store_goes_on(self, tmp_path: Path) -> None:
        async with self.opened(tmp_path) as store:
            early = await store.append("c", [said("a", "1")], expected_length=0)
            await store.append("c", [said("b", "2"), SlotSet("name", "Ann")], expected_length=1)
            assert texts(early) == ["a"]
            assert early.slots == {}
            assert early.position_of("2") is None

    async def test_what_a_caller_appends_to_its_own_value_is_not_stored(self, tmp_path: Path) -> None:
        async with self.opened(tmp_path) as store:
            stored = await store.append("c", [said("a", "1")], expected_length=0)
            fork = stored.append([said("mine", "2"), SlotSet("name", "Bob")])
            assert await store.load("c") == stored
            grown = await store.append("c", [said("theirs", "3")], expected_length=1)
            again = await store.load("c")
        assert texts(fork) == ["a", "mine"]
        assert texts(grown) == texts(again) == ["a", "theirs"]
        assert grown.position_of("2") is None
        assert grown.position_of("3") == 1
        assert fork.position_of("3") is None

    async def test_a_list_of_events_may_be_used_again_by_its_owner(self, tmp_path: Path) -> None:
        events: list[Event] = [said("a")]
        async with self.opened(tmp_path) as store:
            conversation = await store.append("c", events, expected_length=0)
            events.append(said("b"))
            assert texts(conversation) == texts(await store.load("c")) == ["a"]

    # --- Listing and deleting -----------------------------------------------------------------------------------------

    async def test_conversations_are_listed_the_most_recent_first(self, tmp_path: Path) -> None:
        def spoken(minute: int, zone: timezone = UTC) -> UserSaid:
            return UserSaid(Message("a", at=(NOON + timedelta(minutes=minute)).astimezone(zone)))

        east = timezone(timedelta(hours=9))
        async with self.opened(tmp_path) as store:
            await store.append("old", [spoken(0)], expected_length=0)
            await store.append("new", [SessionStarted(NOON), spoken(2, east), SlotSet("a", 1)], expected_length=0)
            await store.append("silent", [SlotSet("a", 1)], expected_length=0)
            await store.append("middle", [spoken(1)], expected_length=0)
            before = await store.list()
            await store.append("old", [BotSaid("b", NOON + timedelta(minutes=3))], expected_length=1)
            after = await store.list()
        assert [summary.id for summary in before] == ["new", "middle", "old", "silent"]
        assert [summary.id for summary in after] == ["old", "new", "middle", "silent"]
        old, new, _, silent = after
        assert (old.length, old.messages, old.started_at, old.last_at) == (2, 2, NOON, NOON + timedelta(minutes=3))
        assert (new.length, new.messages, new.started_at, new.last_at) == (3, 1, NOON, NOON + timedelta(minutes=2))
        assert (silent.length, silent.messages, silent.started_at, silent.last_at) == (1, 0, None, None)

    async def test_a_deleted_conversation_is_gone_with_its_traces(self, tmp_path: Path) -> None:
        async with self.opened(tmp_path) as store:
            await store.append("c", [said("a", "1"), answered("b", "1")], expected_length=0, trace={"message_id": "1"})
            await store.append("other", [said("a", "1")], expected_length=0, trace={"message_id": "1"})
            assert await store.delete("c") is True
            assert await store.delete("c") is False
            assert len(await store.load("c")) == 0
            assert await store.load_trace("c", "1") is None
            assert [summary.id for summary in await store.list()] == ["other"]
            assert await store.load_trace("other", "1") is not None

    async def test_a_deleted_conversation_can_begin_anew(self, tmp_path: Path) -> None:
        async with self.opened(tmp_path) as store:
            await store.append("c", [said("a", "1"), said("b", "2")], expected_length=0, trace={"message_id": "1"})
            await store.delete("c")
            with pytest.raises(ConversationChanged):
                await store.append("c", [said("c", "3")], expected_length=2)
            await store.append("c", [said("again", "1"), said("other", "3")], expected_length=0)
            assert texts(await store.load("c")) == ["again", "other"]
            assert await store.load_trace("c", "1") is None

    async def test_a_store_may_be_closed_twice(self, tmp_path: Path) -> None:
        async with self.opened(tmp_path) as store:
            await store.append("c", [said("a")], expected_length=0)
            await store.close()
