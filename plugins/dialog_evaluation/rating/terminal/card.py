"""Two replies as they are shown: what was said before as a chat, and the replies side by side where there is room."""

from rich import box
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from dialog_core.text import repair_text, strip_controls
from dialog_evaluation.rating.terminal.phrases import Phrases
from dialog_evaluation.rating.values import Item, Turn

# Attributes, and those of the terminal's own colours that people can read on black and on white.
STRONG, MUTED, KEY, DONE, TITLE = "bold", "dim", "bold cyan", "green", "bold cyan"
WIDEST = 110
NARROWEST = 20
SIDE_BY_SIDE = 76  # columns from which on two replies stand beside each other
MOST_TURNS = 6  # of what was said before, unless all is asked for


def width_of(console: Console) -> int:
    """Return how many columns there are; the last one of a terminal stays free."""
    return max(min(console.width - 1, WIDEST), NARROWEST)


def rule(left: str, right: str, width: int) -> Text:
    """Return a light rule with a text at its left end and one at its right."""
    line = Text.assemble(("── ", MUTED), (left, TITLE), " ")
    end = Text.assemble(" ", (right, MUTED), (" ──", MUTED))
    room = width - line.cell_len - end.cell_len
    if room < 1:  # a narrow terminal: what it is about stands on top of it already
        line, room = Text("── ", MUTED), width - 3 - end.cell_len
    line.append("─" * max(room, 1), MUTED)
    return line + end


def card(item: Item, texts: tuple[str, str], phrases: Phrases, width: int, *, whole: bool = False) -> RenderableType:
    """Return two replies to look at.

    Args:
        item: What they answer.
        texts: The replies, in the order in which they are shown.
        phrases: In which language.
        width: How many columns there are.
        whole: Whether to show everything that was said before.
    """
    return Group(chat(item.turns, phrases, whole=whole), Text(), replies(texts, phrases, width))


def chat(turns: tuple[Turn, ...], phrases: Phrases, *, whole: bool = False) -> RenderableType:
    """Return what was said before as a chat, the message that is answered standing out."""
    table = Table.grid(padding=(0, 2, 0, 0), pad_edge=False, expand=True)
    table.add_column(no_wrap=True, style=MUTED, justify="right", min_width=6)
    table.add_column(ratio=1, overflow="fold")
    left_out = 0 if whole else max(len(turns) - MOST_TURNS - 1, 0)
    if left_out:
        table.add_row("", Text(phrases.earlier.format(n=left_out), MUTED))
    for number, turn in enumerate(turns[left_out:], left_out + 1):
        last = number == len(turns)
        who = phrases.user if turn.role == "user" else phrases.bot
        table.add_row(who, Text(clean(turn.text), STRONG if last else MUTED))
    return table


def replies(texts: tuple[str, str], phrases: Phrases, width: int) -> RenderableType:
    """Return both replies, side by side where there is room and else one below the other."""
    panels = [
        Panel(
            Text(clean(text), overflow="fold") if clean(text) else Text(phrases.silence, MUTED),
            title=Text(f" {number} ", KEY),
            title_align="left",
            box=box.ROUNDED,
            border_style=MUTED,
            padding=(0, 1),
        )
        for number, text in enumerate(texts, 1)
    ]
    if width < SIDE_BY_SIDE:
        return Group(*panels)
    table = Table.grid(padding=0, pad_edge=False, expand=True)
    table.add_column(ratio=1)
    table.add_column(width=1)
    table.add_column(ratio=1)
    table.add_row(panels[0], "", panels[1])
    return table


def legend(text: str) -> RenderableType:
    """Return lines of a key and what it does as two columns; a line without a key stands between them."""
    parts: list[RenderableType] = []
    for part in text.split("\n\n"):
        table = Table.grid(padding=(0, 2), pad_edge=False)
        table.add_column(no_wrap=True, style=MUTED)
        table.add_column(overflow="fold", style=MUTED)
        for line in part.splitlines():
            key, gap, does = line.partition("  ")
            if gap:
                table.add_row(f"  {key}", does.strip())
            else:
                parts += [Text(), Padding(Text(line, MUTED), (0, 0, 0, 2))]
        parts.append(table)
    return Group(*parts)


def clean(text: str) -> str:
    """Return a text so that a terminal only shows it; lines stay lines."""
    lines = strip_controls(repair_text(text)).replace("\t", "    ").strip().split("\n")
    return "\n".join(line.rstrip() for line in lines)
