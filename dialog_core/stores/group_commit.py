"""Group commit: one thread writes for everybody, and everything that is waiting shares one transaction and one fsync.

The event loop never waits for a disk; while one batch is being made durable, the next one gathers.
"""

import contextlib
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from dialog_core.stores.database import CONVERSATIONS, explain
from dialog_core.stores.worker_thread import WorkerThread

MOST_AT_ONCE = 500  # writes in one transaction: other processes wait for its end


ERASING_PATIENCE = 200  # milliseconds to wait for readers who still need what has been erased


class Write(Protocol):
    """Something to be written, all of it or nothing; one that forgets something has `erases = True`."""

    def prepare(self) -> None:
        """Do what needs no database, before the transaction begins."""
        ...

    def apply(self, connection: sqlite3.Connection) -> Any:
        """Do it, within a transaction; what is raised undoes it."""
        ...


class GroupCommit:
    """Commits writes from any number of tasks."""

    def __init__(self, connection: sqlite3.Connection, path: Path, section: str = CONVERSATIONS.section) -> None:
        self._connection = connection
        self._path = path
        self._section = section
        self._thread: WorkerThread[Write] = WorkerThread(f"writer of {path}", self._write, at_once=MOST_AT_ONCE)

    async def commit(self, write: Write) -> Any:
        """Return what `write.apply` returns once it is durable; raise StoreError if it was not written."""
        return await self._thread.run(write)

    async def close(self, patience: float) -> bool:
        """Write what is queued, and close the connection; say whether that was done within `patience` seconds."""
        done = await self._thread.close(patience)
        if done:
            self._connection.close()
        return done

    def _write(self, writes: Sequence[Write]) -> list[Any]:
        outcomes: list[Any] = [None] * len(writes)
        ready = []
        for position, write in enumerate(writes):
            try:
                write.prepare()
                ready.append(position)
            except Exception as error:
                outcomes[position] = explain(error, self._path, self._section)
        for position, outcome in zip(ready, self._commit_all([writes[position] for position in ready]), strict=True):
            outcomes[position] = outcome
        if any(getattr(writes[position], "erases", False) for position in ready):
            self._erase()
        return outcomes

    def _erase(self) -> None:
        """Fold the write-ahead log into the file and empty it: what was deleted still stands there.

        Where somebody reads meanwhile it happens later, when SQLite does it by itself or the last process leaves.
        """
        with contextlib.suppress(sqlite3.Error):
            before = self._connection.execute("PRAGMA busy_timeout").fetchone()[0]
            self._connection.execute(f"PRAGMA busy_timeout = {ERASING_PATIENCE}")
            try:
                self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            finally:
                self._connection.execute(f"PRAGMA busy_timeout = {before}")

    def _commit_all(self, writes: Sequence[Write]) -> list[Any]:
        """Commit the writes together; where that fails, each by itself, so that one cannot cost another."""
        if not writes:
            return []
        try:
            self._roll_back()
            self._connection.execute("BEGIN IMMEDIATE")
        except sqlite3.Error as error:  # locked or unwritable: the same for everybody
            return [explain(error, self._path, self._section) for _ in writes]
        try:
            outcomes = [self._apply(write) for write in writes]
            self._connection.execute("COMMIT")
        except Exception as error:
            self._roll_back()
            if len(writes) == 1:
                return [explain(error, self._path, self._section)]
            return [outcome for write in writes for outcome in self._commit_all([write])]
        return outcomes

    def _apply(self, write: Write) -> Any:
        """Apply one write in a savepoint of its own; return the error if it is only this write's."""
        self._connection.execute("SAVEPOINT one")
        try:
            result = write.apply(self._connection)
        except Exception as error:
            if not self._connection.in_transaction:  # a full disk, for example, ends the whole transaction
                raise
            self._connection.execute("ROLLBACK TO one")
            self._connection.execute("RELEASE one")
            return explain(error, self._path, self._section)
        self._connection.execute("RELEASE one")
        return result

    def _roll_back(self) -> None:
        """Undo what is left of a transaction; where even that fails, the next one tries again before it begins."""
        if self._connection.in_transaction:
            with contextlib.suppress(sqlite3.Error):
                self._connection.execute("ROLLBACK")
