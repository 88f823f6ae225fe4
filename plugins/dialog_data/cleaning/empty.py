"""The step `empty`: what says nothing goes."""

import unicodedata
from dataclasses import replace

from dialog_core import Component
from dialog_core.datasets import DataItem, Dialogue, DialogueTurn, KnowledgeEntry
from dialog_core.interfaces import Removed
from dialog_data.cleaning.options import EmptyOptions
from dialog_data.cleaning.turns import NO_TURNS, kept_turns

_ACTING = ("tool_calls", "function_call", "attachments")  # what a turn may do without words


class EmptyCleaner(Component[EmptyOptions]):
    """Removes turns, texts and entries without words; a turn that does something without words stays."""

    def clean(self, item: DataItem) -> DataItem | Removed:
        """Return the item without them, or why it goes."""
        if isinstance(item, Dialogue):
            if not any(turn.role != "system" for turn in item.turns):
                return Removed(NO_TURNS)
            if all(map(self._says_something, item.turns)):
                return item
            return (
                Removed("a turn is empty") if self.options.removes == "item" else kept_turns(item, self._says_something)
            )
        if isinstance(item, KnowledgeEntry):
            questions = tuple(filter(self._has_content, item.questions))
            if not questions:
                return Removed("no question is left")
            if not self._has_content(item.answer):
                return Removed("the answer is empty")
            return item if len(questions) == len(item.questions) else replace(item, questions=questions)
        return item if self._has_content(item.text) else Removed("the text is empty")

    def _says_something(self, turn: DialogueTurn) -> bool:
        return self._has_content(turn.text) or bool(turn.acts) or any(turn.metadata.get(key) for key in _ACTING)

    def _has_content(self, text: str) -> bool:
        if not text or text.isspace():
            return False
        return not self.options.punctuation or any(map(_tells, text))


def _tells(character: str) -> bool:
    """Whether it is more than punctuation: a letter, a digit, an emoji or another symbol."""
    return character.isalnum() or (unicodedata.category(character) == "So")
