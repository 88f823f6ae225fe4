"""Exports of doccano: JSON lines, or a JSON list, of texts with labels, spans or both.

One row has the text under `text`, and what people said about it as its project is:

    {"id": 1, "text": "Great price.", "label": ["positive"]}                        text classification
    {"id": 1, "text": "EU rejects it.", "label": [[0, 2, "ORG"]]}                   sequence labelling
    {"id": 1, "text": "...", "entities": [{"id": 0, "start_offset": 0, "end_offset": 6, "label": "ORG"}],
     "relations": [{"from_id": 0, "to_id": 1, "type": "foundedBy"}]}                the same, with relations
    {"text": "...", "cats": ["book"], "entities": [[0, 2, "ORG"]]}                  intents and slots

`Comments` and what was imported with a text stand beside. Offsets count what its editor in the browser counts: UTF-16
code units, or, in a project that says so, grapheme clusters. A project whose members do not share their labels is
exported as an archive with a file for each of them, which bears their name.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

from dialog_core.datasets import DataItem, EntitySpan, LabelledText
from dialog_core.interfaces import Sample
from dialog_core.text import repair_text
from dialog_data.files.archives import SourceFile
from dialog_data.files.offsets import Counting, Offsets
from dialog_data.files.problems import FileProblems
from dialog_data.labelling.details import DETAILS, with_details
from dialog_data.labelling.options import DoccanoOptions
from dialog_data.labelling.resolving import settled
from dialog_data.labelling.words import without_overlaps
from dialog_data.sources.dialogue_source import elements_or_lines
from dialog_data.sources.source import SourceReader

LABELS = ("label", "labels", "cats")
SPANS = "entities"
_NUMBERED = "annotations"  # under which early versions gave the numbers of labels alone
SHARED = ("all", "unknown")  # files of an archive that are nobody's

_REMEDY = "Export it anew, as JSONL."
_OFFSETS = "Say with `offsets` what they count: utf16, characters or graphemes."
_MOST_SHOWN = 40


class DoccanoReader(SourceReader):
    """Reads labelled texts. Of several labels the first one is the text's, and all stand in the metadata `labels`."""

    options: DoccanoOptions
    suffixes: ClassVar = (".jsonl", ".json")

    @classmethod
    def recognizes(cls, sample: Sample) -> bool:
        """Whether its first row has a text, and labels or spans as doccano writes them."""
        first = sample.first
        if not isinstance(first, Mapping) or not isinstance(first.get("text"), str):
            return False
        if any(isinstance(first.get(name), list) for name in LABELS):
            return True
        spans = first.get(SPANS)
        return isinstance(spans, list) and bool(spans) and _span_fields(spans[0]) is not None

    def read(self, path: Path) -> Iterator[DataItem]:
        """Yield the texts; those that several people have labelled, as `conflicts` says."""
        yield from settled(super().read(path), self.options.conflicts, path, "doccano")

    def items(self, file: SourceFile, problems: FileProblems) -> Iterator[LabelledText]:
        """Yield the texts of one file."""
        annotator = "" if len(self._files) < 2 or Path(file.name).stem in SHARED else Path(file.name).stem
        for element in elements_or_lines(file, problems):
            item = _item(element.value, element.line, annotator, self.options.offsets, problems)
            if problems.item_done() and item is not None:
                yield item


def _item(row: Any, line: int, annotator: str, counting: Counting, problems: FileProblems) -> LabelledText | None:
    if not isinstance(row, Mapping):
        problems.problem(f"needs an object, not {str(row)[:_MOST_SHOWN]!r}", line, remedy=_REMEDY)
        return None
    text = row["text"] if "text" in row else row.get("data")
    if not isinstance(text, str) or not text.strip():
        problems.problem("has no 'text'", line, remedy=_REMEDY)
        return None
    if not any(name in row for name in (*LABELS, SPANS, _NUMBERED)):
        problems.problem(f"has none of {', '.join((*LABELS, SPANS))}", line, remedy=_REMEDY)
        return None
    text = repair_text(text)
    offsets = Offsets(text, counting)
    labels: list[str] = []
    spans: list[EntitySpan] = []
    for name in (*LABELS, SPANS):
        for said in _listed(row.get(name), name, line, problems):
            fields = _span_fields(said)
            if fields is not None:
                start, end = offsets.character(fields[0]), offsets.character(fields[1])
                if start is not None and end is not None and start < end:
                    spans.append(EntitySpan(start, end, fields[2]))
                else:
                    message = f"a span from {fields[0]} to {fields[1]} is not in the text"
                    problems.problem(message, line, path=name, remedy=_OFFSETS)
            elif name != SPANS and isinstance(said, str | int) and not isinstance(said, bool) and str(said).strip():
                labels.append(repair_text(str(said).strip()))
            else:
                problems.problem(f"this is no label: {str(said)[:_MOST_SHOWN]}", line, path=name, remedy=_REMEDY)
    if _NUMBERED in row and not labels and not spans:
        message = "gives its labels by number only"
        problems.problem(message, line, path=_NUMBERED, remedy="Export it as JSONL with the labels' texts.")
    kept = without_overlaps(spans)
    metadata = _metadata(row, line, annotator)
    if len(labels) > 1:
        metadata["labels"] = labels
    if others := [span for span in spans if span not in kept]:
        metadata["overlapping"] = [[span.start, span.end, span.entity] for span in others]
    return LabelledText(text, labels[0] if labels else "", metadata, with_details(kept, row))


def _metadata(row: Mapping[str, Any], line: int, annotator: str) -> dict[str, Any]:
    left = {key: value for key, value in row.items() if key not in ("text", *LABELS, DETAILS)}
    if "text" not in row:
        del left["data"]
    if "relations" not in left:  # which name entities by their ids
        left.pop(SPANS, None)
    return {**left, "line": line} | ({"annotator": annotator} if annotator else {})


def _listed(value: Any, name: str, line: int, problems: FileProblems) -> Sequence[Any]:
    if value is None:
        return ()
    if isinstance(value, list):
        return value
    problems.problem(f"{name!r} is no list", line, path=name, remedy=_REMEDY)
    return ()


def _span_fields(said: Any) -> tuple[int, int, str] | None:
    """Return where a span begins and ends and what it is called; None: it is none."""
    if isinstance(said, Mapping):
        said = (said.get("start_offset"), said.get("end_offset"), said.get("label"))
    if not isinstance(said, list | tuple) or len(said) != 3:
        return None
    start, end, name = said
    if type(start) is not int or type(end) is not int or not isinstance(name, str) or not name.strip():
        return None
    return start, end, repair_text(name.strip())
