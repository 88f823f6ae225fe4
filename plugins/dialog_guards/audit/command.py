"""`dialog-core audit verify`: whether an audit log is as it was written."""

from pathlib import Path
from typing import Annotated

import typer


def verify(
    log: Annotated[Path, typer.Argument(metavar="FILE", help="The audit log.", show_default=False)],
    last: Annotated[
        str, typer.Option(metavar="CHECKSUM", help="What `verify` said last time; the log must still contain it.")
    ] = "",
) -> None:
    """Find out whether an audit log is as it was written: no line changed, removed, inserted or moved.

    Keep the checksum it prints somewhere else: with `--last` it also finds out whether the end was cut off, or the
    whole log written anew. Exit code 1: it is not as it was written.

    Example:  dialog-core audit verify audit.jsonl
    """
    from dialog_core import DialogError
    from dialog_core.configuration import read_lines
    from dialog_guards.audit.chain import BEGINNING, Verified, verified

    found: Verified = verified((line for _, line in read_lines(log)), last or BEGINNING)
    if found.problem:
        raise DialogError(f"{log}:{found.lines + 1}: {found.problem}")
    if not found.seen:
        raise DialogError(f"{log}: no line has the checksum {last}: its end was cut off, or it was written anew")
    typer.echo(f"{found.lines:,} lines are as they were written. Last checksum: {found.last}")
    if found.after:
        typer.echo(f"It goes on after another file, whose last checksum is {found.after}: verify that one too.")
