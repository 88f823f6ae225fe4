"""Profiles of users in one SQLite file: durable, and shared between processes.

Writes go through one thread (`group_commit`). A profile is read by one indexed look on the event loop's own thread.
"""

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from types import MappingProxyType
from typing import Any, TypeVar

from dialog_core.component import Context
from dialog_core.errors import StoreError
from dialog_core.interfaces import ProfileSummary
from dialog_core.stores.database import explain, open_reader, open_writer
from dialog_core.stores.group_commit import GroupCommit, Write
from dialog_core.stores.options import SQLiteProfilesOptions
from dialog_core.stores.profile_writes import PROFILES, Expire, Forget, Put
from dialog_core.stores.worker_thread import WorkerThread
from dialog_core.user import Consent, Fact, Profile

CLOSE_PATIENCE = 30.0  # seconds for what is queued, which may wait for another process

T = TypeVar("T")

_PROFILE = """
    SELECT consent, consent_at, name, value, learned_at, expires_at, conversation
    FROM users LEFT JOIN facts ON facts.user = users.key WHERE users.id = ?
"""
_SUMMARIES = """
    SELECT id, count(name), consent, max(learned_at)
    FROM users LEFT JOIN facts ON facts.user = users.key GROUP BY users.key ORDER BY id
"""


class SQLiteProfileStore:
    """Keeps profiles in a SQLite file.

    Raises:
        StoreError: The file cannot be opened, or is not a database of profiles that this version knows.
    """

    def __init__(self, options: SQLiteProfilesOptions, context: Context) -> None:
        self.options = options
        self.context = context
        self._path = options.path
        self._writer = GroupCommit(open_writer(self._path, options.synchronous, PROFILES), self._path, PROFILES.section)
        self._file = self._path.stat().st_ino
        self._reading_thread: WorkerThread[Callable[[], Any]] = WorkerThread(
            f"reader of {self._path}", lambda calls: [call() for call in calls]
        )
        self._idle_readers: list[sqlite3.Connection] = []
        self._closed = False

    async def get(self, user_id: str) -> Profile:
        """Return what is kept about a user."""
        with self._reader() as reader:
            rows = reader.execute(_PROFILE, (user_id,)).fetchall()
        if not rows:
            return Profile(user_id)
        given, at = rows[0][:2]
        try:
            facts = {row[2]: _fact(*row[3:]) for row in rows if row[2] is not None}
            consent = None if given is None else Consent(bool(given), datetime.fromisoformat(at))
        except (TypeError, ValueError, RecursionError) as error:
            raise StoreError(
                f"{self._path}: the profile of {user_id!r} is damaged ({error}). Restore the file from a backup, or "
                "forget the user."
            ) from error
        return Profile(user_id, MappingProxyType(facts), consent)

    async def put(self, user_id: str, facts: Mapping[str, Fact | None], consent: Consent | None = None) -> None:
        """Keep these facts beside the others; None forgets one. Durable when it returns."""
        await self._write(Put(user_id, dict(facts), consent))

    async def forget(self, user_id: str) -> bool:
        """Forget a user; say whether there was anything."""
        return bool(await self._write(Forget(user_id)))

    async def expire(self, now: datetime) -> int:
        """Forget every fact that has expired; say how many."""
        return int(await self._write(Expire(now)))

    async def list(self) -> Sequence[ProfileSummary]:
        """Return a line for each user, by id."""
        self._check_open()
        rows = await self._reading_thread.run(self._summaries)
        return [
            ProfileSummary(
                user_id,
                facts,
                None if consent is None else bool(consent),
                None if last_at is None else datetime.fromisoformat(last_at),
            )
            for user_id, facts, consent, last_at in rows
        ]

    async def close(self) -> None:
        """Write what is queued and let go of the file."""
        self._closed = True
        done = await self._reading_thread.close(CLOSE_PATIENCE)
        # The writer's connection is closed last: closing the last one folds the write-ahead log into the file.
        while self._idle_readers:
            self._idle_readers.pop().close()
        if not (await self._writer.close(CLOSE_PATIENCE) and done):
            raise StoreError(
                f"{self._path}: not everything could be written within {CLOSE_PATIENCE:.0f} s. Look for another "
                "program that keeps the database locked."
            )

    def _summaries(self) -> Sequence[Any]:
        with self._reader() as reader:
            return reader.execute(_SUMMARIES).fetchall()

    async def _write(self, write: Write) -> Any:
        self._check_open()
        self._check_there()
        return await self._writer.commit(write)

    @contextmanager
    def _reader(self) -> Iterator[sqlite3.Connection]:
        """Lend a reading connection to one thread."""
        self._check_open()
        try:
            reader = self._idle_readers.pop()
        except IndexError:
            self._check_there()  # or SQLite would make a new file
            reader = open_reader(self._path, PROFILES)
        try:
            yield reader
        except (sqlite3.Error, UnicodeEncodeError) as error:
            raise explain(error, self._path, PROFILES.section) from error
        finally:
            if self._closed:
                reader.close()
            else:
                self._idle_readers.append(reader)

    def _check_open(self) -> None:
        if self._closed:
            raise StoreError(f"{self._path}: the store was closed. Build a new one.")

    def _check_there(self) -> None:
        """Refuse to keep anything in a file that somebody has taken away: it would be gone with this process."""
        try:
            found = self._path.stat().st_ino
        except OSError:
            found = None
        if found != self._file:
            raise StoreError(
                f"{self._path}: the database was removed or replaced while it was open. Put it back, or start anew."
            )


def _fact(value: str, learned_at: str, expires_at: str | None, conversation: str) -> Fact:
    until = None if expires_at is None else datetime.fromisoformat(expires_at)
    return Fact(json.loads(value), datetime.fromisoformat(learned_at), until, conversation)
