"""Forgetting: slots, history, or only the latest message."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dialog_core import JsonValue
from dialog_rasa.acting.parts import CANCELLED, UNSURE
from dialog_rasa.tracker.state import Tracker

if TYPE_CHECKING:
    from dialog_rasa.acting.walk import Walk

FALLBACK: Final = "action_default_fallback"


def begin_anew(walk: Walk) -> None:
    """Forget everything: history, slots, loops."""
    walk.set(initial_slots(walk))
    forget_history(walk)


def forget_history(walk: Walk) -> None:
    """Forget what has happened, and leave the loop under way."""
    walk.leave(CANCELLED)
    walk.tracker = Tracker(walk.parts.features, slots=walk.tracker.slots, latest=walk.tracker.latest)
    walk.doubts, walk.before = (), None


def initial_slots(walk: Walk) -> dict[str, JsonValue]:
    """Return the bot's slots as they are at first."""
    return {name: slot.initial for name, slot in walk.parts.dialogue.slots.items()}


def fall_back(walk: Walk) -> None:
    """Say that the bot does not know, and have the message count as never said.

    Without a response for that nothing is said: then the bot's own fallback answers, or another policy.
    """
    walk.actions.append(FALLBACK)
    walk.score = UNSURE
    if walk.parts.fallback in walk.parts.responses:
        walk.respond(walk.parts.fallback)
    walk.restore(walk.before or walk.begun)
    walk.doubts, walk.before = (), None
    if walk.messages:
        walk.ask_again()
    walk.over = True
