"""`dialog-core data leaks`: what stands in the training data and in what is measured on."""

import json
from pathlib import Path
from typing import Annotated

import typer

from dialog_data.commands.options import FormatOptions, Formats, Likeness, OnError

FAILED = 1


def find_leaks(
    train: Annotated[Path, typer.Argument(metavar="TRAIN", help="What is learnt from.", show_default=False)],
    measured: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="What is measured on: validation, test.", show_default=False)
    ],
    likeness: Likeness = 0.8,
    allowed: Annotated[
        str, typer.Option("--allowed", metavar="SHARE", help="Which share of what is measured on may leak.")
    ] = "0%",
    format: Formats = "auto",
    option: FormatOptions = None,
    on_error: OnError = "stop",
    json_file: Annotated[
        Path | None, typer.Option("--json", metavar="OUT", help="Also write what leaks as JSON.", show_default=False)
    ] = None,
) -> None:
    """Find what stands in the training data and in what is measured on, word for word or almost.

    Of what stands in several files that are measured on, the one named first leaks.

    Such items make every figure too good: in DailyDialog a fifth of the test is also in the training part. Exit code 1
    says that more leaks than is allowed, so that this can stand in a build.

    Example:  dialog-core data leaks parts/train.jsonl parts/validation.jsonl parts/test.jsonl
    """
    from contextlib import ExitStack

    from rich.console import Console

    from dialog_core.configuration import refuse_overwriting, write_output
    from dialog_data.commands.files import read_items, read_share, reader_spec
    from dialog_data.splitting.leaks import find_leaks as find
    from dialog_data.splitting.showing import print_leaks

    most = read_share(allowed, "--allowed")
    refuse_overwriting((json_file,), train, *measured)
    source = reader_spec(format, option)
    with ExitStack() as opened:
        held = (
            (f"{len(measured) - place:09}", item)  # of two that are alike, the one named first leaks
            for place, file in enumerate(measured)
            for item in opened.enter_context(read_items(file, source, on_error))
        )
        learnt = opened.enter_context(read_items(train, source, on_error))
        leaks = find(held, learnt, likeness)
    if json_file is not None:
        write_output(json_file, json.dumps(leaks.to_json(), ensure_ascii=False, indent=2) + "\n")
    print_leaks(leaks, Console(highlight=False, markup=False, emoji=False))
    if leaks.share > most or leaks.made_up:
        raise typer.Exit(FAILED)
