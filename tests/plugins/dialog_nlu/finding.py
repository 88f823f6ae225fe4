"""What a message names, asked on a Friday: 27 November 2026, ten in the morning."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from dialog_core.testing import make_context
from dialog_nlu.entities import EntitiesAnnotator
from dialog_nlu.entity_options import EntitiesOptions

FRIDAY = datetime(2026, 11, 27, 10, 0, tzinfo=UTC)
KINDS = ("number", "ordinal", "money", "date", "time", "duration", "email", "phone", "url")


def finder(
    entities: Any, *, language: str = "en", languages: Sequence[str] = ("en", "zh"), **options: Any
) -> EntitiesAnnotator:
    """Return an annotator; times are meant in UTC."""
    given = {"entities": entities, "languages": list(languages), "timezone": "UTC", **options}
    return EntitiesAnnotator(EntitiesOptions.model_validate(given), make_context("entities", language=language))


def values(annotator: EntitiesAnnotator, text: str, now: datetime = FRIDAY) -> list[Any]:
    """Return the values of what a text names, in text order."""
    return [found["value"] for found in annotator.entities(text, now)]


def pieces(annotator: EntitiesAnnotator, text: str, now: datetime = FRIDAY) -> list[str]:
    """Return how each thing stands in the text."""
    return [found["text"] for found in annotator.entities(text, now)]
