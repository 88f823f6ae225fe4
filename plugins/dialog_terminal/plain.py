"""The chat without drawing: for pipes, files, screen readers and terminals that cannot do better.

Standard output gets what the bot says and what commands show, each followed by a blank line, and nothing else; what the
chat itself has to say goes to standard error when lines do not come from a person.
"""

import sys
from collections.abc import Generator, Iterator
from contextlib import closing
from typing import TYPE_CHECKING, TextIO, cast

from dialog_core import Reply, StreamItem
from dialog_core.text import repair_text, strip_controls
from dialog_terminal.phrases import Phrases

if TYPE_CHECKING:
    from rich.console import RenderableType

PROMPT = "> "


class PlainScreen:
    """Writes text as it is, apart from control sequences. Each reply is written when it is complete.

    Args:
        phrases: What the chat says itself.
        width: In how many columns tables are laid out.
        notes: Where to write what is not the bot's.
    """

    def __init__(self, phrases: Phrases, width: int, notes: TextIO) -> None:
        self.width = width
        self._phrases = phrases
        self._notes = notes

    def open(self, name: str, line: str) -> None:
        """Say whom one talks to, unless nobody would read it."""
        if self._notes is sys.stdout:
            self._write(f"{name}: {line}")

    def turn(self, name: str, items: Iterator[StreamItem]) -> Reply | None:
        """Wait for the reply and write it."""
        with closing(cast("Generator[StreamItem]", items)):
            try:
                reply = next((item for item in items if isinstance(item, Reply)), None)
            except KeyboardInterrupt:
                if self._notes is not sys.stdout:
                    raise
                self.note(self._phrases.stopped)
                return None
        if reply is not None:
            self.reply(name, reply)
        return reply

    def reply(self, name: str, reply: Reply, *, most: int | None = None) -> None:
        """Write the messages of a reply, its sources as `[1]`, its quick replies as `1)`."""
        parts = [message.text.strip("\n") for message in reply.messages]
        for message in reply.messages:
            parts += [f"+ {item.name or item.media_type} {item.url or ''}".rstrip() for item in message.attachments]
        sources = dict.fromkeys(
            item.source for item in reply.evidence if item.source and item.metadata.get("cite", True)
        )
        parts.append("\n".join(f"[{number}] {source}" for number, source in enumerate(sources, 1)))
        parts.append("\n".join(f"{number}) {text}" for number, text in enumerate(reply.quick_replies, 1)))
        self._write("\n\n".join(part for part in parts if part))

    def note(self, text: str) -> None:
        """Say something that is not the bot's."""
        self._write(text, self._notes)

    def error(self, text: str) -> None:
        """Say what went wrong."""
        self._write(text, self._notes)

    def show(self, renderable: "RenderableType") -> None:
        """Write a table or the like."""
        from rich.console import Console

        from dialog_terminal.layout import lines_of

        console = Console(
            file=sys.stdout, width=self.width, color_system=None, highlight=False, markup=False, emoji=False
        )
        self._write("\n".join(line.plain for line in lines_of(renderable, console, self.width)))

    def _write(self, text: str, file: TextIO | None = None) -> None:
        file = file or sys.stdout
        print(strip_controls(repair_text(text)), end="\n\n", file=file, flush=True)


class LineReader:
    """Reads lines from standard input; asks for them only if a person is there to see it."""

    def __init__(self, *, interactive: bool) -> None:
        self.interactive = interactive

    def read(self) -> str:
        """Return the next line."""
        if self.interactive:
            try:
                return input(PROMPT)
            except (EOFError, KeyboardInterrupt):
                sys.stdout.write("\n")  # the prompt's line is not finished
                raise
        line = sys.stdin.readline()
        if not line:
            raise EOFError
        return line.rstrip("\n")
