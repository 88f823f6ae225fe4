"""`dialog-core import rasa`: a project that was made for Rasa becomes a project here."""

from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from dialog_rasa.importing.convert import Converted
    from dialog_rasa.project.values import Finding, RasaProject

WRONG = 2  # exit code


def import_rasa(
    project: Annotated[
        Path,
        typer.Argument(metavar="PROJECT", help="The folder with domain.yml, config.yml, data/.", show_default=False),
    ],
    out: Annotated[
        Path, typer.Argument(metavar="OUT", help="Where to write the new project: a new folder.", show_default=False)
    ],
    name: Annotated[
        str, typer.Option(metavar="NAME", help="What the bot is called; default: as its folder.", show_default=False)
    ] = "",
    keep_going: Annotated[
        bool, typer.Option("--keep-going", help="Leave out what is wrong in the project, and write the rest.")
    ] = False,
    report: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Where to write the report as well: Markdown, or JSON if it ends in .json.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Turn a Rasa project, 2.x or 3.x, into a dialog-core project.

    Intents, entities, slots, forms, responses, rules, stories and test stories are written as files that a person can
    go on with, comments included; custom actions in Python are copied as they are. OUT/import-report.md says of each
    part whether it is the same here, nearly the same, or left out, with its file and line.

    OUT appears when all of it is written, and nothing is ever written over. Mistakes in the project are told with file
    and line, and nothing is written then, unless --keep-going leaves them out. Exit code 2 says that there are some.

    Examples:
      dialog-core import rasa ~/bots/moodbot moodbot

      dialog-core import rasa . ../new-bot --name Aria

      dialog-core import rasa old-bot new-bot --keep-going --report report.json
    """
    from rich.console import Console

    from dialog_core.configuration import write_output
    from dialog_rasa.importing.report import report_json, report_text
    from dialog_rasa.importing.saving import new_project, refuse_existing, write_files
    from dialog_rasa.importing.summary import tell_summary

    console = Console(highlight=False, markup=False, emoji=False)
    refuse_existing(out)
    read, converted = _read(console, project, name, keep_going=keep_going)
    with new_project(out) as folder:
        write_files(folder, converted.files, converted.copies)
        converted = _checked(console, folder, converted, project, keep_going=keep_going)
        text = report_text(converted, read)
        write_files(folder, {"import-report.md": text}, {})
    if report is not None:
        write_output(report, report_json(converted, read) if report.suffix.lower() == ".json" else text)
    tell_summary(console, converted, out, read.root, report or out / "import-report.md")


def _read(console: "Console", project: Path, name: str, *, keep_going: bool) -> "tuple[RasaProject, Converted]":
    """Read and convert the project; end with the exit code 2 where it has mistakes that are not to be passed over."""
    from dialog_rasa.importing.convert import convert
    from dialog_rasa.project.reading import read_project

    with _shown(console, f"Reading {project} ..."):
        read = read_project(project)
    _refuse(read.findings, project, keep_going=keep_going)
    with _shown(console, "Converting it ..."):
        converted = convert(read, name or default_name(project))
    _refuse(converted.findings, project, keep_going=keep_going)
    return read, converted


def _checked(
    console: "Console", folder: Path, converted: "Converted", project: Path, *, keep_going: bool
) -> "Converted":
    """Look at the new project as `dialog-core check` does: what is wrong there is wrong here as well."""
    from dialog_rasa.importing.sound import wrong_with

    with _shown(console, "Checking what is new ..."):
        known = {finding.message for finding in converted.findings if finding.fate == "wrong"}
        more = [finding for finding in wrong_with(folder) if finding.message not in known]
    converted = replace(converted, findings=(*converted.findings, *more))
    _refuse(converted.findings, project, keep_going=keep_going)
    return converted


def _refuse(findings: Iterable["Finding"], project: Path, *, keep_going: bool) -> None:
    """End with the exit code 2 if something is wrong that is not to be passed over."""
    from rich.console import Console

    from dialog_rasa.importing.summary import tell_wrong

    wrong = [finding for finding in findings if finding.fate == "wrong"]
    if not wrong or keep_going:
        return
    errors = Console(stderr=True, highlight=False, markup=False, emoji=False)
    tell_wrong(errors, wrong)
    what = "1 mistake" if len(wrong) == 1 else f"{len(wrong):,} mistakes"
    errors.print(
        f"error: {what} in {project}; nothing was written. Correct the project, or leave them out: --keep-going",
        soft_wrap=True,
    )
    raise typer.Exit(WRONG)


def default_name(project: Path) -> str:
    """Return what a bot is called if nobody says: as its folder, without the underscores."""
    words = project.resolve().name.replace("_", " ").strip()
    return words or "Bot"


def _shown(console: "Console", text: str) -> AbstractContextManager[object]:
    """Show on a terminal what is being done."""
    return console.status(text) if console.is_terminal else nullcontext()
