"""`dialog-core evaluate guards`: measure what a guard misses, and whom it bothers."""

import json
from pathlib import Path
from typing import Annotated

import typer

from dialog_evaluation.cli_options import BotFile, Format, HtmlFile, JsonFile, Split


def evaluate_guards(
    bot: BotFile,
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="Labelled messages: CSV, JSON lines, YAML, or any known format.",
            show_default=False,
        ),
    ],
    guard: Annotated[
        str, typer.Option(metavar="NAME", help="The guard; default: the only one.", show_default=False)
    ] = "",
    replies: Annotated[bool, typer.Option("--replies", help="The texts are replies of the bot's.")] = False,
    harmless: Annotated[
        str, typer.Option(metavar="LABEL", help="The label of texts that the guard should let through.")
    ] = "harmless",
    format: Format = "",
    split: Split = "",
    json_file: JsonFile = None,
    html_file: HtmlFile = None,
) -> None:
    """Measure what a guard misses, and whom it bothers.

    Each row has a `text` and a `label`; any label but `harmless` says that the guard should object: refuse the text or
    rewrite it. Rows may also have a `kind` and a `language`, by which figures are then shown, and an `expected`: what
    should become of the text.

    Examples:
      dialog-core evaluate guards bot.yaml attacks.jsonl --guard prompt_injection

      dialog-core evaluate guards bot.yaml replies.csv --replies --harmless fine --html report.html
    """
    from rich.console import Console

    from dialog_core import Bot, Context
    from dialog_core.configuration import refuse_overwriting, write_output
    from dialog_core.training import DataFile, read_labelled
    from dialog_evaluation.guards.console_report import print_report
    from dialog_evaluation.guards.evaluation import evaluate
    from dialog_evaluation.guards.html_report import html_report
    from dialog_evaluation.guards.judging import find_guard
    from dialog_evaluation.progress import progress

    refuse_overwriting((json_file, html_file), bot, file)
    tools = Context.of_command("evaluate", bot=bot)
    given = DataFile(file, format or "labelled", only=bool(format))
    rows = [row for _, row in read_labelled([given], tools, split=(split,) if split else (), option="--split")]
    # Nobody says anything here: no store of anybody's conversations has to be opened.
    with Bot.load(bot, store=tools.create("store", "memory")) as loaded:
        name = find_guard(loaded, guard)
        with progress("evaluating", len(rows)) as advance:
            evaluation = evaluate(loaded, name, file, rows, harmless=harmless, replies=replies, advance=advance)
    # Files first: they are there also where the reader of the report stops early, as `head` does.
    if json_file is not None:
        write_output(json_file, json.dumps(evaluation.to_json(), ensure_ascii=False, indent=2) + "\n")
    if html_file is not None:
        write_output(html_file, html_report(evaluation))
    print_report(evaluation, Console(highlight=False, markup=False, emoji=False))
