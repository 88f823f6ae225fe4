"""`dialog-core knowledge search`: what each retriever finds, side by side."""

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer


def search(
    bot: Annotated[Path, typer.Argument(metavar="BOT", help="The bot file (YAML).", show_default=False)],
    question: Annotated[
        str | None,
        typer.Argument(metavar="QUESTION", help="What to look for; default: asks for one.", show_default=False),
    ] = None,
    top_k: Annotated[int, typer.Option("--top-k", "-k", min=1, max=100, help="How many entries each may find.")] = 5,
    retriever: Annotated[
        list[str] | None,
        typer.Option("--retriever", "-r", metavar="NAME", help="Only this one; `hybrid.bm25` is a part. Repeatable."),
    ] = None,
    slot: Annotated[
        list[str] | None,
        typer.Option("--slot", "-s", metavar="NAME=VALUE", help="A slot of the conversation, for filters. Repeatable."),
    ] = None,
    explain: Annotated[bool, typer.Option("--explain", help="Also show what each score was made from.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, a line for each question.")] = False,
) -> None:
    """Search a bot's knowledge with each of its retrievers, and see the scores side by side.

    Without a question it asks for one after the other; from a pipe it reads a question a line.

    Examples:
      dialog-core knowledge search bot.yaml "when are you open?"

      dialog-core knowledge search bot.yaml "what does it cost?" --slot product=lamp --explain
    """
    from rich.console import Console

    from dialog_core import Bot, Context
    from dialog_retrieval.commands.search_view import show
    from dialog_retrieval.commands.searching import Searches
    from dialog_retrieval.commands.searching import as_json as to_json
    from dialog_retrieval.commands.shown import clean

    console = Console(highlight=False, emoji=False)
    # Nobody says anything here: no store of anybody's conversations has to be opened.
    with Bot.load(bot, store=Context(name="search").create("store", "memory")) as loaded:
        searches = Searches(loaded, retriever or (), _slots(slot or ()))
        searches.warm()
        for asked in _questions(loaded.name) if question is None else [question]:
            findings = searches.ask(asked, top_k)
            if as_json:
                typer.echo(json.dumps(to_json(asked, findings)))
                continue
            if question is None and not sys.stdin.isatty():
                console.print(clean(asked), style="bold", markup=False)
            show(console, findings, explain=explain)
            if question is None:
                console.print()


def _slots(given: Sequence[str]) -> dict[str, str]:
    from dialog_core.configuration import ConfigurationError, Problem

    slots = {}
    for text in given:
        name, separator, value = text.partition("=")
        if not (separator and name):
            raise ConfigurationError([Problem(f"--slot {text!r} names no value", remedy="Write --slot NAME=VALUE.")])
        slots[name] = value
    return slots


def _questions(bot: str) -> Iterator[str]:
    """Yield what is typed, until Ctrl-D, or the lines of a pipe."""
    if not sys.stdin.isatty():
        lines = (line.decode(errors="replace") for line in sys.stdin.buffer)
        yield from (line.strip() for line in lines if line.strip())
        return
    from prompt_toolkit import PromptSession

    session: PromptSession[str] = PromptSession(placeholder=f"Ask the knowledge of {bot}; Ctrl-D ends")
    while True:
        try:
            text = session.prompt("› ").strip()
        except (EOFError, KeyboardInterrupt):
            return
        if text:
            yield text
