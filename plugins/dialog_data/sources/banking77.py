"""Banking77 (Casanueva et al. 2020): `train.csv` and `test.csv` with the columns `text,category`."""

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import ClassVar

from dialog_core.datasets import LabelledText
from dialog_core.interfaces import Sample
from dialog_core.text import repair_text
from dialog_data.files.archives import SourceFile
from dialog_data.files.problems import FileProblems
from dialog_data.knowledge.table_rows import read_table, report_long_row
from dialog_data.sources.fields import split_of_file
from dialog_data.sources.source import SourceReader

HEADER = ("text", "category")


class Banking77Reader(SourceReader):
    """Reads Banking77, and what else has just these two columns; by the file's name, metadata have its `split`."""

    suffixes: ClassVar = (".csv",)

    @classmethod
    def recognizes(cls, sample: Sample) -> bool:
        """Whether it is a table with exactly these columns, or the folder of the two with `categories.json`."""
        if sample.names:
            return {"train.csv", "test.csv", "categories.json"} <= {PurePosixPath(name).name for name in sample.names}
        header = sample.head.removeprefix("\ufeff").split("\n", 1)[0].strip()
        return header == ",".join(HEADER)

    def items(self, file: SourceFile, problems: FileProblems) -> Iterator[LabelledText]:
        """Yield the texts."""
        rows = read_table(problems, ",")
        header = next(rows, None)
        if header is None or tuple(header.cells) != HEADER:
            problems.refuse(f"does not begin with the header row {','.join(HEADER)}")
        split = split_of_file(file.name)
        for row in rows:
            if len(row.cells) > len(HEADER):
                report_long_row(row, len(HEADER), problems)
            elif len(row.cells) < len(HEADER) or not all(cell.strip() for cell in row.cells):
                problems.problem("needs a text and its category", row.line)
            else:
                text, category = (repair_text(cell).strip() for cell in row.cells)
                if problems.item_done():
                    yield LabelledText(text, category, {"line": row.line, **split})
                continue
            problems.item_skipped()
