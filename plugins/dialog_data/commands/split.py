"""`dialog-core data split`: part a data set for training, validation and test."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from dialog_data.commands.options import SEED, Format, FormatOptions, Likeness, OnError

FAILED = 1


class SplitBy(StrEnum):
    """What is never torn apart."""

    item = "item"
    user = "user"
    time = "time"
    given = "given"


class OnLeak(StrEnum):
    """What to do about items of validation and test that also stand, or almost stand, in training."""

    stop = "stop"
    remove = "remove"
    keep = "keep"


def split_data(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The data set.", show_default=False)],
    out: Annotated[
        Path, typer.Argument(metavar="DIR", help="Where to write train, validation and test.", show_default=False)
    ],
    validation: Annotated[str, typer.Option("--validation", metavar="SHARE", help="How much for validation.")] = "10%",
    test: Annotated[str, typer.Option("--test", metavar="SHARE", help="How much is for the test.")] = "10%",
    by: Annotated[
        SplitBy,
        typer.Option(
            "--by",
            help="What is never torn apart: an item (a dialogue, or texts that say the same), all items of a user, or "
            "what comes before and after a moment in time, the latest for the test; `given` keeps the source's parts.",
        ),
    ] = SplitBy.item,
    stratify: Annotated[
        str,
        typer.Option(
            "--stratify", metavar="KEY", help="Same shares of each `label`, or key of the metadata.", show_default=False
        ),
    ] = "",
    on_leak: Annotated[
        OnLeak,
        typer.Option("--on-leak", help="If something like an item of validation or test stands in training as well."),
    ] = OnLeak.stop,
    likeness: Likeness = 0.8,
    format: Format = "auto",
    option: FormatOptions = None,
    to: Annotated[
        str,
        typer.Option("--to", metavar="NAME", help="The format to write; default: JSON lines.", show_default=False),
    ] = "",
    on_error: OnError = "stop",
    seed: Annotated[int, typer.Option(help="Another one gives other parts.")] = SEED,
) -> None:
    """Part a data set for training, validation and test, and see that nothing stands in two parts.

    Where an item goes is decided by its name and the seed, so that a data set that grows keeps its parts. Examples
    that were made up (`data augment`) are for training alone, and only where what they were made of is.

    Near-duplicates in two parts make every figure too good: if there are any, nothing is written and the exit code
    is 1. `--on-leak remove` takes them out of validation and test; `data clean --step near_duplicates` takes all
    but one of each out before.

    Example:  dialog-core data split dialogues.jsonl parts --by user --test 20%
    """
    from rich.console import Console

    from dialog_data.commands.files import read_share, reader_spec
    from dialog_data.splitting.command import Plan, split
    from dialog_data.splitting.parts import Wanted

    wanted = Wanted(read_share(validation, "--validation"), read_share(test, "--test"), by.value, stratify, seed)
    if by is not SplitBy.given and wanted.validation + wanted.test >= 1:
        raise typer.BadParameter("leave something to train with", param_hint="--test")
    plan = Plan(file, out, wanted, reader_spec(format, option), to, on_error, on_leak.value, likeness)
    done = split(plan, Console(highlight=False, markup=False, emoji=False))
    if not done:
        raise typer.Exit(FAILED)
