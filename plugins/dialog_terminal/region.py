"""The part of the screen below what is settled: lines that still change.

Every change is one write of what differs: the cursor goes up to the first line that is different, and from there on the
lines are written anew. A reply that grows at its end therefore never flickers.
"""

from collections.abc import Callable, Sequence

from rich.text import Text

_CLEAR_TO_LINE_END = "\x1b[K"
_CLEAR_BELOW = "\x1b[J"
_HIDE_CURSOR = "\x1b[?25l"
_SHOW_CURSOR = "\x1b[?25h"
_SPARE_ROWS = 2  # never redrawn: a line that has scrolled off the screen cannot be reached again


class Region:
    """Lines at the end of the output that can be replaced; the cursor stands on the line after them.

    Args:
        write: Writes to the terminal and flushes.
        size: Returns the columns and rows of the terminal.
        styled: Returns a line as the terminal understands it.
    """

    def __init__(
        self, write: Callable[[str], None], size: Callable[[], tuple[int, int]], styled: Callable[[Text], str]
    ) -> None:
        self._write = write
        self._size = size
        self._styled = styled
        self._shown: list[Text] = []
        self._settled: list[Text] = []
        self._drawn_in = size()[0]
        self._hidden = False

    def show(self, lines: Sequence[Text], *, settle: Sequence[Text] = ()) -> None:
        """Show `settle` for good and below it, until the next call, as many of `lines` from the end as fit."""
        columns, rows = self._size()
        visible = list(lines)[-max(rows - _SPARE_ROWS, 1) :]
        target = [*settle, *visible]
        # Once the terminal has another width, no line is where it was drawn.
        same = _common_length(self._shown, target) if columns == self._drawn_in else 0
        up = self._rows(self._shown[same:], columns)
        changed = target[same:]
        if up or changed:
            parts = [] if self._hidden else [_HIDE_CURSOR]
            parts.append(f"\r\x1b[{up}A" if up else "\r")
            parts += [f"{self._styled(line)}{_CLEAR_TO_LINE_END}\n" for line in changed]
            parts.append(_CLEAR_BELOW if up > len(changed) else "")
            self._hidden = True
            self._write("".join(parts))
        self._shown = visible
        self._settled += settle
        self._drawn_in = columns

    def withdraw(self) -> bool:
        """Take back what was settled too, as far as it has not scrolled off; say whether that was everything."""
        columns, rows = self._size()
        drawn = self._rows([*self._settled, *self._shown], columns)
        up = min(drawn, rows - 1)
        self._write((f"\r\x1b[{up}A" if up else "\r") + _CLEAR_BELOW)
        self._shown, self._settled, self._drawn_in = [], [], columns
        return up == drawn

    def close(self) -> None:
        """Leave what is shown as it is and give the cursor back."""
        if self._hidden:
            self._write(_SHOW_CURSOR)
            self._hidden = False
        self._settled += self._shown
        self._shown = []

    def _rows(self, lines: Sequence[Text], columns: int) -> int:
        """How many rows of the terminal `lines` take up: more than their number once it has been made narrower."""
        return sum(max(1, -(-line.cell_len // columns)) for line in lines)


def _common_length(before: Sequence[Text], after: Sequence[Text]) -> int:
    for index, (old, new) in enumerate(zip(before, after, strict=False)):
        if old != new:
            return index
    return min(len(before), len(after))
