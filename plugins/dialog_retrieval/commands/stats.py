"""`dialog-core knowledge stats`: what a bot knows, what looks wrong with it, and what its policies search."""

import json
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from dialog_core import Context
    from dialog_core.datasets import KnowledgeEntry


def stats(
    bot: Annotated[Path, typer.Argument(metavar="BOT", help="The bot file (YAML).", show_default=False)],
    as_json: Annotated[bool, typer.Option("--json", help="Print all figures as JSON.")] = False,
) -> None:
    """Count what a bot knows, find what looks wrong with it, and see what its policies search.

    Example:  dialog-core knowledge stats bot.yaml
    """
    from rich.console import Console

    from dialog_core import Builder, read_bot_file
    from dialog_retrieval.commands.counting import count
    from dialog_retrieval.commands.indexes import indexes_of
    from dialog_retrieval.commands.stats_view import show

    spec = read_bot_file(bot, training=False)
    builder = Builder(spec)
    sources = [count(name, _entries(name, builder.context), date.today()) for name in spec.knowledge]
    indexes = list(indexes_of(spec, builder))
    if as_json:
        told = {
            "sources": {source.name: source.to_json() for source in sources},
            "indexes": {index.name: index.to_json() for index in indexes},
        }
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        show(Console(highlight=False, emoji=False), sources, indexes, f"dialog-core knowledge build {bot}")


def _entries(name: str, context: "Context") -> "Iterable[KnowledgeEntry]":
    """Return the entries as the bot would have them, or else as the source has them."""
    from dialog_core import ArtefactError
    from dialog_retrieval.knowledge.library import open_library

    try:
        library = open_library([name], context)
    except ArtefactError:  # too large to be held, and not built
        return context.stream_knowledge(name)
    return (item.entry for item in library.after(-1))
