"""Text on its way to the screen: cleaned, cut into lines, moved to the right.

Everything a person, a knowledge file or a model wrote comes through `clean` or `one_line` before it is shown.
"""

import re
from collections.abc import Iterable, Sequence

from rich.cells import cell_len, chop_cells
from rich.console import Console, RenderableType
from rich.text import Text

from dialog_core.text import repair_text, strip_controls
from dialog_terminal.wrap import NARROWEST, break_offsets

Lines = list[Text]
INDENT = "  "
_MARKED = re.compile(r"(\*\*|__|`)(?=\S)(.+?)(?<=\S)\1")


def clean(text: str) -> str:
    """Return `text` without anything that could steer the terminal."""
    return strip_controls(repair_text(text)).strip("\n")


def one_line(text: str) -> str:
    """Return `text` cleaned and on a single line."""
    return " ".join(clean(text).split())


def unmarked(text: str) -> str:
    """Return markdown without its marks for bold and code, for where a reply is only mentioned."""
    return _MARKED.sub(r"\2", text)


def shortened(text: str, width: int) -> str:
    """Return `text` on a single line of at most `width` columns, cut between words if there are any."""
    line = one_line(text)
    if cell_len(line) <= width:
        return line
    room = max(width - 1, NARROWEST)
    kept = line[: break_offsets(line, room)[0]].rstrip()
    if 2 * cell_len(kept) < room:  # a long word follows, such as a URL
        kept = chop_cells(line, room)[0].rstrip()
    return f"{kept}…"


def indented(lines: Iterable[Text], first: Text | str, rest: Text | str | None = None) -> Lines:
    """Put `first` before the first of `lines` and `rest` (default: as many spaces) before the others."""
    prefix = first if isinstance(first, Text) else Text(first)
    rest = " " * prefix.cell_len if rest is None else rest
    result: Lines = []
    for line in lines:
        start = Text.assemble(prefix, line)
        if not line.plain:
            start.rstrip()  # trailing spaces would be copied along with the text
        result.append(start)
        prefix = rest if isinstance(rest, Text) else Text(rest)
    return result


def joined(blocks: Sequence[Lines]) -> Lines:
    """Return the lines of all `blocks` that have any, with a blank line between two blocks."""
    lines: Lines = []
    for block in blocks:
        if block:
            lines += [Text(), *block] if lines else block
    return lines


def lines_of(renderable: RenderableType, console: Console, width: int) -> Lines:
    """Lay out a table or the like as lines."""
    options = console.options.update(width=width)
    lines: Lines = []
    for segments in console.render_lines(renderable, options, pad=False):
        line = Text()
        for segment in segments:
            line.append(segment.text, segment.style)
        line.rstrip()
        lines.append(line)
    return lines
