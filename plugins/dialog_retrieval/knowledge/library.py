"""The entries a policy searches, each by its number."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Protocol

from dialog_core import Context
from dialog_retrieval.knowledge.conditions import Conditions, restricts
from dialog_retrieval.knowledge.entries import Numbered

if TYPE_CHECKING:
    from dialog_retrieval.searching import Mask

REMEMBERED_MASKS = 16  # conditions; a server that runs for years meets a new day every day


class Library(Protocol):
    """Entries by number. Safe to use from any thread.

    Attributes:
        identity: Tells it from every other library; empty where nothing on the disk can belong to it.
        revision: Another number once entries were added, changed or removed.
    """

    identity: str

    @property
    def revision(self) -> int:
        """See the class."""
        ...

    def __len__(self) -> int:
        """Return how many entries there are."""
        ...

    def after(self, number: int) -> Iterator[Numbered]:
        """Yield the entries whose number is higher, in order; all of them after -1."""
        ...

    def entry(self, number: int) -> Numbered:
        """Return the entry of a number."""
        ...

    def allowed(self, conditions: Conditions) -> "Mask | None":
        """Return for each number whether there is such an entry and it fulfils the conditions; None: all do."""
        ...


class ListedLibrary:
    """Entries in memory, as the sources have them."""

    identity = ""
    revision = 0

    def __init__(self, names: Sequence[str], context: Context) -> None:
        entries = [(name, entry) for name in names for entry in context.knowledge(name)]
        self._entries = [Numbered(number, name, entry) for number, (name, entry) in enumerate(entries)]
        self._unrestricted = not any(restricts(entry) for _, entry in entries)
        self._masks: dict[Conditions, Mask | None] = {}

    def __len__(self) -> int:
        """Return how many entries there are."""
        return len(self._entries)

    def after(self, number: int) -> Iterator[Numbered]:
        """Yield the entries whose number is higher."""
        return iter(self._entries[number + 1 :])

    def entry(self, number: int) -> Numbered:
        """Return the entry of a number."""
        return self._entries[number]

    def allowed(self, conditions: Conditions) -> "Mask | None":
        """Return which entries fulfil the conditions."""
        if self._unrestricted and not conditions.fields:
            return None
        if conditions not in self._masks:
            import numpy as np

            holds = np.fromiter(
                (conditions.admit(item.entry) for item in self._entries), dtype=np.bool_, count=len(self._entries)
            )
            if len(self._masks) >= REMEMBERED_MASKS:
                self._masks.clear()
            self._masks[conditions] = None if holds.all() else holds
        return self._masks[conditions]


def open_library(names: Sequence[str], context: Context) -> Library:
    """Return the entries of several sources of knowledge: as `dialog-core knowledge build` keeps them, or read now."""
    return ListedLibrary(names, context)
