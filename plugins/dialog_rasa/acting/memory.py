"""What the policy keeps with a conversation: where it stands, as JSON, and back again.

A new version of the bot, or another program, may have written what is found there. Whatever it is, reading it gives a
memory or nothing; half a memory would be worse than none.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Any, Final

from dialog_core import JsonValue, Remembered
from dialog_rasa.tracker.features import Features
from dialog_rasa.tracker.saving import tracker_from, tracker_json
from dialog_rasa.tracker.state import Tracker

VERSION: Final = 1
_KEY: Final = "stories"
_AT_HAND: Final = 64  # memories
_SLOTS = 50_000  # characters of all slots that the next session takes over, as JSON


@dataclass(frozen=True, slots=True)
class Memory:
    """What is known of a conversation when a message comes.

    Attributes:
        tracker: Where it stands; without its slots, which are the conversation's own.
        slots: The slots as they were, for the session after this one.
        at: How many events there were when the turn began that led here.
        since: Up to which event it is known that no session began.
        offers: The payloads of the buttons on offer, by the words on them.
        asked: What the loop under way has asked.
        doubts: Of the loop of two stages, the meanings of the messages since it began.
        before: Where the conversation stood before it began.
        turn: How far the turn has come, if an action is running.
    """

    tracker: Tracker
    slots: Mapping[str, JsonValue] = field(default_factory=dict)
    at: int = 0
    since: int = 0
    offers: Mapping[str, str] = field(default_factory=dict)
    asked: Mapping[str, JsonValue] = field(default_factory=dict)
    doubts: tuple[str, ...] = ()
    before: Tracker | None = None
    turn: Mapping[str, JsonValue] | None = None


class Memories:
    """Reads and writes the memories of one policy.

    The latest ones are at hand in the form they are needed: while a conversation goes on, what was written with one
    turn is what the next one finds.
    """

    def __init__(self, features: Features, policy: str) -> None:
        self._features = features
        self._policy = policy
        self._changing = Lock()
        self._latest: dict[int, tuple[object, Memory]] = {}  # by the identity of what was written

    def remembered(self, memory: Memory) -> Remembered:
        """Return the event that keeps a memory."""
        event = remembered(memory, self._policy)
        kept = event.values[_KEY]
        with self._changing:
            while len(self._latest) >= _AT_HAND:
                del self._latest[next(iter(self._latest))]
            self._latest[id(kept)] = (kept, replace(memory, tracker=replace(memory.tracker, slots={})))
        return event

    def recalled(self, values: Mapping[str, JsonValue]) -> Memory | None:
        """Return the memory that was kept; None: there is none, or none that can be read."""
        kept = values.get(_KEY)
        known, memory = self._latest.get(id(kept), (None, None))
        return memory if known is kept and memory is not None else recalled(values, self._features)


def remembered(memory: Memory, policy: str) -> Remembered:
    """Return the event that keeps a memory."""
    under_way = memory.turn is not None
    kept: dict[str, JsonValue] = {
        "v": VERSION,
        "tracker": tracker_json(memory.tracker, whole=under_way),
        "at": memory.at,
        "since": memory.since,
    }
    slots = _bounded(memory.slots)
    for name, value in (("slots", slots), ("offers", memory.offers), ("asked", memory.asked)):
        if value:
            kept[name] = dict(value)
    if memory.doubts:
        kept["doubts"] = list(memory.doubts)
    if memory.before is not None:
        kept["before"] = tracker_json(memory.before)
    if memory.turn is not None:
        kept["turn"] = dict(memory.turn)
    return Remembered(policy, {_KEY: kept})


def recalled(values: Mapping[str, JsonValue], features: Features) -> Memory | None:
    """Return the memory that was kept; None: there is none, or none that can be read."""
    kept = values.get(_KEY)
    if not isinstance(kept, Mapping) or kept.get("v") != VERSION:
        return None
    try:
        before = kept.get("before")
        turn = kept.get("turn")
        return Memory(
            tracker=tracker_from(kept["tracker"], features),
            slots=_mapping(kept.get("slots", {})),
            at=_whole(kept["at"]),
            since=_whole(kept["since"]),
            offers={str(title): str(payload) for title, payload in _mapping(kept.get("offers", {})).items()},
            asked=_mapping(kept.get("asked", {})),
            doubts=tuple(str(one) for one in _list(kept.get("doubts", []))),
            before=None if before is None else tracker_from(before, features),
            turn=None if turn is None else _mapping(turn),
        )
    except (KeyError, IndexError, TypeError, ValueError):
        return None


def _bounded(slots: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """Return slots without the largest, where all together are too large to be kept a second time."""
    sizes = {name: len(json.dumps(value, default=str)) for name, value in slots.items()}
    total = sum(sizes.values())
    kept = dict(slots)
    for name in sorted(sizes, key=lambda one: -sizes[one]):
        if total <= _SLOTS:
            break
        total -= sizes[name]
        del kept[name]
    return kept


def _mapping(value: JsonValue) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise TypeError("not a mapping")
    return value


def _list(value: JsonValue) -> Sequence[Any]:
    if not isinstance(value, list | tuple):
        raise TypeError("not a list")
    return value


def _whole(value: JsonValue) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise TypeError("not a count")
    return value
