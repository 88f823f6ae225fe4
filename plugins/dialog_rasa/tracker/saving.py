"""A tracker as JSON, and back again.

A conversation outlives a bot's versions: whatever is found there, reading it gives a tracker or an error that says
there is none, never half of one. Names stand in it once, however many states have them.
"""

import json
from collections.abc import Mapping
from typing import Any, Final

from dialog_core import JsonValue
from dialog_rasa.tracker.features import Features
from dialog_rasa.tracker.past import MOST_STATES, Mark, Past, State
from dialog_rasa.tracker.state import Heard, HeardEntity, Loop, Tracker

_TEXT: Final = 500  # characters of the latest message that are kept once it is answered
_ENTITIES: Final = 4_000  # characters of its entities as JSON, likewise


def tracker_json(tracker: Tracker, *, whole: bool = False) -> dict[str, JsonValue]:
    """Return a tracker without its slots as JSON.

    Args:
        tracker: The tracker.
        whole: Whether its latest message is still to be answered, so that all of it is needed.
    """
    names = _Names()
    told: dict[str, JsonValue] = {"told": names.past(tracker.told)}
    if tracker.whole != tracker.told:
        told["whole"] = names.past(tracker.whole)
    told["names"] = list(names.known)
    told["action"] = tracker.action
    told["latest"] = _heard_json(tracker.latest, whole=whole)
    if tracker.hiding:
        told["hiding"] = True
    if tracker.loop is not None:
        loop = tracker.loop
        told["loop"] = [loop.name, loop.requested, int(loop.rejected), int(loop.interrupted), int(loop.refused)]
    return told


def tracker_from(value: JsonValue, features: Features) -> Tracker:
    """Return the tracker that `tracker_json` wrote.

    Raises:
        ValueError: It is none.
    """
    try:
        names = [_text(name) for name in _list(value["names"])]
        told = _past(value["told"], names)
        loop = value.get("loop")
        return Tracker(
            features=features,
            told=told,
            whole=_past(value["whole"], names) if "whole" in value else told,
            action=_text(value["action"]),
            latest=_heard(value["latest"]),
            loop=None if loop is None else Loop(_text(loop[0]), _text(loop[1]), *(bool(flag) for flag in loop[2:5])),
            hiding=bool(value.get("hiding", False)),
        )
    except (AttributeError, KeyError, IndexError, TypeError, OverflowError) as error:
        raise ValueError(f"this is no tracker: {type(error).__name__}: {error}") from error


class _Names:
    """Writes states with numbers for names."""

    def __init__(self) -> None:
        self.known: dict[str, int] = {}

    def past(self, past: Past) -> dict[str, JsonValue]:
        told: dict[str, JsonValue] = {
            "states": [self._state(state) for state in past.states],
            "moments": past.moments,
            "seen": past.seen,
            "now": self._state(State(past.action, past.user, past.entities, intent=past.intent)),
        }
        if past.ran is not None:
            ran = past.ran
            user = [self._of(ran.user), self._all(ran.entities), self._of(ran.intent)]
            told["ran"] = [ran.moments, *user, ran.seen, int(ran.hidden), int(past.strayed)]
        return told

    def _of(self, name: str) -> int:
        return self.known.setdefault(name, len(self.known))

    def _all(self, entities: frozenset[str]) -> list[int]:
        return [self._of(entity) for entity in sorted(entities)]

    def _state(self, state: State) -> list[JsonValue]:
        slots = [self._of(part) for slot in state.slots for part in slot]
        parts = [self._of(state.action), self._of(state.user), self._all(state.entities), slots]
        if state.loop or state.intent:
            parts += [self._of(one) for one in (state.loop, state.requested, state.intent)][: 3 if state.intent else 2]
        elif not slots:
            parts = parts[: 3 if state.entities else 2]
        return parts


def _past(told: JsonValue, names: list[str]) -> Past:
    states = tuple(_state(one, names) for one in _list(told["states"])[-MOST_STATES:])
    now = _state(told["now"], names)
    moments = _count(told["moments"])
    ran, strayed = None, False
    if told.get("ran") is not None:
        at, user, entities, intent, seen, hidden, strayed = told["ran"]
        said = (names[_count(user)], _names(entities, names), names[_count(intent)])
        ran = Mark(_count(at), *said, _text(seen), bool(hidden))
        if ran.moments > moments:
            raise TypeError("a loop ran after the present")
    if len(states) > moments:
        raise TypeError("more states than moments")
    return Past(
        states, moments, _text(told["seen"]), now.action, now.user, now.entities, now.intent, ran, bool(strayed)
    )


def _state(value: JsonValue, names: list[str]) -> State:
    given = _list(value)
    action, user, entities, slots, *loop = [*given, *([], [])[len(given) - 2 :]] if len(given) < 4 else given
    parts = [names[_count(part)] for part in _list(slots)]
    return State(
        names[_count(action)],
        names[_count(user)],
        _names(entities, names),
        tuple(zip(parts[::2], parts[1::2], strict=True)),
        *(names[_count(part)] for part in loop[:3]),
    )


def _names(value: JsonValue, names: list[str]) -> frozenset[str]:
    return frozenset(names[_count(one)] for one in _list(value))


def _heard_json(heard: Heard, *, whole: bool) -> dict[str, JsonValue]:
    entities = [[one.name, one.value, one.role, one.group] for one in heard.entities]
    if entities and not whole and len(json.dumps(entities, default=str)) > _ENTITIES:
        entities = []
    told: dict[str, JsonValue] = {
        "text": heard.text if whole else heard.text[:_TEXT],
        "intent": heard.intent,
        "retrieval": heard.retrieval,
        "probability": heard.probability,
        "entities": entities,
    }
    return {name: one for name, one in told.items() if one not in ("", [])}


def _heard(told: Mapping[str, JsonValue]) -> Heard:
    return Heard(
        _text(told.get("text", "")),
        _text(told.get("intent", "")),
        _text(told.get("retrieval", "")),
        float(told["probability"]),
        tuple(HeardEntity(_text(e[0]), e[1], _text(e[2]), _text(e[3])) for e in _list(told.get("entities", []))),
    )


def _list(value: JsonValue) -> list[Any]:
    if not isinstance(value, list | tuple):
        raise TypeError("not a list")
    return list(value)


def _text(value: JsonValue) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value


def _count(value: JsonValue) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise TypeError("not a count")
    return value
