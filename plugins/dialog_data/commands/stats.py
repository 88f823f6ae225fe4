"""`dialog-core data stats`: count what stands in data sets."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dialog_data.commands.options import FormatOptions, Formats, HtmlFile, JsonFile, OnError

if TYPE_CHECKING:
    from dialog_data.statistics.report import Counted


def data_stats(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="Data sets, to be shown side by side.", show_default=False)
    ],
    format: Formats = "auto",
    option: FormatOptions = None,
    on_error: OnError = "stop",
    json_file: JsonFile = None,
    html_file: HtmlFile = None,
) -> None:
    """Count what stands in data sets: turns, words, labels, acts, slots, duplicates, empty texts.

    A file is read once, one item at a time; memory does not grow with it. What is counted only about is said so.

    Example:  dialog-core data stats train.jsonl test.jsonl --html stats.html
    """
    from rich.console import Console

    from dialog_core.configuration import refuse_overwriting, write_output
    from dialog_data.commands.files import reader_spec
    from dialog_data.statistics.console import print_statistics

    refuse_overwriting((json_file, html_file), *files)
    source = reader_spec(format, option)
    sets = [_counted(file, source, on_error) for file in files]
    # Files first: they are there also where the reader of the report stops early, as `head` does.
    if json_file is not None:
        figures = {"files": [one.to_json() for one in sets]}
        write_output(json_file, json.dumps(figures, ensure_ascii=False, indent=2) + "\n")
    if html_file is not None:
        from dialog_data.statistics.page import page

        write_output(html_file, page(sets))
    print_statistics(sets, Console(highlight=False, markup=False, emoji=False))


def _counted(file: Path, format: Any, on_error: str) -> "Counted":
    from dialog_core.interfaces import Skipped
    from dialog_data.commands.files import data_context, read_items
    from dialog_data.statistics.collecting import Statistics
    from dialog_data.statistics.languages import languages_of
    from dialog_data.statistics.report import Counted

    found, noted = Statistics(), Skipped()
    with read_items(file, format, on_error, noted=noted) as items:
        for item in items:
            found.add(item)
    languages, why = languages_of(found.sample, data_context())
    return Counted(str(file), found, languages, why, noted.count)
