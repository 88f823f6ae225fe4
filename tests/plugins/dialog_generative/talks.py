"""Conversations for tests, written as lines."""

from collections.abc import Sequence
from datetime import UTC, datetime

from dialog_core import BotSaid, Event, HumanSaid, Message, UserSaid

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def talk(*lines: str) -> Sequence[Event]:
    """Return events: `> ...` was said by the user, `agent: ...` by a person, and anything else by the bot."""
    events: list[Event] = []
    asked = ""
    for number, line in enumerate(lines):
        if line.startswith("> "):
            asked = f"u{number}"
            events.append(UserSaid(Message(line[2:], client_id=asked, at=NOON)))
        elif line.startswith("agent: "):
            events.append(HumanSaid(line.removeprefix("agent: "), NOON))
        else:
            events.append(BotSaid(line, NOON, asked))
    return events


def turns(count: int, words: str = "words") -> Sequence[Event]:
    """Return so many turns, each of a question and an answer."""
    return talk(*(line for number in range(count) for line in (f"> question {number} {words}", f"answer {number}")))
