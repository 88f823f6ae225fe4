"""What stands at the bottom of the terminal and changes with every key."""

import re
from collections.abc import Callable, Mapping
from typing import Protocol

from prompt_toolkit.application import Application
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.keys import Keys
from prompt_toolkit.layout import Layout, Window
from prompt_toolkit.layout.controls import FormattedTextControl
from prompt_toolkit.utils import get_cwidth

from dialog_core.text import strip_controls

KEY, FAINT, MARKED, NUMBER = "bold ansicyan", "ansibrightblack", "bold", "ansicyan"
CHARACTER, PASTE = "character", "paste"

_IN_BRACES = re.compile(r"\{([^{}]+)\}")
_NAMED: Mapping[Keys, str] = {
    Keys.Left: "left",
    Keys.Right: "right",
    Keys.Up: "up",
    Keys.Down: "down",
    Keys.ShiftLeft: "shift-left",
    Keys.ShiftRight: "shift-right",
    Keys.Home: "home",
    Keys.End: "end",
    Keys.Backspace: "erase",
    Keys.Delete: "erase",
    Keys.Tab: "tab",
    Keys.Enter: "enter",
    Keys.ControlJ: "enter",
    Keys.Escape: "escape",
    Keys.ControlU: "clear",
    Keys.ControlZ: "undo",
    Keys.ControlD: "leave",
}


class Asking(Protocol):
    """What is asked at the bottom: it draws itself, and takes keys until one of them answers."""

    def draw(self) -> StyleAndTextTuples:
        """Return what is to be seen now."""
        ...

    def key(self, name: str, text: str) -> bool:
        """Take in a key, `character` with its text or one of the named ones; return whether that is the answer."""
        ...


def ask(asking: Asking) -> None:
    """Give keys to what is asked until it is answered.

    Raises:
        KeyboardInterrupt: Ctrl-C was pressed.
        EOFError: There is no terminal any more.
    """
    bindings = KeyBindings()

    def bind(key: Keys, handle: Callable[[KeyPressEvent], None]) -> None:
        bindings.add(key)(handle)

    def named(name: str) -> Callable[[KeyPressEvent], None]:
        return lambda event: _take(event, asking, name, "")

    for key, name in _NAMED.items():
        bind(key, named(name))
    bind(Keys.Any, lambda event: _take(event, asking, CHARACTER, _narrow(event.key_sequence[0].data)))
    bind(Keys.BracketedPaste, lambda event: _take(event, asking, PASTE, _one_line(event.data)))
    bind(Keys.ControlC, lambda event: event.app.exit(exception=KeyboardInterrupt))
    control = FormattedTextControl(asking.draw, show_cursor=False)
    app: Application[None] = Application(
        layout=Layout(Window(control, dont_extend_height=True, wrap_lines=True)),
        key_bindings=bindings,
        erase_when_done=True,
    )
    app.ttimeoutlen = 0.05  # an arrow is an escape and more; nobody waits for what comes after Escape alone
    app.run()


def hint(text: str, width: int, indent: int = 2) -> StyleAndTextTuples:
    """Return hints in which the keys, written in braces, stand out; what two blanks part stays on one line each."""
    pieces: StyleAndTextTuples = []
    column = width
    for number, group in enumerate(text.split("  ")):
        room = get_cwidth(_IN_BRACES.sub(r"\1", group))
        if column + 2 + room > width:
            pieces.append(("", ("\n" if number else "") + " " * indent))
            column = indent
        else:
            pieces.append(("", "  "))
            column += 2
        column += room
        for place, piece in enumerate(_IN_BRACES.split(group)):
            pieces.append((KEY, piece) if place % 2 else ("", piece))
    return pieces


def fitted(text: str, width: int) -> str:
    """Return a text in just so many columns, cut or filled up."""
    if get_cwidth(text) > width:
        while text and get_cwidth(text) >= width:
            text = text[:-1]
        text += "…"
    return text + " " * (width - get_cwidth(text))


def _take(event: KeyPressEvent, asking: Asking, name: str, text: str) -> None:
    if not event.app.is_done and asking.key(name, text):
        event.app.exit()


def _narrow(letter: str) -> str:
    """Return a full-width letter or mark, as Chinese input methods give them, as the usual one."""
    return chr(ord(letter) - 0xFEE0) if len(letter) == 1 and "\uff01" <= letter <= "\uff5e" else letter


def _one_line(pasted: str) -> str:
    return " ".join(strip_controls(pasted).split())[:200]
