"""Events for tests: one of every kind, difficult texts, and short ways to write the common ones."""

from datetime import UTC, datetime, timedelta, timezone
from types import MappingProxyType

from dialog_core.conversation import Conversation
from dialog_core.events import (
    Attachment,
    BotSaid,
    ConsentGiven,
    Event,
    Evidence,
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
    SessionStarted,
    SlotSet,
    UserSaid,
)

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)

EVERY_KIND_OF_EVENT: tuple[Event, ...] = (
    SessionStarted(NOON),
    UserSaid(
        Message(
            "Look at this",
            (
                Attachment("image/png", data=b"\x89PNG\x00\xff", name="a.png"),
                Attachment("audio/ogg", "https://a/b.ogg"),
            ),
            "user-1",
            "message-1",
            NOON.astimezone(timezone(timedelta(hours=5, minutes=30))),
            MappingProxyType({"device": {"screen": [1, 2.5, None, True]}}),
        )
    ),
    FlowStarted("return", "flows", "ask_order"),
    FlowStepped("return", "ask_reason", {"tries": 2}),
    SlotSet("order", {"number": 12, "lines": ["a", "b"]}),
    SlotSet("order", None),
    BotSaid(
        "Which order is it?",
        NOON + timedelta(seconds=1, microseconds=5),
        "message-1",
        "flows",
        0.75,
        (Evidence("orders", "flows.yaml:3", 0.5, {"title": "Orders"}),),
        ("The last one", "Another"),
        (Attachment("text/plain", data=b""),),
    ),
    FlowEnded("return", "cancelled"),
    HandedOver(NOON + timedelta(seconds=2), "asked for a person"),
    HumanSaid("Hello, this is Ann.", NOON + timedelta(seconds=3), "ann"),
    HandedBack(NOON + timedelta(seconds=4)),
    ReplyEdited("message-1", "Which order number?", NOON + timedelta(seconds=5), "ann"),
    FeedbackGiven("message-1", "bad", NOON + timedelta(seconds=6), "did not help"),
    Remembered("llm", {"summary": "Asked about an order.", "spent": {"tokens": 12}}),
    Remembered("llm", {"summary": None}),
    FactLearned("name", "Ann"),
    FactLearned("name", None),
    ConsentGiven(given=True, at=NOON + timedelta(seconds=7)),
)

DIFFICULT_TEXTS = (
    "",
    "a NUL \x00 in the middle",
    "\x01\x1b[31m control \r\n\t\x7f\x85\u2028\u2029",
    "👩‍👩‍👧‍👦 🇩🇪 e\u0301 \U0010ffff",
    "שלום \u202eمرحبا\u202c",
    "中文，全角",
    '"quotes" \\ and \'; DROP TABLE events; --',
    "half a pair: \ud83d",
)


def said(text: str, client_id: str = "") -> UserSaid:
    """Return a message of the user, for tests."""
    return UserSaid(Message(text, client_id=client_id, at=NOON))


def answered(text: str, in_reply_to: str = "") -> BotSaid:
    """Return a message of the bot, for tests."""
    return BotSaid(text, NOON, in_reply_to, "echo", 0.5)


def texts(conversation: Conversation) -> list[str]:
    """Return what was said in a conversation, in order."""
    return [event.message.text if isinstance(event, UserSaid) else event.text for event in conversation.messages]
