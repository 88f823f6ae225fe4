"""The conversation as an action sees it, the base class of actions, and how one says that it cannot go on."""

import copy
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from dialog_rasa.actions.in_process.sdk.events import EventType

if TYPE_CHECKING:
    from dialog_rasa.actions.in_process.sdk.executor import CollectingDispatcher
    from dialog_rasa.actions.in_process.sdk.types import DomainDict, TrackerState

ACTION_LISTEN_NAME = "action_listen"
NLU_FALLBACK_INTENT_NAME = "nlu_fallback"
_NO_LOOP = "should_not_be_set"  # how old versions wrote that there is none


class Tracker:
    """A conversation: its slots, its latest message, what has happened.

    Attributes:
        sender_id: Whose conversation it is.
        slots: Every declared slot and its value.
        latest_message: `{"text", "intent": {"name", "confidence"}, "entities": [...], "intent_ranking": [...]}`.
        events: What has happened, oldest first.
        followup_action: What is to be done next, whatever is predicted.
        active_loop: `{"name": ...}` of the loop under way; empty: none.
        latest_action_name: What was done last.
    """

    @classmethod
    def from_dict(cls, state: "TrackerState") -> "Tracker":
        """Return the tracker that an action is sent."""
        return cls(
            state["sender_id"],
            state.get("slots", {}),
            state.get("latest_message", {}),
            state.get("events", []),
            state.get("paused", False),
            state.get("followup_action"),
            state.get("active_loop", state.get("active_form", {})),
            state.get("latest_action_name"),
            state.get("stack", []),
            state.get("user_id"),
        )

    def __init__(
        self,
        sender_id: str,
        slots: dict[str, Any],
        latest_message: dict[str, Any] | None,
        events: list[EventType],
        paused: bool,
        followup_action: str | None,
        active_loop: dict[str, Any],
        latest_action_name: str | None,
        stack: list[dict[str, Any]] | None = None,
        user_id: str | None = None,
    ) -> None:
        self.sender_id = sender_id
        self.slots = slots
        self.latest_message: dict[str, Any] = latest_message or {}
        self.events = events
        self.followup_action = followup_action
        self.active_loop = active_loop
        self.latest_action_name = latest_action_name
        self.stack: list[dict[str, Any]] = stack or []
        self.user_id = user_id
        self._paused = paused

    # --- Now ----------------------------------------------------------------------------------------------------------

    def get_slot(self, key: str) -> Any:
        """Return a slot's value; None where it has none, or there is no such slot."""
        return self.slots.get(key)

    def current_slot_values(self) -> dict[str, Any]:
        """Return all slots."""
        return self.slots

    def get_latest_entity_values(
        self, entity_type: str, entity_role: str | None = None, entity_group: str | None = None
    ) -> Iterator[Any]:
        """Return the values of the latest message's entities of that name, role and group."""
        wanted = (entity_type, entity_role, entity_group)
        return (
            entity.get("value")
            for entity in self.latest_message.get("entities", [])
            if (entity.get("entity"), entity.get("role"), entity.get("group")) == wanted
        )

    def get_intent_of_latest_message(self, skip_fallback_intent: bool = True) -> str | None:
        """Return what the latest message most likely means, whether or not that was sure enough."""
        names = [one["name"] for one in self.latest_message.get("intent_ranking") or ()]
        if skip_fallback_intent and names[:1] == [NLU_FALLBACK_INTENT_NAME]:
            del names[0]
        return names[0] if names else None

    def get_latest_input_channel(self) -> str | None:
        """Return on which channel the latest message came."""
        latest = next((event for event in reversed(self.events) if event.get("event") == "user"), {})
        return latest.get("input_channel")

    def is_paused(self) -> bool:
        """Say whether the bot has been told to say no more."""
        return self._paused

    @property
    def active_loop_name(self) -> str | None:
        """The name of the loop under way; None: there is none."""
        name = self.active_loop.get("name") if self.active_loop else None
        return None if name == _NO_LOOP else name

    @property
    def active_form(self) -> dict[str, Any]:
        """The loop under way, as it was called before."""
        return self.active_loop

    def current_state(self) -> dict[str, Any]:
        """Return all of it as JSON."""
        return {
            "sender_id": self.sender_id,
            "slots": self.slots,
            "latest_message": self.latest_message,
            "latest_event_time": self.events[-1].get("timestamp") if self.events else None,
            "paused": self.is_paused(),
            "events": self.events,
            "latest_input_channel": self.get_latest_input_channel(),
            "active_loop": self.active_loop,
            "latest_action_name": self.latest_action_name,
            "stack": self.stack,
            "user_id": self.user_id,
        }

    # --- Before -------------------------------------------------------------------------------------------------------

    def idx_after_latest_restart(self) -> int:
        """Return the position of the first event after the latest restart."""
        restarts = [position for position, event in enumerate(self.events) if event.get("event") == "restart"]
        return restarts[-1] + 1 if restarts else 0

    def events_after_latest_restart(self) -> list[EventType]:
        """Return what has happened since the latest restart."""
        return list(self.events[self.idx_after_latest_restart() :])

    def applied_events(self) -> list[EventType]:
        """Return what has happened and was not taken back."""
        applied: list[EventType] = []
        for event in self.events:
            match event.get("event"):
                case "restart":
                    applied.clear()
                case "undo":
                    _take_back(applied, "action")
                case "rewind":
                    _take_back(applied, "user")
                    _take_back(applied, "action")  # to listen, which came before the message
                case _:
                    applied.append(event)
        return applied

    def get_last_event_for(self, event_type: str, exclude: Sequence[str] = (), skip: int = 0) -> EventType | None:
        """Return the latest event of a kind that still counts, without those actions; `skip` goes further back."""
        found = (
            event
            for event in reversed(self.applied_events())
            if event["event"] == event_type and not (event["event"] == "action" and event["name"] in exclude)
        )
        return next(islice(found, skip, None), None)

    def last_executed_action_has(self, name: str, skip: int = 0) -> bool:
        """Say whether the latest action, other than to listen, is this one."""
        last = self.get_last_event_for("action", exclude=[ACTION_LISTEN_NAME], skip=skip)
        return last is not None and last["name"] == name

    # --- Of forms -----------------------------------------------------------------------------------------------------

    def slots_to_validate(self) -> dict[str, Any]:
        """Return the slots that the message has just filled: those that the events end with."""
        recent: list[EventType] = []
        for event in reversed(self.events):
            if event["event"] != "slot":
                break
            recent.append(event)
        return {event["name"]: event["value"] for event in reversed(recent)}

    def add_slots(self, slots: Sequence[EventType]) -> None:
        """Set slots as these events say, and take note of them."""
        for event in slots:
            if event.get("event") == "slot":
                self.slots[event["name"]] = event["value"]
                self.events.append(event)

    def copy(self) -> "Tracker":
        """Return a tracker that can be changed without changing this one."""
        return Tracker(
            self.sender_id,
            copy.deepcopy(self.slots),
            copy.deepcopy(self.latest_message),
            copy.deepcopy(self.events),
            self._paused,
            self.followup_action,
            copy.deepcopy(self.active_loop),
            self.latest_action_name,
            copy.deepcopy(self.stack),
            self.user_id,
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Tracker) and (self.sender_id, self.events) == (other.sender_id, other.events)

    __hash__ = None  # type: ignore[assignment]  # it changes


def _take_back(applied: list[EventType], kind: str) -> None:
    """Remove the latest event of a kind, and all that came after it."""
    while applied and applied.pop()["event"] != kind:
        pass


class Action:
    """An action: a name, and what it does."""

    def name(self) -> str:
        """Return what stories call it."""
        raise NotImplementedError("An action must implement a name")

    # Some are asynchronous, some are not: whoever calls it looks.
    def run(self, dispatcher: "CollectingDispatcher", tracker: Tracker, domain: "DomainDict") -> Any:
        """Do it, and return the events that it brings about.

        Args:
            dispatcher: What it says goes to `dispatcher.utter_message(...)`.
            tracker: The conversation.
            domain: What the bot consists of.
        """
        raise NotImplementedError("An action must implement its run method")

    def __str__(self) -> str:
        return f"Action('{self.name()}')"


class _Refusal(Exception):
    """An action does not run.

    Attributes:
        action_name: Which.
        message: Why.
    """

    default = ""

    def __init__(self, action_name: str, message: str | None = None) -> None:
        self.action_name = action_name
        self.message = message or self.default.format(action_name)
        super().__init__(self.message)


class ActionExecutionRejection(_Refusal):
    """The action cannot go on with this message: somebody else may answer it."""

    default = "Custom action '{}' rejected execution."


class ActionNotFoundException(_Refusal):
    """There is no action of that name."""

    default = "No registered action found for name '{}'."


class ActionMissingDomainException(_Refusal):
    """The action needs the domain and was sent none."""

    default = "The action '{}' was sent no domain."
