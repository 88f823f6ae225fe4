"""The writer `doccano`: JSON lines that doccano imports, and that the reader of that name reads."""

from collections.abc import Iterable
from typing import Any, TextIO

from dialog_core import Component
from dialog_core.datasets import DataItem, LabelledText
from dialog_data.files.offsets import Offsets
from dialog_data.labelling.details import details_of
from dialog_data.labelling.options import DoccanoWriterOptions
from dialog_data.labelling.suggested import suggested_in
from dialog_data.writers.json_rows import json_line, without

_OWN = ("text", "label", "labels", "cats", "entities", "line", "suggested")


class DoccanoWriter(Component[DoccanoWriterOptions]):
    """Writes a text a line, with labels and spans as its kind of project has them; metadata stand beside.

    Where nobody has labelled a text, what a bot suggests is written for people to correct.
    """

    accepts = (LabelledText,)
    suffix = ".jsonl"

    def write(self, items: Iterable[DataItem], file: TextIO) -> None:
        """Write texts, one a line."""
        for item in items:
            assert isinstance(item, LabelledText), "accepts"
            file.write(json_line(self._row(item), f"the text {item.text[:40]!r}"))

    def _row(self, item: LabelledText) -> dict[str, Any]:
        suggested = suggested_in(item)
        spans = item.entities or (suggested.entities if suggested else ())
        listed = item.metadata.get("labels")
        labels = list(listed) if isinstance(listed, list) else [item.label] if item.label else []
        if not labels and suggested and suggested.label:
            labels = [suggested.label]
        counted = Offsets(item.text, self.options.offsets)
        offsets = [[counted.of(span.start), counted.of(span.end), span.entity] for span in spans]
        row: dict[str, Any] = {"text": item.text}
        match self.options.project:
            case "intents":
                row |= {"cats": labels, "entities": offsets}
            case "classification":
                row["label"] = labels
            case _:
                row["label"] = offsets
        details = {} if self.options.project == "classification" else details_of(spans)
        return row | details | without(item.metadata, *_OWN)
