"""What the SQLite store writes: appended events and deletions, each a unit of group commit."""

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from dialog_core.errors import ConversationChanged, StoreError
from dialog_core.event_codec import encode_event
from dialog_core.events import Event, UserSaid
from dialog_core.stores.json_text import to_json_text
from dialog_core.stores.said import what_was_said


class Append:
    """Appends events, and the trace that explains a reply among them.

    `apply` returns the key of the conversation's row, None where nothing had to be written.
    """

    def __init__(
        self, conversation_id: str, events: Sequence[Event], expected_length: int, trace: Mapping[str, Any] | None
    ) -> None:
        self.conversation_id = conversation_id
        self.events = events
        self.expected_length = expected_length
        self.trace = trace
        self._rows: list[tuple[int, str, str | None]] = []
        self._trace_row: tuple[str, str] | None = None

    def prepare(self) -> None:
        """Write events and trace as JSON."""
        try:
            self._rows = [
                (seq, to_json_text(encode_event(event)), _client_id(event))
                for seq, event in enumerate(self.events, start=self.expected_length)
            ]
            if self.trace is not None:
                self._trace_row = (str(self.trace["message_id"]), to_json_text(self.trace))
        except Exception as error:
            raise StoreError(f"conversation {self.conversation_id!r}: nothing was stored: {error}") from error

    def apply(self, connection: sqlite3.Connection) -> int | None:
        """Insert the rows, if the conversation is as long as the caller thinks."""
        key, length = find(connection, self.conversation_id) or (None, 0)
        if length != self.expected_length:
            raise ConversationChanged(
                f"conversation {self.conversation_id!r} has {length} events, not {self.expected_length}: somebody else "
                "appended to it. Load it and try again."
            )
        if not self._rows and self._trace_row is None:
            return key
        key = self._grow(connection, key)
        try:
            connection.executemany(
                "INSERT INTO events (conversation, seq, body, client_id) VALUES (?, ?, ?, ?)",
                [(key, *row) for row in self._rows],
            )
        except sqlite3.IntegrityError as error:  # `seq` is new, as the length says: it is the client id that is not
            raise ConversationChanged(
                f"conversation {self.conversation_id!r} already has a message with the same client id. Load it and "
                "look whether that message is answered."
            ) from error
        if self._trace_row is not None:
            connection.execute(
                "INSERT OR REPLACE INTO traces (conversation, message_id, body) VALUES (?, ?, ?)",
                (key, *self._trace_row),
            )
        return key

    def _grow(self, connection: sqlite3.Connection, key: int | None) -> int | None:
        said = what_was_said(self.events)
        first_at, last_at = sortable(said.first_at), sortable(said.last_at)
        if key is None:
            return connection.execute(
                "INSERT INTO conversations (id, length, messages, started_at, last_at) VALUES (?, ?, ?, ?, ?)",
                (self.conversation_id, len(self._rows), said.messages, first_at, last_at),
            ).lastrowid
        connection.execute(
            "UPDATE conversations SET length = length + ?, messages = messages + ?,"
            " started_at = coalesce(started_at, ?), last_at = coalesce(?, last_at) WHERE key = ?",
            (len(self._rows), said.messages, first_at, last_at, key),
        )
        return key


class Delete:
    """Deletes a conversation with its events and traces; `apply` returns whether there was one."""

    erases = True

    def __init__(self, conversation_id: str) -> None:
        self.conversation_id = conversation_id

    def prepare(self) -> None:
        """Nothing to do."""

    def apply(self, connection: sqlite3.Connection) -> bool:
        """Delete the rows."""
        found = find(connection, self.conversation_id)
        if found is None:
            return False
        for statement in (
            "DELETE FROM traces WHERE conversation = ?",
            "DELETE FROM events WHERE conversation = ?",
            "DELETE FROM conversations WHERE key = ?",
        ):
            connection.execute(statement, (found[0],))
        return True


def find(connection: sqlite3.Connection, conversation_id: str) -> tuple[int, int] | None:
    """Return key and length of a conversation, None if it is not known."""
    row: tuple[int, int] | None = connection.execute(
        "SELECT key, length FROM conversations WHERE id = ?", (conversation_id,)
    ).fetchone()
    return row


def _client_id(event: Event) -> str | None:
    return (event.message.client_id or None) if isinstance(event, UserSaid) else None


def sortable(at: datetime | None) -> str | None:
    """Return a time as text whose order is that of time."""
    return None if at is None else at.astimezone(UTC).isoformat(timespec="microseconds")
