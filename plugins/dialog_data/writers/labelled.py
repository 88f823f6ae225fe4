"""The writer `labelled`: JSON lines with texts, labels and entities; the reader of that name reads them."""

from collections.abc import Iterable
from typing import Any, TextIO, cast

from dialog_core import Component
from dialog_core.configuration import Options
from dialog_core.datasets import DataItem, EntitySpan, LabelledText, with_texts
from dialog_core.text import repair_text
from dialog_data.writers.json_rows import json_line, without


class LabelledWriter(Component[Options]):
    """Writes a text a line, with its label, its entities, and all metadata but the line it stood on."""

    accepts = (LabelledText,)
    suffix = ".jsonl"

    def write(self, items: Iterable[DataItem], file: TextIO) -> None:
        """Write texts, one a line."""
        for item in items:
            assert isinstance(item, LabelledText), "accepts"
            file.write(json_line(_row(item), f"the text {item.text[:40]!r}"))


def _row(item: LabelledText) -> dict[str, Any]:
    repaired = repair_text(item.text)
    if len(repaired) < len(item.text):  # two halves of a character have become one: entities stand elsewhere
        item = cast(LabelledText, with_texts(item, [repaired]))
    row: dict[str, Any] = {"text": item.text}
    if item.label:
        row["intent"] = item.label
    if item.entities or "[" in item.text:  # what looks like a mark is none where entities are given apart
        row["entities"] = [_entity(span) for span in item.entities]
    if metadata := without(item.metadata, "line"):
        row["metadata"] = metadata
    return row


def _entity(span: EntitySpan) -> dict[str, Any]:
    row: dict[str, Any] = {"start": span.start, "end": span.end, "entity": span.entity}
    if span.role:
        row["role"] = span.role
    if span.value:
        row["value"] = span.value
    return row
