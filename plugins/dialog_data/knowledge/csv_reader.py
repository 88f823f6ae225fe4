"""Knowledge in a table: a header row, then one phrasing of a question on each row."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

from dialog_core.configuration import Node, Position, did_you_mean
from dialog_core.datasets import KnowledgeEntry
from dialog_core.interfaces import Sample
from dialog_data.files.samples import columns_of
from dialog_data.files.skipping import SkippingReader
from dialog_data.knowledge.entries import EntryBuilder
from dialog_data.knowledge.table_rows import TableRow, read_table, report_long_row
from dialog_data.options import CsvOptions

REQUIRED = ("question", "answer")
COLUMNS = ("id", *REQUIRED, "language", "source", "tags", "valid_from", "valid_until")
TAG_SEPARATOR = ";"
TYPO = 0.8  # a column this similar to one of ours (on difflib's scale) is that one, mistyped


@dataclass(slots=True)
class _Group:
    """The rows that share an id: the first with everything, the others with further phrasings."""

    node: Node
    phrasings: list[Node] = field(default_factory=list)


class CsvReader(SkippingReader[CsvOptions]):
    """Reads tables. The whole file at once: the next phrasing of an entry may be its last row.

    Columns: `question`, `answer` and optionally `id`, `language`, `source`, `tags` (separated by `;`), `valid_from`,
    `valid_until`; any other column becomes metadata. Further rows with an id that was there before are phrasings: they
    may leave everything but the question empty.
    """

    general = True

    @classmethod
    def recognizes(cls, sample: Sample) -> bool:
        """Whether the header row names a question and an answer."""
        return set(REQUIRED).issubset(columns_of(sample))

    def read(self, path: Path) -> Iterator[KnowledgeEntry]:
        """Yield the entries; raise ConfigurationError with every problem of the file."""
        self.context.files.add(path)
        builder = EntryBuilder(path, self.begin(), encoding=self.options.encoding)
        rows = read_table(builder, self.options.delimiter)
        header = next(rows, None)
        if header is None:
            builder.refuse("the file is empty", 1, remedy="Write a header row such as question,answer.")
        for group in _groups(rows, _columns(header, builder), builder):
            yield from builder.built(builder.entry(group.node))
        builder.finish()


def _columns(header: TableRow, builder: EntryBuilder) -> list[str]:
    """Return the names of the columns; without them the rows say nothing, so that one that is wrong is no row's matter.

    Raises:
        ConfigurationError: One of them is wrong.
    """
    names = [cell.strip() for cell in header.cells]
    columns = [name.casefold() if name.casefold() in COLUMNS else name for name in names]
    good = True
    for number, name in enumerate(columns):
        line, column = _place(header, number)
        similar = [] if name in COLUMNS else get_close_matches(name.casefold(), COLUMNS, n=1, cutoff=TYPO)
        if not name and any(columns[number:]):
            builder.problem(f"column {number + 1} has no name", line, column, remedy="Write one into the header row.")
            good = False
        elif similar and similar[0] not in columns:
            builder.problem(f"unknown column {name!r}", line, column, remedy=f"Did you mean {similar[0]!r}?")
            good = False
        elif name and name in columns[:number]:
            builder.problem(f"the column {name!r} stands there twice", line, column, remedy="Rename one of them.")
            good = False
    missing = [name for name in REQUIRED if name not in columns]
    if missing and good:
        likely = did_you_mean(missing[0], columns)
        other = next((other for other in ";\t,|" if other != header.delimiter and other in header.text), "")
        if len(columns) == 1 and other:
            remedy = f"If cells are separated by {other!r}, set the option `delimiter: {other!r}`."
        else:
            remedy = likely if likely.startswith("Did") else "Add it to the header row, or rename a column."
        builder.problem(f"the column {missing[0]!r} is missing", header.line, remedy=remedy)
        good = False
    if not good:
        builder.give_up()
    return columns


def _groups(rows: Iterator[TableRow], columns: Sequence[str], builder: EntryBuilder) -> list[_Group]:
    groups: list[_Group] = []
    by_id: dict[str, _Group] = {}
    for row in rows:
        if len(row.cells) > len(columns):
            report_long_row(row, len(columns), builder)
            continue
        node = _node(row, columns, builder)
        name = str(node.find(("id",)).value) if node.child("id") else ""
        known = by_id.get(name) if name else None
        if known is None:
            groups.append(_Group(node))
            if name:
                by_id[name] = groups[-1]
        else:
            _add_phrasing(known, node, builder)
            builder.item_done()
    for group in groups:
        if group.phrasings and isinstance(group.node.value, dict):
            group.node.value["questions"] = Node(group.phrasings, builder.file, group.node.line, group.node.column)
    return groups


def _add_phrasing(group: _Group, node: Node, builder: EntryBuilder) -> None:
    question = node.child("question")
    if question is None:
        builder.report(node.problem("has no question", remedy="A row with an id that was there before is a phrasing."))
    else:
        group.phrasings.append(question)
    for name in node.keys or {}:
        child, first = node.find((name,)), group.node.child(name)
        if name not in ("id", "question", "metadata") and (first is None or first.plain() != child.plain()):
            message = f"differs from the first row of this id, on line {group.node.line}"
            remedy = "Leave the cell empty, or give the row another id."
            builder.report(child.problem(message, path=(name,), remedy=remedy))


def _node(row: TableRow, columns: Sequence[str], builder: EntryBuilder) -> Node:
    """Return a row as a node: a mapping of the cells that are not empty."""
    fields: dict[str, Node] = {}
    metadata: dict[str, Node] = {}
    for number, (name, cell) in enumerate(zip(columns, row.cells, strict=False)):
        text = cell.strip()
        if not text:
            continue
        line, column = _place(row, number)
        if name == "tags":
            tags = [tag.strip() for tag in text.split(TAG_SEPARATOR) if tag.strip()]
            fields[name] = Node([Node(tag, builder.file, line, column) for tag in tags], builder.file, line, column)
        else:
            (fields if name in COLUMNS else metadata)[name] = Node(text, builder.file, line, column, source=text)
    if metadata:
        fields["metadata"] = Node(metadata, builder.file, row.line, 1)
    return Node(fields, builder.file, row.line, 1, keys=_keys(fields))


def _keys(fields: Mapping[str, Node]) -> dict[str, Position]:
    return {name: node.position for name, node in fields.items()}


def _place(row: TableRow, number: int) -> tuple[int, int]:
    """Return line and column of a cell: after as many delimiters as come before it, those in quotes aside."""
    line, column, quoted = row.line, 1, False
    for character in row.text:
        if number == 0:
            break
        if character == '"':
            quoted = not quoted
        number -= character == row.delimiter and not quoted
        line, column = (line + 1, 1) if character == "\n" else (line, column + 1)
    return line, column
