"""Logs of labels for tests."""

from pathlib import Path

from dialog_core.datasets import EntitySpan
from dialog_data.labelling.decision import Decision
from dialog_data.labelling.log import LabelLog, LabelsOf

TEXTS = LabelsOf("chats.txt", 3, "c0ffee")


def decision(
    text: str,
    label: str | None = "book",
    annotator: str = "ann",
    *,
    entities: tuple[EntitySpan, ...] | None = (),
    id: str = "",
    skipped: bool = False,
    at: str = "2026-03-01T12:00:00+00:00",
) -> Decision:
    """Return a decision about a text."""
    said = None if skipped else entities
    return Decision(id or f"id of {text}", text, annotator, at, None if skipped else label, said, skipped)


def written(path: Path, *decisions: Decision) -> Path:
    """Write a log with these decisions."""
    log = LabelLog(path)
    for one in decisions:
        log.append(one, TEXTS, over=log.history.last(one.key))
    return path
