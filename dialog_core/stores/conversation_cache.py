"""The conversations used last, kept in memory."""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from typing import NamedTuple

from dialog_core.conversation import Conversation, Event


KEPT_WHATEVER_THEIR_LENGTH = 2  # a long conversation is not read anew because somebody says hello in another


class Cached(NamedTuple):
    """A conversation as it stood, with the key of the row it was read from."""

    key: int
    conversation: Conversation


class ConversationCache:
    """A bounded cache that drops what has not been used for longest. Never goes back to an older state.

    Bounded by events, since conversations differ a thousandfold in length. The two used last are kept however
    long, unless the bound is 0.
    """

    def __init__(self, most_events: int) -> None:
        self._most_events = most_events
        self._events = 0
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
            self._drop(self._entries.pop(conversation_id, None))

    def _put(self, key: int, conversation: Conversation) -> None:
        known = self._entries.get(conversation.id)
        # Keys only grow: a greater one is that of the same conversation deleted and begun anew.
        if known is not None and (known.key, len(known.conversation)) > (key, len(conversation)):
            return
        self._drop(known)
        self._entries[conversation.id] = Cached(key, conversation)
        self._entries.move_to_end(conversation.id)
        self._events += len(conversation)
        least = KEPT_WHATEVER_THEIR_LENGTH if self._most_events else 0
        while self._events > self._most_events and len(self._entries) > least:
            self._drop(self._entries.popitem(last=False)[1])

    def _drop(self, entry: Cached | None) -> None:
        if entry is not None:
            self._events -= len(entry.conversation)
