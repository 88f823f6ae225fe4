"""Reading examples whose entities are marked, from the files intents are trained with, and from simpler ones."""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from dialog_core.configuration import ConfigurationError, Node, Problem, did_you_mean, parse_yaml
from dialog_core.text import repair_text
from dialog_nlu_training.entity_marks import WAY, Mark, parse_marks

MOST_PROBLEMS = 50  # of one file; nobody reads more
MOST_YAML = 64 * 1024 * 1024  # bytes
_LABEL_KEYS = frozenset({"intent", "label", "category", "name", "metadata"})
_SECTIONS = ("intents", "labels", "examples", "entities")


@dataclass(frozen=True, slots=True)
class MarkedText:
    """A text with its entities, and where it was written."""

    text: str
    marks: tuple[Mark, ...]
    file: Path
    line: int


def read_marked(files: Sequence[Path]) -> list[MarkedText]:
    """Return the examples of several files, in order. Those without a mark say what is no entity.

    Raises:
        ConfigurationError: With every problem in them.
    """
    examples: list[MarkedText] = []
    problems: list[Problem] = []
    for file in files:
        found = 0
        try:
            for item in _read(file):
                found += 1
                if isinstance(item, Problem):
                    problems.append(item)
                    if len(problems) >= MOST_PROBLEMS:
                        raise ConfigurationError(problems)
                elif item.text.strip():
                    examples.append(item)
        except ConfigurationError as error:
            problems.extend(error.problems)
        else:
            if not found:
                problems.append(Problem("has no examples", file, remedy=f"Write some. {WAY}"))
    if not problems and not any(example.marks for example in examples):
        problems = [Problem("marks no entity", file, remedy=WAY) for file in files]
    if problems:
        raise ConfigurationError(problems)
    return examples


def _read(file: Path) -> Iterator[MarkedText | Problem]:
    text = _text(file)
    match file.suffix.lower():
        case ".yaml" | ".yml":
            if len(text) > MOST_YAML:
                yield Problem("is too large for YAML", file, remedy="Keep this many examples as JSON lines.")
            else:
                yield from _from_yaml(parse_yaml(text, file), file)
        case ".csv" | ".tsv" as suffix:
            yield from _from_table(text, file, "\t" if suffix == ".tsv" else ",")
        case ".jsonl" | ".ndjson":
            yield from _from_jsonl(text, file)
        case ".txt" | ".md":
            for line, row in enumerate(text.splitlines(), start=1):
                if row.strip() and not row.startswith("#"):
                    yield from _example(row.removeprefix("- "), file, line)
        case _:
            remedy = "Name a file that ends in .yaml, .csv, .tsv, .jsonl or .txt."
            yield Problem("is not known as a kind of training data", file, remedy=remedy)


def _text(file: Path) -> str:
    try:
        raw = file.read_bytes()
        return raw.decode("utf-8-sig")
    except OSError as error:
        raise ConfigurationError([Problem(f"cannot be read: {error.strerror or error}", file)]) from error
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        problem = Problem("this is not UTF-8 text", file, line, remedy="Save the file as UTF-8 text.")
        raise ConfigurationError([problem]) from error


def _example(text: str, file: Path, line: int) -> Iterator[MarkedText | Problem]:
    marked = parse_marks(repair_text(text))
    for problem in marked.problems:
        yield Problem(problem, file, line, remedy=WAY)
    yield MarkedText(marked.text, marked.marks, file, line)


def _from_yaml(root: Node, file: Path) -> Iterator[MarkedText | Problem]:
    if isinstance(root.value, dict):
        sections = [root.value[name] for name in _SECTIONS if name in root.value]
        if not sections:
            yield root.problem("has neither `intents` nor `examples`", remedy=f"Write `examples:` and a list. {WAY}")
        for section in sections:
            yield from _leaves(section, file)
    else:
        yield from _leaves(root, file)


def _leaves(node: Node, file: Path) -> Iterator[MarkedText | Problem]:
    """Yield every text below a node but names of labels: the form of the file is the intents trainer's business."""
    if isinstance(node.value, dict):
        for key, child in node.value.items():
            if key not in _LABEL_KEYS or isinstance(child.value, list):
                yield from _leaves(child, file)
    elif isinstance(node.value, list):
        for child in node.value:
            yield from _leaves(child, file)
    elif isinstance(node.value, str):
        yield from _example(node.value, node.file or file, node.line)


def _from_table(text: str, file: Path, delimiter: str) -> Iterator[MarkedText | Problem]:
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        header = [name.strip().casefold() for name in next(rows, [])]
        if "text" not in header:
            remedy = did_you_mean("text", header) or f"Let the first line be text{delimiter}intent."
            yield Problem("the column 'text' is missing", file, 1, remedy=remedy)
            return
        column, line = header.index("text"), rows.line_num
        for row in rows:
            first, line = line + 1, rows.line_num
            if len(row) > column:
                yield from _example(row[column], file, first)
    except csv.Error as error:
        yield Problem(f"this is no table row: {error}", file, rows.line_num, remedy="Put cells with quotes in quotes.")


def _from_jsonl(text: str, file: Path) -> Iterator[MarkedText | Problem]:
    for line, row in enumerate(text.split("\n"), start=1):
        if not row.strip():
            continue
        try:
            value = json.loads(row)
        except (ValueError, RecursionError) as error:
            told = error.msg if isinstance(error, json.JSONDecodeError) else "it cannot be read"
            yield Problem(f"this is not JSON: {told}", file, line, remedy="Write one JSON object on each line.")
            continue
        said = value.get("text") if isinstance(value, dict) else None
        if not isinstance(said, str):
            yield Problem("has no text", file, line, remedy='Write {"text": "...", "entities": [...]}.')
        elif "entities" not in value:
            yield from _example(said, file, line)
        else:
            yield _with_entities(said, value["entities"], file, line)


def _with_entities(said: str, entities: Any, file: Path, line: int) -> MarkedText | Problem:
    remedy = 'Write {"start": 0, "end": 6, "entity": "city"}; positions count characters, and `end` is exclusive.'
    marks: list[Mark] = []
    for item in entities if isinstance(entities, list) else [None]:
        fields = item if isinstance(item, dict) else {}
        start, end, entity = fields.get("start"), fields.get("end"), fields.get("entity")
        if not isinstance(entity, str) or type(start) is not int or type(end) is not int:
            return Problem("an entity needs `start`, `end` and `entity`", file, line, remedy=remedy)
        if not 0 <= start < end <= len(said):
            return Problem(f"an entity from {start} to {end} is not in the text", file, line, remedy=remedy)
        marks.append(Mark(start, end, entity, str(fields.get("role") or ""), str(fields.get("value") or "")))
    marks.sort(key=lambda mark: mark.start)
    if any(one.end > other.start for one, other in pairwise(marks)):
        return Problem("two of its entities overlap", file, line, remedy="Keep the longer one.")
    return replace(MarkedText(said, (), file, line), marks=tuple(marks))
