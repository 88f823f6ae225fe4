"""The fallback in two stages, as a loop: ask what was meant, then to say it in other words, then give up.

It is Rasa's `action_two_stage_fallback` (https://rasa.com/docs/rasa/fallback-handoff#two-stage-fallback). A message
that is understood ends it, and is answered as if nothing had been asked.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from dialog_rasa.acting import custom, wording
from dialog_rasa.acting.parts import COMPLETED
from dialog_rasa.acting.resetting import fall_back
from dialog_rasa.dialogue.values import FALLBACK_INTENT

if TYPE_CHECKING:
    from dialog_rasa.acting.walk import Walk

NAME: Final = "action_two_stage_fallback"
OUT_OF_SCOPE: Final = "out_of_scope"
MOST_OFFERED: Final = 3  # meanings to choose from
_TWICE = (FALLBACK_INTENT, FALLBACK_INTENT)
_AGAIN_NONE = (OUT_OF_SCOPE, FALLBACK_INTENT, OUT_OF_SCOPE)


def run(walk: Walk) -> None:
    """Begin the loop, or go on with what the user has answered."""
    loop = walk.tracker.loop
    intent = walk.tracker.latest.intent
    begins = loop is None or loop.name != NAME
    if begins:
        walk.doubts, walk.before = (), walk.begun
    walk.doubts = (*walk.doubts, intent)[-3:]
    if not begins and intent not in (FALLBACK_INTENT, OUT_OF_SCOPE):
        _clarified(walk)
        return
    if walk.doubts[-2:] == _TWICE or walk.doubts == _AGAIN_NONE:
        walk.leave("given_up")
        fall_back(walk)
        return
    walk.did(NAME)
    walk.enter(NAME)
    if begins or intent == FALLBACK_INTENT:
        _do(walk, "action_default_ask_affirmation")
    else:
        _do(walk, "action_default_ask_rephrase")


def ask_affirmation(walk: Walk) -> None:
    """Ask which of the likeliest meanings it was; where there is none, to say it in other words."""
    likeliest = [name for name in walk.parts.likeliest(walk.turn.annotations) if name != OUT_OF_SCOPE]
    if not likeliest:
        ask_rephrase(walk)
        return
    other = wording.say("something else", walk.turn.language)
    buttons = [{"title": name.replace("_", " "), "payload": f"/{name}"} for name in likeliest[:MOST_OFFERED]]
    text = wording.say("affirm", walk.turn.language)
    walk.say({"text": text, "buttons": [*buttons, {"title": other, "payload": f"/{OUT_OF_SCOPE}"}]})


def ask_rephrase(walk: Walk) -> None:
    """Ask the user to say it in other words."""
    if "utter_ask_rephrase" not in walk.parts.responses or walk.respond("utter_ask_rephrase") is None:
        walk.tell("rephrase")


def _do(walk: Walk, action: str) -> None:
    if walk.parts.overrides(action):
        custom.request(walk, action, {"kind": "stage"})
    elif action == "action_default_ask_affirmation":
        ask_affirmation(walk)
    else:
        ask_rephrase(walk)


def _clarified(walk: Walk) -> None:
    """Stand where the conversation stood before it was doubtful, with this message to be answered."""
    walk.leave(COMPLETED)
    before, now = walk.before or walk.begun, walk.tracker
    if before.loop is not None and before.loop.name == NAME:  # what was before is known no more
        before = before.left()
    walk.doubts, walk.before = (), None
    walk.begun = replace(before, slots=walk.begun.slots)  # where giving up on this message leads back to
    if before.loop is not None:
        walk.enter(before.loop.name, before.loop.requested)
    walk.tracker = replace(before, slots=now.slots).heard(now.latest)
