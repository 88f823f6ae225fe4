"""Writing a walk down that waits for an action, and taking it up again when that has run."""

from collections.abc import Mapping
from dataclasses import replace

from dialog_core import JsonValue, Turn
from dialog_rasa.acting.memory import Memory
from dialog_rasa.acting.parts import Parts
from dialog_rasa.acting.walk import Walk
from dialog_rasa.tracker.saving import tracker_from, tracker_json


def to_json(walk: Walk) -> dict[str, JsonValue]:
    """Return a walk that waits for an action, for `taken_up`."""
    return {
        "begun": tracker_json(walk.begun),
        "sure": walk.sure,
        "meant": walk.meant,
        "messages": walk.messages,
        "actions": walk.actions,
        "evidence": [list(one) for one in walk.evidence],
        "score": walk.score,
        "filled": walk.filled,
        "undo": walk.undo,
        "remarks": walk.remarks,
        "steps": walk.steps,
        "calls": walk.calls,
        "pending": dict(walk.pending),
        "followup": walk.followup,
        "rejected": walk.rejected,
        "previous": walk.previous,
        "hidden": walk.hidden,
    }


def taken_up(parts: Parts, turn: Turn, memory: Memory) -> Walk | None:
    """Return the walk that waited for an action; None: none did, or it cannot be read."""
    if memory.turn is None:
        return None
    try:
        return _walk(parts, turn, memory, memory.turn)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError):
        return None


def _walk(parts: Parts, turn: Turn, memory: Memory, told: Mapping[str, JsonValue]) -> Walk:
    return Walk(
        parts=parts,
        turn=turn,
        tracker=replace(memory.tracker, slots=turn.slots),
        begun=tracker_from(told["begun"], parts.features),
        at=memory.at,
        sure=float(told["sure"]),
        meant=str(told["meant"]),
        asked=dict(memory.asked),
        doubts=memory.doubts,
        before=memory.before,
        messages=[dict(one) for one in told["messages"]],
        actions=[str(one) for one in told["actions"]],
        evidence=[(str(one[0]), str(one[1]), float(one[2])) for one in told["evidence"]],
        score=float(told["score"]),
        filled=dict(told["filled"]),
        undo=dict(told["undo"]),
        remarks=[str(one) for one in told["remarks"]],
        steps=int(told["steps"]),
        calls=int(told["calls"]),
        pending=dict(told["pending"]),
        followup=str(told["followup"]),
        rejected=bool(told["rejected"]),
        previous=int(told["previous"]),
        hidden=bool(told["hidden"]),
    )
