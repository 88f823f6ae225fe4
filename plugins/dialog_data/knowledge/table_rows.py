"""The rows of a table, one at a time, each with the place it was written at."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from dialog_data.files.lines import read_lines
from dialog_data.files.problems import FileProblems


@dataclass(slots=True)
class TableRow:
    """A row with the text it was read from, in which places are looked up."""

    cells: list[str]
    line: int
    text: str


def delimiter_of(file: Path) -> str:
    """Return what separates the cells of a file: a tab in `.tsv`, else a comma."""
    return "\t" if file.suffix.lower() == ".tsv" else ","


def read_table(problems: FileProblems, delimiter: str) -> Iterator[TableRow]:
    """Yield the rows that are not blank, the header row among them."""
    read: list[str] = []
    first = 1

    def lines() -> Iterator[str]:
        for _, text in read_lines(problems):
            read.append(text)
            yield text

    reader = csv.reader(lines(), delimiter=delimiter, strict=True)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            remedy = 'Cells with a quote or a line break stand in quotes, quotes in them are doubled: "a ""b"" c".'
            problems.problem(f"this is no table row: {error}", first, remedy=remedy)
        else:
            if any(cell.strip() for cell in cells):
                yield TableRow(cells, first, "".join(read))
        first += len(read)
        read.clear()


def report_long_row(row: TableRow, columns: int, delimiter: str, problems: FileProblems) -> None:
    """Report a row with more cells than the header has."""
    message = f"the row has {len(row.cells)} cells, and the header has {columns}"
    problems.problem(message, row.line, remedy=f'Put cells that hold {delimiter!r} in quotes: "a{delimiter} b".')
