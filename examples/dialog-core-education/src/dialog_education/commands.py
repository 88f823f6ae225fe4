"""What teachers type: `dialog-core --plugin education progress BOT` and `... course FILE`."""

import asyncio
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from dialog_core import BotSpec, Builder, DialogError, Profile, read_bot_file
from dialog_education.course.questions import Library, worded

WRONG = 2  # what the command line ends with where a file is wrong or missing


def show_progress(
    bot: Annotated[Path, typer.Argument(metavar="BOT", help="The bot file of a tutor.", show_default=False)],
    user: Annotated[
        list[str] | None,
        typer.Option("--user", "-u", metavar="ID", help="Only this learner; repeatable.", show_default=False),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON object for each learner.")] = False,
) -> None:
    """Show what the learners of a tutor know: how far each is in which unit, what is due, when they practised last.

    Only learners are there who agreed that their progress is kept.

    Example:  dialog-core --plugin education progress bot.yaml --user ann
    """
    try:
        spec = read_bot_file(bot, training=False)
        library, language = _library(spec), spec.file.bot.language
        profiles = asyncio.run(_profiles(spec, user or ()))
    except DialogError as error:
        typer.echo(error, err=True)
        raise typer.Exit(WRONG) from None
    now = datetime.now(UTC)
    rows = [row for profile in profiles for row in _rows(profile, library, language, now)]
    if as_json:
        for row in rows:
            typer.echo(json.dumps(row, ensure_ascii=False))
    elif rows:
        _print_table(rows)
    else:
        typer.echo("No progress is kept of any learner yet." if not user else "No progress is kept of this learner.")


def check_course_files(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="The course files to look through.", show_default=False)
    ],
) -> None:
    """Look for mistakes in course files, each told with its line.

    Example:  dialog-core --plugin education course courses/planets.yaml
    """
    from dialog_education.course.reading import check_course, read_courses

    wrong = False
    for file in files:
        if problems := check_course(file):
            wrong = True
            typer.echo("\n".join(map(str, problems)), err=True)
            continue
        library = read_courses([file])
        counts = (_counted(len(library.units), "unit"), _counted(len(library.questions), "question"))
        typer.echo(f"{file}: no problems. {', '.join(counts)}.")
    if wrong:
        raise typer.Exit(WRONG)


def _library(spec: BotSpec) -> Library:
    from dialog_education.course.reading import read_courses
    from dialog_education.options import TutorOptions

    for policy in spec.policies:
        if isinstance(policy.options, TutorOptions):
            return read_courses(policy.options.courses)
    raise DialogError(f"{spec.path}: this bot has no tutor. Add a policy with `use: tutor`.")


async def _profiles(spec: BotSpec, users: Sequence[str]) -> list[Profile]:
    store = Builder(spec).profile_store()
    if store is None:
        remedy = "Add `profiles: {use: sqlite, path: learners.db}`."
        raise DialogError(f"{spec.path}: this bot keeps no profiles. {remedy}")
    try:
        names = users or [summary.user_id for summary in await store.list()]
        return [await store.get(name) for name in names]
    finally:
        await store.close()


def _rows(profile: Profile, library: Library, language: str, now: datetime) -> list[dict[str, Any]]:
    from dialog_education.schedule.progress import FACT, decode
    from dialog_education.tutor.view import last_practice, views

    progress = decode(profile.known(now).get(FACT))
    return [
        {
            "learner": profile.user_id,
            "unit": worded(view.unit.title, language),
            "mastered": view.mastered,
            "learning": view.learning,
            "new": view.new,
            "due": view.due,
            "streak": progress.streak_at(now),
            "last": last_practice(progress, now, language),
        }
        for view in views(progress, library, now)
    ]


def _print_table(rows: Sequence[dict[str, Any]]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False)
    for name in rows[0]:
        number = name not in ("learner", "unit", "last")
        table.add_column(name, justify="right" if number else "left", no_wrap=name != "unit")
    before = ""
    for row in rows:
        shown = {**row, "learner": "" if row["learner"] == before else row["learner"]}
        table.add_row(*(Text(str(value)) for value in shown.values()))
        before = row["learner"]
    Console().print(table)


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
