"""Reading examples with their labels, each with the place it was written at."""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from dialog_core.configuration import ConfigurationError, Node, Problem, did_you_mean, parse_yaml
from dialog_core.text import repair_text
from dialog_nlu_training.annotated_text import plain_text

OUT_OF_SCOPE = "out_of_scope"
LABEL_KEYS = ("intent", "label", "category")
MAX_YAML_BYTES = 64 * 1024 * 1024
MOST_PROBLEMS = 50  # of one file; nobody reads more

_YAML_FORM = "Write `intents:` with a name and a list of examples for each."


@dataclass(frozen=True, slots=True)
class Example:
    """A text and its label, and where they were written."""

    text: str
    label: str
    file: Path
    line: int

    def problem(self, message: str, remedy: str = "") -> Problem:
        """Return a problem that points at the example."""
        return Problem(message, self.file, self.line, remedy=remedy)


def read_examples(files: Sequence[Path]) -> list[Example]:
    """Return the examples of several files, in order, entity marks taken out.

    Raises:
        ConfigurationError: With every problem of the first file that has some.
    """
    return [example for file in files for example in _read(file)]


def _read(file: Path) -> list[Example]:
    text = _text(file)
    readers = {".yaml": _from_yaml, ".yml": _from_yaml, ".csv": _from_csv, ".tsv": _from_csv}
    readers |= {".jsonl": _from_jsonl, ".ndjson": _from_jsonl}
    reader = readers.get(file.suffix.lower())
    if reader is None:
        remedy = f"Name a file that ends in {', '.join(readers)}."
        raise ConfigurationError([Problem("is not known as a kind of training data", file, remedy=remedy)])
    examples: list[Example] = []
    problems: list[Problem] = []
    for found in reader(text, file):
        if isinstance(found, Problem):
            problems.append(found)
        elif not found.text:
            problems.append(found.problem("the text is empty", "Write what a user would say, or remove it."))
        elif not found.label:
            problems.append(found.problem("the label is empty", f"Name one, or `{OUT_OF_SCOPE}`."))
        else:
            examples.append(found)
        if len(problems) >= MOST_PROBLEMS:
            break
    if not examples and not problems:
        problems.append(Problem("has no examples", file, remedy="Write some: what users say, and its label."))
    if problems:
        raise ConfigurationError(problems)
    return examples


def _text(file: Path) -> str:
    try:
        raw = file.read_bytes()
    except OSError as error:
        raise ConfigurationError([Problem(f"cannot be read: {error.strerror or error}", file)]) from error
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        begin = raw.rfind(b"\n", 0, error.start) + 1
        column = len(raw[begin : error.start].decode("utf-8", errors="replace")) + 1
        problem = Problem("this is not UTF-8 text", file, line, column, remedy="Save the file as UTF-8 text.")
        raise ConfigurationError([problem]) from error


def _example(text: str, label: str, file: Path, line: int) -> Example:
    return Example(repair_text(plain_text(text)).strip(), label.strip(), file, line)


def _from_csv(text: str, file: Path) -> Iterator[Example | Problem]:
    delimiter = "\t" if file.suffix.lower() == ".tsv" else ","
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        header = [name.strip().casefold() for name in next(rows, [])]
        label_key = next((key for key in LABEL_KEYS if key in header), "")
        if "text" not in header or not label_key:
            missing = "intent" if "text" in header else "text"
            remedy = did_you_mean(missing, header) or f"Let the first line be text{delimiter}intent."
            yield Problem(f"the column {missing!r} is missing", file, 1, remedy=remedy)
            return
        text_at, label_at = header.index("text"), header.index(label_key)
        line = rows.line_num
        for row in rows:
            first, line = line + 1, rows.line_num
            if not any(cell.strip() for cell in row):
                continue
            if len(row) != len(header):
                message = f"the row has {len(row)} cells, and the header has {len(header)}"
                yield Problem(message, file, first, remedy=f'Put cells that hold {delimiter!r} in quotes: "a, b".')
                continue
            yield _example(row[text_at], row[label_at], file, first)
    except csv.Error as error:
        remedy = 'Cells with a quote or a line break stand in quotes, quotes in them are doubled: "a ""b"" c".'
        yield Problem(f"this is no table row: {error}", file, rows.line_num, remedy=remedy)


def _from_jsonl(text: str, file: Path) -> Iterator[Example | Problem]:
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
        label = next((value[key] for key in LABEL_KEYS if key in value), None) if isinstance(value, dict) else None
        if not isinstance(said, str) or not isinstance(label, str):
            yield Problem("has no text and intent", file, line, remedy='Write {"text": "...", "intent": "..."}.')
            continue
        yield _example(said, label, file, line)


def _from_yaml(text: str, file: Path) -> Iterator[Example | Problem]:
    if len(text) > MAX_YAML_BYTES:
        yield Problem("is too large for YAML", file, remedy="Keep this many examples as CSV or JSON lines.")
        return
    root = parse_yaml(text, file)
    body = root
    if isinstance(root.value, dict):
        name = next((key for key in ("intents", "labels") if key in root.value), "")
        if not name:
            yield root.problem("has neither `intents` nor `labels`", remedy=_YAML_FORM)
            return
        body = root.find((name,))
    if isinstance(body.value, dict):
        for label, examples in body.value.items():
            yield from _labelled(label, examples)
    elif isinstance(body.value, list):
        for item in body.value:
            yield from _from_item(item)
    elif body.value is not None:
        yield body.problem("must be a mapping or a list", remedy=_YAML_FORM)


def _from_item(item: Node) -> Iterator[Example | Problem]:
    """`{intent: greet, examples: [hi, hello]}` or `{text: hi, intent: greet}`."""
    fields = item.value if isinstance(item.value, dict) else {}
    label = next((fields[key] for key in ("name", *LABEL_KEYS) if key in fields), None)
    if label is None or not isinstance(label.value, str):
        yield item.problem(
            "has no intent", remedy="Write {intent: NAME, examples: [...]} or {text: ..., intent: NAME}."
        )
    elif "text" in fields:
        yield from _labelled(label.value, fields["text"])
    elif "examples" in fields:
        yield from _labelled(label.value, fields["examples"])
    else:
        yield item.problem(f"{label.value!r} has no examples", remedy="Write some under `examples:`.")


def _labelled(label: str, examples: Node) -> Iterator[Example | Problem]:
    file = examples.file or Path()
    if isinstance(examples.value, dict) and "examples" in examples.value:
        examples = examples.value["examples"]
    nodes = examples.value if isinstance(examples.value, list) else [examples]
    for node in nodes:
        if isinstance(node.value, dict) and isinstance(node.value.get("text"), Node):
            node = node.value["text"]
        if node.value is None:
            yield node.problem(f"the intent {label!r} has no examples", remedy="Write some below it.")
        elif isinstance(node.value, dict | list):
            yield node.problem(f"an example of {label!r} must be a text", remedy="Put it in quotes.")
        else:
            said = node.value if isinstance(node.value, str) else node.source or str(node.value)
            yield _example(said, label, file, node.line)
