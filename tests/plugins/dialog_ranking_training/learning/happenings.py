"""Conversations in which something happened that can be learnt from."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count

from dialog_core import BotSaid, Conversation, Event, Evidence, FeedbackGiven, Message, ReplyEdited, UserSaid

START = datetime(2026, 3, 2, 12, tzinfo=UTC)
_minutes = count()


def now() -> datetime:
    """Return a moment after all before it."""
    return START + timedelta(minutes=next(_minutes))


def asked(
    text: str, said: str = "", *, id: str = "1", entry: str = "", user: str = "", policy: str = ""
) -> list[Event]:
    """Return a question and a reply to it: of an entry, of a policy, or the fallback."""
    message = UserSaid(Message(text, client_id=id, at=now(), user_id=user))
    if not said:
        return [message, BotSaid("No idea.", now(), id, "fallback")]
    evidence = (Evidence(text, entry, metadata={"id": entry, "knowledge": "faq"}),) if entry else ()
    return [message, BotSaid(said, now(), id, policy or ("faq" if entry else "rules"), 0.8, evidence)]


def bad(id: str = "1") -> Event:
    """Return a verdict."""
    return FeedbackGiven(id, "bad", now())


def good(id: str = "1") -> Event:
    """Return a verdict."""
    return FeedbackGiven(id, "good", now())


def edit(text: str, id: str = "1", author: str = "Ann") -> Event:
    """Return a correction."""
    return ReplyEdited(id, text, now(), author)


_ids = count()


def conversation(*events: Event | Sequence[Event]) -> Conversation:
    """Return a conversation with these events."""
    return Conversation(f"c{next(_ids)}", list(_flat(events)))


def _flat(events: Sequence[Event | Sequence[Event]]) -> Iterator[Event]:
    for event in events:
        yield from event if isinstance(event, list) else [event]  # type: ignore[list-item,misc]
