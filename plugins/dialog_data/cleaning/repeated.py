"""The step `repeated`: a bot that says the same twice in a row."""

from dialog_core import Component
from dialog_core.datasets import DataItem, Dialogue
from dialog_core.interfaces import Removed
from dialog_data.cleaning.options import RepeatedOptions
from dialog_data.cleaning.turns import kept_turns


class RepeatedCleaner(Component[RepeatedOptions]):
    """Removes replies that are, but for case and spaces, the bot's reply before; a user may well ask twice."""

    def clean(self, item: DataItem) -> DataItem | Removed:
        """Return the item without them, or why it goes."""
        if not isinstance(item, Dialogue):
            return item
        last: str | None = None
        again: set[int] = set()
        for turn in item.turns:
            if turn.role == "bot":
                said = " ".join(turn.text.casefold().split())
                if said and said == last:
                    again.add(id(turn))
                last = said or last
        if not again:
            return item
        if self.options.removes == "item":
            return Removed("the bot repeats itself", (last or "")[:60])
        return kept_turns(item, lambda turn: id(turn) not in again)
