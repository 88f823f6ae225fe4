"""Which languages a data set is in, by a sample of it."""

import math
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from dialog_core import Context, Conversation, DialogError, Message, Turn
from dialog_data.statistics.counting import Tally

ANNOTATOR = "language"
UNKNOWN = "?"
LONGEST = 500  # characters of an item that are looked at
_NOW = datetime(2000, 1, 1, tzinfo=UTC)  # what language a text is in does not depend on the time


def languages_of(sample: Sequence[str], context: Context) -> tuple[Tally, str]:
    """Return the languages of texts as the annotator `language` sees them; and why not, where it cannot be asked."""
    found = Tally()
    try:
        annotator = context.create("annotator", ANNOTATOR)
        for text in sample:
            turn = Turn(Conversation("statistics"), Message(text[:LONGEST]), "", math.inf, _NOW, 0)
            found.add(_language(annotator.annotate(turn)))
    except DialogError as error:  # a package of it is not installed
        return Tally(), str(error)
    return found, ""


def _language(annotation: Any) -> str:
    language = annotation.get("language") if hasattr(annotation, "get") else None
    return str(language) if language else UNKNOWN
