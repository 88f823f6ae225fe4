"""The forms a file of labelled texts may have, each read into rows that are not looked at yet."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from dialog_core.configuration import Node, did_you_mean
from dialog_data.files.json_lines import read_objects
from dialog_data.files.json_values import whole_characters
from dialog_data.files.lines import read_lines
from dialog_data.files.problems import FileProblems
from dialog_data.files.yaml_file import read_yaml_file
from dialog_data.knowledge.table_rows import TableRow, read_table, report_long_row

TEXT = "text"
TEXTS = (TEXT, "question")  # what a column or key with the text may be called
LABELS = ("intent", "label", "category", "entry")  # and one with the label; of a question: the entry that answers it
SECTIONS = ("intents", "labels", "examples")  # under what a YAML file may keep its rows
UNLABELLED = "entities"  # examples of entities alone
ENTITIES = "entities"  # the key under which JSON lines have their positions
METADATA = "metadata"

_YAML_FORM = (
    "Write `intents:` with a list of messages for each, or `examples:` with a list of {text: ..., intent: ...}."
)


@dataclass(frozen=True, slots=True)
class Row:
    """What a file says about one text, whatever it is.

    Attributes:
        text: The text.
        label: Its label; None: there is none.
        line: Where it stands.
        entities: Positions of entities, where the file gives them apart from the text.
        metadata: What else the file says about it.
    """

    text: Any
    label: Any
    line: int
    entities: Any = None
    metadata: Mapping[str, Any] = field(default_factory=dict)


def table(problems: FileProblems, labels: bool) -> Iterator[Row]:
    """Read CSV and TSV: a header row with `text` and, if labels are wanted, `intent`."""
    rows = read_table(problems)
    header = next(rows, None)
    if header is None:
        return
    columns = [cell.strip().casefold() for cell in header.cells]
    if not _has_columns(columns, header, labels, problems):
        return
    for row in rows:
        if len(row.cells) > len(columns):
            report_long_row(row, len(columns), problems)
        else:
            cells = dict(zip(columns, row.cells, strict=False))
            yield _row({name: cell for name, cell in cells.items() if name and cell}, row.line)


def json_lines(problems: FileProblems, labels: bool) -> Iterator[Row]:
    """Read JSON lines: objects with `text`, `intent`, `entities`."""
    for line, text, row in read_objects(problems):
        if row is not None:
            row = whole_characters(row, text)
            yield _row(row, line, row.get("entities"))


def yaml(problems: FileProblems, labels: bool) -> Iterator[Row]:
    """Read YAML: labels with their texts, or a list of texts with their labels."""
    root = read_yaml_file(problems)
    bodies = [root]
    if isinstance(root.value, dict):
        sections = SECTIONS if labels else (*SECTIONS, UNLABELLED)
        bodies = [root.value[name] for name in sections if name in root.value]
        if not bodies:
            problems.report(root.problem(f"has none of {', '.join(sections)}", remedy=_YAML_FORM))
    for body in bodies:
        yield from _body(body, problems)


def plain_lines(problems: FileProblems, labels: bool) -> Iterator[Row]:
    """Read text files without labels: a text on each line; `#` begins a remark, and `- ` before a text is left out."""
    for line, text in read_lines(problems):
        if text.strip() and not text.startswith("#"):
            yield Row(text.removeprefix("- "), None, line)


FORMS: Mapping[str, Callable[[FileProblems, bool], Iterator[Row]]] = {
    ".csv": table,
    ".tsv": table,
    ".jsonl": json_lines,
    ".ndjson": json_lines,
    ".yaml": yaml,
    ".yml": yaml,
}
UNLABELLED_FORMS = {**FORMS, ".txt": plain_lines, ".md": plain_lines}


def _has_columns(columns: list[str], header: TableRow, labels: bool, problems: FileProblems) -> bool:
    good = True
    for names in (TEXTS, LABELS) if labels else (TEXTS,):
        if not any(name in columns for name in names):
            likely = did_you_mean(names[0], set(columns) - {*TEXTS, *LABELS})
            remedy = likely if likely.startswith("Did") else f"Add it to the header row: text{header.delimiter}intent."
            problems.problem(f"the column {names[0]!r} is missing", header.line, remedy=remedy)
            good = False
    return good


def _body(body: Node, problems: FileProblems) -> Iterator[Row]:
    if isinstance(body.value, dict):
        for label, examples in body.value.items():
            yield from _examples(examples, label, problems)
    elif isinstance(body.value, list):
        for item in body.value:
            yield from _item(item, problems)
    elif body.value is not None:
        problems.report(body.problem("needs a list or a mapping", remedy=_YAML_FORM))


def _item(item: Node, problems: FileProblems) -> Iterator[Row]:
    """Read `{text: hi, intent: greet}`, `{intent: greet, examples: [hi, hello]}` or just `hi`."""
    if not isinstance(item.value, dict):
        yield Row(_scalar(item), None, item.line)
        return
    fields = item.value
    named = next((fields[name] for name in (*LABELS, "name") if name in fields), None)
    label = None if named is None else _scalar(named)
    if "examples" in fields:
        yield from _examples(fields["examples"], label, problems)
    else:
        said = next((fields[name] for name in TEXTS if name in fields), None)
        yield Row(None if said is None else _scalar(said), label, item.line)


def _examples(examples: Node, label: Any, problems: FileProblems) -> Iterator[Row]:
    examples = examples.child("examples") or examples
    if examples.value is None or examples.value == []:
        problems.report(examples.problem(f"{label!r} has no examples", remedy="Write some below it."))
        return
    for node in examples.value if isinstance(examples.value, list) else [examples]:
        yield Row(_scalar(node.child(TEXT) or node), label, node.line)


def _scalar(node: Node) -> Any:
    """Return a text, or a number as it is written: `007` is what somebody says."""
    is_number = isinstance(node.value, int | float) and not isinstance(node.value, bool)
    return node.source or str(node.value) if is_number else node.value


def _row(fields: Mapping[str, Any], line: int, entities: Any = None) -> Row:
    """Return the row of a text, with what else stands there as its metadata."""
    text, label = _used(TEXTS, fields), _used(LABELS, fields)
    own = fields.get(METADATA)
    plain = own is None or isinstance(own, dict)
    apart = entities is not None or fields.get(ENTITIES) is None
    taken = {text, label, METADATA if plain else None, ENTITIES if apart else None}
    metadata = {name: value for name, value in fields.items() if name not in taken}
    if plain and own:
        metadata |= own
    return Row(fields.get(text or ""), fields.get(label or ""), line, entities, metadata)


def _used(names: tuple[str, ...], fields: Mapping[str, Any]) -> str | None:
    return next((name for name in names if fields.get(name) is not None), None)
