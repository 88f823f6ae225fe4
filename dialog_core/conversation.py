"""A conversation: an append-only list of events, and the views derived from them."""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from dialog_core.append_log import AppendLog
from dialog_core.events import (
    BotSaid,
    ConsentGiven,
    Event,
    FactLearned,
    FeedbackGiven,
    FlowEnded,
    FlowStarted,
    FlowStepped,
    HandedBack,
    HandedOver,
    HumanSaid,
    Message,
    Remembered,
    ReplyEdited,
    SaidEvent,
    SessionStarted,
    SlotSet,
    UserSaid,
)
from dialog_core.values import EMPTY, JsonValue, empty_mapping

DEFAULT_CONVERSATION = "default"
"""The conversation of whoever names none."""

# Conversations share what they have in common (see `AppendLog`), and policies in threads may append to the same one.
_APPENDING = threading.Lock()


@dataclass(frozen=True, slots=True)
class ActiveFlow:
    """A task flow under way."""

    name: str
    policy: str
    step: str = ""
    state: Mapping[str, JsonValue] = empty_mapping()


class Conversation:
    """The events of one conversation and the views derived from them. Frozen: `append` returns a new value.

    Appending costs what is appended, not what came before: the views are carried forward.

    Attributes:
        id: The conversation's name, unique in a store.
        events: Everything that happened, oldest first.
        messages: Of the events, those in which somebody said something.
        slots: Current slot values.
        memory: What policies keep with the conversation, by policy and name; unlike slots, across its sessions.
        learned: What was learnt about each user in this session, by their id and by name.
        flows: Task flows under way, outermost first.
        handed_over: Whether a person has taken over (then no policy is asked).
        last_user_message: The latest message of the user.
        last_bot_message: The latest thing the bot said.
        last_at: When something last was said.
    """

    __slots__ = (
        "__weakref__",
        "_replies",
        "_said",
        "events",
        "flows",
        "handed_over",
        "id",
        "last_at",
        "last_bot_message",
        "last_user_message",
        "learned",
        "memory",
        "messages",
        "slots",
    )

    id: str
    events: AppendLog[Event]
    messages: AppendLog[SaidEvent]
    slots: Mapping[str, JsonValue]
    memory: Mapping[str, Mapping[str, JsonValue]]
    learned: Mapping[str, Mapping[str, FactLearned]]
    flows: tuple[ActiveFlow, ...]
    handed_over: bool
    last_user_message: Message | None
    last_bot_message: BotSaid | None
    last_at: datetime | None
    # Positions in `events`, shared by every window onto the same log like the log itself; see `AppendLog`.
    _said: dict[str, int]
    _replies: dict[str, tuple[int, ...]]

    def __init__(self, id: str, events: Sequence[Event] = ()) -> None:
        values = {
            "id": id,
            "events": AppendLog[Event](),
            "messages": AppendLog[SaidEvent](),
            "slots": EMPTY,
            "memory": EMPTY,
            "learned": EMPTY,
            "flows": (),
            "handed_over": False,
            "last_user_message": None,
            "last_bot_message": None,
            "last_at": None,
            "_said": {},
            "_replies": {},
        }
        for name, value in values.items():
            object.__setattr__(self, name, value)
        if events:
            self._absorb(self, events)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a Conversation is frozen; append an event instead of setting {name!r}")

    def append(self, events: Sequence[Event]) -> "Conversation":
        """Return the conversation with `events` after those it has."""
        grown: Conversation = Conversation.__new__(Conversation)
        for name in _VIEWS:
            object.__setattr__(grown, name, getattr(self, name))
        with _APPENDING:
            grown._absorb(self, events)
        return grown

    @property
    def active_flow(self) -> ActiveFlow | None:
        """The innermost task flow under way."""
        return self.flows[-1] if self.flows else None

    @property
    def facts(self) -> Mapping[str, JsonValue]:
        """What was learnt in this session about the user who wrote last, by name; never what others said."""
        learned = self.learned.get(_writer(self), EMPTY)
        return {name: event.value for name, event in learned.items()}

    @property
    def locale(self) -> str | None:
        """The language the conversation is held in, as the slot `locale` says (a BCP 47 tag)."""
        value = self.slots.get("locale")
        return value if isinstance(value, str) else None

    def position_of(self, client_id: str) -> int | None:
        """Return where in `events` the message with this client id stands, or None if it never arrived."""
        position = self._said.get(client_id)
        return position if position is not None and position < len(self.events) else None

    def replies_to(self, client_id: str) -> tuple[BotSaid, ...]:
        """Return what the bot said to the message with this client id (nothing: it is unanswered)."""
        known = len(self.events)
        said = [self.events[position] for position in self._replies.get(client_id, ()) if position < known]
        return tuple(event for event in said if isinstance(event, BotSaid))

    def _absorb(self, before: "Conversation", events: Sequence[Event]) -> None:
        """Bring every view up to date with `events`; only called on a value nobody else has seen yet."""
        put = object.__setattr__
        position = len(before.events)
        if not before.events.is_newest:  # a fork: the shared indexes belong to the other branch
            said_at, replied_at = dict(before._said), dict(before._replies)
            for event in before.events.beyond():  # what the other branch has put there meanwhile: little
                if isinstance(event, UserSaid) and said_at.get(event.message.client_id, -1) >= position:
                    del said_at[event.message.client_id]
                elif isinstance(event, BotSaid) and event.in_reply_to in replied_at:
                    kept = tuple(at for at in replied_at[event.in_reply_to] if at < position)
                    replied_at[event.in_reply_to] = kept
            put(self, "_said", said_at)
            put(self, "_replies", replied_at)
        said: list[SaidEvent] = []
        slots: dict[str, JsonValue] | None = None
        for event in events:
            match event:
                case UserSaid():
                    said.append(event)
                    self._said.setdefault(event.message.client_id, position)
                    put(self, "last_user_message", event.message)
                    put(self, "last_at", event.message.at)
                case BotSaid():
                    said.append(event)
                    if event.in_reply_to:
                        self._replies[event.in_reply_to] = (*self._replies.get(event.in_reply_to, ()), position)
                    put(self, "last_bot_message", event)
                    put(self, "last_at", event.at)
                case HumanSaid():
                    said.append(event)
                    put(self, "last_at", event.at)
                case SlotSet():
                    slots = dict(self.slots) if slots is None else slots
                    if event.value is None:
                        slots.pop(event.name, None)
                    else:
                        slots[event.name] = event.value
                case FlowStarted():
                    put(self, "flows", (*self.flows, ActiveFlow(event.flow, event.policy, event.step)))
                case FlowStepped():
                    put(self, "flows", _stepped(self.flows, event))
                case FlowEnded():
                    put(self, "flows", _ended(self.flows, event))
                case HandedOver():
                    put(self, "handed_over", True)
                case HandedBack():
                    put(self, "handed_over", False)
                case SessionStarted():
                    slots = {}
                    put(self, "learned", EMPTY)
                    put(self, "flows", ())
                    put(self, "last_bot_message", None)
                    put(self, "last_at", event.at)
                case Remembered():
                    put(self, "memory", _remembered(self.memory, event))
                case FactLearned():
                    put(self, "learned", _learned(self.learned, event, _writer(self)))
                case ConsentGiven():
                    if not event.given:
                        put(self, "learned", _without(self.learned, event.user_id or _writer(self)))
                case ReplyEdited() | FeedbackGiven():
                    pass
            position += 1
        if slots is not None:
            put(self, "slots", MappingProxyType(slots))
        put(self, "events", before.events.extended(events))
        put(self, "messages", before.messages.extended(said))

    def __len__(self) -> int:
        return len(self.events)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Conversation) and self.id == other.id and self.events == other.events

    __hash__ = None  # type: ignore[assignment]  # equal by content; use `id` as a key

    def __repr__(self) -> str:
        return f"Conversation({self.id!r}, {len(self.events)} events)"


# What a longer conversation takes over.
_VIEWS = tuple(name for name in Conversation.__slots__ if name != "__weakref__")


def _stepped(flows: tuple[ActiveFlow, ...], event: FlowStepped) -> tuple[ActiveFlow, ...]:
    if not flows or flows[-1].name != event.flow:
        return flows
    return (*flows[:-1], ActiveFlow(event.flow, flows[-1].policy, event.step, event.state))


def _remembered(memory: Mapping[str, Mapping[str, JsonValue]], event: Remembered) -> Mapping[str, Any]:
    values = {**memory.get(event.policy, EMPTY), **event.values}
    kept = MappingProxyType({name: value for name, value in values.items() if value is not None})
    return MappingProxyType({**memory, event.policy: kept})


def _writer(conversation: Conversation) -> str:
    """Return who wrote last."""
    return "" if conversation.last_user_message is None else conversation.last_user_message.user_id


Learned = Mapping[str, Mapping[str, FactLearned]]


def _learned(learned: Learned, event: FactLearned, writer: str) -> Learned:
    user_id = event.user_id or writer
    facts = {name: fact for name, fact in learned.get(user_id, EMPTY).items() if name != event.name}
    if event.value is not None:
        facts[event.name] = event
    return MappingProxyType({**learned, user_id: MappingProxyType(facts)})


def _without(learned: Learned, user_id: str) -> Learned:
    return MappingProxyType({user: facts for user, facts in learned.items() if user != user_id})


def _ended(flows: tuple[ActiveFlow, ...], event: FlowEnded) -> tuple[ActiveFlow, ...]:
    for depth in range(len(flows) - 1, -1, -1):
        if flows[depth].name == event.flow:
            return flows[:depth]
    return flows
