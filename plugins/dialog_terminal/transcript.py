"""A conversation on the screen (`/history`) and in a file (`/save`)."""

import json
import os
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from dialog_core import BotSaid, Conversation, HumanSaid, UserSaid
from dialog_core.text import repair_text
from dialog_terminal import palette
from dialog_terminal.layout import clean, one_line, unmarked
from dialog_terminal.phrases import Phrases
from dialog_terminal.wrap import Wrapped

SaidEvent = UserSaid | BotSaid | HumanSaid
# Legal in JSON, and yet steering a terminal on which the file is listed.
_STEERING = re.compile("[\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def history(conversation: Conversation, most: int, bot_name: str, phrases: Phrases) -> RenderableType:
    """Return the last `most` messages of a conversation as a table."""
    said = conversation.messages
    first = max(len(said) - most, 0)
    parts: list[RenderableType] = []
    if first:
        parts.append(Text(phrases.earlier.format(n=first, all=len(said)), palette.MUTED))
    day = ""
    table = _grid()
    for event in said[first:]:
        at, who, text = _said(event)
        if at.strftime("%x") != day:
            day = at.strftime("%x")
            if table.row_count:
                parts += [table, ""]
            parts.append(Text(f"── {at:%Y-%m-%d}", palette.MUTED))
            table = _grid()
        mine = isinstance(event, UserSaid)
        name = phrases.you if mine else one_line(who or bot_name)
        words = Wrapped(Text(clean(text if mine else unmarked(text))))
        table.add_row(f"{at:%H:%M}", Text(name, "" if mine else palette.NAME), words)
    return Group(*parts, table)


def save(conversation: Conversation, path: Path, bot_name: str, phrases: Phrases, *, overwrite: bool) -> None:
    """Write a conversation as markdown or JSON lines, whichever the suffix says.

    Raises:
        KeyError: The suffix says something else.
        FileExistsError: The file is there and `overwrite` is False.
        OSError: It could not be written.
    """
    text = repair_text(FORMATS[path.suffix.lower()](conversation, bot_name, phrases))
    if not overwrite:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
        return
    # Written beside it and moved into place: a full disk does not cost the old file.
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with open(descriptor, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def as_markdown(conversation: Conversation, bot_name: str, phrases: Phrases) -> str:
    """Return a conversation as a markdown document."""
    return "\n".join(_markdown(conversation, bot_name, phrases))


def as_json_line(conversation: Conversation, bot_name: str, phrases: Phrases) -> str:
    """Return a conversation as one line of JSON with the fields of `dialog_core.datasets.Dialogue`."""
    turns: list[Mapping[str, Any]] = []
    for event in conversation.messages:
        at, author, text = _said(event)
        turn: dict[str, Any] = {"role": "user" if isinstance(event, UserSaid) else "bot", "text": text}
        metadata = {"at": at.isoformat()}
        if isinstance(event, BotSaid) and event.policy:
            metadata["policy"] = event.policy
        if author:
            metadata["author"] = author
        turns.append({**turn, "metadata": metadata})
    line = json.dumps({"id": conversation.id, "turns": turns}, ensure_ascii=False)
    return _STEERING.sub(lambda match: f"\\u{ord(match[0]):04x}", line) + "\n"


FORMATS: Mapping[str, Callable[[Conversation, str, Phrases], str]] = {".md": as_markdown, ".jsonl": as_json_line}


def _markdown(conversation: Conversation, bot_name: str, phrases: Phrases) -> Iterator[str]:
    yield f"# {one_line(bot_name)}\n"
    day = ""
    for event in conversation.messages:
        at, author, text = _said(event)
        if at.strftime("%x") != day:
            day = at.strftime("%x")
            yield f"## {at:%Y-%m-%d}\n"
        name = phrases.you if isinstance(event, UserSaid) else one_line(author or bot_name)
        yield f"**{name}** {at:%H:%M}\n\n{clean(text)}\n"


def _said(event: SaidEvent) -> tuple[datetime, str, str]:
    """When it was said (on the clock on the wall), by whom if that is a person, and what."""
    if isinstance(event, UserSaid):
        return event.message.at.astimezone(), "", event.message.text
    return event.at.astimezone(), event.author if isinstance(event, HumanSaid) else "", event.text


def _grid() -> Table:
    table = Table.grid(padding=(0, 2, 0, 0), pad_edge=False)
    table.add_column(style=palette.MUTED, no_wrap=True)
    table.add_column(max_width=20, overflow="fold")
    table.add_column(overflow="fold")
    return table
