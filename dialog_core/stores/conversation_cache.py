"""The conversations used last, kept in memory."""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from typing import NamedTuple

from dialog_core.conversation import Conversation, Event


class Cached(NamedTuple):
    """A conversation as it stood, with the key of the row it was read from."""

    key: int
    conversation: Conversation


class ConversationCache:
    """A bounded cache that drops what has not been used for longest. Never goes back to an older state."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._entries: OrderedDict[str, Cached] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, conversation_id: str) -> Cached | None:
        """Return what is known of the conversation, current or not."""
        with self._lock:
            entry = self._entries.get(conversation_id)
            if entry is not None:
                self._entries.move_to_end(conversation_id)
            return entry

    def put(self, key: int, conversation: Conversation) -> None:
        """Remember a state of the conversation, unless a later one is known."""
        with self._lock:
            self._put(key, conversation)

    def grow(self, cached: Cached, events: Sequence[Event]) -> Conversation:
        """Append to a cached conversation, remember the result and return it."""
        with self._lock:  # also because a conversation shares its list of events with those grown from it
            conversation = cached.conversation.append(events)
            self._put(cached.key, conversation)
            return conversation

    def forget(self, conversation_id: str) -> None:
        """Drop a conversation."""
        with self._lock:
            self._entries.pop(conversation_id, None)

    def _put(self, key: int, conversation: Conversation) -> None:
        known = self._entries.get(conversation.id)
        # Keys only grow: a greater one is that of the same conversation deleted and begun anew.
        if known is not None and (known.key, len(known.conversation)) > (key, len(conversation)):
            return
        self._entries[conversation.id] = Cached(key, conversation)
        self._entries.move_to_end(conversation.id)
        if len(self._entries) > self._size:
            self._entries.popitem(last=False)
