"""What a bot does without being taught: begin anew, go back, give up, leave a loop, ask what was meant."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from dialog_core import Remembered, SessionStarted
from dialog_rasa.acting import two_stage
from dialog_rasa.acting.memory import Memory, recalled
from dialog_rasa.acting.parts import CANCELLED
from dialog_rasa.acting.resetting import FALLBACK, begin_anew, fall_back, forget_history, initial_slots

if TYPE_CHECKING:
    from dialog_rasa.acting.walk import Walk


def _restart(walk: Walk) -> None:
    walk.actions.append("action_restart")
    begin_anew(walk)
    _respond_or_tell(walk, "utter_restart", "begun anew")
    walk.over = True


def _session_start(walk: Walk) -> None:
    walk.actions.append("action_session_start")
    forget_history(walk)
    if not walk.parts.dialogue.session.carries_slots:
        walk.set(initial_slots(walk))
    _respond_or_tell(walk, "utter_session_start", "begun anew")
    walk.over = True


def _back(walk: Walk) -> None:
    """Stand where the conversation stood before the message before this one."""
    walk.actions.append("action_back")
    walk.restore(walk.begun)
    earlier = _earlier(walk)
    if earlier is None:
        walk.set(initial_slots(walk))
        forget_history(walk)
        walk.at = 0
    else:
        walk.restore(earlier.tracker)
        walk.set({name: earlier.slots.get(name) for name in walk.parts.dialogue.slots})
        walk.asked = dict(earlier.asked)
        walk.doubts, walk.before, walk.at = earlier.doubts, earlier.before, earlier.at
    _respond_or_tell(walk, "utter_back", "gone back")
    walk.ask_again()
    walk.over = True


def _earlier(walk: Walk) -> Memory | None:
    """Return what was remembered when the turn began that led to where the conversation stands; None: nothing."""
    events = walk.turn.conversation.events
    for place in range(min(walk.previous, len(events)) - 1, -1, -1):
        event = events[place]
        if isinstance(event, SessionStarted):
            return None
        if isinstance(event, Remembered) and event.policy == walk.parts.policy:
            return recalled(event.values, walk.parts.features)
    return None


def _deactivate(walk: Walk) -> None:
    walk.did("action_deactivate_loop")
    walk.leave(CANCELLED)


def _rephrase(walk: Walk) -> None:
    walk.did("action_default_ask_rephrase")
    two_stage.ask_rephrase(walk)


def _affirm(walk: Walk) -> None:
    walk.did("action_default_ask_affirmation")
    two_stage.ask_affirmation(walk)


def _nothing(name: str) -> Callable[[Walk], None]:
    """Return an action that does nothing: what it is for elsewhere is done here without it."""
    return lambda walk: walk.did(name)


def _respond_or_tell(walk: Walk, response: str, about: str) -> None:
    if response not in walk.parts.responses or walk.respond(response) is None:
        walk.tell(about)


ACTIONS: Final[Mapping[str, Callable[[Walk], None]]] = {
    "action_restart": _restart,
    "action_session_start": _session_start,
    "action_back": _back,
    FALLBACK: fall_back,
    "action_deactivate_loop": _deactivate,
    "action_default_ask_affirmation": _affirm,
    "action_default_ask_rephrase": _rephrase,
    two_stage.NAME: two_stage.run,
    **{
        name: _nothing(name)
        for name in (
            "action_revert_fallback_events",
            "action_unlikely_intent",
            "action_extract_slots",
            "action_validate_slot_mappings",
        )
    },
}
