"""Points in time as people type them."""

import re
from datetime import UTC, datetime, timedelta

_AGO = re.compile(r"([0-9]{1,6})\s*(m|h|d|w)")
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def moment_of(text: str, now: datetime | None = None) -> datetime:
    """Return a date, a time, or how long ago: `2026-01-31`, `2026-01-31T12:00`, `7d`.

    Args:
        text: What was typed. A date without a zone is meant as the clock on the wall shows it.
        now: The time from which it is reckoned; default: now.

    Raises:
        ValueError: It is none of these.
    """
    ago = _AGO.fullmatch(text.strip())
    try:
        if ago is not None:
            return (now or datetime.now(UTC)) - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
        return datetime.fromisoformat(text.strip()).astimezone()
    except (ValueError, OverflowError):
        told = f"{text!r} is no time; write a date such as 2026-01-31, or how long ago: 30m, 12h, 7d, 2w"
        raise ValueError(told) from None
