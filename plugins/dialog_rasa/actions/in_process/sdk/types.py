"""The types that custom actions name in their annotations."""

from typing import Any, TypedDict


class TrackerState(TypedDict, total=False):
    """A conversation as an action is sent it."""

    sender_id: str
    slots: dict[str, Any]
    latest_message: dict[str, Any] | None
    events: list[dict[str, Any]]
    paused: bool
    followup_action: str | None
    active_loop: dict[str, Any]
    active_form: dict[str, Any]
    latest_action_name: str | None
    stack: list[dict[str, Any]]
    user_id: str | None


class DomainDict(TypedDict, total=False):
    """A bot's domain."""

    intents: list[dict[str, Any]]
    entities: list[str]
    slots: dict[str, dict[str, Any]]
    responses: dict[str, list[dict[str, Any]]]
    actions: list[str]
    forms: dict[str, Any]


class ActionCall(TypedDict, total=False):
    """What an action is called with."""

    next_action: str | None
    sender_id: str
    tracker: TrackerState
    domain: DomainDict
    version: str
