"""What separates the cells of a table, seen by its header row."""

import re
from pathlib import Path

_OTHERS = ",;\t|"
_QUOTED = re.compile(r'"[^"]*"')


def separator_of(header: str, file: Path) -> str:
    """Return what stands between the cells of a header row: what is there most often.

    Spreadsheets write what the country they are used in is accustomed to: half of Europe gets semicolons.

    Args:
        header: The row.
        file: What the file is called; where nothing else is seen a tab in `.tsv`, else a comma.
    """
    usual = "\t" if file.suffix.lower() == ".tsv" else ","
    outside = _QUOTED.sub("", header)
    return max(usual + _OTHERS.replace(usual, ""), key=outside.count)
