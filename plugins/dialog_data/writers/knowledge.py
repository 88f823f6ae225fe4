"""The writer `knowledge`: JSON lines with everything an entry has; the reader `jsonl` reads them."""

from collections.abc import Iterable
from typing import Any, TextIO

from dialog_core import Component
from dialog_core.configuration import Options
from dialog_core.datasets import DataItem, KnowledgeEntry
from dialog_data.writers.json_rows import json_line, without


class KnowledgeWriter(Component[Options]):
    """Writes an entry a line, with all metadata but the line it stood on."""

    accepts = (KnowledgeEntry,)
    suffix = ".jsonl"

    def write(self, items: Iterable[DataItem], file: TextIO) -> None:
        """Write entries, one a line."""
        for item in items:
            assert isinstance(item, KnowledgeEntry), "accepts"
            file.write(json_line(_row(item), f"the entry {item.id!r}"))


def _row(entry: KnowledgeEntry) -> dict[str, Any]:
    row: dict[str, Any] = {
        "id": entry.id.strip(),
        "question": entry.questions[0] if entry.questions else "",
        "questions": list(entry.questions[1:]),
        "answer": entry.answer,
        "language": entry.language,
        "source": entry.source,
        "tags": list(entry.tags),
        "valid_from": entry.valid_from.isoformat() if entry.valid_from else "",
        "valid_until": entry.valid_until.isoformat() if entry.valid_until else "",
        "passage": entry.passage,
        "metadata": without(entry.metadata, "line"),
    }
    return {name: value for name, value in row.items() if value}
