import sqlite3
from pathlib import Path

import pytest

from dialog_core import BotSaid, Context, Message, StoreError, TrainingError, UserSaid
from dialog_core.stores.options import SQLiteOptions
from dialog_core.stores.sqlite import SQLiteStore
from dialog_core.testing.sample_events import EVERY_KIND_OF_EVENT
from dialog_core.testing.turns import NOON
from dialog_core.training import RecordedConversation, read_conversations, read_recorded, recorded, snapshot

ASKED = UserSaid(Message("hi", client_id="m1", at=NOON))
UNANSWERED = UserSaid(Message("hello?", client_id="m2", at=NOON))


async def test_conversations_are_read_while_a_bot_goes_on_with_them(tmp_path: Path) -> None:
    file = tmp_path / "talks.db"
    store = SQLiteStore(SQLiteOptions(path=file), Context())
    try:
        kept = await store.append("ann", EVERY_KIND_OF_EVENT, expected_length=0)
        before = file.read_bytes()

        assert [*read_conversations(file)] == [kept]

        assert file.read_bytes() == before
        await store.append("ann", EVERY_KIND_OF_EVENT[-1:], expected_length=len(kept))
        assert [len(one) for one in read_conversations(file)] == [len(kept) + 1]
    finally:
        await store.close()


def test_a_file_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match=r"talks\.db cannot be read"):
        read_conversations(tmp_path / "talks.db")
    assert not (tmp_path / "talks.db").exists()


def test_what_is_no_database_of_conversations_is_said_to_be_none(tmp_path: Path) -> None:
    (tmp_path / "talks.db").write_text("hello, this is a text and no database at all, of any kind\n" * 100)
    with pytest.raises((TrainingError, StoreError)):
        read_conversations(tmp_path / "talks.db")


async def test_what_was_said_is_read_with_the_traces_of_what_was_answered(tmp_path: Path) -> None:
    store = SQLiteStore(SQLiteOptions(path=tmp_path / "talks.db"), Context())
    try:
        trace = {"message_id": "m1", "reason": "rules: accepted"}
        await store.append("ann", [ASKED], expected_length=0)
        await store.append("ann", [BotSaid("Hello!", NOON, "m1", "rules")], expected_length=1, trace=trace)
        kept = await store.append("ann", [UNANSWERED], expected_length=2)

        expected = RecordedConversation(kept, {"m1": trace})
        assert await recorded(store, "ann") == expected
        assert read_recorded(tmp_path / "talks.db") == [expected]
    finally:
        await store.close()


async def test_a_snapshot_stays_as_it_was_and_what_is_done_to_it_is_forgotten(tmp_path: Path) -> None:
    file = tmp_path / "talks.db"
    store = SQLiteStore(SQLiteOptions(path=file), Context())
    try:
        await store.append("ann", [ASKED], expected_length=0)
        async with snapshot(file) as seen:
            await store.append("ben", [UNANSWERED], expected_length=0)
            assert [summary.id for summary in await seen.list()] == ["ann"]
            await seen.delete("ann")
            assert not len(await seen.load("ann"))
        assert [summary.id for summary in await store.list()] == ["ben", "ann"]
    finally:
        await store.close()


async def test_what_is_wrong_with_a_database_is_told_of_it_and_not_of_its_copy(tmp_path: Path) -> None:
    file = tmp_path / "other.db"
    with sqlite3.connect(file) as other:
        other.execute("CREATE TABLE notes (text)")
    other.close()
    with pytest.raises(StoreError, match=f"^{file}: this is a SQLite database of another program"):
        async with snapshot(file):
            pass


async def test_a_database_at_rest_is_read_without_a_file_appearing_beside_it(tmp_path: Path) -> None:
    file = tmp_path / "talks.db"
    store = SQLiteStore(SQLiteOptions(path=file), Context())
    await store.append("ann", [ASKED], expected_length=0)
    await store.close()

    assert [one.id for one in read_conversations(file)] == ["ann"]
    assert [path.name for path in tmp_path.iterdir()] == ["talks.db"]
