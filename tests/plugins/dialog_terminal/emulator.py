"""A terminal for tests: it does what the chat writes and remembers what scrolled off."""

import re
from collections.abc import Callable

from rich.cells import cell_len

_TOKEN = re.compile(r"\x1b\[(?P<parameters>[0-9;?]*)(?P<final>[A-Za-z])|(?P<text>[^\x1b\r\n]+)|(?P<control>[\r\n])")


class Terminal:
    """A grid of `columns` x `rows` with a cursor, lines above it that have scrolled off, and nothing else.

    It knows what the chat uses; anything else is an error of the chat.
    """

    def __init__(self, columns: int = 80, rows: int = 24) -> None:
        self.columns = columns
        self.rows = rows
        self.lines: list[str] = [""]
        self.cursor = 0  # row within `lines`, scrolled-off ones included
        self.column = 0
        self.cursor_visible = True
        self.writes: list[str] = []

    def size(self) -> tuple[int, int]:
        return self.columns, self.rows

    def write(self, text: str) -> None:
        self.writes.append(text)
        position = 0
        while position < len(text):
            token = _TOKEN.match(text, position)
            assert token, f"the chat wrote {text[position : position + 10]!r}"
            position = token.end()
            if token["text"]:
                self._put(token["text"])
            elif token["control"] == "\r":
                self.column = 0
            elif token["control"] == "\n":
                self._down()
            else:
                self._do(token["final"], token["parameters"])

    @property
    def text(self) -> str:
        """Everything ever shown and still there, without spaces at the ends of lines."""
        return "\n".join(line.rstrip() for line in self.lines).rstrip("\n")

    def _do(self, final: str, parameters: str) -> None:
        known: dict[str, Callable[[], None]] = {
            "A": lambda: self._up(int(parameters or 1)),
            "K": lambda: self._truncate(),
            "J": lambda: self._clear_below(),
            "m": lambda: None,
            "h": lambda: self._show_cursor(parameters, True),
            "l": lambda: self._show_cursor(parameters, False),
        }
        known[final]()

    def _put(self, text: str) -> None:
        for character in text:
            width = cell_len(character)
            if self.column + width > self.columns:
                self._down()
            line = self.lines[self.cursor]
            self.lines[self.cursor] = _cells(line, self.column) + character + _cells_from(line, self.column + width)
            self.column += width

    def _up(self, count: int) -> None:
        top = max(len(self.lines) - self.rows, 0)
        assert self.cursor - count >= top, "the cursor went above the screen, where nothing can be reached"
        self.cursor -= count

    def _down(self) -> None:
        self.cursor += 1
        self.column = 0
        if self.cursor == len(self.lines):
            self.lines.append("")

    def _truncate(self) -> None:
        self.lines[self.cursor] = _cells(self.lines[self.cursor], self.column)

    def _clear_below(self) -> None:
        self._truncate()
        for row in range(self.cursor + 1, len(self.lines)):
            self.lines[row] = ""

    def _show_cursor(self, parameters: str, visible: bool) -> None:
        assert parameters == "?25"
        self.cursor_visible = visible


def _cells(line: str, count: int) -> str:
    """The first `count` cells of a line, filled up with spaces."""
    kept = ""
    for character in line:
        if cell_len(kept + character) > count:
            break
        kept += character
    return kept + " " * (count - cell_len(kept))


def _cells_from(line: str, count: int) -> str:
    """What stands behind the first `count` cells of a line."""
    return line[len(_cells(line, count).rstrip()) :] if cell_len(line) > count else ""
