"""Conversations in memory: gone when the process ends. For trying out and for tests."""

import json
import threading
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from dialog_core.component import Context
from dialog_core.configuration import Options
from dialog_core.conversation import Conversation
from dialog_core.errors import ConversationChanged, StoreError
from dialog_core.event_codec import encode_event
from dialog_core.events import Event, UserSaid
from dialog_core.interfaces import ConversationSummary
from dialog_core.stores.json_text import to_json_text
from dialog_core.stores.said import said_at

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


class MemoryStore:
    """Keeps conversations in a dict, without any bound.

    It refuses what a durable store would refuse, so that a bot tried out with it does not fail later.
    """

    def __init__(self, options: Options, context: Context) -> None:
        self.options = options
        self.context = context
        self._conversations: dict[str, Conversation] = {}
        self._traces: dict[str, dict[str, str]] = {}
        self._lock = threading.Lock()  # no method awaits anything, but a bot may be used from several loops
        self._closed = False

    async def load(self, conversation_id: str) -> Conversation:
        """Return the conversation as it stands; an empty one if it is not known."""
        self._check_open()
        return self._conversations.get(conversation_id) or Conversation(conversation_id)

    async def append(
        self,
        conversation_id: str,
        events: Sequence[Event],
        *,
        expected_length: int,
        trace: Mapping[str, Any] | None = None,
    ) -> Conversation:
        """Append all of `events` or none; see `ConversationStore.append`."""
        self._check_open()
        try:
            for event in events:
                encode_event(event)
            trace_text = None if trace is None else to_json_text(trace)
            message_id = "" if trace is None else str(trace["message_id"])
        except (TypeError, ValueError, KeyError, RecursionError) as error:
            raise StoreError(f"conversation {conversation_id!r}: nothing was stored: {error}") from error
        with self._lock:
            conversation = self._conversations.get(conversation_id) or Conversation(conversation_id)
            if len(conversation) != expected_length:
                raise ConversationChanged(
                    f"conversation {conversation_id!r} has {len(conversation)} events, not {expected_length}: "
                    "somebody else appended to it. Load it and try again."
                )
            _refuse_repeated(conversation, events)
            if trace_text is not None:
                self._traces.setdefault(conversation_id, {})[message_id] = trace_text
            if events:
                conversation = conversation.append(tuple(events))
                self._conversations[conversation_id] = conversation
        return conversation

    async def load_trace(self, conversation_id: str, message_id: str) -> Mapping[str, Any] | None:
        """Return the trace of the reply to a message, or None."""
        self._check_open()
        text = self._traces.get(conversation_id, {}).get(message_id)
        return None if text is None else json.loads(text)

    async def list(self) -> Sequence[ConversationSummary]:
        """Return a summary of every conversation, the most recent first."""
        self._check_open()
        with self._lock:
            conversations = [*self._conversations.values()]
        return sorted(map(_summary, reversed(conversations)), key=lambda one: one.last_at or _LONG_AGO, reverse=True)

    async def delete(self, conversation_id: str) -> bool:
        """Delete a conversation with its traces; say whether there was one."""
        self._check_open()
        with self._lock:
            self._traces.pop(conversation_id, None)
            return self._conversations.pop(conversation_id, None) is not None

    async def close(self) -> None:
        """Forget everything."""
        self._closed = True
        self._conversations.clear()
        self._traces.clear()

    def _check_open(self) -> None:
        if self._closed:
            raise StoreError("the memory store was closed; build a new one")


def _refuse_repeated(conversation: Conversation, events: Sequence[Event]) -> None:
    new: set[str] = set()
    for event in events:
        if isinstance(event, UserSaid) and (client_id := event.message.client_id):
            if client_id in new or conversation.position_of(client_id) is not None:
                raise ConversationChanged(
                    f"conversation {conversation.id!r} already has the message {client_id!r}. Load it and look whether "
                    "that message is answered."
                )
            new.add(client_id)


def _summary(conversation: Conversation) -> ConversationSummary:
    started_at = next((at for event in conversation.events if (at := said_at(event)) is not None), None)
    return ConversationSummary(
        conversation.id, len(conversation), len(conversation.messages), started_at, conversation.last_at
    )
