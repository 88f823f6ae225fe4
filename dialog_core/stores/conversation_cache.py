"""The conversations used last, kept in memory."""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from typing import NamedTuple
from weakref import ref

from dialog_core.conversation import Conversation
from dialog_core.events import Event

KEPT_WHATEVER_THEIR_LENGTH = 2  # a long conversation is not read anew because somebody says hello in another


class Cached(NamedTuple):
    """A conversation as it stood, with the key of the row it was read from."""

    key: int
    conversation: Conversation


class ConversationCache:
    """A bounded cache that drops what has not been used for longest. Never goes back to an older state.

    Bounded by events, since conversations differ a thousandfold in length. The two used last are kept however long,
    unless the bound is 0. What is dropped is still found for as long as somebody holds it: a turn under way does not
    read its own conversation anew because many others are under way too.
    """

    def __init__(self, most_events: int) -> None:
        self._most_events = most_events
        self._events = 0
        self._entries: OrderedDict[str, Cached] = OrderedDict()
        self._dropped: dict[str, tuple[int, ref[Conversation]]] = {}
        self._lock = threading.Lock()

    def get(self, conversation_id: str) -> Cached | None:
        """Return what is known of the conversation, current or not."""
        with self._lock:
            entry = self._entries.get(conversation_id)
            if entry is not None:
                self._entries.move_to_end(conversation_id)
                return entry
            key, held = self._dropped.get(conversation_id, (0, None))
            conversation = held() if held else None
            return Cached(key, conversation) if conversation is not None else None

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
            self._uncount(self._entries.pop(conversation_id, None))
            self._dropped.pop(conversation_id, None)

    def _put(self, key: int, conversation: Conversation) -> None:
        known = self._entries.get(conversation.id)
        # Keys only grow: a greater one is that of the same conversation deleted and begun anew.
        if known is not None and (known.key, len(known.conversation)) > (key, len(conversation)):
            return
        self._uncount(known)
        self._dropped.pop(conversation.id, None)
        self._entries[conversation.id] = Cached(key, conversation)
        self._entries.move_to_end(conversation.id)
        self._events += len(conversation)
        least = KEPT_WHATEVER_THEIR_LENGTH if self._most_events else 0
        while self._events > self._most_events and len(self._entries) > least:
            self._drop(*self._entries.popitem(last=False))

    def _drop(self, conversation_id: str, entry: Cached) -> None:
        self._uncount(entry)

        def gone(held: ref[Conversation]) -> None:  # called whenever and from whatever thread: takes no lock
            if self._dropped.get(conversation_id, (0, None))[1] is held:
                self._dropped.pop(conversation_id, None)

        self._dropped[conversation_id] = (entry.key, ref(entry.conversation, gone))

    def _uncount(self, entry: Cached | None) -> None:
        if entry is not None:
            self._events -= len(entry.conversation)
