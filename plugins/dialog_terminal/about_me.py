"""What `/me` shows: everything that is known about the user, since when and until when."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from rich.console import Group
from rich.table import Table
from rich.text import Text

from dialog_core import Profile, User
from dialog_terminal import palette
from dialog_terminal.layout import clean
from dialog_terminal.phrases import Phrases

if TYPE_CHECKING:
    from rich.console import RenderableType

LONGEST = 500  # characters of a fact that are shown


def about_me(
    user: User, profile: Profile, declared: Mapping[str, str] | None, phrases: Phrases, now: datetime
) -> "RenderableType":
    """Return a table of facts, and below it what the user said to their being kept.

    Args:
        user: What is known.
        profile: What of it is kept.
        declared: What may be kept, with descriptions; None: nothing ever is.
        phrases: In which language.
        now: What time it is.
    """
    parts: list[RenderableType] = []
    if user.facts:
        table = Table.grid(padding=(0, 2, 0, 0), pad_edge=False)
        for name, value in sorted(user.facts.items()):
            fact = profile.facts.get(name)
            kept = fact is not None and fact.holds(now) and fact.value == value
            until = phrases.me_session
            if kept and fact is not None:
                until = (
                    phrases.me_kept if fact.expires_at is None else phrases.me_until.format(date=_day(fact.expires_at))
                )
            table.add_row(Text(clean(name), palette.NUMBER), Text(clean(_shown(value))), Text(until, palette.MUTED))
            if (declared or {}).get(name):
                table.add_row("", Text(clean((declared or {})[name]), palette.MUTED), "")
        parts.extend((table, ""))
    else:
        parts.extend((Text(phrases.me_nothing), ""))
    parts.append(Text(_consent(user, profile, declared, phrases), palette.MUTED))
    return Group(*parts)


def _consent(user: User, profile: Profile, declared: Mapping[str, str] | None, phrases: Phrases) -> str:
    if declared is None:
        return phrases.me_never_kept
    if not user.id:
        return phrases.me_nobody
    if profile.consent is None:
        return phrases.me_agreed_elsewhere if user.consent else phrases.me_never_asked
    told = phrases.me_agreed if profile.consent.given else phrases.me_refused
    return told.format(date=_day(profile.consent.at))


def _day(at: datetime) -> str:
    return f"{at.astimezone():%Y-%m-%d}"


def _shown(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
