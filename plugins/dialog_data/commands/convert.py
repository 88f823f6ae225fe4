"""`dialog-core data convert`: a data set from one format into another."""

from pathlib import Path
from typing import Annotated, Any

import typer

from dialog_data.commands.options import Format, FormatOptions, OnError, To


def convert_data(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The data set: a file, a folder or an archive.")],
    out: Annotated[Path, typer.Argument(metavar="OUT", help="Where to write it.")],
    to: To = "",
    format: Format = "auto",
    option: FormatOptions = None,
    to_option: Annotated[
        list[str] | None,
        typer.Option(
            "--to-option",
            metavar="KEY=VALUE",
            help="An option of the format that is written; repeatable.",
            show_default=False,
        ),
    ] = None,
    pairs: Annotated[
        bool,
        typer.Option("--pairs", help="Write what users said in dialogues, with what was answered, as knowledge."),
    ] = False,
    limit: Annotated[
        int | None, typer.Option("--limit", metavar="N", min=1, help="Only the first N items.", show_default=False)
    ] = None,
    on_error: OnError = "stop",
) -> None:
    """Read a data set in any format and write it in another.

    What is read is recognized by what stands in it. Where the other format has no place for something, such as acts or
    states, the command says what was left out, and how often. OUT appears when all of it is written.

    With `--pairs` chat logs become questions with answers, which `bm25` and others search: each pair once, and without
    what was said before it.

    Example:  dialog-core data convert MULTIWOZ2.1.zip multiwoz.jsonl
    """
    from collections import Counter
    from collections.abc import Iterator
    from itertools import islice

    from dialog_core.datasets import DataItem
    from dialog_data.commands.files import named_options, read_items, reader_spec, refuse_same, tell_counts, write_items
    from dialog_data.dialogues.pairs import pairs_of

    refuse_same(out, file)
    source = reader_spec(format, option)
    target: Any = to
    if to_option:
        if not to:
            raise typer.BadParameter("name the format they are options of: --to NAME", param_hint="--to-option")
        target = {"use": to, **named_options(to_option, "--to-option")}
    left_out: Counter[str] = Counter()
    with read_items(file, source, on_error) as items:
        chosen: Iterator[DataItem] = islice(items, limit)
        saved = write_items(pairs_of(chosen, left_out) if pairs else chosen, out, target, source=file)
    if left_out.total():
        tell_counts("Knowledge is pairs. Left out:", left_out)
    # What is written to the terminal or a pipe is not to be mixed with how much it is.
    typer.echo(f"{saved.path}: {saved} ({saved.format})", err=saved.path.exists() and not saved.path.is_file())
