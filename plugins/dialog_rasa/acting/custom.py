"""Custom actions: having one run, and what comes of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from dialog_core import ActionCall, ActionResult, HandedBack, HandedOver, JsonValue
from dialog_rasa.acting.parts import CANCELLED, MOST_CALLS
from dialog_rasa.acting.plain_actions import CALL, outcome_of_plain, slots_for
from dialog_rasa.acting.resetting import begin_anew, forget_history, initial_slots
from dialog_rasa.acting.responses import AS_IT_IS
from dialog_rasa.acting.said import as_said
from dialog_rasa.actions.contract import ActionOutcome
from dialog_rasa.actions.events import action_event, bot_event, stamp
from dialog_rasa.actions.protocol import call_json, read_outcome
from dialog_rasa.dialogue.values import LISTEN, REQUESTED_SLOT

if TYPE_CHECKING:
    from dialog_rasa.acting.course import Pending
    from dialog_rasa.acting.walk import Walk
    from dialog_rasa.tracker.state import Tracker

_LEFT_OUT: Final[Mapping[str, str]] = {
    "reminder": "reminders are not kept: nobody is there to send them",
    "cancel_reminder": "reminders are not kept: there is none to cancel",
    "undo": "what was done is not undone",
    "user": "nobody says anything in the user's place",
    "action": "an action is predicted or named by `followup`, not claimed",
    "agent": "people write through the bot's own inbox",
    "export": "conversations are exported by command",
    "user_featurization": "it says only what learned models have looked at",
    "entities": "entities are found by annotators",
    "loop_interrupted": "whether a loop is interrupted is found out anew for every message",
}


def request(
    walk: Walk,
    name: str,
    pending: Pending,
    candidates: Mapping[str, JsonValue] | None = None,
    tracker: Tracker | None = None,
) -> None:
    """Have a custom action run, if anything can run it; the walk goes on when it has.

    Args:
        walk: The walk.
        name: The action.
        pending: What to do then, see `Walk.resume`.
        candidates: Slots that it is to validate.
        tracker: Where the conversation stands, as it is to be told; default: where the walk is.
    """
    parts = walk.parts
    walk.pending = {**pending, "action": name}
    if fault := _fault(walk, name):
        walk.resume(ActionOutcome(error=fault))
        return
    walk.calls += 1
    own = name not in parts.registered
    parameters = None if own else parts.parameters(name)
    if parameters is None or CALL in parameters:
        arguments = {CALL: _call(walk, name, candidates, tracker or walk.tracker)}
    else:
        walk.pending = {**walk.pending, "plain": True}
        arguments = slots_for(parameters, walk.tracker.slots)
    walk.call = ActionCall(f"{parts.policy}.{name}" if own else name, arguments, parts.timeout)


def outcome_of(walk: Walk, result: ActionResult) -> ActionOutcome:
    """Return what came of the action that a walk has waited for."""
    if not result.ok:
        return ActionOutcome(error=result.error)
    if walk.pending.get("plain"):
        return outcome_of_plain(result.value, walk.parts.dialogue)
    return read_outcome(result.value)


def apply(walk: Walk, outcome: ActionOutcome, *, without: tuple[str, ...] = ()) -> None:
    """Say what an action says, and have happen what it wants to happen.

    Args:
        walk: The walk.
        outcome: What came of the action.
        without: Kinds of events that somebody else sees to.
    """
    for response in outcome.responses:
        _say(walk, response)
    for event in outcome.events:
        kind = event["event"]
        if kind in without:
            continue
        if kind in _EVENTS:
            _EVENTS[kind](walk, event)
        else:
            walk.remarks.append(f"the event {kind!r} of an action is passed over: {_LEFT_OUT.get(kind, 'unknown')}")


def _fault(walk: Walk, name: str) -> str:
    """Return why an action cannot run; empty: it can."""
    parts = walk.parts
    if walk.calls >= MOST_CALLS:
        return f"more than {MOST_CALLS} custom actions in one turn"
    if name in parts.registered or (parts.server and name in parts.custom):
        return ""
    if parts.server:
        return f"no action is called {name!r}; name it under `actions:` if the action server has it"
    return f"nothing runs it: name an `action_server:`, or a plugin that registers the action {name!r}"


def _call(walk: Walk, name: str, candidates: Mapping[str, JsonValue] | None, tracker: Tracker) -> dict[str, Any]:
    conversation = walk.turn.conversation
    parts = walk.parts
    at = stamp(walk.turn.now)
    done = [*(action_event(one, at=at) for one in walk.actions), *(bot_event(said, at=at) for said in walk.messages)]
    return call_json(
        name,
        conversation.id,
        tracker,
        parts.dialogue,
        conversation=conversation,
        effects=walk.effects,
        done=done,
        candidates=candidates,
        ranking=parts.ranking(walk.turn.annotations),
        channel=parts.channel,
        domain=parts.domain,
    )


def _say(walk: Walk, response: Mapping[str, JsonValue]) -> None:
    name = response.get("response")
    given = as_said(response)
    if not name:
        if given:
            walk.say(given)
        return
    known = ("response", "text", "buttons", "quick_replies", "image", "attachment", "custom", *AS_IT_IS)
    extra = {key: value for key, value in response.items() if key not in known}
    said = walk.respond(str(name), extra)
    if said is not None:
        buttons = [*said.get("buttons", ()), *given.pop("buttons", ())]
        said.update(given)
        if buttons:
            said["buttons"] = buttons
    elif given:
        walk.say(given)


def _slot(walk: Walk, event: Mapping[str, JsonValue]) -> None:
    name, value = str(event["name"]), event.get("value")
    loop = walk.tracker.loop
    if name == REQUESTED_SLOT:
        if loop is not None:
            walk.enter(loop.name, str(value or ""))
        return
    slot = walk.parts.dialogue.slots.get(name)
    if slot is None:
        walk.remarks.append(f"an action set {name!r}, which is no slot of the bot")
    if slot is not None and slot.type == "list" and value is not None and not isinstance(value, list):
        value = [value]
    walk.set({name: value})


def _loop(walk: Walk, event: Mapping[str, JsonValue]) -> None:
    name = event.get("name")
    if name is None:
        walk.leave(CANCELLED)
    elif name in walk.parts.dialogue.forms:
        walk.enter(str(name))
    else:
        walk.remarks.append(f"an action began {name!r}, which is no form of the bot")


def _followup(walk: Walk, event: Mapping[str, JsonValue]) -> None:
    name, loop = str(event["name"]), walk.tracker.loop
    walk.followup = name
    if walk.over and name != LISTEN:  # after a message that counts as never said
        walk.over = False
        if loop is not None and loop.name == name:
            walk.tracker = walk.tracker.interrupted()  # there is nothing to take from a message, but to ask again


def _restart(walk: Walk, event: Mapping[str, JsonValue]) -> None:
    begin_anew(walk)
    walk.over = True


def _reset(walk: Walk, event: Mapping[str, JsonValue]) -> None:
    walk.set(initial_slots(walk))


def _session(walk: Walk, event: Mapping[str, JsonValue]) -> None:
    forget_history(walk)


def _rewind(walk: Walk, event: Mapping[str, JsonValue]) -> None:
    walk.restore(walk.begun)
    walk.filled = {}
    walk.over = True


def _bot(walk: Walk, event: Mapping[str, JsonValue]) -> None:
    data = event.get("data")
    said = as_said({**(data if isinstance(data, Mapping) else {}), "text": event.get("text")})
    if said:
        walk.say(said)


def _pause(walk: Walk, event: Mapping[str, JsonValue]) -> None:
    walk.effects.append(HandedOver(walk.turn.now, "an action paused the conversation"))


def _resume(walk: Walk, event: Mapping[str, JsonValue]) -> None:
    walk.effects.append(HandedBack(walk.turn.now))


_EVENTS: Final[Mapping[str, Callable[[Walk, Mapping[str, JsonValue]], None]]] = {
    "slot": _slot,
    "reset_slots": _reset,
    "active_loop": _loop,
    "form": _loop,
    "followup": _followup,
    "restart": _restart,
    "session_started": _session,
    "rewind": _rewind,
    "bot": _bot,
    "pause": _pause,
    "resume": _resume,
}
