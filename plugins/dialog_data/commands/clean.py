"""`dialog-core data clean`: repair, redact and filter a data set, step by step."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from dialog_data.commands.options import SEED, Format, FormatOptions, HtmlFile, OnError, Steps, To


def clean_data(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The data set.", show_default=False)],
    out: Annotated[
        Path | None,
        typer.Argument(metavar="OUT", help="Where to write it, clean. Not needed with --dry-run.", show_default=False),
    ] = None,
    steps: Steps = None,
    step: Annotated[
        list[str] | None,
        typer.Option(
            "--step", metavar="NAME", help="One more step, in its best place; repeatable.", show_default=False
        ),
    ] = None,
    without: Annotated[
        list[str] | None,
        typer.Option("--without", metavar="NAME", help="A step to leave out; repeatable.", show_default=False),
    ] = None,
    format: Format = "auto",
    option: FormatOptions = None,
    to: To = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Report what would be done, and write nothing.")] = False,
    json_file: Annotated[
        Path | None,
        typer.Option("--json", metavar="OUT", help="Also write the report as JSON.", show_default=False),
    ] = None,
    html_file: HtmlFile = None,
    on_error: OnError = "stop",
    seed: Annotated[int, typer.Option(help="For the choice of examples in the report.")] = SEED,
) -> None:
    """Repair, redact and filter a data set, step by step; a report says what each step did, with examples.

    Without more said, nothing is lost that anybody would miss: tags, broken encodings, invisible characters, doubled
    spaces, empty turns and exact duplicates. `--step` adds one: pii, near_duplicates, toxic, repeated, merged_turns.

    A file of steps says more than names can, and in which order:

        steps:
          - encoding
          - {use: length, most: 200}
          - {use: language, keep: en}
          - {use: pii, replacement: pseudonym}

    Cleaned once more, the data set stays as it is.

    Example:  dialog-core data clean logs.jsonl clean.jsonl --step pii --html report.html
    """
    from rich.console import Console

    from dialog_core.configuration import refuse_overwriting, write_output
    from dialog_data.cleaning.console_report import print_report
    from dialog_data.cleaning.html_report import html_report
    from dialog_data.cleaning.pipeline import Pipeline
    from dialog_data.cleaning.steps import DEFAULT, check_named, chosen
    from dialog_data.commands.files import data_context, read_items, reader_spec, write_items
    from dialog_data.steps import built_steps, read_steps

    if out is None and not dry_run:
        raise typer.BadParameter("say where to write it, or look first with --dry-run", param_hint="OUT")
    if steps is not None and (step or without):
        raise typer.BadParameter("name the steps in a file or one by one, not both", param_hint="--steps")
    refuse_overwriting((out, json_file, html_file), file, *([steps] if steps is not None else []))
    context = data_context()
    specs: list[Any] = read_steps(steps) if steps is not None else list(chosen(DEFAULT, step or (), without or ()))
    if steps is None:
        check_named(specs, context)
    written = None
    source = reader_spec(format, option)
    with built_steps("cleaner", specs, context) as cleaners, read_items(file, source, on_error) as items:
        pipeline = Pipeline(cleaners, seed)
        cleaned = pipeline.clean(items)
        if out is None or dry_run:
            for _ in cleaned:
                pass
        else:
            written = write_items(cleaned, out, to, source=file).path
    report = pipeline.report
    # Files first: they are there also where the reader of the report stops early, as `head` does.
    if json_file is not None:
        write_output(json_file, json.dumps(report.to_json(), ensure_ascii=False, indent=2) + "\n")
    if html_file is not None:
        write_output(html_file, html_report(report, file))
    print_report(report, file, written, Console(highlight=False, markup=False, emoji=False))
