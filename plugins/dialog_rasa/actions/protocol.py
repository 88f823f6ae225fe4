"""What a custom action is told, and what it answers, in the JSON of Rasa's action server.

The call is what Rasa 3.6 sends (https://rasa.com/docs/action-server/reference/rasa-action-server): the conversation as
a tracker, and the domain. The answer is read as something from outside: whatever it is, it becomes an outcome, with
the reason in words where it cannot be used.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from dialog_core import Conversation, JsonValue
from dialog_core import Event as Happened
from dialog_rasa.actions.contract import ActionOutcome
from dialog_rasa.actions.domain import domain_json
from dialog_rasa.actions.events import MOST_EVENTS, Event, action_event, history, parsed, slot_event, stamp
from dialog_rasa.dialogue.values import LISTEN, REQUESTED_SLOT, Dialogue
from dialog_rasa.json_words import shown_kind
from dialog_rasa.tracker.state import Loop, Tracker

VERSION: Final = "3.6.20"  # whose protocol this is; servers compare it with their own and warn if it is far from it
MOST_OUTCOMES: Final = 1_000  # events, or responses, of one answer
_LISTS: Final = ("buttons", "elements", "quick_replies")


def call_json(
    action: str,
    sender: str,
    tracker: Tracker,
    dialogue: Dialogue,
    *,
    conversation: Conversation | None = None,
    effects: Sequence[Happened] = (),
    done: Sequence[Mapping[str, JsonValue]] = (),
    candidates: Mapping[str, JsonValue] | None = None,
    ranking: Sequence[tuple[str, float]] = (),
    channel: str = "",
    domain: Mapping[str, JsonValue] | None = None,
) -> dict[str, Any]:
    """Return what an action is called with.

    Args:
        action: Its name.
        sender: Whose conversation it is: its id.
        tracker: Where the conversation stands.
        dialogue: What the bot consists of.
        conversation: The conversation, for what has happened in it; the latest `MOST_EVENTS` events are told.
        effects: What has happened since, in this turn, and is not in the conversation yet: slots, loops.
        done: What was done and said in this turn, as events of a tracker (see `actions.events`).
        candidates: Of a validation (`validate_<form>`, `action_validate_slot_mappings`): the slots that the message
            has just filled, which are to be validated. They stand last in `tracker.events`, which is where actions
            look for them.
        ranking: Which intents the message may have, with their probabilities, the likeliest first.
        channel: On which channel the conversation is held.
        domain: The domain as `domain_json` gives it, if somebody has it at hand.
    """
    loops = (*dialogue.forms, "action_two_stage_fallback")
    known = Conversation(sender) if conversation is None else conversation
    understood = parsed(tracker.latest, ranking)
    events = history(known, understood, loops, effects=effects, channel=channel)
    events.extend(dict(event) for event in done)
    at = _latest_time(events, known)
    if candidates is not None:
        if tracker.loop is not None:
            events.append(slot_event(REQUESTED_SLOT, tracker.loop.requested or None, at=at))
            events.append(action_event(tracker.loop.name, at=at))
        elif events and events[-1]["event"] == "slot":  # those before are no candidates
            events.append(action_event(tracker.action or LISTEN, at=at))
        events.extend(slot_event(name, value, at=at) for name, value in candidates.items())
    domain = domain_json(dialogue) if domain is None else domain
    return {
        "next_action": action,
        "sender_id": sender,
        "tracker": {
            "sender_id": sender,
            "slots": _slots(tracker, dialogue, candidates or {}),
            "latest_message": _latest_message(understood, events),
            "latest_event_time": at,
            "followup_action": None,
            "paused": known.handed_over,
            "events": events[-MOST_EVENTS:],
            "latest_input_channel": channel or None,
            "active_loop": _loop(tracker.loop),
            "latest_action": {"action_name": tracker.action or LISTEN},
            "latest_action_name": tracker.action or LISTEN,
        },
        "domain": domain,
        "version": VERSION,
    }


def domain_digest(domain: Mapping[str, JsonValue]) -> str:
    """Return a checksum by which a server recognizes a domain it has been sent before."""
    written = json.dumps(domain, sort_keys=True, default=str).encode()
    return hashlib.blake2b(written, digest_size=16).hexdigest()


def read_outcome(answer: JsonValue) -> ActionOutcome:
    """Return what an action's answer means; of one that cannot be used, why, in `error`.

    An answer is used as a whole or not at all: of a form's validation that is half understood, what is missing might
    be the very slot that was refused.
    """
    if not isinstance(answer, Mapping):
        return _unusable(
            f"answered with {shown_kind(answer)} where an object with `events` and `responses` was expected"
        )
    if "rejected" in answer:
        return ActionOutcome(rejected=True)
    read: dict[str, tuple[Mapping[str, JsonValue], ...]] = {}
    for name in ("events", "responses"):
        items = answer.get(name)
        if items is None:
            items = []
        if not isinstance(items, list | tuple):
            return _unusable(f"answered with {shown_kind(items)} as its `{name}`, where a list was expected")
        if len(items) > MOST_OUTCOMES:
            return _unusable(f"answered with {len(items):,} {name}; more than {MOST_OUTCOMES:,} are not taken")
        for number, item in enumerate(items, 1):
            if wrong := (_wrong_event if name == "events" else _wrong_response)(item):
                return _unusable(f"answered with {wrong} as number {number} of its `{name}`")
        read[name] = tuple(items)
    return ActionOutcome(events=read["events"], responses=tuple(_tidy(response) for response in read["responses"]))


def _slots(tracker: Tracker, dialogue: Dialogue, candidates: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """Return every declared slot, with or without a value, and what else has one."""
    requested = tracker.loop.requested if tracker.loop is not None else ""
    slots: dict[str, JsonValue] = dict.fromkeys(dialogue.slots)
    return {**slots, REQUESTED_SLOT: requested or None, **tracker.slots, **candidates}


def _latest_message(understood: Event, events: Sequence[Event]) -> Event:
    spoken = next((event for event in reversed(events) if event["event"] == "user"), {})
    return {**understood, "message_id": spoken.get("message_id"), "metadata": spoken.get("metadata") or {}}


def _latest_time(events: Sequence[Event], conversation: Conversation) -> float | None:
    known = (event.get("timestamp") for event in reversed(events))
    latest = next((at for at in known if at is not None), None)
    return stamp(conversation.last_at) if latest is None and conversation.last_at is not None else latest


def _loop(loop: Loop | None) -> Event:
    if loop is None:
        return {}
    return {"name": loop.name, "is_interrupted": loop.interrupted, "rejected": loop.rejected, "trigger_message": None}


def _wrong_event(event: Any) -> str:
    """Return what is wrong with an event, in words; empty: nothing."""
    if not isinstance(event, Mapping):
        return shown_kind(event)
    kind = event.get("event")
    if not isinstance(kind, str) or not kind:
        return "an object without the name of an event"
    name = event.get("name")
    if kind in ("slot", "followup", "action") and not (isinstance(name, str) and name):
        return f"an event `{kind}` without a name"
    if kind == "active_loop" and not (name is None or isinstance(name, str)):
        return "an event `active_loop` whose name is no text"
    return ""


def _wrong_response(response: Any) -> str:
    if not isinstance(response, Mapping):
        return shown_kind(response)
    text = response.get("text")
    if isinstance(text, Mapping | list | tuple):
        return f"a response whose text is {shown_kind(text)}"
    for name in ("response", "template", "image"):
        if not isinstance(response.get(name) or "", str):
            return f"a response whose `{name}` is {shown_kind(response[name])}"
    for name in _LISTS:
        if not isinstance(response.get(name) or [], list | tuple):
            return f"a response whose `{name}` is {shown_kind(response[name])}"
    for button in response.get("buttons") or ():
        if not isinstance(button, Mapping) or not isinstance(button.get("title"), str | int | float):
            return "a button without a title"
    return ""


def _tidy(response: Mapping[str, JsonValue]) -> Mapping[str, JsonValue]:
    """Return a response without what is empty; the name of one in the domain stands under `response`."""
    told = {name: value for name, value in response.items() if value not in (None, "", [], {}, ()) or name == "text"}
    name = told.get("response") or told.get("template")
    told.pop("template", None)
    if name:
        told["response"] = name
    text = told.pop("text", None)
    if text is not None and text != "":
        told["text"] = text if isinstance(text, str) else json.dumps(text)
    return told


def _unusable(error: str) -> ActionOutcome:
    return ActionOutcome(error=error)
