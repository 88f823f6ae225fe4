"""Steps that change texts one by one, whatever they are the texts of."""

from abc import ABC, abstractmethod
from typing import TypeVar

from dialog_core import Component
from dialog_core.configuration import Options
from dialog_core.datasets import DataItem
from dialog_data.cleaning.entities import with_changed

O = TypeVar("O", bound=Options)  # noqa: E741 - O for options, as T for a type


class TextCleaner(Component[O], ABC):
    """A step that looks at each text by itself; for one such text it says what it should be."""

    def clean(self, item: DataItem) -> DataItem:
        """Return the item with its texts changed, the same object where they are not."""
        return with_changed(item, self.change)

    @abstractmethod
    def change(self, text: str) -> str:
        """Return what the text should be; of what it has returned, it changes nothing."""
