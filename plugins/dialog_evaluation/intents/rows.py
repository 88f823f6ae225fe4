"""Messages with the intent each has, from CSV, JSON lines or YAML."""

import csv
import io
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dialog_core.configuration import ConfigurationError, Node, Problem, did_you_mean, missing_file, read_yaml
from dialog_core.datasets import LabelledText

MAX_PROBLEMS = 50  # of one file; more than anybody reads at once
KINDS = {".csv": ",", ".tsv": "\t", ".jsonl": "", ".ndjson": "", ".yaml": "", ".yml": ""}
TEXT = "text"
LABELS = ("intent", "label", "category")  # what the column with the right answer may be called
SECTIONS = ("intents", "labels", "examples")  # under what a YAML file may keep its rows

# Examples may mark entities, `fly to [Berlin](city)`; what is said is the text without the marks.
_MARKED = re.compile(r"\[([^\[\]\n]+)\](?:\((?!https?:)[\w-]+(?::[^()\n]*)?\)|\{[^{}\n]*\})")
_YAML_FORM = (
    "Write `intents:` with a list of messages for each, or `examples:` with a list of {text: ..., intent: ...}."
)
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def read_rows(path: Path) -> list[LabelledText]:
    """Return the rows of a file.

    CSV has a header row with the columns `text` and `intent`; JSON lines have objects with these keys; YAML is what
    training data is: `intents:` with the messages of each, or a list of such mappings. Marks of entities are taken out.

    Raises:
        ConfigurationError: With every bad row, each with its line.
    """
    suffix = path.suffix.lower()
    if suffix not in KINDS:
        remedy = f"Known endings: {', '.join(KINDS)}."
        raise ConfigurationError([Problem(f"the ending {suffix!r} does not say what is in it", path, remedy=remedy)])
    rows = _Rows(path)
    if suffix in (".yaml", ".yml"):
        rows.read_nodes(read_yaml(path))
    elif suffix in (".csv", ".tsv"):
        rows.read_table(_text(path), KINDS[suffix])
    else:
        rows.read_lines(_text(path))
    return rows.finish()


class _Rows:
    """The rows of one file, and what is wrong with them."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._rows: list[LabelledText] = []
        self._problems: list[Problem] = []
        self._omitted = 0

    def finish(self) -> list[LabelledText]:
        if not self._rows and not self._problems:
            self._report("there are no rows", 1, "Write a header row such as text,intent and a message on each line.")
        if self._omitted:
            self._problems.append(Problem(f"and {self._omitted} more problems", self._path))
        if self._problems:
            raise ConfigurationError(self._problems)
        return self._rows

    def read_table(self, text: str, delimiter: str) -> None:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        columns: list[str] = []
        while True:
            line = reader.line_num + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                self._report(
                    f"this is no table row: {error}", line, "Double the quotes inside a cell that is in quotes."
                )
                continue
            if not any(cell.strip() for cell in cells):
                continue
            if not columns:
                columns = [cell.strip().casefold() for cell in cells]
                if not self._has_columns(columns, line):
                    return
            elif len(cells) > len(columns):
                message = f"the row has {len(cells)} cells, and the header has {len(columns)}"
                self._report(message, line, f"Put cells that hold {delimiter!r} in double quotes.")
            else:
                self._add(dict(zip(columns, cells, strict=False)), line)

    def read_lines(self, text: str) -> None:
        for line, row in enumerate(text.split("\n"), start=1):
            if not row.strip():
                continue
            try:
                value = json.loads(row)
            except (ValueError, RecursionError) as error:
                told = error.msg if isinstance(error, json.JSONDecodeError) else str(error)
                self._report(f"this is not JSON: {told}", line, 'Write {"text": "...", "intent": "..."} on each line.')
                continue
            if isinstance(value, dict):
                self._add(value, line)
            else:
                self._report("needs an object in braces", line, 'Write {"text": "...", "intent": "..."}.')

    def read_nodes(self, root: Node) -> None:
        body = root
        if isinstance(root.value, dict):
            body = next((root.value[name] for name in SECTIONS if name in root.value), root)
            if body is root:
                self._problems.append(root.problem(f"has none of {', '.join(SECTIONS)}", remedy=_YAML_FORM))
                return
        if isinstance(body.value, dict):
            for label, examples in body.value.items():
                self._add_examples(examples, label)
        elif isinstance(body.value, list):
            for item in body.value:
                self._add_item(item)
        else:
            self._problems.append(body.problem("needs a list or a mapping", remedy=_YAML_FORM))

    def _add_item(self, item: Node) -> None:
        """Add `{text: hi, intent: greet}`, or `{intent: greet, examples: [hi, hello]}`."""
        fields = item.value if isinstance(item.value, dict) else {}
        label = next((fields[name].value for name in (*LABELS, "name") if name in fields), None)
        if "examples" in fields and isinstance(label, str):
            self._add_examples(fields["examples"], label)
        elif isinstance(item.value, dict):
            self._add({TEXT: fields[TEXT].value if TEXT in fields else None, LABELS[0]: label}, item.line)
        else:
            self._report("needs a mapping", item.line, "Write {text: ..., intent: ...}.")

    def _add_examples(self, examples: Node, label: str) -> None:
        examples = examples.child("examples") or examples
        for node in examples.value if isinstance(examples.value, list) else [examples]:
            said = node.child(TEXT) or node
            self._add({TEXT: said.value, LABELS[0]: label}, node.line)

    def _has_columns(self, columns: list[str], line: int) -> bool:
        for names in ((TEXT,), LABELS):
            if not any(name in columns for name in names):
                likely = did_you_mean(names[0], set(columns) - {TEXT, *LABELS})
                remedy = likely if likely.startswith("Did") else "Add it to the header row: text,intent."
                self._report(f"the column {names[0]!r} is missing", line, remedy)
        return not self._problems

    def _add(self, row: Mapping[str, Any], line: int) -> None:
        text = row.get(TEXT)
        label = next((row[name] for name in LABELS if row.get(name) is not None), None)
        for name, value in ((TEXT, text), (LABELS[0], label)):
            if not isinstance(value, str | int | float) or isinstance(value, bool) or not str(value).strip():
                self._report(f"has no {name!r}", line, "Give it one, or remove the row.")
                return
        self._rows.append(LabelledText(_MARKED.sub(r"\1", str(text)), str(label).strip(), {"line": line}))

    def _report(self, message: str, line: int, remedy: str) -> None:
        if len(self._problems) < MAX_PROBLEMS:
            self._problems.append(Problem(message, self._path, line, 1, remedy=remedy))
        else:
            self._omitted += 1


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise ConfigurationError([missing_file(path)]) from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise ConfigurationError([Problem(f"cannot be read: {reason}", path)]) from error
    if content.startswith(_UTF_16):
        raise ConfigurationError([Problem("this is UTF-16 text", path, 1, 1, remedy="Save the file as UTF-8 text.")])
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        remedy = "Save the file as UTF-8 text."
        raise ConfigurationError([Problem("this is not UTF-8 text", path, line, 1, remedy=remedy)]) from error
