"""The objects of a file of JSON lines, one at a time, each with its line."""

import json
from collections.abc import Iterator
from typing import Any

from dialog_data.files.lines import read_lines
from dialog_data.files.problems import FileProblems


def read_objects(problems: FileProblems) -> Iterator[tuple[int, str, dict[str, Any] | None]]:
    """Yield number, text and object of every line that is not blank; None for what is no object, which is reported."""
    for number, text in read_lines(problems):
        if text.strip():
            yield number, text, _parse(text, number, problems)


def _parse(text: str, number: int, problems: FileProblems) -> dict[str, Any] | None:
    try:
        row = json.loads(text.rstrip(), object_pairs_hook=_unique, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        problems.problem(
            f"this is not JSON: {error.msg}", number, error.colno, remedy="Write one JSON object on each line."
        )
        return None
    except RecursionError:
        problems.problem("the line is nested too deeply", number)
        return None
    except ValueError as error:  # a key twice, a number of thousands of digits
        problems.problem(str(error), number)
        return None
    if not isinstance(row, dict):
        problems.problem(f"needs an object in braces, not {text.strip()[:40]!r}", number)
        return None
    return row


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"the key {twice!r} stands there twice")
    return found


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")
