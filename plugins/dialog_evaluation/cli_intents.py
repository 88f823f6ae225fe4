"""`dialog-core evaluate intents`: measure how well a bot understands what messages are about."""

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dialog_evaluation.cli_options import BotFile, Format, HtmlFile, JsonFile, Split

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dialog_core import Context
    from dialog_core.datasets import LabelledText
    from dialog_evaluation.intents.evaluation import Evaluation


def evaluate_intents(
    bot: BotFile,
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="Messages with intents: CSV, JSON lines, YAML, or any known format.",
            show_default=False,
        ),
    ],
    annotator: Annotated[
        str,
        typer.Option(metavar="NAME", help="The classifier; default: `intents`, or the only one.", show_default=False),
    ] = "",
    format: Format = "",
    split: Split = "",
    json_file: JsonFile = None,
    html_file: HtmlFile = None,
) -> None:
    """Measure how well a bot understands what messages are about.

    Rows labelled `out_of_scope` are about nothing the bot knows, and should be rejected.

    Examples:
      dialog-core evaluate intents bot.yaml test.csv --html report.html

      dialog-core evaluate intents bot.yaml clinc150/data_full.json --split test
    """
    from rich.console import Console

    from dialog_core import Bot, Context
    from dialog_core.configuration import refuse_overwriting, write_output
    from dialog_core.training import DataFile, read_labelled
    from dialog_evaluation.intents.console_report import print_report
    from dialog_evaluation.intents.evaluation import evaluate
    from dialog_evaluation.intents.predicting import find_annotator
    from dialog_evaluation.progress import progress

    refuse_overwriting((json_file, html_file), bot, file)
    tools = Context.of_command("evaluate", bot=bot)
    given = DataFile(file, format or "labelled", only=bool(format))
    rows = [row for _, row in read_labelled([given], tools, split=(split,) if split else (), option="--split")]
    # Nobody says anything here: no store of anybody's conversations has to be opened.
    with Bot.load(bot, store=tools.create("store", "memory")) as loaded:
        name = find_annotator(loaded, annotator, rows[0].text)
        with progress("evaluating", len(rows)) as advance:
            evaluation = evaluate(loaded, name, file, rows, advance)
    evaluation = replace(evaluation, remarks=[*evaluation.remarks, *_learnt(bot, name, rows, tools)])
    # Files first: they are there also where the reader of the report stops early, as `head` does.
    if json_file is not None:
        write_output(json_file, json.dumps(evaluation.to_json(), ensure_ascii=False, indent=2) + "\n")
    if html_file is not None:
        write_output(html_file, _page(evaluation))
    print_report(evaluation, Console(highlight=False, markup=False, emoji=False))


def _learnt(bot: Path, annotator: str, rows: "Sequence[LabelledText]", tools: "Context") -> list[str]:
    """Say how much of what is measured on the classifier has been trained with."""
    from dialog_core import DialogError
    from dialog_evaluation.runs.learnt import messages_learnt_by, plain

    try:
        learnt = messages_learnt_by(bot, annotator, tools)
    except DialogError as error:
        return [f"What the bot is trained with could not be compared with: {str(error).splitlines()[0]}"]
    count = sum(plain(row.text) in learnt for row in rows)
    if not count:
        return []
    told = f"{count:,} of {len(rows):,} messages ({count / len(rows):.1%}) stand in what the bot is trained with"
    more = "What is almost the same is found by `dialog-core data leaks`, and `data split` keeps it apart."
    return [f"{told}: on those it is measured how well it remembers. {more}"]


def _page(evaluation: "Evaluation") -> str:
    from dialog_evaluation.intents.html_report import html_report

    return html_report(evaluation)
