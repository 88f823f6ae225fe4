"""What a bot suggests of a text, as it travels with the text to tools that people label with."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from dialog_core.datasets import EntitySpan, LabelledText
from dialog_data.labelling.decision import entity_row

SUGGESTED = "suggested"
"""The key in a text's metadata under which it stands."""


@dataclass(frozen=True, slots=True)
class Suggested:
    """What a bot suggests.

    Attributes:
        by: What the bot is called.
        label: The likeliest label; empty: none.
        score: How likely that is.
        entities: The entities it finds.
    """

    by: str
    label: str = ""
    score: float = 0.0
    entities: tuple[EntitySpan, ...] = ()


def with_suggestion(item: LabelledText, suggested: Suggested) -> LabelledText:
    """Return a text with what a bot suggests."""
    told: dict[str, Any] = {"by": suggested.by, "label": suggested.label, "score": suggested.score}
    told["entities"] = [entity_row(span) for span in suggested.entities]
    return replace(item, metadata={**item.metadata, SUGGESTED: told})


def suggested_in(item: LabelledText) -> Suggested | None:
    """Return what `with_suggestion` has added."""
    told = item.metadata.get(SUGGESTED)
    if not isinstance(told, Mapping) or not isinstance(told.get("entities"), list):
        return None
    spans = [
        EntitySpan(row["start"], row["end"], row["entity"], row.get("role", ""), row.get("value", ""))
        for row in told["entities"]
    ]
    return Suggested(str(told.get("by")), str(told.get("label") or ""), float(told.get("score") or 0), tuple(spans))
