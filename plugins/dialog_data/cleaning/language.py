"""The step `language`: keeps what is in certain languages."""

import math
from collections.abc import Mapping
from datetime import UTC, datetime

from dialog_core import Component, Context, Conversation, Message, Turn
from dialog_core.configuration import ConfigurationError, Problem
from dialog_core.datasets import DataItem, Dialogue, texts_of
from dialog_core.interfaces import Removed
from dialog_data.cleaning.options import LanguageOptions
from dialog_data.cleaning.turns import without

MOST_CHARACTERS = 2_000  # of an item; more of it tells nothing new
_BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)  # what language a text is in does not depend on the time


class LanguageCleaner(Component[LanguageOptions]):
    """Removes what is in other languages, as the annotator `language` sees it."""

    def __init__(self, options: LanguageOptions, context: Context) -> None:
        super().__init__(options, context)
        self._annotator = context.create("annotator", options.annotator)
        self._kept = {tag.casefold().partition("-")[0] for tag in options.keep}

    def clean(self, item: DataItem) -> DataItem | Removed:
        """Return the item, without turns in other languages, or why it goes."""
        if isinstance(item, Dialogue) and self.options.removes == "turn":
            return without(item, self._wrong, removes="turn")
        said = (
            [turn.text for turn in item.turns if turn.role != "system"]
            if isinstance(item, Dialogue)
            else texts_of(item)
        )
        return self._wrong("\n".join(said)[:MOST_CHARACTERS]) or item

    def _wrong(self, text: str) -> Removed | None:
        language = self._language(text)
        if language is None:
            return Removed("the language cannot be told") if self.options.unknown == "remove" else None
        if language.casefold().partition("-")[0] in self._kept:
            return None
        return Removed("in another language", language)

    def _language(self, text: str) -> str | None:
        """Return what the annotator says, which is asked as if the text were the first message of a conversation."""
        turn = Turn(Conversation("cleaning"), Message(text), "", math.inf, _BEGINNING, 0)
        found = self._annotator.annotate(turn)
        if not isinstance(found, Mapping) or "language" not in found:
            message = f"the annotator {self.options.annotator!r} does not say what language a text is in"
            raise ConfigurationError([Problem(message, remedy="Name `language`, or one like it.")])
        language = found["language"]
        return None if language is None else str(language)
