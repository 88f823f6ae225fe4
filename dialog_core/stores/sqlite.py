"""Conversations in one SQLite file: durable, shared between processes, read once and then carried forward.

Writes go through one thread (`group_commit`). Reads are checked by one indexed look at the conversation's length,
on the event loop's own thread; only what the cache lacks is read, and long conversations in a thread of their own.
"""

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from dialog_core.component import Context
from dialog_core.conversation import Conversation, Event
from dialog_core.errors import StoreError
from dialog_core.event_codec import decode_event
from dialog_core.interfaces import ConversationSummary
from dialog_core.stores.conversation_cache import Cached, ConversationCache
from dialog_core.stores.database import explain, open_reader, open_writer
from dialog_core.stores.group_commit import GroupCommit
from dialog_core.stores.options import SQLiteOptions
from dialog_core.stores.worker_thread import WorkerThread
from dialog_core.stores.writes import Append, Delete, find

FEW_EVENTS = 64  # as many are read at once on the loop's thread: well under a millisecond
CLOSE_PATIENCE = 30.0  # seconds for what is queued, which may wait for another process


class SQLiteStore:
    """Keeps conversations in a SQLite file.

    Raises:
        StoreError: The file cannot be opened, or is not a database of conversations that this version knows.
    """

    def __init__(self, options: SQLiteOptions, context: Context) -> None:
        self.options = options
        self.context = context
        self._path = options.path
        self._cache = ConversationCache(options.cache)
        self._writer = GroupCommit(open_writer(self._path, options.synchronous), self._path)
        self._reading_thread: WorkerThread[Callable[[], Any]] = WorkerThread(
            f"reader of {self._path}", lambda calls: [call() for call in calls]
        )
        self._idle_readers: list[sqlite3.Connection] = []
        self._closed = False

    async def load(self, conversation_id: str) -> Conversation:
        """Return the conversation as it stands; an empty one if it is not known."""
        cached = self._cache.get(conversation_id)
        with self._reader() as reader:
            found = find(reader, conversation_id)
            if found is None:
                self._cache.forget(conversation_id)
                return Conversation(conversation_id)
            key, length = found
            if cached is not None and cached.key == key:
                missing = length - len(cached.conversation)
                if missing == 0:
                    return cached.conversation
                if 0 < missing <= FEW_EVENTS:
                    return self._read(reader, conversation_id, cached)
            if length <= FEW_EVENTS:
                return self._read(reader, conversation_id, None)
        return await self._in_thread(lambda reader: self._read(reader, conversation_id, None))  # type: ignore[no-any-return]

    async def append(
        self,
        conversation_id: str,
        events: Sequence[Event],
        *,
        expected_length: int,
        trace: Mapping[str, Any] | None = None,
    ) -> Conversation:
        """Append all of `events` or none, and return the conversation once it is durable."""
        self._check_open()
        events = tuple(events)
        key = await self._writer.commit(Append(conversation_id, events, expected_length, trace))
        if key is None:
            return Conversation(conversation_id)
        cached = self._cache.get(conversation_id)
        if expected_length == 0:
            conversation = Conversation(conversation_id, events)
        elif cached is not None and cached.key == key and len(cached.conversation) == expected_length:
            conversation = cached.conversation.append(events)
        else:
            return await self.load(conversation_id)
        self._cache.put(key, conversation)
        return conversation

    async def load_trace(self, conversation_id: str, message_id: str) -> Mapping[str, Any] | None:
        """Return the trace of the reply to a message, or None."""
        rows = await self._in_thread(
            lambda reader: reader.execute(
                "SELECT body FROM traces WHERE message_id = ?"
                " AND conversation = (SELECT key FROM conversations WHERE id = ?)",
                (message_id, conversation_id),
            ).fetchall()
        )
        return json.loads(rows[0][0]) if rows else None

    async def list(self) -> Sequence[ConversationSummary]:
        """Return a summary of every conversation, the most recent first."""
        rows = await self._in_thread(
            lambda reader: reader.execute(
                "SELECT id, length, messages, started_at, last_at FROM conversations ORDER BY last_at DESC, key DESC"
            ).fetchall()
        )
        return [
            ConversationSummary(name, length, messages, _time(started_at), _time(last_at))
            for name, length, messages, started_at, last_at in rows
        ]

    async def delete(self, conversation_id: str) -> bool:
        """Delete a conversation with its traces; say whether there was one."""
        self._check_open()
        deleted: bool = await self._writer.commit(Delete(conversation_id))
        self._cache.forget(conversation_id)
        return deleted

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

    # --- Reading ------------------------------------------------------------------------------------------------------

    def _read(self, reader: sqlite3.Connection, conversation_id: str, cached: Cached | None) -> Conversation:
        """Read what is not in `cached`, and remember the whole."""
        known = 0 if cached is None else len(cached.conversation)
        reader.execute("BEGIN")  # length and events of one moment
        try:
            key, length = find(reader, conversation_id) or (0, 0)
            if cached is not None and cached.key != key:
                cached, known = None, 0
            rows = reader.execute(
                "SELECT seq, body FROM events WHERE conversation = ? AND seq >= ? ORDER BY seq", (key, known)
            ).fetchall()
        finally:
            reader.execute("COMMIT")
        if [seq for seq, _ in rows] != [*range(known, length)]:
            raise StoreError(
                f"{self._path}: conversation {conversation_id!r} should have {length} events, but some are missing. "
                "Restore the file from a backup."
            )
        events = self._decode(conversation_id, known, [body for _, body in rows])
        conversation = Conversation(conversation_id, events) if cached is None else cached.conversation.append(events)
        if key:
            self._cache.put(key, conversation)
        return conversation

    def _decode(self, conversation_id: str, first: int, bodies: Sequence[str]) -> Sequence[Event]:
        try:
            # One call for all: the parser takes less than half the time it takes for one after another.
            events = [decode_event(data) for data in json.loads(f"[{','.join(bodies)}]")]
        except (ValueError, StoreError):
            events = []
        if len(events) == len(bodies):
            return events
        return [self._decode_one(conversation_id, seq, body) for seq, body in enumerate(bodies, start=first)]

    def _decode_one(self, conversation_id: str, seq: int, body: str) -> Event:
        try:
            return decode_event(json.loads(body))
        except (ValueError, StoreError) as error:
            raise StoreError(f"{self._path}: event {seq} of conversation {conversation_id!r}: {error}.") from error

    async def _in_thread(self, read: Callable[[sqlite3.Connection], Any]) -> Any:
        def call() -> Any:
            with self._reader() as reader:
                return read(reader)

        self._check_open()
        return await self._reading_thread.run(call)

    @contextmanager
    def _reader(self) -> Iterator[sqlite3.Connection]:
        """Lend a reading connection to one thread."""
        self._check_open()
        try:
            reader = self._idle_readers.pop()
        except IndexError:
            reader = open_reader(self._path)
        try:
            yield reader
        except (sqlite3.Error, UnicodeEncodeError) as error:
            raise explain(error, self._path) from error
        finally:
            if self._closed:
                reader.close()
            else:
                self._idle_readers.append(reader)

    def _check_open(self) -> None:
        if self._closed:
            raise StoreError(f"{self._path}: the store was closed. Build a new one.")


def _time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
