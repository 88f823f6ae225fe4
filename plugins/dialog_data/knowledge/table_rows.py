"""The rows of a table, one at a time, each with the place it was written at."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from dialog_data.files.lines import read_checked_lines
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
    """Yield the rows that are not blank, the header row among them.

    Where what is wrong is passed over, a row with a mistake is not yielded, unless it is the header; and what follows a
    quote that is never closed is read as rows of their own.
    """
    source = ((text, sound) for _, text, sound in read_checked_lines(problems))
    again: list[tuple[str, bool]] = []  # lines to read once more, the last first
    read: list[tuple[str, bool]] = []
    first = 1

    def lines() -> Iterator[str]:
        while line := again.pop() if again else next(source, None):
            read.append(line)
            yield line[0]

    reader = csv.reader(lines(), delimiter=delimiter, strict=True)
    header = True
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            remedy = 'Cells with a quote or a line break stand in quotes, quotes in them are doubled: "a ""b"" c".'
            problems.problem(f"this is no table row: {error}", first, remedy=remedy)
            problems.item_skipped()
            if problems.skips:
                again.extend(reversed(read[1:]))
                del read[1:]
            reader = csv.reader(lines(), delimiter=delimiter, strict=True)  # one that has failed remembers half a row
        else:
            if problems.skips and not header and not all(sound for _, sound in read):
                problems.item_skipped()
            elif any(cell.strip() for cell in cells):
                yield TableRow(cells, first, "".join(text for text, _ in read))
                header = False
        first += len(read)
        read.clear()


def report_long_row(row: TableRow, columns: int, delimiter: str, problems: FileProblems) -> None:
    """Report a row with more cells than the header has; it is passed over."""
    message = f"the row has {len(row.cells)} cells, and the header has {columns}"
    problems.problem(message, row.line, remedy=f'Put cells that hold {delimiter!r} in quotes: "a{delimiter} b".')
    problems.item_skipped()
