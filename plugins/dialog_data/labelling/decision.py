"""One decision about one text, and how a line of the log says it."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from dialog_core.datasets import EntitySpan

Key = tuple[str, str, str]
"""What a decision is about and whose it is: the text's id, the text, the annotator."""


class NotADecision(ValueError):
    """A line says nothing that could be a decision."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What somebody said about a text.

    Attributes:
        id: Which text it is: of a turn `DIALOGUE#TURN`, else made from the text.
        text: The text.
        annotator: Who decided.
        at: When (ISO 8601).
        label: Its label; None: that was not asked, or it was skipped.
        entities: The entities in it, in text order; None: that was not asked.
        skipped: Whether they passed it over.
        note: What they remarked.
        line: Where the log has it; 0: nowhere yet.
    """

    id: str
    text: str
    annotator: str
    at: str
    label: str | None = None
    entities: tuple[EntitySpan, ...] | None = None
    skipped: bool = False
    note: str = ""
    line: int = 0

    @property
    def key(self) -> Key:
        """What it is about, and whose it is: of such decisions the last one counts."""
        return self.id, self.text, self.annotator


def as_row(decision: Decision) -> dict[str, Any]:
    """Return a decision as JSON values, under the keys that files of labelled texts have."""
    row: dict[str, Any] = {"text": decision.text}
    if decision.label is not None:
        row["intent"] = decision.label
    if decision.entities is not None:
        row["entities"] = [entity_row(one) for one in decision.entities]
    if decision.skipped:
        row["skipped"] = True
    if decision.note:
        row["note"] = decision.note
    return {**row, "annotator": decision.annotator, "at": decision.at, "id": decision.id}


def entity_row(span: EntitySpan) -> dict[str, Any]:
    """Return an entity as JSON values."""
    row: dict[str, Any] = {"start": span.start, "end": span.end, "entity": span.entity}
    return row | ({"role": span.role} if span.role else {}) | ({"value": span.value} if span.value else {})


def from_row(row: Mapping[str, Any], line: int) -> Decision:
    """Return what `as_row` made.

    Raises:
        NotADecision: It is something else; the message says what is wrong.
    """
    texts = {key: row.get(key) for key in ("text", "annotator", "at", "id")}
    for key, value in texts.items():
        if not isinstance(value, str) or not value.strip():
            raise NotADecision(f"has no {key!r}")
    label, note, skipped = row.get("intent"), row.get("note", ""), row.get("skipped", False)
    if not (label is None or (isinstance(label, str) and label.strip())):
        raise NotADecision("'intent' is not a text")
    if not isinstance(note, str) or not isinstance(skipped, bool):
        raise NotADecision("'note' is not a text" if isinstance(skipped, bool) else "'skipped' is not true or false")
    entities = _entities(row["entities"], str(texts["text"])) if "entities" in row else None
    if label is None and entities is None and not skipped:
        raise NotADecision("has neither 'intent' nor 'entities'")
    return Decision(**{key: str(value) for key, value in texts.items()}, label=label, entities=entities,
                    skipped=skipped, note=note, line=line)  # fmt: skip


def _entities(rows: Any, text: str) -> tuple[EntitySpan, ...]:
    found = []
    for row in rows if isinstance(rows, list) else [None]:
        fields = row if isinstance(row, dict) else {}
        start, end, entity = fields.get("start"), fields.get("end"), fields.get("entity")
        if type(start) is not int or type(end) is not int or not isinstance(entity, str) or not entity:
            raise NotADecision("an entity needs 'start', 'end' and 'entity'")
        if not 0 <= start < end <= len(text):
            raise NotADecision(f"an entity from {start} to {end} is not in the text")
        found.append(EntitySpan(start, end, entity, str(fields.get("role") or ""), str(fields.get("value") or "")))
    found.sort(key=lambda one: (one.start, one.end))
    if any(one.end > other.start for one, other in pairwise(found)):
        raise NotADecision("two of its entities overlap")
    return tuple(found)
