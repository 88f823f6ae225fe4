import asyncio
import os
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from dialog_core.component import Context
from dialog_core.configuration import ConfigurationError, Node, validate
from dialog_core.conversation import Conversation
from dialog_core.errors import StoreError
from dialog_core.stores import database
from dialog_core.stores.options import SQLiteOptions
from dialog_core.stores.sqlite import SQLiteStore
from dialog_core.testing.durable_stores import DurableStoreContract
from dialog_core.testing.sample_events import answered, said, texts
from dialog_core.testing.stores import append_with_patience


def sqlite_store(tmp_path: Path, **options: Any) -> SQLiteStore:
    return SQLiteStore(SQLiteOptions(path=tmp_path / "conversations.db", **options), Context())


def tampered(tmp_path: Path, *statements: str) -> None:
    connection = sqlite3.connect(tmp_path / "conversations.db")
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


async def stored(tmp_path: Path, *words: str) -> None:
    store = sqlite_store(tmp_path)
    await store.append("c", [said(word) for word in words], expected_length=0)
    await store.close()


class TestSQLiteStore(DurableStoreContract):
    def make_store(self, tmp_path: Path) -> SQLiteStore:
        return sqlite_store(tmp_path)


class TestSQLiteStoreWithoutCache(DurableStoreContract):
    def make_store(self, tmp_path: Path) -> SQLiteStore:
        return sqlite_store(tmp_path, cache=0, synchronous="off")


class TestOpening:
    async def test_missing_directories_are_created(self, tmp_path: Path) -> None:
        store = sqlite_store(tmp_path / "a" / "b")
        await store.close()
        assert (tmp_path / "a" / "b" / "conversations.db").is_file()

    def test_a_path_that_is_a_directory_is_named(self, tmp_path: Path) -> None:
        (tmp_path / "conversations.db").mkdir()
        with pytest.raises(StoreError, match=r"conversations\.db: this is a directory\. Name a file in it"):
            sqlite_store(tmp_path)

    def test_a_parent_that_is_a_file_is_named(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("")
        with pytest.raises(StoreError, match="its directory cannot be created"):
            sqlite_store(tmp_path / "file")

    def test_a_file_that_is_no_database_is_refused_and_kept(self, tmp_path: Path) -> None:
        (tmp_path / "conversations.db").write_text("this is my diary, please do not touch it" * 100)
        with pytest.raises(StoreError, match=r"this is not a SQLite database\. Move the file away"):
            sqlite_store(tmp_path)
        assert (tmp_path / "conversations.db").read_text().startswith("this is my diary")

    def test_the_database_of_another_program_is_refused_and_kept(self, tmp_path: Path) -> None:
        tampered(tmp_path, "CREATE TABLE diary (day TEXT)")
        with pytest.raises(StoreError, match="a SQLite database of another program"):
            sqlite_store(tmp_path)
        connection = sqlite3.connect(tmp_path / "conversations.db")
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)
        assert connection.execute("SELECT * FROM diary").fetchall() == []
        connection.close()

    async def test_a_file_written_by_a_newer_version_is_refused(self, tmp_path: Path) -> None:
        await stored(tmp_path, "hello")
        tampered(tmp_path, "PRAGMA user_version = 99")
        with pytest.raises(StoreError, match=r"written by a newer dialog-core .* Update dialog-core"):
            sqlite_store(tmp_path)

    @pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
    def test_a_directory_that_cannot_be_written_is_named(self, tmp_path: Path) -> None:
        tmp_path.chmod(0o500)
        with pytest.raises(StoreError, match="Make the file and its directory readable and writable"):
            sqlite_store(tmp_path)

    @pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anything")
    async def test_a_file_that_cannot_be_written_is_named(self, tmp_path: Path) -> None:
        await stored(tmp_path, "hello")
        (tmp_path / "conversations.db").chmod(0o400)
        with pytest.raises(StoreError, match="cannot be written"):
            sqlite_store(tmp_path)

    async def test_several_may_create_the_same_file_at_once(self, tmp_path: Path) -> None:
        with ThreadPoolExecutor(8) as pool:
            stores = list(pool.map(lambda _: sqlite_store(tmp_path), range(8)))
        await asyncio.gather(
            *(store.append(f"c{n}", [said("hi")], expected_length=0) for n, store in enumerate(stores))
        )
        assert len(await stores[0].list()) == 8
        await asyncio.gather(*(store.close() for store in stores))

    @pytest.mark.parametrize("synchronous", ["full", "normal", "off"])
    async def test_every_kind_of_durability_can_be_chosen(self, tmp_path: Path, synchronous: str) -> None:
        store = sqlite_store(tmp_path, synchronous=synchronous)
        assert texts(await store.append("c", [said("hello")], expected_length=0)) == ["hello"]
        await store.close()

    def test_a_mistyped_option_is_refused(self) -> None:
        with pytest.raises(ConfigurationError, match="synchronous"):
            validate(SQLiteOptions, node({"path": "a.db", "synchronous": "sometimes"}))


def node(options: dict[str, str]) -> Node:
    return Node({key: Node(value, None, 1, 1) for key, value in options.items()}, None, 1, 1)


class TestClosing:
    async def test_one_file_remains_and_holds_everything(self, tmp_path: Path) -> None:
        await stored(tmp_path, "hello")
        assert [file.name for file in tmp_path.iterdir()] == ["conversations.db"]
        store = sqlite_store(tmp_path)
        assert texts(await store.load("c")) == ["hello"]
        await store.close()

    async def test_what_is_queued_is_still_written(self, tmp_path: Path) -> None:
        store = sqlite_store(tmp_path)
        under_way = [asyncio.create_task(store.append(f"c{n}", [said("hi")], expected_length=0)) for n in range(50)]
        await asyncio.sleep(0)
        await store.close()
        await asyncio.gather(*under_way)
        store = sqlite_store(tmp_path)
        assert len(await store.list()) == 50
        await store.close()

    async def test_a_closed_store_says_so(self, tmp_path: Path) -> None:
        store = sqlite_store(tmp_path)
        await store.close()
        for call in (store.load("c"), store.append("c", [], expected_length=0), store.list(), store.delete("c")):
            with pytest.raises(StoreError, match="the store was closed"):
                await call


class TestReading:
    async def test_what_has_been_read_is_not_read_again(self, tmp_path: Path) -> None:
        await stored(tmp_path, "a", "b")
        here, there = sqlite_store(tmp_path), sqlite_store(tmp_path)
        first = await here.load("c")
        assert await here.load("c") is first
        await there.append("c", [said("c")], expected_length=2)
        second = await here.load("c")
        assert texts(second) == ["a", "b", "c"]
        assert second.events[0] is first.events[0]
        await here.close()
        await there.close()

    async def test_the_cache_forgets_what_was_not_used_for_longest(self, tmp_path: Path) -> None:
        store = sqlite_store(tmp_path, cache=2)
        for name in "abc":
            await store.append(name, [said(name)], expected_length=0)
        b = (await store.load("b")).events[0]
        c = await store.load("c")
        a = await store.load("a")  # pushes out b
        assert await store.load("a") is a
        assert await store.load("c") is c
        again = (await store.load("b")).events[0]
        assert again == b
        assert again is not b
        await store.close()

    async def test_two_long_conversations_held_in_turn_are_not_read_anew(self, tmp_path: Path) -> None:
        store = sqlite_store(tmp_path, cache=2)
        for name in "ab":
            await store.append(name, [said(str(number)) for number in range(5)], expected_length=0)
        a, b = (await store.load("a")).events[0], (await store.load("b")).events[0]
        assert (await store.load("a")).events[0] is a
        assert (await store.load("b")).events[0] is b
        await store.append("c", [said("hello")], expected_length=0)  # and a third one pushes out the first
        assert (await store.load("a")).events[0] is not a
        await store.close()

    async def test_what_somebody_holds_is_not_read_anew_though_others_pushed_it_out(self, tmp_path: Path) -> None:
        # Given a turn under way, and so many others that the cache has dropped its conversation
        store = sqlite_store(tmp_path, cache=2)
        mine = await store.append("mine", [said("hello")], expected_length=0)
        for name in "abc":
            await store.append(name, [said(name)], expected_length=0)
        # When it goes on
        later = await store.append("mine", [said("still there?")], expected_length=1)
        # Then it goes on from what it holds, whatever another process adds
        assert later.events[0] is mine.events[0]
        other = sqlite_store(tmp_path)
        await other.append("mine", [said("me too")], expected_length=2)
        await other.close()
        for name in "abc":
            await store.load(name)
        assert texts(await store.load("mine")) == ["hello", "still there?", "me too"]
        await store.close()

    async def test_a_database_put_back_to_an_earlier_state_is_read_anew(self, tmp_path: Path) -> None:
        store = sqlite_store(tmp_path)
        await store.append("c", [said("a"), said("b")], expected_length=0)
        tampered(tmp_path, "DELETE FROM events WHERE seq = 1", "UPDATE conversations SET length = 1")
        assert texts(await store.load("c")) == ["a"]
        await store.close()

    async def test_a_long_conversation_does_not_hold_up_the_loop(self, tmp_path: Path) -> None:
        # Given a conversation whose reading takes a while
        store = sqlite_store(tmp_path, cache=0, synchronous="off")
        await store.append("c", [answered(str(number)) for number in range(5000)], expected_length=0)
        # When it is read while another task wants to run
        loading = asyncio.create_task(store.load("c"))
        turns = 0
        while not loading.done():
            await asyncio.sleep(0)
            turns += 1
        # Then that task got its turns
        assert len(await loading) == 5000
        assert turns > 10
        await store.close()

    async def test_reading_does_not_wait_for_somebody_who_writes(self, tmp_path: Path) -> None:
        await stored(tmp_path, "hello")
        store = sqlite_store(tmp_path)
        other = sqlite3.connect(tmp_path / "conversations.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        assert texts(await store.load("c")) == ["hello"]
        assert len(await store.list()) == 1
        other.close()
        await store.close()

    async def test_a_damaged_event_is_named(self, tmp_path: Path) -> None:
        await stored(tmp_path, "a", "b", "c")
        tampered(tmp_path, """UPDATE events SET body = '{"type": "UserSaid", "v"' WHERE seq = 1""")
        store = sqlite_store(tmp_path)
        with pytest.raises(StoreError, match=r"conversations\.db: conversation 'c', event 1: "):
            await store.load("c")
        await store.close()

    @pytest.mark.parametrize("body", ["{", "", "[]", "3", "null", "x'ff'"])
    async def test_a_damaged_explanation_costs_nothing_else_and_is_told(
        self, tmp_path: Path, body: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        store = sqlite_store(tmp_path)
        await store.append("c", [said("a")], expected_length=0, trace={"message_id": "m"})
        tampered(tmp_path, f"UPDATE traces SET body = {body if body.startswith('x') else repr(body)}")
        assert await store.load_trace("c", "m") is None
        assert texts(await store.load("c")) == ["a"]
        assert "conversation 'c', message 'm': the explanation of the reply is damaged" in caplog.text
        await store.close()

    async def test_an_event_of_a_newer_version_is_named(self, tmp_path: Path) -> None:
        await stored(tmp_path, "a", "b", "c")
        tampered(tmp_path, """UPDATE events SET body = '{"type": "Winked", "v": 1}' WHERE seq = 2""")
        store = sqlite_store(tmp_path)
        with pytest.raises(StoreError, match=r"conversation 'c', event 2: .*newer dialog-core; update it"):
            await store.load("c")
        await store.close()

    async def test_a_missing_event_is_noticed(self, tmp_path: Path) -> None:
        await stored(tmp_path, "a", "b", "c")
        tampered(tmp_path, "DELETE FROM events WHERE seq = 1")
        store = sqlite_store(tmp_path)
        with pytest.raises(StoreError, match=r"should have 3 events, but some are missing\. Restore"):
            await store.load("c")
        await store.close()

    async def test_a_conversation_id_that_no_file_can_hold_is_refused(self, tmp_path: Path) -> None:
        store = sqlite_store(tmp_path)
        with pytest.raises(StoreError, match="surrogates not allowed"):
            await store.load("half a pair \ud83d")
        with pytest.raises(StoreError, match="surrogates not allowed"):
            await store.append("half a pair \ud83d", [said("a")], expected_length=0)
        await store.close()


class TestWriting:
    async def test_nothing_of_a_deleted_conversation_stays_in_the_file(self, tmp_path: Path) -> None:
        store = sqlite_store(tmp_path)
        await store.append("c", [said("my secret is 4711")] * 50, expected_length=0, trace={"message_id": "secret"})
        await store.append("d", [said("hello")], expected_length=0)
        await store.delete("c")
        await store.close()
        content = (tmp_path / "conversations.db").read_bytes()
        assert b"hello" in content
        assert b"secret" not in content

    async def test_a_lock_that_is_never_released_is_reported_and_survived(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        # Given another program that keeps the database locked
        monkeypatch.setattr(database, "BUSY_TIMEOUT", 0.05)
        store = sqlite_store(tmp_path)
        other = sqlite3.connect(tmp_path / "conversations.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        # When somebody appends, then it is told
        with pytest.raises(StoreError, match="another process has kept the database locked"):
            await store.append("c", [said("hello")], expected_length=0)
        # And when the lock is released, then the store works again
        other.execute("ROLLBACK")
        other.close()
        assert texts(await store.append("c", [said("hello")], expected_length=0)) == ["hello"]
        await store.close()

    async def test_a_full_disk_costs_only_what_does_not_fit(self, tmp_path: Path) -> None:
        resource = pytest.importorskip("resource", reason="limits the size of files")
        # Given a store whose file may not grow beyond 2 MB
        store = sqlite_store(tmp_path)
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, hard))
        # When something large and something small are appended at once
        try:
            outcomes = await asyncio.gather(
                store.append("small", [said("a")], expected_length=0),
                store.append("large", [said("x" * 10_000_000)], expected_length=0),
                store.append("small too", [said("b")], expected_length=0),
                return_exceptions=True,
            )
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        # Then only the large one failed
        assert isinstance(outcomes[1], StoreError)
        assert str(tmp_path / "conversations.db") in str(outcomes[1])
        assert [texts(outcome) for outcome in outcomes if isinstance(outcome, Conversation)] == [["a"], ["b"]]
        # And the store goes on where there is room again
        assert len(await store.append("large", [said("x" * 10_000_000)], expected_length=0)) == 1
        assert {summary.id for summary in await store.list()} == {"small", "small too", "large"}
        await store.close()

    async def test_nothing_is_kept_in_a_file_that_was_taken_away(self, tmp_path: Path) -> None:
        store = sqlite_store(tmp_path)
        await store.append("c", [said("hello")], expected_length=0)
        (tmp_path / "conversations.db").unlink()

        with pytest.raises(StoreError, match="the database was removed or replaced while it was open"):
            await store.append("c", [said("are you there?")], expected_length=1)

        assert not (tmp_path / "conversations.db").exists()
        await store.close()

    async def test_a_thousand_appends_at_once_all_arrive(self, tmp_path: Path) -> None:
        store = sqlite_store(tmp_path)
        conversations = await asyncio.gather(
            *(store.append(f"c{n % 500}", [said(str(n))], expected_length=n // 500) for n in range(1000))
        )
        assert len(conversations) == 1000
        assert sum(summary.length for summary in await store.list()) == 1000
        assert texts(await store.load("c7")) == ["7", "507"]
        await store.close()


class TestSeveralLoops:
    def test_a_store_serves_one_loop_after_another(self, tmp_path: Path) -> None:
        store = sqlite_store(tmp_path)

        async def leave_without_waiting() -> None:
            asyncio.get_running_loop().create_task(store.append("c", [said("left behind")], expected_length=0))
            await asyncio.sleep(0)

        async def come_back() -> list[str]:
            await store.append("d", [said("here")], expected_length=0)  # what was queued before is written by then
            conversation = await store.load("c")
            await store.close()
            return texts(conversation)

        asyncio.run(leave_without_waiting())
        assert asyncio.run(come_back()) == ["left behind"]

    def test_a_store_serves_several_loops_at_once(self, tmp_path: Path) -> None:
        store = sqlite_store(tmp_path)
        start = threading.Barrier(4)

        async def talk(name: str) -> None:
            for number in range(30):
                await append_with_patience(store, name, [said(f"{name} {number}", f"{name} {number}")])
                await append_with_patience(store, "all", [said(f"{name} {number}", f"{name} {number}")])

        def loop(name: str) -> None:
            start.wait()
            asyncio.run(talk(name))

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(loop, "abcd"))

        async def collected() -> dict[str, list[str]]:
            found = {name: texts(await store.load(name)) for name in ["a", "b", "c", "d", "all"]}
            await store.close()
            return found

        found = asyncio.run(collected())
        everything = found.pop("all")
        assert found == {name: [f"{name} {number}" for number in range(30)] for name in "abcd"}
        assert sorted(everything) == sorted(text for texts in found.values() for text in texts)
