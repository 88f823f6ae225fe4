"""Conversations in one SQLite file: durable, shared between processes, read once and then carried forward.

Writes go through one thread (`group_commit`). Reads are checked by one indexed look at the conversation's length,
on the event loop's own thread; only what the cache lacks is read, and long conversations in a thread of their own.
"""

import json
import logging
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from dialog_core.component import Context
from dialog_core.conversation import Conversation
from dialog_core.errors import StoreError
from dialog_core.event_codec import decode_event
from dialog_core.events import Event
from dialog_core.interfaces import ConversationSummary
from dialog_core.stores.conversation_cache import Cached, ConversationCache
from dialog_core.stores.database import CONVERSATIONS
from dialog_core.stores.database_file import DatabaseFile
from dialog_core.stores.options import SQLiteOptions
from dialog_core.stores.writes import Append, Delete, find

logger = logging.getLogger(__name__)

FEW_EVENTS = 64  # as many are read at once on the loop's thread: well under a millisecond
# One call of the JSON parser for many events takes half the time of one call each; more at once only make the garbage
# collector look at them again and again, and the event loop wait for the parser.
DECODED_AT_ONCE = 100


class SQLiteStore:
    """Keeps conversations in a SQLite file.

    Raises:
        StoreError: The file cannot be opened, or is not a database of conversations that this version knows.
    """

    def __init__(self, options: SQLiteOptions, context: Context) -> None:
        self.options = options
        self.context = context
        self._database = DatabaseFile(options.path, options.synchronous, CONVERSATIONS)
        self._cache = ConversationCache(options.cache)

    async def load(self, conversation_id: str) -> Conversation:
        """Return the conversation as it stands; an empty one if it is not known."""
        cached = self._cache.get(conversation_id)
        with self._database.reader() as reader:
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
        return await self._database.read_in_thread(lambda reader: self._read(reader, conversation_id, None))

    async def append(
        self,
        conversation_id: str,
        events: Sequence[Event],
        *,
        expected_length: int,
        trace: Mapping[str, Any] | None = None,
    ) -> Conversation:
        """Append all of `events` or none, and return the conversation once it is durable."""
        events = tuple(events)
        key = await self._database.write(Append(conversation_id, events, expected_length, trace))
        if key is None:
            return Conversation(conversation_id)
        cached = self._cache.get(conversation_id)
        if cached is not None and cached.key == key and len(cached.conversation) == expected_length:
            return self._cache.grow(cached, events)
        if expected_length > 0:
            return await self.load(conversation_id)
        conversation = Conversation(conversation_id, events)
        self._cache.put(key, conversation)
        return conversation

    async def load_trace(self, conversation_id: str, message_id: str) -> Mapping[str, Any] | None:
        """Return the trace of the reply to a message, or None: there is none, or what is there is none any more."""
        rows = await self._database.read_in_thread(
            lambda reader: reader.execute(
                "SELECT body FROM traces WHERE message_id = ?"
                " AND conversation = (SELECT key FROM conversations WHERE id = ?)",
                (message_id, conversation_id),
            ).fetchall()
        )
        return _trace(rows[0][0], f"conversation {conversation_id!r}, message {message_id!r}") if rows else None

    async def list(self) -> Sequence[ConversationSummary]:
        """Return a summary of every conversation, the most recent first."""
        rows = await self._database.read_in_thread(
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
        deleted: bool = await self._database.write(Delete(conversation_id))
        self._cache.forget(conversation_id)
        return deleted

    async def close(self) -> None:
        """Write what is queued and let go of the file."""
        await self._database.close()

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
        where = f"{self._database.path}: conversation {conversation_id!r}"
        if [seq for seq, _ in rows] != [*range(known, length)]:
            raise StoreError(
                f"{where} should have {length} events, but some are missing. Restore the file from a backup."
            )
        events = _decode(rows, where)
        if cached is not None:
            return self._cache.grow(cached, events)
        conversation = Conversation(conversation_id, events)
        if key:
            self._cache.put(key, conversation)
        return conversation


def _time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _decode(rows: Sequence[tuple[int, str]], where: str) -> list[Event]:
    """Return the events whose seq and body are given."""
    events: list[Event] = []
    for start in range(0, len(rows), DECODED_AT_ONCE):
        events += _decode_some(rows[start : start + DECODED_AT_ONCE], where)
    return events


def _decode_some(rows: Sequence[tuple[int, str]], where: str) -> list[Event]:
    try:
        events = [decode_event(data) for data in json.loads(f"[{','.join(body for _, body in rows)}]")]
    except (ValueError, StoreError):
        events = []
    if len(events) == len(rows):
        return events
    return [_decode_one(seq, body, where) for seq, body in rows]  # one of them is damaged: find and name it


def _trace(body: Any, where: str) -> Mapping[str, Any] | None:
    """Return a trace; one that is damaged is as good as none, for it costs an explanation and no conversation."""
    try:
        trace = json.loads(body)
        if not isinstance(trace, dict):
            raise ValueError("it is no object")
    except (TypeError, ValueError, RecursionError) as error:
        logger.warning("%s: the explanation of the reply is damaged and left out: %s", where, error)
        return None
    return trace


def _decode_one(seq: int, body: str, where: str) -> Event:
    try:
        return decode_event(json.loads(body))
    except (ValueError, StoreError) as error:
        raise StoreError(f"{where}, event {seq}: {error}.") from error
