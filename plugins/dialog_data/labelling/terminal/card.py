"""A text as it is shown: what was said before, and what is to be labelled."""

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from dialog_data.labelling.terminal.drawing import MUTED, clean
from dialog_data.labelling.terminal.phrases import Phrases
from dialog_data.labelling.units import Unit

TURNS_BEFORE = 6  # of the conversation; the rest is counted


def card(unit: Unit, text: Text, note: str, phrases: Phrases) -> RenderableType:
    """Return a text to look at.

    Args:
        unit: The text.
        text: The text with its entities.
        note: What the annotator has remarked.
        phrases: In which language.
    """
    table = Table.grid(padding=(0, 2, 0, 0), pad_edge=False, expand=True)
    table.add_column(no_wrap=True, style=MUTED, justify="right", min_width=8)
    table.add_column(ratio=1, overflow="fold")
    if (more := len(unit.before) - TURNS_BEFORE) > 0:
        table.add_row("", Text(phrases.turns_before.format(n=more), MUTED))
    names = {"user": phrases.user, "bot": phrases.bot, "system": phrases.system}
    for turn in unit.before[-TURNS_BEFORE:]:
        table.add_row(names[turn.role], Text(clean(turn.text), MUTED))
    table.add_row(names["user"] if unit.before else phrases.said, text)
    if note:
        table.add_row(phrases.note, Text(clean(note), "italic"))
    return table
