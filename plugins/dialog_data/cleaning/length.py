"""The step `length`: how long texts may be, and how many turns a dialogue may have."""

from collections.abc import Sequence
from dataclasses import replace

from dialog_core import Component
from dialog_core.datasets import DataItem, Dialogue
from dialog_core.interfaces import Removed
from dialog_data.cleaning.options import LengthOptions
from dialog_data.cleaning.turns import without
from dialog_data.documents.text_size import WORD, size


class LengthCleaner(Component[LengthOptions]):
    """Removes texts that are too short or too long, and shortens or removes dialogues with too many turns."""

    def clean(self, item: DataItem) -> DataItem | Sequence[DataItem] | Removed:
        """Return the item, what it is cut into, or why it goes."""
        kept = without(item, self._wrong, removes=self.options.removes) if self._limits_texts else item
        return self._cut(kept) if isinstance(kept, Dialogue) else kept

    @property
    def _limits_texts(self) -> bool:
        return self.options.least > 0 or self.options.most is not None

    def _wrong(self, text: str) -> Removed | None:
        long = len(text) if self.options.unit == "characters" else size(text) / WORD
        if long < self.options.least:
            return Removed("a text is too short", f"{long:.4g} {self.options.unit}")
        if self.options.most is not None and long > self.options.most:
            return Removed("a text is too long", f"{long:.4g} {self.options.unit}")
        return None

    def _cut(self, dialogue: Dialogue) -> Dialogue | Sequence[Dialogue] | Removed:
        """Return a dialogue with as many turns as it may have; instructions at its beginning are none, and stay."""
        first = next((place for place, turn in enumerate(dialogue.turns) if turn.role != "system"), 0)
        system, turns = dialogue.turns[:first], dialogue.turns[first:]
        if len(turns) < self.options.least_turns:
            return Removed("too few turns", str(len(turns)))
        most = self.options.most_turns
        if most is None or len(turns) <= most:
            return dialogue
        if self.options.long_dialogues == "remove":
            return Removed("too many turns", str(len(turns)))
        if self.options.long_dialogues == "cut":
            return replace(dialogue, turns=(*system, *turns[:most]))
        parts = [turns[start : start + most] for start in range(0, len(turns), most)]
        return [
            replace(dialogue, id=f"{dialogue.id}#{number}", turns=(*system, *part))
            for number, part in enumerate(parts, 1)
            if len(part) >= self.options.least_turns
        ]
