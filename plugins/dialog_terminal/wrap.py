"""Line breaking for text in any script: between words in English, between characters in Chinese.

rich breaks at spaces only: a Chinese sentence with one English name in it gets a ragged edge, and a line may begin with
a full stop. Here a line may also end between two wide characters, though not before a closing mark and not behind an
opening one.
"""

import re

from rich.cells import cell_len, chop_cells
from rich.console import Console, ConsoleOptions, RenderResult
from rich.measure import Measurement
from rich.text import Text

_OPENING = "（［｛〈《「『【〔〖“‘"
_CLOSING = "）］｝〉》」』】〕〗”’、。，．！？：；…—～·％"
# Ideographs, kana and full-width forms. Hangul is not among them: Korean is broken at its spaces.
_WIDE = "\u2e80-\u303f\u3041-\u312f\u3190-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
_COMBINING = "\u0300-\u036f\u200c\u200d\u3099\u309a\ufe00-\ufe0f\U000e0100-\U000e01ef"
_WORD = rf"[^\s{_WIDE}{_OPENING}{_CLOSING}]"
# What no line break may divide: one wide character or one word, the marks that belong to it, the space behind it.
_UNIT = re.compile(
    rf"[{_OPENING}]*"
    rf"(?:(?![{_OPENING}{_CLOSING}])[{_WIDE}][{_COMBINING}]*[{_CLOSING},.!?:;)\]}}%]*"
    rf"|{_WORD}*(?:[“‘”’…·]+{_WORD}+)*[{_CLOSING}]*)"  # as in `don’t`
    r"\s*"
)
NARROWEST = 2  # the width of the widest character


class Wrapped:
    """Text in a cell of a table, broken as `wrap` does."""

    def __init__(self, text: Text) -> None:
        self._text = text

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield from wrap(self._text, options.max_width)

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        natural = Measurement.get(console, options, self._text)
        return Measurement(min(NARROWEST, natural.maximum), natural.maximum)


def wrap(text: Text, width: int) -> list[Text]:
    """Break `text` into lines of at most `width` columns, at its own line ends and wherever else it must be."""
    lines: list[Text] = []
    for line in text.split("\n", allow_blank=True):
        line.expand_tabs(4)
        for part in line.divide(break_offsets(line.plain, max(width, NARROWEST))):
            part.rstrip()
            lines.append(part)
    return lines


def break_offsets(line: str, width: int) -> list[int]:
    """Return where in `line` new lines must begin, so that none but for spaces at its end is wider than `width`."""
    offsets: list[int] = []
    used = 0
    for unit in _UNIT.finditer(line):
        word = unit[0].rstrip()
        size = cell_len(word)
        if used and used + size > width:
            offsets.append(unit.start())
            used = 0
        if size > width:  # too long for any line, such as a URL
            start = unit.start()
            *full, last = chop_cells(word, width)
            for piece in full:
                start += len(piece)
                offsets.append(start)
            used = cell_len(last) + len(unit[0]) - len(word)
        else:
            used += cell_len(unit[0])
    return offsets
