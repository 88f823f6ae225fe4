"""The objects of a file of JSON lines, one at a time, each with its line."""

import json
from collections.abc import Iterator
from typing import Any

from dialog_data.files.json_values import decode
from dialog_data.files.lines import MAX_LINE, read_checked_lines
from dialog_data.files.problems import FileProblems


def read_objects(
    problems: FileProblems, *, longest: int = MAX_LINE
) -> Iterator[tuple[int, str, dict[str, Any] | None]]:
    """Yield number, text and object of every line that is not blank.

    Instead of an object comes None where there is none to be had, which is reported, and counted as passed over.

    Args:
        problems: The file.
        longest: How many bytes a line may have.
    """
    for number, text, sound in read_checked_lines(problems, longest=longest):
        if text.strip():
            row = _parse(text, number, problems)
            if row is None or not sound:
                problems.item_skipped()
            yield number, text, row if sound else None


def _parse(text: str, number: int, problems: FileProblems) -> dict[str, Any] | None:
    try:
        row = decode(text.rstrip())
    except json.JSONDecodeError as error:
        problems.problem(
            f"this is not JSON: {error.msg}", number, error.colno, remedy="Write one JSON object on each line."
        )
        return None
    except ValueError as error:  # a key twice, a number of thousands of digits
        problems.problem(str(error), number)
        return None
    if not isinstance(row, dict):
        problems.problem(f"needs an object in braces, not {text.strip()[:40]!r}", number)
        return None
    return row
