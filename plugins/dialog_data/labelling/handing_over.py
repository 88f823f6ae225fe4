"""Texts for other tools to label: with what a bot suggests, the most uncertain first."""

from pathlib import Path
from typing import Any

from rich.console import Console

from dialog_core import Context
from dialog_core.configuration import ConfigurationError, Problem
from dialog_core.datasets import LabelledText
from dialog_data.labelling.gathering import judge, read_units
from dialog_data.labelling.ordering import at_random, uncertain_first
from dialog_data.labelling.reader import begins_a_log
from dialog_data.labelling.suggested import Suggested, with_suggestion
from dialog_data.labelling.suggesting import BotSuggester, Suggestion
from dialog_data.labelling.terminal.phrases import phrases_for
from dialog_data.labelling.units import Unit
from dialog_data.writers.saving import save


def hand_over(
    file: Path,
    out: Path,
    to: str,
    *,
    bot: BotSuggester | None,
    order: str,
    format: Any,
    limit: int,
    seed: int,
    on_error: str = "stop",
) -> int:
    """Write what there is to label in the format of another tool; return how many texts.

    Args:
        file: The file.
        out: Where to.
        to: The writer.
        bot: Who suggests; None: nobody does.
        order: `uncertain`, `file` or `random`.
        format: The reader of the file, or a mapping with its options; without `use`: by its content.
        limit: How many texts at most; 0: all.
        seed: Decides a random order.
        on_error: What to do about an item that cannot be read: `stop` or `skip`.

    Raises:
        ConfigurationError: The file cannot be read or written, or what would be written over is a log of labels.
    """
    if begins_a_log(out):
        raise ConfigurationError(
            [Problem("is a log of labels, which would be lost", out, remedy="Name another --out.")]
        )
    context = Context.of_command("label")
    units = read_units(file, format, context, on_error)
    judged: dict[str, Suggestion] = {}
    if bot is not None:
        judged = judge(units, bot, Console(stderr=True), phrases_for(bot.language))
    if order == "random":
        units = at_random(units, seed)
    elif order == "uncertain" and any(one.labels for one in judged.values()):
        units = uncertain_first(units, {id: one.uncertainty for id, one in judged.items()})
    items = [_item(unit, judged.get(unit.id), bot.name if bot else "") for unit in units[: limit or None]]
    save(items, out, to, context)
    return len(items)


def _item(unit: Unit, suggestion: Suggestion | None, bot: str) -> LabelledText:
    metadata = {"id": unit.id}
    if unit.before:
        metadata["before"] = "\n".join(f"{turn.role}: {turn.text}" for turn in unit.before)
    item = LabelledText(unit.text, unit.label, metadata, unit.entities)
    if suggestion is None or not (suggestion.labels or suggestion.entities):
        return item
    label, score = suggestion.labels[0] if suggestion.labels else ("", 0.0)
    return with_suggestion(item, Suggested(bot, label, round(score, 4), suggestion.entities))
