"""Roles and values of entities, for formats whose spans have a name and nothing more: they stand beside the text."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from dialog_core.datasets import EntitySpan
from dialog_data.labelling.decision import entity_row

DETAILS = "entity_details"


def details_of(spans: Sequence[EntitySpan]) -> dict[str, Any]:
    """Return what is to stand beside a text so that `with_details` finds it again; nothing if there is nothing."""
    rows = [entity_row(span) for span in spans if span.role or span.value]
    return {DETAILS: rows} if rows else {}


def with_details(spans: Sequence[EntitySpan], beside: Mapping[str, Any]) -> tuple[EntitySpan, ...]:
    """Return spans with their roles and values, as far as nobody has moved or renamed them."""
    rows = beside.get(DETAILS)
    known: dict[tuple[Any, ...], Mapping[str, Any]] = {
        (row.get("start"), row.get("end"), row.get("entity")): row
        for row in (rows if isinstance(rows, list) else ())
        if isinstance(row, Mapping)
    }
    found = []
    for span in spans:
        more = known.get((span.start, span.end, span.entity), {})
        role, value = str(more.get("role") or span.role), str(more.get("value") or span.value)
        found.append(replace(span, role=role, value=value))
    return tuple(found)
