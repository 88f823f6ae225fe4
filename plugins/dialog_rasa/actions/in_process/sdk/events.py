"""The events an action may return, each made by a function that is called like it."""

import datetime
from typing import Any

EventType = dict[str, Any]
Entities = list[dict[str, Any]] | dict[str, str] | None


def _event(kind: str, timestamp: float | None, **told: Any) -> EventType:
    return {"event": kind, "timestamp": timestamp, **told}


def SlotSet(key: str, value: Any = None, timestamp: float | None = None) -> EventType:
    """A slot gets a value; None clears it."""
    return _event("slot", timestamp, name=key, value=value)


def AllSlotsReset(timestamp: float | None = None) -> EventType:
    """All slots are as they were at first."""
    return _event("reset_slots", timestamp)


def FollowupAction(name: str, timestamp: float | None = None) -> EventType:
    """This action is next, whatever would be predicted."""
    return _event("followup", timestamp, name=name)


def ActiveLoop(name: str | None, timestamp: float | None = None) -> EventType:
    """A loop begins; None: the one under way ends."""
    return _event("active_loop", timestamp, name=name)


def Form(name: str | None, timestamp: float | None = None) -> EventType:
    """The same as `ActiveLoop`, as it was called before."""
    return ActiveLoop(name, timestamp)


def LoopInterrupted(is_interrupted: bool, timestamp: float | None = None) -> EventType:
    """Whether the loop is to take nothing from the message."""
    return _event("loop_interrupted", timestamp, is_interrupted=is_interrupted)


def FormValidation(validate: bool, timestamp: float | None = None) -> EventType:
    """The contrary of `LoopInterrupted`, as it was called before."""
    return LoopInterrupted(not validate, timestamp)


def Restarted(timestamp: float | None = None) -> EventType:
    """The conversation begins anew."""
    return _event("restart", timestamp)


def SessionStarted(timestamp: float | None = None) -> EventType:
    """A session begins."""
    return _event("session_started", timestamp)


def SessionEnded(timestamp: float | None = None, metadata: dict[str, Any] | None = None) -> EventType:
    """The session is over."""
    return _event("session_ended", timestamp, metadata=metadata)


def UserUtteranceReverted(timestamp: float | None = None) -> EventType:
    """As if the latest message had not been sent."""
    return _event("rewind", timestamp)


def ActionReverted(timestamp: float | None = None) -> EventType:
    """As if the latest action had not been done."""
    return _event("undo", timestamp)


def ActionExecuted(
    action_name: str | None,
    policy: str | None = None,
    confidence: float | None = None,
    timestamp: float | None = None,
) -> EventType:
    """An action was done."""
    return _event("action", timestamp, name=action_name, policy=policy, confidence=confidence)


def ActionExecutionRejected(
    action_name: str,
    policy: str | None = None,
    confidence: float | None = None,
    timestamp: float | None = None,
) -> EventType:
    """An action could not go on."""
    return _event("action_execution_rejected", timestamp, name=action_name, policy=policy, confidence=confidence)


def UserUttered(
    text: str | None,
    parse_data: dict[str, Any] | None = None,
    timestamp: float | None = None,
    input_channel: str | None = None,
) -> EventType:
    """The user said something."""
    return _event("user", timestamp, text=text, parse_data=parse_data, input_channel=input_channel)


def BotUttered(
    text: str | None = None,
    data: dict[str, Any] | None = None,
    metadata: dict[str, Any] | None = None,
    timestamp: float | None = None,
) -> EventType:
    """The bot said something."""
    return _event("bot", timestamp, text=text, data=data, metadata=metadata)


def AgentUttered(text: str | None = None, data: Any = None, timestamp: float | None = None) -> EventType:
    """A person on the bot's side said something."""
    return _event("agent", timestamp, text=text, data=data)


def ConversationPaused(timestamp: float | None = None) -> EventType:
    """The bot says no more until it is told to."""
    return _event("pause", timestamp)


def ConversationResumed(timestamp: float | None = None) -> EventType:
    """The bot answers again."""
    return _event("resume", timestamp)


def StoryExported(timestamp: float | None = None) -> EventType:
    """The conversation is to be written down as a story."""
    return _event("export", timestamp)


def ReminderScheduled(
    intent_name: str,
    trigger_date_time: datetime.datetime,
    entities: Entities = None,
    name: str | None = None,
    kill_on_user_message: bool = True,
    timestamp: float | None = None,
) -> EventType:
    """At that time it shall be as if the user had meant this."""
    return _event(
        "reminder",
        timestamp,
        intent=intent_name,
        entities=entities,
        date_time=trigger_date_time.isoformat(),
        name=name,
        kill_on_user_msg=kill_on_user_message,
    )


def ReminderCancelled(
    name: str | None = None,
    intent_name: str | None = None,
    entities: Entities = None,
    timestamp: float | None = None,
) -> EventType:
    """Reminders of this description are off."""
    return _event("cancel_reminder", timestamp, intent=intent_name, entities=entities, name=name)
