"""Knowledge in JSON lines: an object on each line, under whatever keys."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from dialog_core import Context
from dialog_core.configuration import Node, Position, Problem, did_you_mean
from dialog_core.datasets import KnowledgeEntry
from dialog_core.interfaces import Sample
from dialog_data.files.json_lines import read_objects
from dialog_data.files.samples import is_json_lines
from dialog_data.files.skipping import SkippingReader
from dialog_data.knowledge.entries import EntryBuilder, is_knowledge
from dialog_data.labelled.rows import LABELS, TEXT
from dialog_data.options import JsonlOptions

_KEY_IN_BRACES = re.compile(r"\{([^{}]+)\}")
PASSAGE = "passage"  # the key that says, with `true`, that a line is a part of a document
_REQUIRED = ("question", "answer")
_TURNS = ("turns", "messages", "conversations")  # where dialogues have them
_REPEATED_ID = "Change one of them, or make ids of several keys: `fields: {id: '{source}-{number}'}`."


class JsonlReader(SkippingReader[JsonlOptions]):
    """Reads JSON lines, one at a time. Keys that `fields` does not name become metadata; blank lines are skipped."""

    general = True

    def __init__(self, options: JsonlOptions, context: Context) -> None:
        super().__init__(options, context)
        self._keys: dict[str, str] = options.fields.model_dump()

    @classmethod
    def recognizes(cls, sample: Sample) -> bool:
        """Whether the first line has a question and an answer."""
        return isinstance(sample.first, dict) and is_knowledge(sample.first) and is_json_lines(sample)

    def read(self, path: Path) -> Iterator[KnowledgeEntry]:
        """Yield the entries; raise ConfigurationError with every problem of the file."""
        self.context.files.add(path)
        builder = EntryBuilder(path, self.begin(), encoding=self.options.encoding, repeated_id=_REPEATED_ID)
        unseen = set(self.options.fields.model_fields_set)
        blank = first = True
        for number, text, row in read_objects(builder):
            blank = False
            if row is None:
                continue
            line = _Line(row, text, number, builder)
            fields = {name: value for name, key in self._keys.items() if (value := line.value(key)) is not None}
            unseen.difference_update(fields)
            if first and not fields.keys() & {*_REQUIRED, "questions"} and (other := _other(row)):
                remedy = 'Knowledge is what is asked and answered: {"question": "...", "answer": "..."}.'
                builder.refuse(f"this is {other}, and no knowledge", number, remedy=remedy)
            first = False
            if self.options.skip_incomplete and not _complete(fields):
                continue
            written = row.get(PASSAGE) is True
            required = _REQUIRED[1:] if written else _REQUIRED
            if all(line.has(name, self._keys[name], fields) for name in required):
                node = self._node(line, fields, written)
                yield from builder.built(builder.entry(node, passage=written or self.options.passages))
            else:
                builder.item_skipped()
        if blank:
            builder.refuse("the file is empty", 1, remedy='Write a line such as {"question": "...", "answer": "..."}.')
        for name in sorted(unseen.difference(_REQUIRED)):
            message = f"no line has {self._keys[name]!r}, which the option `fields.{name}` names"
            builder.problem(message, 1, remedy="Correct the option, or remove it.")
        builder.finish()

    def _node(self, line: "_Line", fields: Mapping[str, Any], passage: bool) -> Node:
        known = {*self._keys.values(), PASSAGE} if passage else set(self._keys.values())
        metadata = {key: value for key, value in line.row.items() if key not in known}
        own = fields.get("metadata")
        values = {name: value for name, value in fields.items() if name != "metadata"}
        if own is None or isinstance(own, dict):
            values["metadata"] = {**metadata, **(own or {})}
        else:
            values["metadata"] = own  # the check says what is wrong with it
        return line.node(values, self._keys)


def _other(row: Mapping[str, Any]) -> str:
    """Return what an object is that knows no question and no answer; empty: nobody can tell."""
    if any(isinstance(row.get(key), list) for key in _TURNS):
        return "a dialogue"
    return "a text with its label" if TEXT in row and any(label in row for label in LABELS) else ""


class _Line:
    """One line of the file with what it says."""

    def __init__(self, row: dict[str, Any], text: str, number: int, builder: EntryBuilder) -> None:
        self.row = row
        self._text = text
        self._number = number
        self._builder = builder

    def value(self, key: str) -> Any:
        """Return what stands under a key, or a template filled in; None where something is missing."""
        if "{" not in key:
            return self.row.get(key)
        values = [self.row.get(part) for part in _KEY_IN_BRACES.findall(key)]
        if not values or any(value is None or isinstance(value, dict | list) for value in values):
            return None
        return _KEY_IN_BRACES.sub(lambda match: str(self.row[match[1]]), key)

    def has(self, name: str, key: str, fields: Mapping[str, Any]) -> bool:
        """Whether what every entry needs is there; reported if not."""
        if name in fields or (name == "question" and "questions" in fields):
            return True
        message = "is empty" if key in self.row else "is missing"
        remedy = did_you_mean(key, self.row) if key not in self.row else ""
        if not remedy.startswith("Did"):
            remedy = f"Add it, name its key in the option `fields.{name}`, or set `skip_incomplete: true`."
        self._report(f"{key!r} {message}", remedy)
        return False

    def node(self, values: Mapping[str, Any], keys: Mapping[str, str]) -> Node:
        """Return the line as a node whose children know where their keys stand."""
        columns = {name: self._column(keys[name]) for name in values}
        file, number = self._builder.file, self._number
        children = {name: _node(value, file, number, columns[name]) for name, value in values.items()}
        positions = {name: Position(file, number, column) for name, column in columns.items()}
        return Node(children, file, number, 1, keys=positions)

    def _column(self, key: str) -> int:
        return max(self._text.find(f'"{key}"'), 0) + 1

    def _report(self, message: str, remedy: str) -> None:
        self._builder.report(Problem(message, self._builder.file, self._number, 1, remedy=remedy))


def _complete(fields: Mapping[str, Any]) -> bool:
    def says_something(name: str) -> bool:
        value = fields.get(name)
        return bool(value.strip()) if isinstance(value, str) else bool(value) or value == 0

    return says_something("answer") and (says_something("question") or says_something("questions"))


def _node(value: Any, file: Path, line: int, column: int) -> Node:
    if isinstance(value, dict):
        return Node({key: _node(child, file, line, column) for key, child in value.items()}, file, line, column)
    if isinstance(value, list):
        return Node([_node(child, file, line, column) for child in value], file, line, column)
    return Node(value, file, line, column, source="" if value is None else str(value))
