"""What was said and what happened: messages, the events of a conversation, and the views derived from them.

A conversation is an append-only list of events; everything else is derived from it. Every value here is frozen.
"""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Literal

from dialog_core.append_log import AppendLog

JsonValue = Any
"""A value that JSON can hold: what slots and metadata may be."""

DEFAULT_CONVERSATION = "default"
"""The conversation of whoever names none."""

EMPTY: Mapping[str, Any] = MappingProxyType({})

# Conversations share what they have in common (see `AppendLog`), and policies in threads may append to the same one.
_APPENDING = threading.Lock()


def empty_mapping() -> Any:
    """Return the default of a dataclass field that holds a mapping: the one empty mapping, which nobody can change."""
    return field(default_factory=lambda: EMPTY)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a message: an image, a voice note, a document.

    Attributes:
        media_type: An IANA media type such as `image/png`.
        url: Where the content is, if it is not in `data`.
        data: The content itself, if it is not behind `url`.
        name: What to call it when it is shown or saved.
    """

    media_type: str
    url: str | None = None
    data: bytes | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """What a user sent.

    Attributes:
        text: The words, as repaired on the way in (no lone surrogates, not longer than the bot accepts).
        attachments: Files sent with it.
        user_id: Who sent it, as the channel knows them; empty when unknown.
        client_id: Names this message within its conversation. A channel that may deliver twice sends the same id
            twice and gets the same reply; the manager gives messages without one a new id.
        at: When it was received.
        metadata: What the channel wants to keep beside it (JSON values).
    """

    text: str
    attachments: tuple[Attachment, ...] = ()
    user_id: str = ""
    client_id: str = ""
    at: datetime = field(default_factory=lambda: datetime.now(UTC))
    metadata: Mapping[str, JsonValue] = empty_mapping()


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a reply rests on; channels show it as citations.

    Attributes:
        text: The passage or question found.
        source: Where it stands: an entry id, a URL, `rules.yaml:12`.
        score: How well it fits, on the scale of whoever found it.
        metadata: More about it (JSON values), such as `{"title": ..., "url": ...}`; `answer` is what a question that
            was found is answered with, for policies that put it in other words; `{"cite": False}` keeps it out of what
            users are shown, though not out of the trace.
    """

    text: str
    source: str = ""
    score: float = 0.0
    metadata: Mapping[str, JsonValue] = empty_mapping()


@dataclass(frozen=True, slots=True)
class SessionStarted:
    """A session begins: the first message, or the first after `bot.session_expiry`. Slots and flows start afresh."""

    at: datetime


@dataclass(frozen=True, slots=True)
class UserSaid:
    """A message was accepted. It is stored before any policy is asked."""

    message: Message


@dataclass(frozen=True, slots=True)
class BotSaid:
    """The bot said something, in reply to the message `in_reply_to` (a client id) or, if empty, unasked."""

    text: str
    at: datetime
    in_reply_to: str = ""
    policy: str = ""
    probability: float | None = None
    evidence: tuple[Evidence, ...] = ()
    quick_replies: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class HumanSaid:
    """A person on the bot's side (an agent, a teacher) wrote to the user."""

    text: str
    at: datetime
    author: str = ""


@dataclass(frozen=True, slots=True)
class ReplyEdited:
    """A person corrected what the bot had said to the message `in_reply_to`."""

    in_reply_to: str
    text: str
    at: datetime
    author: str = ""


@dataclass(frozen=True, slots=True)
class SlotSet:
    """A slot got a value (a JSON value); None clears it."""

    name: str
    value: JsonValue


@dataclass(frozen=True, slots=True)
class FlowStarted:
    """The policy `policy` began the task flow `flow`; flows may be nested."""

    flow: str
    policy: str
    step: str = ""


@dataclass(frozen=True, slots=True)
class FlowStepped:
    """The innermost active flow moved to `step`; `state` is what its policy wants to remember (JSON values)."""

    flow: str
    step: str
    state: Mapping[str, JsonValue] = empty_mapping()


@dataclass(frozen=True, slots=True)
class FlowEnded:
    """The innermost active flow named `flow` ended, with those begun inside it."""

    flow: str
    outcome: str = "completed"


@dataclass(frozen=True, slots=True)
class HandedOver:
    """A person takes over: from here on no policy is asked."""

    at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class HandedBack:
    """The bot answers again."""

    at: datetime


@dataclass(frozen=True, slots=True)
class FeedbackGiven:
    """Somebody judged the reply to the message `in_reply_to`."""

    in_reply_to: str
    verdict: Literal["good", "bad"]
    at: datetime
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Remembered:
    """A policy keeps values (JSON values) with the conversation, whoever answered; None forgets one."""

    policy: str
    values: Mapping[str, JsonValue]


@dataclass(frozen=True, slots=True)
class FactLearned:
    """Something was learnt about the user (a JSON value); None forgets it.

    It is known until the session ends, and longer where the bot keeps profiles and the user agrees.

    Attributes:
        name: What it is called.
        value: What it is.
        user_id: Whom it is about. What a policy says of this is replaced by who wrote the message it answers.
        at: When it was learnt: the time of the turn, likewise.
    """

    name: str
    value: JsonValue
    user_id: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ConsentGiven:
    """The user agreed that facts about them are kept across conversations; `given=False`: that all are forgotten.

    Attributes:
        given: Whether they agreed.
        at: When.
        user_id: Who. What a policy says of this is replaced by who wrote the message it answers.
    """

    given: bool
    at: datetime
    user_id: str = ""


Event = (
    SessionStarted
    | UserSaid
    | BotSaid
    | HumanSaid
    | ReplyEdited
    | SlotSet
    | FlowStarted
    | FlowStepped
    | FlowEnded
    | HandedOver
    | HandedBack
    | FeedbackGiven
    | Remembered
    | FactLearned
    | ConsentGiven
)

SaidEvent = UserSaid | BotSaid | HumanSaid


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


_VIEWS = tuple(
    name for name in Conversation.__slots__ if name != "__weakref__"
)  # what a longer conversation takes over


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
