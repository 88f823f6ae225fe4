"""What `conversations list` tells about events: how many messages there are, and when they were said."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from dialog_core.events import BotSaid, Event, HumanSaid, SessionStarted, UserSaid


class Said(NamedTuple):
    """How much was said in some events.

    Attributes:
        messages: How many of them are messages.
        first_at: When the first thing was said, or a session began.
        last_at: When the last thing was said, or a session began.
    """

    messages: int
    first_at: datetime | None
    last_at: datetime | None


def said_at(event: Event) -> datetime | None:
    """Return when something was said or a session began; None for events that are neither."""
    if isinstance(event, UserSaid):
        return event.message.at
    if isinstance(event, BotSaid | HumanSaid | SessionStarted):
        return event.at
    return None


def what_was_said(events: Sequence[Event]) -> Said:
    """Sum up some events."""
    messages = sum(isinstance(event, UserSaid | BotSaid | HumanSaid) for event in events)
    times = [at for event in events if (at := said_at(event)) is not None]
    return Said(messages, times[0], times[-1]) if times else Said(messages, None, None)
