"""`dialog-core report`: how a bot got on from run to run."""

from pathlib import Path
from typing import Annotated

import typer

from dialog_evaluation.cli_options import HtmlFile, JsonFile, RunsDirectory


def report_trends(
    path: Annotated[
        Path, typer.Argument(metavar="BOT", help="The bot file, or a directory with its runs.", show_default=False)
    ],
    metric: Annotated[
        list[str] | None,
        typer.Option("--metric", "-m", metavar="NAME", help="A figure to show; repeatable.", show_default=False),
    ] = None,
    last: Annotated[int, typer.Option(metavar="N", min=0, help="How many runs, the last ones; 0: all.")] = 20,
    json_file: JsonFile = None,
    html_file: HtmlFile = None,
    runs_dir: RunsDirectory = None,
) -> None:
    """Show how a bot got on from run to run, and which differences are more than chance.

    It shows every run that `dialog-core evaluate` kept, and what changed since the one before. Only runs of the same
    messages are compared.

    Example:  dialog-core report bot.yaml --metric unigram_f1 --html trends.html
    """
    from rich.console import Console

    from dialog_core import Context
    from dialog_core.configuration import refuse_overwriting, write_output
    from dialog_evaluation.progress import progress
    from dialog_evaluation.report.console_trends import print_trends
    from dialog_evaluation.report.html_trends import html_trends
    from dialog_evaluation.report.trends import find, trends_of

    refuse_overwriting((json_file, html_file), path)
    found = find(path, runs_dir, last=last)
    with progress("comparing runs", len(found.runs)) as advance:
        trends = trends_of(found, Context.of_command("report"), metrics=metric or (), advance=advance)
    # Files first: they are there also where the reader of the report stops early, as `head` does.
    if json_file is not None:
        write_output(json_file, trends.to_text())
    if html_file is not None:
        write_output(html_file, html_trends(trends))
    print_trends(trends, Console(highlight=False, markup=False, emoji=False))
