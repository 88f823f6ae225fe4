"""What can happen in a conversation: its events, and the messages, files and evidence they carry.

Every value here is frozen. What a conversation derives from them, see `dialog_core.conversation`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

from dialog_core.values import JsonValue, empty_mapping


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
