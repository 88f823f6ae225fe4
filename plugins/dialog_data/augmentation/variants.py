"""From one text to variants of any item: which texts of it are varied, and the chance that decides."""

import random
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

from dialog_core import Component
from dialog_core.configuration import Options
from dialog_core.datasets import DataItem, Dialogue, KnowledgeEntry, LabelledText

O = TypeVar("O", bound=Options)  # noqa: E741 - O for options

ATTEMPTS = 4  # for each variant that is wanted; a short text has few


class TextAugmenter(Component[O], ABC):
    """Varies what users say: labelled texts, questions of knowledge, and the user's turns of a dialogue.

    What the bot says stays as it is, for that is what is to be learnt; so do marked entities.
    """

    def augment(self, item: DataItem, count: int) -> Sequence[DataItem]:
        """Return up to so many variants, each of them different from the item and from the others."""
        found: list[DataItem] = []
        for attempt in range(count * ATTEMPTS):
            if len(found) == count:
                break
            variant = self._varied(item, random.Random(f"{self.context.seed}/{attempt}/{_identity(item)}"))
            if variant != item and variant not in found:
                found.append(variant)
        return found

    @abstractmethod
    def vary(self, text: LabelledText, chance: random.Random) -> LabelledText:
        """Return a text another way, or as it is where there is no other."""

    def _varied(self, item: DataItem, chance: random.Random) -> DataItem:
        if isinstance(item, LabelledText):
            return self.vary(item, chance)
        if isinstance(item, KnowledgeEntry):
            if item.passage:  # its questions are headings: nobody asks them
                return item
            return replace(item, questions=tuple(self._plainly(question, chance) for question in item.questions))
        turns = (
            replace(turn, text=self._plainly(turn.text, chance)) if turn.role == "user" else turn for turn in item.turns
        )
        return replace(item, turns=tuple(turns))

    def _plainly(self, text: str, chance: random.Random) -> str:
        return self.vary(LabelledText(text, ""), chance).text


def _identity(item: DataItem) -> str:
    """Return what tells items apart, so that what becomes of one does not depend on those around it."""
    return item.text if isinstance(item, LabelledText) else item.id


def asked(item: DataItem) -> Iterator[str]:
    """Yield what users say in an item."""
    if isinstance(item, LabelledText):
        yield item.text
    elif isinstance(item, Dialogue):
        yield from (turn.text for turn in item.turns if turn.role == "user")
    else:
        yield from item.questions
