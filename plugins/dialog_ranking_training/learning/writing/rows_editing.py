"""Changing files of knowledge that have an entry, or a phrasing, on each line: JSON lines and tables."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

from dialog_core.datasets import KnowledgeEntry
from dialog_ranking_training.learning.writing.change import Change, Unwritable, new_id


def edited_json_lines(text: str, change: Change, entries: Sequence[KnowledgeEntry], options: Any) -> tuple[str, int]:
    """Return JSON lines with a change made, and the line where it was made; see `yaml_editing.edited`."""
    keys: dict[str, str] = options.fields.model_dump()
    templates = [keys[name] for name in ("question", "questions", "answer") if "{" in keys[name]]
    if templates:
        raise Unwritable(f"what it has is put together from several keys (`{templates[0]}`)")
    rows = text.split("\n")
    if change.entry:
        entry = next(entry for entry in entries if entry.id == change.entry)
        number = _find_row(rows, entry, keys)
        row = json.loads(rows[number])
        _change_row(row, change, entry, keys)
        rows[number] = _like(rows[number], row)
        return "\n".join(rows), number + 1
    places = [number for number, line in enumerate(rows) if line.strip()]
    model = rows[places[-1]] if places else '{"a": "é"}'
    made: dict[str, Any] = {}
    known = sum(1 for place in places if keys["id"] in json.loads(rows[place]))
    if 2 * known > len(places):
        made[keys["id"]] = new_id(change.questions[0], [entry.id for entry in entries])
    made[keys["question"]] = change.questions[0]
    if change.questions[1:]:
        made[keys["questions"]] = list(change.questions[1:])
    made[keys["answer"]] = change.answer
    at = places[-1] + 1 if places else 0
    rows[at:at] = [_like(model, made)]
    return "\n".join(rows) + ("" if rows[-1] == "" else "\n"), at + 1


def _find_row(rows: Sequence[str], entry: KnowledgeEntry, keys: Mapping[str, str]) -> int:
    for number, line in enumerate(rows):
        if line.strip():
            row = json.loads(line)
            if str(row.get(keys["id"], "")) == entry.id or (keys["id"] not in row and _asks(row, entry, keys)):
                return number
    raise Unwritable(f"no line has the id {entry.id!r}")


def _asks(row: Mapping[str, Any], entry: KnowledgeEntry, keys: Mapping[str, str]) -> bool:
    asked = (*_listed(row.get(keys["question"])), *_listed(row.get(keys["questions"])))
    stripped = tuple(dict.fromkeys(str(text).strip() for text in asked))
    return stripped == entry.questions and str(row.get(keys["answer"], "")).strip() == entry.answer


def _change_row(row: dict[str, Any], change: Change, entry: KnowledgeEntry, keys: Mapping[str, str]) -> None:
    if change.answer:
        row[keys["answer"]] = change.answer
    if further := change.missing(entry):
        name = keys["question"] if isinstance(row.get(keys["question"]), list) else keys["questions"]
        row[name] = [*_listed(row.get(name)), *further]


def _listed(value: Any) -> list[Any]:
    return [] if value is None else value if isinstance(value, list) else [value]


def _like(line: str, row: Mapping[str, Any]) -> str:
    """Return a row written like another line: with or without spaces, and with other letters escaped or not."""
    separators = (", ", ": ") if '": ' in line else (",", ":")
    return json.dumps(row, ensure_ascii="\\u" in line and line.isascii(), separators=separators)


def edited_table(text: str, change: Change, entries: Sequence[KnowledgeEntry], delimiter: str) -> tuple[str, int]:
    """Return a table with a change made, and the line where it was made; see `yaml_editing.edited`."""
    records = _records(text, delimiter)
    header = next((record for record in records if record.says_something), None)
    if header is None:
        raise Unwritable("it has no header row")
    columns = [name if (name := cell.strip()).casefold() not in _COLUMNS else name.casefold() for cell in header.cells]
    table = _Table(records, records.index(header), columns, delimiter)
    if change.entry:
        entry = next(entry for entry in entries if entry.id == change.entry)
        return table.changed(change, entry)
    return table.with_new(change, [entry.id for entry in entries])


_COLUMNS = ("id", "question", "answer")


class _Record:
    """A row of a table with the text it was read from."""

    def __init__(self, cells: list[str], text: str) -> None:
        self.cells = cells
        self.text = text

    @property
    def says_something(self) -> bool:
        return any(cell.strip() for cell in self.cells)


def _records(text: str, delimiter: str) -> list[_Record]:
    taken: list[str] = []

    def lines() -> Any:
        for line in io.StringIO(text, newline=""):
            taken.append(line)
            yield line

    records: list[_Record] = []
    for cells in csv.reader(lines(), delimiter=delimiter, strict=True):
        records.append(_Record(cells, "".join(taken)))
        taken.clear()
    return records


class _Table:
    def __init__(self, records: list[_Record], header: int, columns: list[str], delimiter: str) -> None:
        self._records, self._header, self._columns, self._delimiter = records, header, columns, delimiter

    def with_new(self, change: Change, ids: Sequence[str]) -> tuple[str, int]:
        written = sum(1 for _, name in self._ids() if name)
        several = len(change.questions) > 1
        id = ""
        if "id" in self._columns and (several or 2 * written > len(ids)):
            id = new_id(change.questions[0], ids)
        if several and not id:
            raise Unwritable("further phrasings need a column `id`, in which they have the id of their entry")
        cells = [{"id": id, "question": change.questions[0], "answer": change.answer}]
        cells += [{"id": id, "question": question} for question in change.questions[1:]]
        at = max(place for place, record in enumerate(self._records) if record.says_something) + 1
        return self._with_rows(at, [self._written(row) for row in cells])

    def changed(self, change: Change, entry: KnowledgeEntry) -> tuple[str, int]:
        places = [place for place, name in self._ids() if name == entry.id] or self._without_id(entry)
        first = places[0]
        if change.answer:
            answer = self._columns.index("answer")
            for place in places:
                record = self._records[place]
                if place == first or (answer < len(record.cells) and record.cells[answer].strip()):
                    cells = [*record.cells, *[""] * (answer + 1 - len(record.cells))]
                    cells[answer] = change.answer
                    self._records[place] = _Record(cells, self._line(cells))
        further = change.missing(entry)
        if not further:
            return self._with_rows(first, [])
        if not any(name == entry.id for _, name in self._ids()):
            raise Unwritable("the entry has no id, and only with one can it have further phrasings")
        rows = [self._written({"id": entry.id, "question": question}) for question in further]
        text, _ = self._with_rows(places[-1] + 1, rows)
        return text, self._line_of(first)

    def _ids(self) -> list[tuple[int, str]]:
        """Return place and id of the rows below the header."""
        rows = [*enumerate(self._records)][self._header + 1 :]
        if "id" not in self._columns:
            return [(place, "") for place, record in rows if record.says_something]
        column = self._columns.index("id")
        return [(p, r.cells[column].strip() if column < len(r.cells) else "") for p, r in rows if r.says_something]

    def _without_id(self, entry: KnowledgeEntry) -> list[int]:
        question, answer = self._columns.index("question"), self._columns.index("answer")
        for place, name in self._ids():
            cells = self._records[place].cells
            if not name and (cells[question].strip(), cells[answer].strip()) == (entry.questions[0], entry.answer):
                return [place]
        raise Unwritable(f"no row has the id {entry.id!r}")

    def _with_rows(self, at: int, rows: Sequence[str]) -> tuple[str, int]:
        if at and rows and not self._records[at - 1].text.endswith("\n"):
            self._records[at - 1].text += "\n"
        texts = [record.text for record in self._records]
        return "".join([*texts[:at], *rows, *texts[at:]]), self._line_of(at)

    def _line_of(self, place: int) -> int:
        return sum(record.text.count("\n") for record in self._records[:place]) + 1

    def _written(self, fields: Mapping[str, str]) -> str:
        return self._line([fields.get(name, "") for name in self._columns])

    def _line(self, cells: Sequence[str]) -> str:
        stream = io.StringIO()
        csv.writer(stream, delimiter=self._delimiter, lineterminator="\n").writerow(cells)
        return stream.getvalue()
