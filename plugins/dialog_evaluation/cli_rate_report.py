"""`dialog-core rate report`: what ratings say."""

import json
from pathlib import Path
from typing import Annotated

import typer

from dialog_evaluation.cli_options import HtmlFile, JsonFile


def rate_report(
    ratings: Annotated[
        list[Path],
        typer.Argument(metavar="RATINGS...", help="Files that `dialog-core rate` has written.", show_default=False),
    ],
    json_file: JsonFile = None,
    html_file: HtmlFile = None,
) -> None:
    """Tell what ratings say: who wins, how sure that is, why, and how far those who rated agree.

    Several files are put together. Where they compare more than two systems,
    it tells how strong each is.

    Example:  dialog-core rate report bot.people.ratings.jsonl --html report.html
    """
    from rich.console import Console

    from dialog_core import Context
    from dialog_core.configuration import ConfigurationError, Problem, refuse_overwriting, write_output
    from dialog_evaluation.rating.reading import read_all
    from dialog_evaluation.rating.report.console_report import print_report
    from dialog_evaluation.rating.report.findings import findings_of
    from dialog_evaluation.rating.report.html_report import html_report

    refuse_overwriting((json_file, html_file), *ratings)
    findings = findings_of(read_all(ratings), Context.of_command("rate"))
    if not findings.standings:
        remedy = "Rate some pairs first: dialog-core rate BOT FILE."
        raise ConfigurationError([Problem("nothing is rated yet", file, None, remedy=remedy) for file in ratings])
    # Files first: they are there also where the reader of the report stops early, as `head` does.
    if json_file is not None:
        write_output(json_file, json.dumps(findings.to_json(), ensure_ascii=False, indent=2) + "\n")
    if html_file is not None:
        write_output(html_file, html_report(findings))
    print_report(findings, Console(highlight=False, markup=False, emoji=False))
