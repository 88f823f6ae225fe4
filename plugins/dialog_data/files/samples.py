"""The beginning of a file, as much as it takes to see which format it has."""

import io
import json
import re
from pathlib import Path
from typing import Any

from dialog_core import JsonValue
from dialog_core.interfaces import Sample
from dialog_data.files.encodings import open_text
from dialog_data.files.problems import FileProblems
from dialog_data.files.separators import separator_of
from dialog_data.files.source_file import SourceFile

HEAD = 64 * 1024  # bytes of a file that are looked at
LONGEST_FIRST = 1024 * 1024  # bytes that are read of a file whose first value is longer

_STRUCTURE = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?\Z)|[\[\]{},]', re.DOTALL)  # a string may be cut off
_DEEPEST = 100
_YAML_KEY = re.compile(
    r"""(?:^|[{,]|- )[ \t]*["']?([^\s"'#:{}\[\],-][^"'#:{}\[\],]*)["']?[ \t]*:(?=\s|$)""", re.MULTILINE
)


def sample_of(file: SourceFile, encoding: str = "utf-8") -> Sample:
    """Return what a file begins with.

    Raises:
        ConfigurationError: It cannot be read.
    """
    problems = FileProblems(file.shown, source=file.path, encoding=encoding)
    with open_text(problems) as stream:
        raw = _upto(stream, HEAD)
        head = _text(raw)
        if head.lstrip()[:1] in ("[", "{") and not _has_first(head):
            raw += _upto(stream, LONGEST_FIRST - len(raw))
    path = file.shown.with_name(Path(file.name).name)  # of `chats.jsonl.gz`, `chats.jsonl`
    return Sample(path, head, first=first_value(_text(raw)))


def first_value(text: str) -> JsonValue:
    """Return the first value of JSON or JSON lines, of a list its first element, cut short where the text ends."""
    start = len(text) - len(text.lstrip())
    if text[start : start + 1] not in ("[", "{"):
        return None
    try:
        value, _ = json.JSONDecoder().raw_decode(text, start)
    except RecursionError:
        return None
    except ValueError:
        value = _cut_short(text[start:])
    if isinstance(value, list):
        return value[0] if value else None
    found: JsonValue = value
    return found


def is_json_lines(sample: Sample) -> bool:
    """Whether a file is JSON lines: its first line that is not blank is an object by itself."""
    line = next((line for line in sample.head.splitlines() if line.strip()), "")
    if not line.lstrip().startswith("{"):
        return False
    if not sample.head.rstrip("\r\n").count("\n") and len(line) >= HEAD // 4:
        return sample.path.suffix.lower() in (".jsonl", ".ndjson")  # one very long line
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def columns_of(sample: Sample) -> tuple[str, ...]:
    """Return the names of a table's columns, in lower case; nothing where the ending does not say it is one."""
    if sample.path.suffix.lower() not in (".csv", ".tsv"):
        return ()
    first = next((line for line in sample.head.splitlines() if line.strip()), "")
    cells = first.split(separator_of(first, sample.path))
    return tuple(cell.strip().strip('"').strip().casefold() for cell in cells) if first else ()


def yaml_keys(sample: Sample) -> frozenset[str]:
    """Return the keys that a YAML file begins with; nothing where the ending does not say it is one."""
    if sample.path.suffix.lower() not in (".yaml", ".yml"):
        return frozenset()
    return frozenset(match[1].strip() for match in _YAML_KEY.finditer(sample.head))


def _upto(stream: io.BufferedIOBase | Any, size: int) -> bytes:
    pieces = []
    while size > 0 and (piece := stream.read(size)):
        pieces.append(piece)
        size -= len(piece)
    return b"".join(pieces)


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")


def _has_first(head: str) -> bool:
    """Whether the first value, of a list its first element, is there as a whole."""
    depth = 0
    is_list = head.lstrip().startswith("[")
    for match in _STRUCTURE.finditer(head):
        mark = match[0]
        if mark in "[{":
            depth += 1
        elif mark in "]}":
            depth -= 1
            if depth == 0:
                return True
        if is_list and depth == 1 and mark in "]},":
            return True
    return False


def _cut_short(text: str) -> Any:
    """Return what is there of a value that goes on behind the end of the text; None if it is no JSON."""
    open_brackets: list[str] = []
    end, closing = 0, ""
    for match in _STRUCTURE.finditer(text):
        mark = match[0]
        if mark[0] == '"':
            continue
        if mark in "[{":
            open_brackets.append("]" if mark == "[" else "}")
            if len(open_brackets) > _DEEPEST:
                return None
        elif mark in "]}" and (not open_brackets or open_brackets.pop() != mark):
            return None
        end, closing = match.start() if mark == "," else match.end(), "".join(reversed(open_brackets))
    try:
        return json.loads(text[:end] + closing)
    except (ValueError, RecursionError):
        return None
