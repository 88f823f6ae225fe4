"""A SQLite file that is open: one thread writes to it (`group_commit`), and reading connections are lent."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from dialog_core.errors import StoreError
from dialog_core.stores.database import Schema, explain, open_reader, open_writer
from dialog_core.stores.group_commit import GroupCommit, Write
from dialog_core.stores.worker_thread import WorkerThread

CLOSE_PATIENCE = 30.0  # seconds for what is queued, which may wait for another process

T = TypeVar("T")


class DatabaseFile:
    """A file with the tables of one kind, which are created where they are missing.

    Attributes:
        path: The file.

    Raises:
        StoreError: The file cannot be opened, or is not a database of this kind that this version knows.
    """

    def __init__(self, path: Path, synchronous: str, schema: Schema) -> None:
        self.path = path
        self._schema = schema
        self._writer = GroupCommit(open_writer(path, synchronous, schema), path, schema.section)
        self._inode = path.stat().st_ino
        self._reading_thread: WorkerThread[Callable[[], Any]] = WorkerThread(
            f"reader of {path}", lambda calls: [call() for call in calls]
        )
        self._idle_readers: list[sqlite3.Connection] = []
        self._closed = False

    async def write(self, write: Write) -> Any:
        """Return what `write.apply` returns once it is durable; raise StoreError if it was not written."""
        self._check_open()
        self._check_there()
        return await self._writer.commit(write)

    @contextmanager
    def reader(self) -> Iterator[sqlite3.Connection]:
        """Lend a reading connection to the thread that calls."""
        self._check_open()
        try:
            reader = self._idle_readers.pop()
        except IndexError:
            self._check_there()  # or SQLite would make a new file
            reader = open_reader(self.path, self._schema)
        try:
            yield reader
        except (sqlite3.Error, UnicodeEncodeError) as error:
            raise explain(error, self.path, self._schema.section) from error
        finally:
            if self._closed:
                reader.close()
            else:
                self._idle_readers.append(reader)

    async def read_in_thread(self, read: Callable[[sqlite3.Connection], T]) -> T:
        """Return what `read` returns, without the event loop waiting for it: for what may take long."""

        def call() -> T:
            with self.reader() as reader:
                return read(reader)

        self._check_open()
        result: T = await self._reading_thread.run(call)
        return result

    async def close(self) -> None:
        """Write what is queued and let go of the file."""
        self._closed = True
        done = await self._reading_thread.close(CLOSE_PATIENCE)
        # The writer's connection is closed last: closing the last one folds the write-ahead log into the file.
        while self._idle_readers:
            self._idle_readers.pop().close()
        if not (await self._writer.close(CLOSE_PATIENCE) and done):
            raise StoreError(
                f"{self.path}: not everything could be written within {CLOSE_PATIENCE:.0f} s. Look for another "
                "program that keeps the database locked."
            )

    def _check_open(self) -> None:
        if self._closed:
            raise StoreError(f"{self.path}: the store was closed. Build a new one.")

    def _check_there(self) -> None:
        """Refuse to keep anything in a file that somebody has taken away: it would be gone with this process."""
        try:
            found = self.path.stat().st_ino
        except OSError:
            found = None
        if found != self._inode:
            raise StoreError(
                f"{self.path}: the database was removed or replaced while it was open. Put it back, or start anew."
            )
