"""What labelling begins with: the texts of a file, and what a bot makes of them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from dialog_core import Context
from dialog_core.configuration import ConfigurationError, Problem
from dialog_core.interfaces import Skipped
from dialog_data.commands.files import tell_skipped
from dialog_data.labelling.suggesting import BotSuggester, Suggestion
from dialog_data.labelling.terminal.drawing import clean
from dialog_data.labelling.terminal.phrases import Phrases
from dialog_data.labelling.units import Unit, units_of

_LISTS = (".txt", ".md")  # a text on each line
_REDRAW = 20  # texts


def read_units(file: Path, format: Any, context: Context, on_error: str = "stop") -> list[Unit]:
    """Read what there is to label.

    Args:
        file: The file.
        format: Its reader, or a mapping of its options; empty, or without `use`: a text on each line where it ends in
            `.txt`, else by its content.
        context: Makes the reader.
        on_error: `stop`, or `skip` to pass over what is not as it should be, and say so.

    Raises:
        ConfigurationError: It cannot be read, or there is nothing in it.
    """
    usual = {"use": "labelled", "labels": False} if file.suffix.lower() in _LISTS else {"use": "auto"}
    reader = {**usual, **format} if isinstance(format, dict) and "use" not in format else format or usual
    made = context.create("reader", reader, inherit={"on_error": on_error})
    units = list(units_of(made.read(file)))
    skipped = getattr(made, "skipped", None)
    if isinstance(skipped, Skipped) and skipped.count:
        tell_skipped(skipped)
    if not units:
        raise ConfigurationError([Problem("there is nothing that a user says in it", file)])
    return units


def judge(units: Sequence[Unit], bot: BotSuggester, console: Console, phrases: Phrases) -> dict[str, Suggestion]:
    """Ask a bot about texts, and show how far it is; Ctrl-C is enough of it, not the end."""
    judged: dict[str, Suggestion] = {}
    columns = (TextColumn("  {task.description}"), BarColumn(bar_width=24), MofNCompleteColumn())
    with Progress(
        *columns, TimeRemainingColumn(), console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        task = bar.add_task(phrases.judging.format(bot=clean(bot.name)), total=len(units))
        try:
            for number, unit in enumerate(units, 1):
                judged[unit.id] = bot.suggest(unit.text)
                if number % _REDRAW == 0:
                    bar.update(task, completed=number)
        except KeyboardInterrupt:
            pass
    return judged
