"""Profiles in SQLite: what is particular to files, and what survives when processes are killed."""

import asyncio
import contextlib
import random
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dialog_core.component import Context
from dialog_core.errors import StoreError
from dialog_core.profiles import FactRule
from dialog_core.stores import database
from dialog_core.stores.options import SQLiteOptions, SQLiteProfilesOptions
from dialog_core.stores.sqlite import SQLiteStore
from dialog_core.stores.sqlite_profiles import SQLiteProfileStore
from dialog_core.testing import make_manager
from dialog_core.testing.profile_stores import DurableProfileStoreContract
from dialog_core.testing.sample_events import NOON, said
from dialog_core.user import Consent, Fact
from tests.dialog_core.test_profiles import listening
from tests.talking import say, trace_of


def profiles(tmp_path: Path, **options: Any) -> SQLiteProfileStore:
    return SQLiteProfileStore(SQLiteProfilesOptions(path=tmp_path / "users.db", **options), Context())


def tampered(tmp_path: Path, *statements: str) -> None:
    with contextlib.closing(sqlite3.connect(tmp_path / "users.db")) as connection, connection:
        for statement in statements:
            connection.execute(statement)


async def kept(tmp_path: Path) -> None:
    store = profiles(tmp_path)
    await store.put("u", {"name": Fact("Ann", NOON)}, Consent(given=True, at=NOON))
    await store.close()


class TestSQLiteProfileStore(DurableProfileStoreContract):
    def make_store(self, tmp_path: Path) -> SQLiteProfileStore:
        return profiles(tmp_path)


class TestFiles:
    async def test_nothing_of_what_was_forgotten_stays_in_any_file(self, tmp_path: Path) -> None:
        store = profiles(tmp_path)
        secret = "my secret is 4711 " * 300
        for user in ("one", "two", "three", "four"):
            await store.put(user, {"secret": Fact(secret, NOON, NOON), "name": Fact("Ann", NOON)})
        assert any(b"4711" in file.read_bytes() for file in tmp_path.iterdir())
        await store.put("one", {"secret": Fact("none", NOON)})
        await store.put("two", {"secret": None})
        await store.forget("three")
        await store.expire(NOON)
        assert [file.name for file in tmp_path.iterdir() if b"4711" in file.read_bytes()] == []
        await store.close()
        assert [file.name for file in tmp_path.iterdir()] == ["users.db"]

    async def test_nothing_of_a_deleted_conversation_stays_while_the_bot_runs(self, tmp_path: Path) -> None:
        store = SQLiteStore(SQLiteOptions(path=tmp_path / "conversations.db"), Context())
        await store.append("c", [said("my secret is 4711")] * 50, expected_length=0)
        await store.delete("c")
        assert [file.name for file in tmp_path.iterdir() if b"4711" in file.read_bytes()] == []
        await store.close()

    async def test_a_file_of_a_newer_version_is_refused(self, tmp_path: Path) -> None:
        await kept(tmp_path)
        tampered(tmp_path, "PRAGMA user_version = 99")
        with pytest.raises(StoreError, match=r"written by a newer dialog-core .*another `path` under `profiles:`"):
            profiles(tmp_path)

    async def test_the_database_of_conversations_is_refused_and_told(self, tmp_path: Path) -> None:
        store = SQLiteStore(SQLiteOptions(path=tmp_path / "users.db"), Context())
        await store.close()
        with pytest.raises(StoreError, match="database of dialog-core's for something else"):
            profiles(tmp_path)
        await kept(tmp_path / "other")
        with pytest.raises(StoreError, match="another `path` under `store:`"):
            SQLiteStore(SQLiteOptions(path=tmp_path / "other" / "users.db"), Context())

    def test_a_file_that_is_no_database_is_refused_and_kept(self, tmp_path: Path) -> None:
        (tmp_path / "users.db").write_text("important notes " * 1000)
        with pytest.raises(StoreError, match=r"not a SQLite database.*under `profiles:`"):
            profiles(tmp_path)
        assert (tmp_path / "users.db").read_text().startswith("important")

    @pytest.mark.parametrize(
        "damage",
        [
            "UPDATE facts SET value = '{'",
            "UPDATE facts SET learned_at = 'yesterday'",
            "UPDATE users SET consent_at = NULL",
            "UPDATE facts SET value = x'ff'",
        ],
    )
    async def test_a_damaged_profile_is_named_and_can_be_forgotten(self, tmp_path: Path, damage: str) -> None:
        await kept(tmp_path)
        tampered(tmp_path, damage)
        store = profiles(tmp_path)
        with pytest.raises(StoreError, match=r"users\.db: the profile of 'u' is damaged"):
            await store.get("u")
        assert await store.forget("u")
        assert not (await store.get("u")).facts
        await store.close()

    async def test_a_closed_store_says_so(self, tmp_path: Path) -> None:
        store = profiles(tmp_path)
        await store.close()
        for call in (store.get("u"), store.put("u", {}), store.forget("u"), store.expire(NOON), store.list()):
            with pytest.raises(StoreError, match="the store was closed"):
                await call

    async def test_reading_does_not_wait_for_somebody_who_writes(self, tmp_path: Path) -> None:
        await kept(tmp_path)
        store = profiles(tmp_path)
        with contextlib.closing(sqlite3.connect(tmp_path / "users.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            assert (await store.get("u")).known(NOON) == {"name": "Ann"}
            other.execute("ROLLBACK")
        await store.close()


class TestTheTurnGoesOn:
    """Whatever is the matter with the file: who is not remembered is answered all the same, and the trace says why."""

    async def verdicts(self, store: SQLiteProfileStore) -> list[str]:
        manager = make_manager([listening([])], profiles=store, facts={"name": FactRule(needs_consent=False)})
        reply = await say(manager, "name=Ann", user_id="u")
        assert reply.text == "Noted."
        return [part["verdict"] for part in trace_of(reply)["parts"]]

    async def test_a_database_that_is_locked(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(database, "BUSY_TIMEOUT", 0.05)
        store = profiles(tmp_path)
        with contextlib.closing(sqlite3.connect(tmp_path / "users.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            (verdict,) = await self.verdicts(store)
            assert "could not be kept" in verdict
            assert "another process has kept the database locked" in verdict
            other.execute("ROLLBACK")
        assert await self.verdicts(store) == []
        await store.close()

    async def test_a_database_that_was_deleted(self, tmp_path: Path) -> None:
        store = profiles(tmp_path)
        (tmp_path / "users.db").unlink()
        verdicts = await self.verdicts(store)
        assert ["be read" in verdicts[0], "be kept" in verdicts[1]] == [True, True]
        assert all("the database was removed or replaced while it was open" in verdict for verdict in verdicts)
        assert not (tmp_path / "users.db").exists(), "nothing is kept in a file that nobody has asked for"
        await store.close()

    async def test_a_disk_that_is_full(self, tmp_path: Path) -> None:
        resource = pytest.importorskip("resource", reason="limits the size of files")
        store = profiles(tmp_path)
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, hard))
        try:
            (verdict,) = await self.verdicts(store)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert "could not be kept" in verdict
        assert await self.verdicts(store) == []
        assert (await store.get("u")).known(NOON) == {"name": "Ann"}
        await store.close()

    async def test_a_database_that_is_damaged(self, tmp_path: Path) -> None:
        await kept(tmp_path)
        store = profiles(tmp_path)
        tampered(tmp_path, "UPDATE facts SET value = '{'")
        verdict, *_ = await self.verdicts(store)
        assert "could not be read" in verdict
        await store.close()


PREAMBLE = """
import asyncio, itertools, sys
from pathlib import Path
from dialog_core.component import Context
from dialog_core.stores.options import SQLiteProfilesOptions
from dialog_core.stores.sqlite_profiles import SQLiteProfileStore
from dialog_core.testing.sample_events import NOON
from dialog_core.user import Fact

store = SQLiteProfileStore(SQLiteProfilesOptions(path=Path(sys.argv[1])), Context())
"""
LEARN_FOR_EVER = (
    PREAMBLE
    + """
async def learn(user):
    for number in itertools.count(int(sys.argv[2])):
        await store.put(user, {"count": Fact(number, NOON), "padding": Fact("x" * 3000, NOON)})
        print(user, number, flush=True)  # acknowledged: from here on it must not get lost

async def main():
    await asyncio.gather(*(learn(f"u{number}") for number in range(4)))

asyncio.run(main())
"""
)
LEARN_FIFTY = (
    PREAMBLE
    + """
async def main():
    for number in range(50):
        await store.put("u", {f"{sys.argv[2]} {number}": Fact(number, NOON)})
    await store.close()

asyncio.run(main())
"""
)


@contextlib.contextmanager
def running(program: str, *arguments: object) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", program, *map(str, arguments)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


async def known(path: Path) -> dict[str, dict[str, Any]]:
    store = SQLiteProfileStore(SQLiteProfilesOptions(path=path), Context())
    found = {one.user_id: dict((await store.get(one.user_id)).known(NOON)) for one in await store.list()}
    await store.close()
    return found


@pytest.mark.slow
def test_a_killed_process_loses_nothing_it_acknowledged(tmp_path: Path) -> None:
    chance = random.Random(20260301)
    path = tmp_path / "users.db"
    acknowledged: dict[str, int] = {}
    for _ in range(8):
        with running(LEARN_FOR_EVER, path, max(acknowledged.values(), default=0)) as process:
            assert process.stdout is not None
            lines = [process.stdout.readline()]
            time.sleep(chance.uniform(0.0, 0.1))
            process.kill()
            lines += process.stdout.read().splitlines(keepends=True)
        for line in lines:
            if line.endswith("\n"):  # the last one may have been cut off
                user, number = line.split()
                acknowledged[user] = int(number)
        with contextlib.closing(sqlite3.connect(path)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        found = asyncio.run(known(path))
        assert all(found[user]["count"] >= number for user, number in acknowledged.items())
        assert all(len(facts) == 2 for facts in found.values()), "what is learnt together is kept together"
    assert len(acknowledged) == 4


def test_two_processes_that_learn_about_one_user_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "users.db"
    with running(LEARN_FIFTY, path, "here") as here, running(LEARN_FIFTY, path, "there") as there:
        assert here.communicate() == ("", "")
        assert there.communicate() == ("", "")
    assert len(asyncio.run(known(path))["u"]) == 100


async def test_a_policy_sees_what_another_process_has_learnt(tmp_path: Path) -> None:
    here, there = profiles(tmp_path), profiles(tmp_path)
    seen: list[Any] = []
    await there.put("u", {"name": Fact("Ann", NOON)})
    await say(make_manager([listening(seen)], profiles=here), "hi", user_id="u")
    assert seen[0].facts == {"name": "Ann"}
    await here.close()
    await there.close()
