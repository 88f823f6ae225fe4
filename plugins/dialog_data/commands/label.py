"""`dialog-core data label`: a person labels what users say, in the terminal."""

import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from dialog_data.commands.options import SEED, Format, FormatOptions, OnError

WRONG_USE, INTERRUPTED = 2, 130


class Order(StrEnum):
    """In which order texts are labelled."""

    uncertain = "uncertain"
    file = "file"
    random = "random"


class What(StrEnum):
    """What is labelled."""

    both = "both"
    intents = "intents"
    entities = "entities"


def label(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help="What to label: texts, dialogues, any data set that can be read.", show_default=False
        ),
    ],
    out: Annotated[
        Path, typer.Option("--out", metavar="OUT", help="Where decisions are kept: LABELS.jsonl.", show_default=False)
    ],
    bot: Annotated[
        Path | None,
        typer.Option("--bot", metavar="BOT", help="A bot that suggests labels and entities.", show_default=False),
    ] = None,
    annotator: Annotated[
        str, typer.Option(metavar="NAME", help="Who labels; default: who is logged in.", show_default=False)
    ] = "",
    labels: Annotated[
        str,
        typer.Option(
            metavar="LIST",
            help="Labels with commas between, or a file of them. Others can be added.",
            show_default=False,
        ),
    ] = "",
    kinds: Annotated[
        str,
        typer.Option("--entities", metavar="LIST", help="Kinds of entities, written likewise.", show_default=False),
    ] = "",
    what: Annotated[What, typer.Option(help="What is labelled.")] = What.both,
    order: Annotated[Order, typer.Option(help="Which texts come first; `uncertain` needs a bot.")] = Order.uncertain,
    format: Format = "",
    option: FormatOptions = None,
    to: Annotated[
        str,
        typer.Option(
            "--to",
            metavar="NAME",
            help="Ask nothing, and write OUT for another tool with what the bot suggests: `label_studio`, `doccano`.",
            show_default=False,
        ),
    ] = "",
    limit: Annotated[int, typer.Option(min=0, metavar="N", help="Stop after N texts; 0: at the end.")] = 0,
    divide: Annotated[
        bool, typer.Option("--divide", help="Divide the work: leave out what others have labelled.")
    ] = False,
    again: Annotated[
        bool, typer.Option("--again", help="Label once more what you have labelled, to see how far you agree.")
    ] = False,
    language: Annotated[
        str, typer.Option(metavar="TAG", help="In which language to ask; default: the bot's.", show_default=False)
    ] = "",
    seed: Annotated[int, typer.Option(metavar="N", help="Decides a random order.")] = SEED,
    on_error: OnError = "stop",
) -> None:
    """Label what users say, one text after the other.

    A bot suggests labels, and the texts it is least sure of come first. One
    key takes a suggestion; letters find any other label or make a new one.

    Every decision is on disk before the next text is shown. The same command
    goes on where it was; several people may write into one file.

    Examples:
      dialog-core data label chats.jsonl --bot bot.yaml --out labels.jsonl

      dialog-core data label texts.txt --labels book,cancel,hours --out labels.jsonl --annotator ann
    """
    from dialog_data.commands.files import named_options

    options = named_options(option or [], "--option")
    source = {"use": format, **options} if format and options else options or format
    if to:
        _hand_over(file, out, to, bot, order=order.value, format=source, limit=limit, seed=seed, on_error=on_error)
        return
    if not _can_ask():
        told = "labelling needs a terminal. Run it in one, without redirecting input or output, or label in a browser"
        typer.echo(f"error: {told}: --to label_studio --out tasks.json", err=True)
        raise typer.Exit(WRONG_USE)

    from rich.console import Console

    from dialog_data.labelling.labelling import Labelling
    from dialog_data.labelling.task import Task

    task = Task(annotator.strip() or _who(), what != What.entities, what != What.intents, again)
    labelling = Labelling(file, out, Console(highlight=False), task=task, bot=bot, language=language)
    with labelling:
        done = labelling.run(
            format=source,
            labels=labels,
            kinds=kinds,
            order=order.value,
            divide=divide,
            limit=limit,
            seed=seed,
            on_error=on_error,
        )
    if done.interrupted:
        raise typer.Exit(INTERRUPTED)


def _hand_over(file: Path, out: Path, to: str, bot: Path | None, **how: Any) -> None:
    from contextlib import nullcontext

    from dialog_data.commands.files import refuse_same
    from dialog_data.labelling.handing_over import hand_over
    from dialog_data.labelling.suggesting import BotSuggester

    refuse_same(out, file)
    with BotSuggester(bot) if bot is not None else nullcontext() as suggester:
        if suggester is not None and suggester.problem:
            typer.echo(f"{suggester.name} suggests nothing: {suggester.problem}", err=True)
        count = hand_over(file, out, to, bot=suggester, **how)
    typer.echo(f"{count:,} texts: {out}")


def _can_ask() -> bool:
    dumb = os.environ.get("TERM", "").lower() in ("dumb", "unknown")
    return sys.stdin.isatty() and sys.stdout.isatty() and not dumb


def _who() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # a container's user need not have a name
        raise typer.BadParameter("say who labels", param_hint="--annotator") from None
