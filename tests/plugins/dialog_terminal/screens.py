"""A chat on a terminal that tests can look at."""

from rich.console import Console

from dialog_core import Bot
from dialog_terminal.chat import Chat
from dialog_terminal.phrases import ENGLISH, Phrases
from dialog_terminal.screen import RichScreen
from tests.plugins.dialog_terminal.emulator import Terminal


class ScreenFile:
    """What rich writes to, and a terminal reads."""

    def __init__(self, terminal: Terminal) -> None:
        self.terminal = terminal
        self.write = terminal.write

    def flush(self) -> None:
        pass

    def isatty(self) -> bool:
        return True


def screen_on(terminal: Terminal, phrases: Phrases = ENGLISH) -> RichScreen:
    console = Console(
        file=ScreenFile(terminal),  # type: ignore[arg-type]  # as much of a file as rich needs
        width=terminal.columns,
        height=terminal.rows,
        force_terminal=True,
        color_system="standard",
        highlight=False,
        markup=False,
        emoji=False,
        _environ={},
    )
    return RichScreen(phrases, 100, console)


class ChatOnScreen:
    """A chat with a bot and the terminal it is shown on."""

    def __init__(
        self, bot: Bot, *, conversation: str = "terminal", phrases: Phrases = ENGLISH, columns: int = 80, rows: int = 50
    ) -> None:
        self.terminal = Terminal(columns, rows)
        self.chat = Chat(bot, screen_on(self.terminal, phrases), phrases, conversation, latest=True)

    def begin(self) -> str:
        return self._shown_by(self.chat.begin)

    def say(self, line: str) -> str:
        """Take a line and return what it made appear."""
        return self._shown_by(lambda: self.chat.take(line))

    def _shown_by(self, act) -> str:  # type: ignore[no-untyped-def]
        before = self.terminal.cursor
        act()
        return "\n".join(line.rstrip() for line in self.terminal.lines[before:]).rstrip("\n")
