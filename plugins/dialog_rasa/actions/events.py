"""The events of Rasa's trackers as JSON, and a conversation of ours told in them.

What a custom action reads of the past is `tracker.events`: who said what, which actions ran, which slots were set and
which loops began and ended. https://rasa.com/docs/action-server/events lists them.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from dialog_core import (
    BotSaid,
    Conversation,
    FlowEnded,
    FlowStarted,
    HandedBack,
    HandedOver,
    HumanSaid,
    JsonValue,
    Message,
    SessionStarted,
    SlotSet,
    UserSaid,
)
from dialog_core import Event as Happened
from dialog_rasa.dialogue.values import FALLBACK_INTENT, LISTEN
from dialog_rasa.tracker.state import Heard

Event = dict[str, Any]

MOST_EVENTS: Final = 200  # of the past that an action is told: a call costs the same however long a conversation is
MOST_RANKED: Final = 10  # intents that a message may have, as with Rasa
SESSION_START: Final = "action_session_start"


def user_event(text: str, parsed: Mapping[str, JsonValue], *, at: float | None, channel: str = "") -> Event:
    """Return what a message is in a tracker; `parsed` is what it was taken for (see `parsed`)."""
    return {
        "event": "user",
        "timestamp": at,
        "text": text,
        "parse_data": parsed,
        "input_channel": channel or None,
        "metadata": {},
    }


def bot_event(response: Mapping[str, JsonValue], *, at: float | None) -> Event:
    """Return what something said is in a tracker: `{"text", "buttons", "image", "attachment", "custom"}`."""
    data = {name: response.get(name) or None for name in ("elements", "buttons", "attachment", "image", "custom")}
    name = response.get("response")
    return {
        "event": "bot",
        "timestamp": at,
        "text": response.get("text") or None,
        "data": {**data, "quick_replies": None},
        "metadata": {"utter_action": name} if name else {},
    }


def action_event(name: str, *, at: float | None) -> Event:
    """Return what an action that ran is in a tracker."""
    return {"event": "action", "timestamp": at, "name": name, "policy": None, "confidence": 1.0, "action_text": None}


def slot_event(name: str, value: JsonValue, *, at: float | None) -> Event:
    """Return what a slot that was set is in a tracker."""
    return {"event": "slot", "timestamp": at, "name": name, "value": value}


def loop_event(name: str | None, *, at: float | None) -> Event:
    """Return what a loop that began is in a tracker; None: the one under way ended."""
    return {"event": "active_loop", "timestamp": at, "name": name}


def parsed(heard: Heard, ranking: Sequence[tuple[str, float]] = ()) -> Event:
    """Return a message as it was understood, in the form of `tracker.latest_message`.

    Args:
        heard: The message.
        ranking: Which intents it may have, with their probabilities, the likeliest first.
    """
    entities = [
        {
            "entity": entity.name,
            "value": entity.value,
            **({"role": entity.role} if entity.role else {}),
            **({"group": entity.group} if entity.group else {}),
        }
        for entity in heard.entities
    ]
    intent = {"name": heard.intent or None, "confidence": heard.probability if heard.intent else 0.0}
    answers: Event = {}
    if heard.retrieval:
        _, _, key = heard.retrieval.partition("/")
        known = [{"intent_response_key": heard.retrieval, "confidence": heard.probability}]
        answers = {
            "response_selector": {
                "all_retrieval_intents": [heard.intent],
                heard.intent: {
                    "response": {
                        "intent_response_key": heard.retrieval,
                        "utter_action": f"utter_{heard.intent}/{key}",
                        "confidence": heard.probability,
                    },
                    "ranking": known,
                },
            }
        }
    return {
        "intent": intent,
        "entities": entities,
        "text": heard.text,
        "metadata": {},
        "intent_ranking": [intent, *_others(heard.intent, ranking)] if heard.intent else [],
        **answers,
    }


def _others(intent: str, ranking: Sequence[tuple[str, float]]) -> list[Event]:
    """Return what else a message may mean; nothing where its words were not what its intent was told by."""
    likeliest = ranking[0][0] if ranking else ""
    others = ranking[1:] if likeliest == intent else ranking if intent == FALLBACK_INTENT else ()
    return [{"name": name, "confidence": probability} for name, probability in others[: MOST_RANKED - 1]]


def history(
    conversation: Conversation,
    latest: Event,
    loops: Sequence[str],
    *,
    effects: Sequence[Happened] = (),
    channel: str = "",
) -> list[Event]:
    """Return the latest events of a conversation in the words of a tracker.

    Args:
        conversation: The conversation, with the message to be answered as its latest.
        latest: What that message was taken for (see `parsed`). Of earlier ones only the words are kept.
        loops: The names of the bot's loops; flows of other policies are none of Rasa's.
        effects: What is about to happen, and is not in the conversation yet.
        channel: On which channel it is held.
    """
    told: list[Event] = []
    for event in _told(conversation, effects, latest, frozenset(loops), channel):
        if event["event"] == "user" and not (told and told[-1].get("name") == LISTEN):
            told.append(action_event(LISTEN, at=event["timestamp"]))
        told.append(event)
    return told[-MOST_EVENTS:]


def _told(
    conversation: Conversation, effects: Sequence[Happened], latest: Event, loops: frozenset[str], channel: str
) -> Iterator[Event]:
    at: float | None = None
    newest = conversation.last_user_message
    events = conversation.events
    for event in (*events[max(0, len(events) - MOST_EVENTS) :], *effects):
        match event:
            case SessionStarted():
                at = stamp(event.at)
                yield action_event(SESSION_START, at=at)
                yield {"event": "session_started", "timestamp": at}
            case UserSaid():
                message = event.message
                at = stamp(message.at)
                understood = latest if _same(message, newest) else parsed(Heard(text=message.text))
                told = user_event(message.text, understood, at=at, channel=channel)
                yield {**told, "message_id": message.client_id or None, "metadata": dict(message.metadata)}
            case BotSaid():
                at = stamp(event.at)
                yield from _said(event, at)
            case HumanSaid():
                at = stamp(event.at)
                yield {"event": "agent", "timestamp": at, "text": event.text, "data": None}
            case SlotSet():
                yield slot_event(event.name, event.value, at=at)
            case FlowStarted() if event.flow in loops:
                yield loop_event(event.flow, at=at)
            case FlowEnded() if event.flow in loops:
                yield loop_event(None, at=at)
            case HandedOver():
                yield {"event": "pause", "timestamp": stamp(event.at)}
            case HandedBack():
                yield {"event": "resume", "timestamp": stamp(event.at)}
            case _:
                pass  # what no tracker knows: corrections, feedback, what is remembered


def _said(event: BotSaid, at: float) -> Iterator[Event]:
    """Return what the bot did and said: message by message where stories answered, else one message."""
    for evidence in event.evidence:
        actions, messages = evidence.metadata.get("actions"), evidence.metadata.get("messages")
        if isinstance(actions, list | tuple) and isinstance(messages, list | tuple):
            yield from (action_event(str(name), at=at) for name in actions if name != LISTEN)
            yield from (bot_event(message, at=at) for message in messages if isinstance(message, Mapping))
            return
    buttons = [{"title": title, "payload": title} for title in event.quick_replies]
    yield bot_event({"text": event.text, "buttons": buttons}, at=at)


def _same(message: Message, other: Message | None) -> bool:
    return other is not None and (message is other or (bool(message.client_id) and message == other))


def stamp(at: datetime) -> float:
    """Return a time as trackers write it: seconds since 1970."""
    return at.timestamp()
