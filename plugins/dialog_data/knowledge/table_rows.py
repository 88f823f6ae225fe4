"""The rows of a table, one at a time, each with the place it was written at."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass

from dialog_data.files.lines import read_checked_lines
from dialog_data.files.problems import FileProblems
from dialog_data.files.separators import separator_of


@dataclass(slots=True)
class TableRow:
    """A row with the text it was read from, in which places are looked up."""

    cells: list[str]
    line: int
    text: str
    delimiter: str


def read_table(problems: FileProblems, delimiter: str = "") -> Iterator[TableRow]:
    """Yield the rows that are not blank, the header row among them.

    Where what is wrong is passed over, a row with a mistake is not yielded, unless it is the header; and what follows a
    quote that is never closed is read as rows of their own.

    Args:
        problems: The file.
        delimiter: What separates cells; empty: what the header row shows.
    """
    source = ((text, sound) for _, text, sound in read_checked_lines(problems))
    again: list[tuple[str, bool]] = []  # lines to read once more, the last first
    read: list[tuple[str, bool]] = []
    first = 1
    if not delimiter:
        for line in source:
            again.insert(0, line)
            if line[0].strip():
                break
        delimiter = separator_of(again[0][0] if again else "", problems.file)

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
                yield TableRow(cells, first, "".join(text for text, _ in read), delimiter)
                header = False
        first += len(read)
        read.clear()


def report_long_row(row: TableRow, columns: int, problems: FileProblems) -> None:
    """Report a row with more cells than the header has; it is passed over."""
    message = f"the row has {len(row.cells)} cells, and the header has {columns}"
    problems.problem(
        message, row.line, remedy=f'Put cells that hold {row.delimiter!r} in quotes: "a{row.delimiter} b".'
    )
    problems.item_skipped()
