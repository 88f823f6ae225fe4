"""What cards are drawn with: rules, legends, texts with their entities."""

from collections.abc import Sequence

from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from dialog_core.datasets import EntitySpan
from dialog_core.text import repair_text, strip_controls

# Attributes, and those of the terminal's own colours that people can read on black and on white.
NAME, STRONG, MUTED, WRONG, RIGHT, TITLE, MARK = "cyan", "bold", "dim", "red", "green", "bold cyan", "bold magenta"
WIDEST = 100
MOST_LINES = 12  # of one text


def width_of(console: Console) -> int:
    """Return how many columns there are; the last one of a terminal stays free."""
    return max(min(console.width - 1, WIDEST), 30)


def progress_rule(left: str, right: str, share: float, width: int) -> Text:
    """Return a rule with a text at its left end and one at its right, and between them how much is done."""
    line = Text.assemble(("── ", MUTED), (left, TITLE), " ")
    end = Text.assemble(" ", (right, MUTED), (" ──", MUTED))
    room = width - line.cell_len - end.cell_len
    if room < 4:
        line.truncate(max(width - end.cell_len - 3, 8))
        room = max(width - line.cell_len - end.cell_len, 2)
    done = min(round(room * share), room)
    line.append("━" * done, RIGHT)
    line.append("─" * (room - done), MUTED)
    return line + end


def legend(text: str) -> RenderableType:
    """Return lines of a key and what it does as two columns."""
    table = Table.grid(padding=(0, 2), pad_edge=False)
    table.add_column(no_wrap=True, style=NAME)
    table.add_column(overflow="fold", style=MUTED)
    for line in text.splitlines():
        key, _, does = line.partition("  ")
        table.add_row(f"  {key}", does.strip())
    return table


def clean(text: str) -> str:
    """Return a text on one line, without anything that could steer the terminal."""
    return " ".join(strip_controls(repair_text(text)).split())


def shown(text: str) -> str:
    """Return a text as it may be shown, its lines kept."""
    return strip_controls(repair_text(text)).replace("\t", " ")


def with_entities(text: str, entities: Sequence[EntitySpan], style: str = STRONG) -> Text:
    """Return a text in which entities stand out, each with its name behind it."""
    line, at = Text(), 0
    for span in entities:
        line.append(shown(text[at : span.start]), style)
        line.append(shown(text[span.start : span.end]), f"{MARK} underline")
        line.append(f"·{clean(span.entity)}", MARK.removeprefix("bold "))
        at = span.end
    line.append(shown(text[at:]), style)
    lines = line.split("\n", allow_blank=True)
    return Text("\n").join([*lines[:MOST_LINES], *([Text("…", MUTED)] if len(lines) > MOST_LINES else [])])
