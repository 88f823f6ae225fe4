"""`dialog-core rate`: compare replies side by side without knowing whose they are."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dialog_evaluation.cli_options import BotFile, DialoguesFile, Format, OnError, Split
from dialog_evaluation.seed import SEED

if TYPE_CHECKING:
    from dialog_evaluation.rating.beginning import Begun

FAILED, WRONG_USE, INTERRUPTED = 1, 2, 130
PAIRS = 100  # with so many, a win rate is known to ten points either way


def rate(
    bot: BotFile,
    file: DialoguesFile,
    against: Annotated[
        str,
        typer.Option(
            metavar="OTHER",
            help="Another bot file; `people`: what people answered; `baseline`: what needs no bot.",
        ),
    ] = "people",
    rater: Annotated[
        str, typer.Option(metavar="NAME", help="Who rates; default: who is logged in.", show_default=False)
    ] = "",
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="RATINGS",
            help="Where ratings are kept; default: BOT.OTHER.ratings.jsonl beside the bot file.",
            show_default=False,
        ),
    ] = None,
    limit: Annotated[int, typer.Option(min=0, help="How many messages, drawn at random; 0: all.")] = PAIRS,
    overlap: Annotated[
        float, typer.Option(min=0, max=1, metavar="SHARE", help="The share that all raters rate; they come first.")
    ] = 0.2,
    run: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Take the bot's replies from this run of `dialog-core evaluate`, and do not ask it.",
            show_default=False,
        ),
    ] = None,
    train: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Dialogues whose nearest reply is the baseline; default: the most frequent reply."
        ),
    ] = None,
    format: Format = "auto",
    split: Split = "",
    on_error: OnError = "stop",
    seed: Annotated[int, typer.Option(help="For what is drawn, and which reply comes first.")] = SEED,
) -> None:
    """Compare a bot's replies with those of people, or of another bot, side by side and without knowing whose they are.

    Each decision is kept at once. The same command goes on where it was
    left; several people may rate with one file, each with their --rater.

    Nothing is stored in the bot's own store, and no action runs.

    Exit code 1 says that there was no reply to any message.

    Examples:
      dialog-core rate bot.yaml dialogues.jsonl

      dialog-core rate bot.yaml dialogues.jsonl --against changed.yaml --rater ann

      dialog-core rate report bot.people.ratings.jsonl
    """
    from contextlib import ExitStack

    from rich.console import Console

    from dialog_evaluation.console import clean
    from dialog_evaluation.rating.beginning import Wishes, begin

    if on_error not in ("stop", "skip"):
        raise typer.BadParameter("say stop or skip", param_hint="--on-error")
    if train is not None and against != "baseline":
        raise typer.BadParameter("is for --against baseline", param_hint="--train")
    if not _can_ask():
        typer.echo(
            "Rating needs a terminal: keys are pressed one by one. What was rated is told by `dialog-core rate report "
            "RATINGS`.",
            err=True,
        )
        raise typer.Exit(WRONG_USE)
    wishes = Wishes(
        bot,
        file,
        against,
        rater=_rater(rater),
        out=out,
        limit=limit,
        overlap=overlap,
        run=run,
        train=train,
        format=format,
        split=split,
        on_error=on_error,
        seed=seed,
    )
    with ExitStack() as stack:
        with Console(stderr=True).status(f"reading {clean(str(file))} …", spinner="dots"):
            rating = stack.enter_context(begin(wishes))
        status = _ask(rating)
    if status:
        raise typer.Exit(status)


def _ask(rating: "Begun") -> int:
    from rich.console import Console
    from rich.padding import Padding
    from rich.text import Text

    from dialog_core import DialogError
    from dialog_evaluation.rating.terminal.card import clean, width_of
    from dialog_evaluation.rating.terminal.phrases import phrases_for
    from dialog_evaluation.rating.terminal.session import Session, summary

    console = Console(highlight=False, markup=False, emoji=False)
    phrases = phrases_for(rating.language)
    for remark in rating.remarks:
        console.print(Text(f"  {clean(remark)}", "dim"), width=width_of(console))
    session = Session(rating.file, rating.ahead, rating.ids, rater=rating.rater, console=console, phrases=phrases)
    try:
        done = session.run()
    except DialogError as error:
        typer.echo(f"error: {clean(str(error))}", err=True)
        return FAILED
    console.print()
    for line in summary(done, str(rating.file.path), phrases):
        console.print(Padding(line, (0, 0, 0, 2)), width=width_of(console))
    if done.interrupted:
        console.print(Text(f"  {phrases.interrupted}", "dim"))
        return INTERRUPTED
    return FAILED if len(done.failed) == len(rating.ids) else 0


def _rater(name: str) -> str:
    import getpass

    from dialog_core.text import strip_controls

    if not name:
        try:
            name = getpass.getuser()
        except (KeyError, OSError):  # somebody without a name, as in some containers
            raise typer.BadParameter("say who rates: nobody is logged in by a name", param_hint="--rater") from None
    plain = " ".join(strip_controls(name, keep="").split())
    if not plain:
        raise typer.BadParameter("this is no name", param_hint="--rater")
    return plain


def _can_ask() -> bool:
    import os
    import sys

    dumb = os.environ.get("TERM", "").lower() in ("dumb", "unknown")
    return sys.stdin.isatty() and sys.stdout.isatty() and not dumb
