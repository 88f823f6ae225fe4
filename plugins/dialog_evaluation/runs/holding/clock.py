"""The time of recorded turns, for a bot that would otherwise go by what time it is."""

from contextvars import ContextVar
from datetime import UTC, datetime

RECORDED: ContextVar[datetime | None] = ContextVar("recorded", default=None)
"""When the message that is being answered was said; None: nobody knows. Each dialogue under way has its own."""


def recorded_or_now() -> datetime:
    """Return when the message was said, or what time it is."""
    return RECORDED.get() or datetime.now(UTC)
