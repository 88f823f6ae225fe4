"""The reader `labelled`: texts with labels and marked entities, from tables, JSON lines, YAML and plain lists."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from dialog_core.configuration import ConfigurationError, Problem
from dialog_core.datasets import EntitySpan, LabelledText
from dialog_core.interfaces import Sample
from dialog_core.text import repair_text
from dialog_data.files.problems import FileProblems
from dialog_data.files.samples import columns_of, is_json_lines, yaml_keys
from dialog_data.files.skipping import SkippingReader
from dialog_data.labelled.marks import WAY, parse_marks
from dialog_data.labelled.rows import FORMS, LABELS, TEXT, TEXTS, UNLABELLED_FORMS, Row
from dialog_data.labelling.reader import begins_a_log, read_for_training
from dialog_data.options import LabelledOptions

_POSITIONS = 'Write {"start": 0, "end": 6, "entity": "city"}; positions count characters, and `end` is exclusive.'


class LabelledReader(SkippingReader[LabelledOptions]):
    """Reads labelled texts. Marks of entities, `fly to [Berlin](city)`, are no part of what was said.

    The ending of the file says which form it has: `.csv` and `.tsv` with a header row, `.jsonl`, `.yaml`; where labels
    are not asked for also `.txt`, with a text on each line. A log of `dialog-core data label` is read as
    what its annotators agree on.
    """

    general = True

    @classmethod
    def recognizes(cls, sample: Sample) -> bool:
        """Whether there are texts with labels: in columns, on JSON lines, or in YAML."""
        if isinstance(sample.first, dict) and is_json_lines(sample):
            return _is_labelled(sample.first)
        keys = yaml_keys(sample)
        if {"turns", "dialogues"} & keys:
            return False  # what was said in a dialogue may have labels, too
        return _is_labelled(columns_of(sample)) or _is_labelled(keys) or bool({"intents", "labels"} & keys)

    def read(self, path: Path) -> Iterator[LabelledText]:
        """Yield the texts; raise ConfigurationError with every problem of the file, each at its line."""
        self.context.files.add(path)
        passed_over = self.begin()
        if begins_a_log(path):
            yield from read_for_training(path, self.context, self.options)
            return
        problems = FileProblems(path, passed_over, encoding=self.options.encoding)
        forms = FORMS if self.options.labels else UNLABELLED_FORMS
        form = forms.get(path.suffix.lower())
        if path.is_dir():
            message = "is a directory, and such texts are read from single files"
            raise ConfigurationError([Problem(message, path, remedy="Name a file in it.")])
        if form is None:
            message = f"the ending {path.suffix!r} does not say what is in it"
            raise ConfigurationError([Problem(message, path, remedy=f"Known endings: {', '.join(forms)}.")])
        empty = True
        for row in form(problems, self.options.labels):
            empty = False
            found = self._labelled(row, problems)
            if problems.item_done() and found is not None and problems.fit:
                yield found
        if empty and problems.fit:
            what = "texts with their labels" if self.options.labels else f"some. {WAY}"
            problems.refuse("there are no examples", 1, remedy=f"Write {what.removesuffix('.')}.")
        problems.finish()

    def _labelled(self, row: Row, problems: FileProblems) -> LabelledText | None:
        label = "" if row.label is None else row.label
        wanted = ((TEXT, row.text), (LABELS[0], label)) if self.options.labels else ((TEXT, row.text),)
        for name, value in wanted:
            if not _is_said(value):
                problems.problem(f"has no {name!r}", row.line, remedy="Give it one, or remove it.")
                return None
        said = _Said.of(repair_text(str(row.text)), row, self.options.entities, problems)
        return LabelledText(said.text, str(label).strip(), {**row.metadata, "line": row.line}, said.entities)


def _is_labelled(keys: Collection[str]) -> bool:
    """Whether what has such keys, or columns, is a text with its label, and no question with its answer."""
    return any(name in keys for name in TEXTS) and any(name in keys for name in LABELS) and "answer" not in keys


@dataclass(frozen=True, slots=True)
class _Said:
    """A text without its marks and the blanks around it."""

    text: str
    entities: tuple[EntitySpan, ...]

    @classmethod
    def of(cls, written: str, row: Row, strict: bool, problems: FileProblems) -> "_Said":
        if row.entities is not None and (strict or _are_positions(row.entities)):
            text, entities = written, _given(written, row, problems)
        else:
            marked = parse_marks(written)
            text, entities = marked.text, marked.entities
            for attempt in marked.attempts if strict else ():
                problems.problem(f"{attempt!r} looks like a mark and is none", row.line, remedy=WAY)
        before = len(text) - len(text.lstrip())
        moved = (
            EntitySpan(one.start - before, one.end - before, one.entity, one.role, one.value) if before else one
            for one in entities
        )
        return cls(text.strip(), tuple(moved))


def _is_said(value: Any) -> bool:
    return isinstance(value, str | int | float) and not isinstance(value, bool) and bool(str(value).strip())


def _are_positions(given: Any) -> bool:
    """Whether these are entities as we write them: then the text has no marks in it. Others' mean nothing here."""
    return isinstance(given, list) and all(isinstance(one, dict) and "start" in one and "end" in one for one in given)


def _given(text: str, row: Row, problems: FileProblems) -> tuple[EntitySpan, ...]:
    """Return the entities a file gives by their positions."""
    found: list[EntitySpan] = []
    complaint = ""
    for item in row.entities if isinstance(row.entities, list) else [None]:
        fields = item if isinstance(item, dict) else {}
        start, end, entity = fields.get("start"), fields.get("end"), fields.get("entity")
        if not isinstance(entity, str) or type(start) is not int or type(end) is not int:
            complaint = "an entity needs `start`, `end` and `entity`"
        elif not 0 <= start < end <= len(text) or not text[start:end].strip():
            complaint = f"an entity from {start} to {end} is not in the text"
        else:
            found.append(EntitySpan(start, end, entity, str(fields.get("role") or ""), str(fields.get("value") or "")))
    found.sort(key=lambda one: one.start)
    if any(one.end > other.start for one, other in pairwise(found)):
        complaint = "two of its entities overlap"
    if complaint:
        problems.problem(complaint, row.line, remedy=_POSITIONS)
    return tuple(found)
