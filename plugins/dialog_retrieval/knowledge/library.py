"""The entries a policy searches, each by its number."""

import contextlib
import shlex
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from dialog_core import ArtefactError, Context
from dialog_retrieval.knowledge.conditions import Conditions, restricts
from dialog_retrieval.knowledge.entries import Numbered

if TYPE_CHECKING:
    from dialog_retrieval.searching import Mask

STORE = "knowledge.sqlite"  # in the directory of a bot's models
# Bytes of sources that are read whenever a bot starts: about a second for JSON lines, two for YAML. More are worth a
# command that reads them once; indexing them in memory would take several times as long again.
READ_AT_START = 16_000_000
ENDINGS = (".yaml", ".yml", ".json")  # of bot files

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

    @property
    def last(self) -> int:
        """The highest number there is, or was; -1 if there never was any."""
        ...

    def __len__(self) -> int:
        """Return how many entries there are."""
        ...

    def after(self, number: int) -> Iterator[Numbered]:
        """Yield the entries whose number is higher, in order; all of them after -1."""
        ...

    def entry(self, number: int) -> Numbered:
        """Return the entry of a number.

        Raises:
            LookupError: There is none, or none any longer.
        """
        ...

    def allowed(self, conditions: Conditions) -> "Mask | None":
        """Return for each number whether there is such an entry and it fulfils the conditions; None: all do.

        Later calls know at least the numbers that earlier ones knew, and `after` before them.
        """
        ...

    def snapshot(self) -> "AbstractContextManager[Library]":
        """Open the library as it is now, whatever is added, changed or removed meanwhile."""
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

    @property
    def last(self) -> int:
        """The highest number there is."""
        return len(self._entries) - 1

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

    def snapshot(self) -> AbstractContextManager[Library]:
        """Return itself: nothing ever changes here."""
        return nullcontext(self)


def open_library(names: Sequence[str], context: Context) -> Library:
    """Return the entries of several sources of knowledge: as `dialog-core knowledge build` keeps them, or read now.

    Raises:
        ArtefactError: The store does not have them as they are now, and they cannot be read at every start.
    """
    path = context.models / STORE
    if path.is_file():
        from dialog_retrieval.knowledge.stored import open_stored  # brings SQLite

        stored = open_stored(path, names, context)
        if stored is not None:
            return stored
    elif sum(map(context.knowledge_size, names)) > READ_AT_START:
        raise too_large(dict.fromkeys(names, "is not built"), context, missing=True)
    return ListedLibrary(names, context)


def too_large(stale: Mapping[str, str], context: Context, *, missing: bool = False) -> ArtefactError:
    """Return the error for sources that cannot be read at every start, each with what is wrong in the store."""
    size = sum(map(context.knowledge_size, stale)) / 1e6
    told = " and ".join(f"the knowledge {name!r} {wrong}" for name, wrong in stale.items())
    return ArtefactError(
        f"{told}: {size:,.0f} MB are too much to be read at every start",
        component=context.name,
        remedy=f"Run: {build_command(context)}",
        missing=missing,
    )


def build_command(context: Context) -> str:
    """Return the command that builds a bot's knowledge."""
    beside = context.models.parent.parent
    named = (beside / f"{context.models.name}{ending}" for ending in ENDINGS)
    bot = next(filter(Path.is_file, named), None)
    if bot is None:
        return "dialog-core knowledge build BOT"
    with contextlib.suppress(ValueError, OSError):  # elsewhere, or the working directory was deleted
        bot = bot.relative_to(Path.cwd())
    return f"dialog-core knowledge build {shlex.quote(str(bot))}"
