"""`dialog-core learn`: train the ranking with new feedback, and propose what the bot should know."""

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from dialog_ranking_training.learning.learner import Learner

FAILED, INTERRUPTED = 1, 130


def learn(
    bot: Annotated[Path, typer.Argument(metavar="BOT", help="The bot file (YAML).", show_default=False)],
    store: Annotated[
        Path | None,
        typer.Option(
            "--store", metavar="FILE", help="A database of conversations instead of the bot's own.", show_default=False
        ),
    ] = None,
    since: Annotated[
        str,
        typer.Option(
            metavar="DATE",
            help="Suggest only what follows from what happened since then: `2026-01-31`, or how long ago: `7d`, `12h`.",
            show_default=False,
        ),
    ] = "",
    review: Annotated[
        Path | None,
        typer.Option(
            "--review",
            metavar="FILE",
            help="Where suggestions and decisions are kept; default: BOT.review.yaml beside the bot file.",
            show_default=False,
        ),
    ] = None,
    at_least: Annotated[
        int, typer.Option("--at-least", min=1, metavar="N", help="How many unanswered questions make a topic.")
    ] = 2,
    no_train: Annotated[bool, typer.Option("--no-train", help="Leave the ranking as it is.")] = False,
    accept: Annotated[
        list[str] | None,
        typer.Option("--accept", metavar="ID", help="Accept a suggestion without asking, or `all`. Repeatable."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON, and ask nothing.")] = False,
) -> None:
    """Learn from feedback: train the ranking anew, and propose what the bot should know.

    Replies that people judged or put right become a new ranking, if it does
    better on conversations held out.

    What people wrote themselves, what nobody could answer and what was asked
    in other words is suggested as knowledge.

    A terminal asks about one suggestion after the other; everywhere else
    they are written into the review file.

    Examples:
      dialog-core learn bot.yaml

      dialog-core learn bot.yaml --since 7d --no-train --json
    """
    from rich.console import Console

    from dialog_ranking_training.learning.learner import Learner

    console = Console(stderr=as_json, highlight=False)
    learner = Learner(bot, console, store=store, review=review, since=_moment(since), training=not no_train)
    try:
        learner.gather()
        if not no_train:
            learner.train()
        learner.suggest(at_least)
    except KeyboardInterrupt:
        remedy = f"Run the same again to go on: dialog-core learn {bot}"
        typer.echo(f"interrupted: nothing is suggested, and what was in use stays in use. {remedy}", err=True)
        raise typer.Exit(INTERRUPTED) from None
    try:
        failed = _decide(learner, accept or [], as_json)
    except KeyboardInterrupt:
        raise typer.Exit(INTERRUPTED) from None
    if failed:
        raise typer.Exit(FAILED)


def _decide(learner: "Learner", accept: list[str], as_json: bool) -> bool:
    """Have the suggestions decided about; say whether anything failed."""
    if accept:
        learner.accept(accept)
    if as_json:
        sys.stdout.write(json.dumps(learner.told(), ensure_ascii=False, indent=2) + "\n")
    elif not accept and _can_ask():
        if learner.ask():
            raise KeyboardInterrupt
    else:
        learner.list_open()
    return learner.failed


def _can_ask() -> bool:
    import os

    dumb = os.environ.get("TERM", "").lower() in ("dumb", "unknown")
    return sys.stdin.isatty() and sys.stdout.isatty() and not dumb


def _moment(text: str) -> datetime | None:
    from dialog_ranking_training.learning.moments import moment_of

    try:
        return moment_of(text) if text else None
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--since") from None
