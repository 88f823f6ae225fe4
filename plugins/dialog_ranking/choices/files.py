"""Choices as JSON lines: what training reads, what `dialog-core learn` writes, and what a person can correct.

    {"id": "c1/m3", "conversation": "c1", "text": "when do you open?", "language": "en",
     "at": "2026-03-01T12:00:00+00:00",
     "history": [{"who": "bot", "text": "Hello!", "policy": "rules"}],
     "candidates": [{"policy": "faq", "kind": "retrieval", "text": "At nine.", "score": 0.7,
                     "right": 1, "weight": 1, "source": "feedback", "tier": 1}]}

Only `id`, `text` and `candidates` with `policy`, `text` and `score` have to be there.
"""

import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from dialog_core.configuration import ConfigurationError, Problem, missing_file
from dialog_core.text import repair_text
from dialog_ranking.choices.choice import Choice
from dialog_ranking.choices.fields import NotAChoice
from dialog_ranking.choices.json_form import to_json
from dialog_ranking.choices.parsing import from_json

MOST_PROBLEMS = 20  # told of one file
LONGEST = 10_000_000  # bytes of one line; a turn with 50 candidates at 300 characters takes 100 kB

_REMEDY = (
    'Write {"id": "1", "text": "hi", "candidates": [{"policy": "rules", "text": "Hello!", "score": 1, "right": 1}]}.'
)
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def write_choices(choices: Iterable[Choice], file: Path) -> int:
    """Write choices, one a line, and return how many they were; a file of that name stays until all are written."""
    count = 0
    whole = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        with whole.open("w", encoding="utf-8", newline="\n") as stream:
            for choice in choices:
                stream.write(line_of(choice))
                count += 1
        whole.replace(file)
    finally:
        whole.unlink(missing_ok=True)
    return count


def line_of(choice: Choice) -> str:
    """Return a choice as a line of such a file."""
    return repair_text(json.dumps(to_json(choice), ensure_ascii=False, allow_nan=False)) + "\n"


def read_choices(file: Path) -> list[Choice]:
    """Return the choices of a file.

    Raises:
        ConfigurationError: With every mistake of the file, each at its line.
    """
    found: list[Choice] = []
    problems: list[Problem] = []
    lines: dict[str, int] = {}
    for number, row, complaint in _rows(file):
        if len(problems) >= MOST_PROBLEMS:
            problems.append(Problem("there may be more mistakes from here on", file, number))
            break
        if complaint:
            problems.append(Problem(complaint, file, number, remedy=_REMEDY))
            continue
        try:
            choice = from_json(row)
        except NotAChoice as error:
            problems += [
                Problem(wrong.message, file, number, path=wrong.path, remedy=wrong.remedy or _REMEDY)
                for wrong in error.mistakes
            ]
            continue
        if choice.id in lines:
            message = f"the id {choice.id!r} is taken by line {lines[choice.id]}"
            problems.append(Problem(message, file, number, path="id", remedy="Change one of the two."))
        lines.setdefault(choice.id, number)
        found.append(choice)
    if problems:
        raise ConfigurationError(problems)
    return found


def _rows(file: Path) -> Iterator[tuple[int, Any, str]]:
    """Yield number, value and complaint of each line that is not blank."""
    for number, raw in _lines(file):
        text, complaint = _decoded(raw, number)
        if complaint:
            yield number, None, complaint
            if b"\0" in raw:
                return  # it is no text at all, and the other lines would all say so
        elif text.strip():
            yield number, *_value(text)


def _lines(file: Path) -> Iterator[tuple[int, bytes]]:
    try:
        if file.is_dir():
            raise ConfigurationError([Problem("is a directory, not a file", file, remedy="Name a file in it.")])
        with file.open("rb") as stream:
            number = 0
            while raw := stream.readline(LONGEST + 1):
                number += 1
                yield number, raw
                while len(raw) > LONGEST and not raw.endswith(b"\n"):
                    raw = stream.readline(LONGEST + 1)
    except FileNotFoundError:
        raise ConfigurationError([missing_file(file)]) from None
    except OSError as error:
        raise ConfigurationError([Problem(f"cannot be read: {error.strerror or error}", file)]) from error


def _decoded(raw: bytes, number: int) -> tuple[str, str]:
    if len(raw) > LONGEST:
        return "", f"the line is longer than {LONGEST:,} bytes"
    if b"\0" in raw or (number == 1 and raw.startswith(_UTF_16)):
        return "", "this is not UTF-8 text"
    try:
        return (raw.removeprefix(_BYTE_ORDER_MARK) if number == 1 else raw).decode(), ""
    except UnicodeDecodeError:
        return "", "this is not UTF-8 text"


def _value(text: str) -> tuple[Any, str]:
    try:
        return json.loads(text, object_pairs_hook=_unique, parse_constant=_no_number), ""
    except RecursionError:
        return None, "the line is nested too deeply"
    except json.JSONDecodeError as error:
        return None, f"this is not JSON: {error.msg}, in column {error.colno}"
    except ValueError as error:  # a key twice, NaN, a number of thousands of digits
        return None, f"this is not JSON: {error}"


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        raise ValueError(f"the key {next(key for key in keys if keys.count(key) > 1)!r} stands there twice")
    return found


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is no number there")
