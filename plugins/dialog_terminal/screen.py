"""What the chat needs of a screen, and the rich one: a name in colour, light rules, text that grows as it comes."""

from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from typing import Protocol, cast

from rich.console import Console, RenderableType
from rich.text import Text

from dialog_core import Reply, StreamItem
from dialog_terminal import palette
from dialog_terminal.layout import INDENT, clean, indented, joined, lines_of, one_line
from dialog_terminal.live_reply import LiveReply
from dialog_terminal.phrases import Phrases
from dialog_terminal.region import Region
from dialog_terminal.reply_text import reply_blocks
from dialog_terminal.terminal import unseen_keys
from dialog_terminal.wrap import wrap

_NARROWEST = 20


class Screen(Protocol):
    """Where a chat is shown. Every text may be untrusted: a screen cleans what it is given."""

    @property
    def width(self) -> int:
        """How many columns there are for text."""
        ...

    def open(self, name: str, line: str) -> None:
        """Begin: show the bot's name and a line about this conversation."""
        ...

    def turn(self, name: str, items: Iterator[StreamItem]) -> Reply | None:
        """Show a reply as it comes and return it; None if the user stopped it."""
        ...

    def reply(self, name: str, reply: Reply, *, most: int | None = None) -> None:
        """Show a whole reply, such as a greeting; of a long one only its last `most` lines."""
        ...

    def note(self, text: str) -> None:
        """Say something that is not the bot's."""
        ...

    def error(self, text: str) -> None:
        """Say what went wrong."""
        ...

    def show(self, renderable: RenderableType) -> None:
        """Show a table or the like."""
        ...


class RichScreen:
    """A terminal that can draw.

    Args:
        phrases: What the chat says itself.
        width: The most columns text may take up.
        console: Where to draw; default: standard output.
    """

    def __init__(self, phrases: Phrases, width: int, console: Console | None = None) -> None:
        self.console = console or Console(highlight=False, markup=False, emoji=False)
        self._phrases = phrases
        self._width = width

    @property
    def width(self) -> int:
        """How many columns there are for text."""
        # The last column stays free: what a terminal does behind a character there differs from one to the next.
        return max(min(self._width, self.console.width - 1) - len(INDENT), _NARROWEST)

    def open(self, name: str, line: str) -> None:
        """Show a rule with the bot's name in it, and below it a line about this conversation."""
        name = one_line(name)
        rule = Text.assemble(("── ", palette.MUTED), (name, palette.NAME), " ")
        rule.append("─" * (self.width + len(INDENT) - rule.cell_len), palette.MUTED)
        self._print([rule, *indented(wrap(Text(one_line(line), palette.MUTED), self.width), INDENT)])

    def turn(self, name: str, items: Iterator[StreamItem]) -> Reply | None:
        """Show a reply as it comes and return it; None if the user stopped it with Ctrl-C."""
        self._print([Text(one_line(name), palette.NAME)], gap=False)
        region = Region(self._write, self._size, self._styled)
        live = LiveReply(region, lambda: self.width, name, self._phrases)
        # Closing the generator stops the turn if it is not over: after Ctrl-C, or if drawing fails.
        with unseen_keys(), closing(cast("Generator[StreamItem]", items)), live:
            try:
                for item in items:
                    live.take(item)
            except KeyboardInterrupt:
                live.stop()
                return None
            return live.reply

    def reply(self, name: str, reply: Reply, *, most: int | None = None) -> None:
        """Show a whole reply, such as a greeting; of a long one only its last `most` lines."""
        lines = joined(reply_blocks(reply, self.width))
        if most is not None and len(lines) > most:
            lines = [Text("…", palette.MUTED), *lines[-most:]]
        self._print([Text(one_line(name), palette.NAME), *indented(lines, INDENT)])

    def note(self, text: str) -> None:
        """Say something that is not the bot's."""
        self._print(indented(wrap(Text(clean(text), palette.MUTED), self.width), INDENT))

    def error(self, text: str) -> None:
        """Say what went wrong."""
        self._print(indented(wrap(Text(clean(text), palette.BAD), self.width), INDENT))

    def show(self, renderable: RenderableType) -> None:
        """Show a table or the like."""
        self._print(indented(lines_of(renderable, self.console, self.width), INDENT))

    def _print(self, lines: Sequence[Text], *, gap: bool = True) -> None:
        """Print lines that are no wider than the screen, and a blank one."""
        self.console.print(Text("\n").join([*lines, *([Text()] if gap else [])]), soft_wrap=True)

    def _write(self, text: str) -> None:
        self.console.file.write(text)
        self.console.file.flush()

    def _size(self) -> tuple[int, int]:
        size = self.console.size
        return size.width, size.height

    def _styled(self, line: Text) -> str:
        with self.console.capture() as captured:
            self.console.print(line, soft_wrap=True, end="")
        return captured.get()
