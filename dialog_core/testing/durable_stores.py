"""What every store must do whose data outlives it, as tests to subclass."""

import asyncio
from pathlib import Path

import pytest

from dialog_core.errors import ConversationChanged
from dialog_core.testing.sample_events import DIFFICULT_TEXTS, EVERY_KIND_OF_EVENT, answered, said, texts
from dialog_core.testing.stores import StoreContract, append_with_patience


class DurableStoreContract(StoreContract):
    """Tests for a store whose data outlives it: `make_store` called twice gives two stores of the same data."""

    async def test_everything_is_there_after_reopening(self, tmp_path: Path) -> None:
        async with self.opened(tmp_path) as store:
            await store.append("c", EVERY_KIND_OF_EVENT, expected_length=0, trace={"message_id": "message-1", "n": 1})
            await store.append("texts", [said(text) for text in DIFFICULT_TEXTS], expected_length=0)
            listed = await store.list()
        async with self.opened(tmp_path) as store:
            assert list((await store.load("c")).events) == list(EVERY_KIND_OF_EVENT)
            assert texts(await store.load("texts")) == list(DIFFICULT_TEXTS)
            assert await store.load_trace("c", "message-1") == {"message_id": "message-1", "n": 1}
            assert await store.list() == listed

    async def test_lengths_and_client_ids_are_remembered(self, tmp_path: Path) -> None:
        async with self.opened(tmp_path) as store:
            await store.append("c", [said("a", "1")], expected_length=0)
        async with self.opened(tmp_path) as store:
            with pytest.raises(ConversationChanged):
                await store.append("c", [said("b", "2")], expected_length=0)
            with pytest.raises(ConversationChanged):
                await store.append("c", [said("b", "1")], expected_length=1)
            # Not loaded before, and yet complete:
            assert texts(await store.append("c", [said("b", "2")], expected_length=1)) == ["a", "b"]

    async def test_what_was_deleted_stays_deleted(self, tmp_path: Path) -> None:
        async with self.opened(tmp_path) as store:
            await store.append("c", [said("a", "1")], expected_length=0)
            await store.delete("c")
        async with self.opened(tmp_path) as store:
            assert len(await store.load("c")) == 0
            assert await store.list() == []

    async def test_a_long_conversation_is_there_after_reopening(self, tmp_path: Path) -> None:
        expected = [str(number) for number in range(1000)]
        async with self.opened(tmp_path) as store:
            await store.append("c", [answered(text) for text in expected], expected_length=0)
        async with self.opened(tmp_path) as store:
            first, second = await asyncio.gather(store.load("c"), store.load("c"))
            grown = await store.append("c", [said("more")], expected_length=1000)
        assert texts(first) == texts(second) == expected
        assert texts(grown) == [*expected, "more"]

    async def test_two_stores_see_what_the_other_appends(self, tmp_path: Path) -> None:
        async with self.opened(tmp_path) as here, self.opened(tmp_path) as there:
            await here.append("c", [said("a")], expected_length=0)
            assert texts(await there.load("c")) == ["a"]
            await there.append("c", [said("b")], expected_length=1)
            assert texts(await here.load("c")) == ["a", "b"]
            many = [answered(str(number)) for number in range(200)]
            await there.append("c", many, expected_length=2)
            assert texts(await here.append("c", [said("z")], expected_length=202)) == texts(await there.load("c"))
            assert len(await here.load("c")) == 203

    async def test_two_stores_refuse_what_the_other_has_overtaken(self, tmp_path: Path) -> None:
        async with self.opened(tmp_path) as here, self.opened(tmp_path) as there:
            conversation = await here.append("c", [said("a", "1")], expected_length=0)
            await there.append("c", [said("b", "2")], expected_length=1)
            with pytest.raises(ConversationChanged):
                await here.append("c", [said("c", "3")], expected_length=len(conversation))
            with pytest.raises(ConversationChanged):
                await here.append("c", [said("c", "2")], expected_length=2)
            assert texts(await here.load("c")) == ["a", "b"]

    async def test_two_stores_see_what_the_other_deletes(self, tmp_path: Path) -> None:
        async with self.opened(tmp_path) as here, self.opened(tmp_path) as there:
            await here.append("c", [said("a"), said("b")], expected_length=0)
            await there.delete("c")
            assert len(await here.load("c")) == 0
            await here.append("c", [said("c")], expected_length=0)
            await there.delete("c")
            await there.append("c", [said("as long")], expected_length=0)
            assert texts(await here.load("c")) == ["as long"]

    async def test_many_tasks_in_two_stores_lose_nothing(self, tmp_path: Path) -> None:
        async with self.opened(tmp_path) as here, self.opened(tmp_path) as there:
            await asyncio.gather(
                *(
                    append_with_patience(there if n % 2 else here, "c", [said(f"text {n}", f"id {n}")])
                    for n in range(20)
                ),
            )
            assert sorted(texts(await here.load("c"))) == sorted(f"text {n}" for n in range(20))
            assert await here.load("c") == await there.load("c")
