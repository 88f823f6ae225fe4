"""The entries of a bot as the store keeps them, for those who search."""

import contextlib
import weakref
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING

from dialog_core import ArtefactError, Context, StoreError
from dialog_core.configuration import ConfigurationError, Problem
from dialog_retrieval.knowledge.conditions import Conditions
from dialog_retrieval.knowledge.database import explained, open_reader
from dialog_retrieval.knowledge.entries import Numbered
from dialog_retrieval.knowledge.entry_json import decode_entry
from dialog_retrieval.knowledge.library import READ_AT_START, REMEMBERED_MASKS, build_command, too_large
from dialog_retrieval.knowledge.store import is_edited, origin_of, same_content

if TYPE_CHECKING:
    from dialog_retrieval.knowledge.columns import Column
    from dialog_retrieval.searching import Mask

REMEMBERED_ENTRIES = 2048
READ_AT_ONCE = 500  # entries, when all of them are gone through


class StoredLibrary:
    """Entries of some sources in the store, read when they are asked for; see `Library`.

    Changes are noticed when they are committed, by whatever process. It has numbers for all sources of the store, and
    a mask says nothing about those of other sources: nobody who searches these has them.

    Attributes:
        identity: Of the store, with the names of the sources.
    """

    def __init__(self, path: Path, names: Sequence[str]) -> None:
        """Open the store.

        Args:
            path: Where it is.
            names: The sources, all of them in the store.

        Raises:
            StoreError: It cannot be read.
            LookupError: A source is not there.
        """
        self.path = path
        self._names = tuple(dict.fromkeys(names))
        self._connection = open_reader(path)
        weakref.finalize(self, self._connection.close)
        self._lock = RLock()
        self._frozen = False
        self._version = -1
        self._next = self._revision = self._count = 0
        self._remembered = lru_cache(REMEMBERED_ENTRIES)(self._read)
        self._columns: dict[str, Column] = {}
        self._masks: OrderedDict[Conditions, Mask | None] = OrderedDict()
        self._alive: Mask | None = None
        try:
            with self._reading():
                (self._identity,) = self._connection.execute("SELECT identity FROM store").fetchone()
                known = dict(self._connection.execute("SELECT name, key FROM sources").fetchall())
                missing = [name for name in self._names if name not in known]
                if missing:
                    raise LookupError(f"the store has no {missing[0]!r}")
                self._sources = {known[name]: name for name in self._names}
                self._in = f"IN ({', '.join(map(str, self._sources))})"
                self._follow()
        except BaseException:
            self._connection.close()
            raise
        self.identity = f"{self._identity}:{'+'.join(sorted(self._names))}"

    def close(self) -> None:
        """Let go of the file; whoever is reading gets an error."""
        self._connection.close()

    @property
    def revision(self) -> int:
        """Another number once entries of these sources were added, changed or removed."""
        with self._reading():
            self._follow()
            return self._revision

    @property
    def last(self) -> int:
        """The highest number there is, or was."""
        with self._reading():
            self._follow()
            return self._next - 1

    def __len__(self) -> int:
        """Return how many entries there are."""
        with self._reading():
            self._follow()
            return self._count

    def after(self, number: int) -> Iterator[Numbered]:
        """Yield the entries whose number is higher, in order, as they are when they are come to."""
        query = f"SELECT number, source, body FROM entries WHERE number > ? AND +source {self._in} ORDER BY number"
        while True:
            with self._reading():
                rows = self._connection.execute(f"{query} LIMIT {READ_AT_ONCE}", (number,)).fetchall()
            for number, source, body in rows:
                yield Numbered(number, self._sources[source], decode_entry(body))
            if len(rows) < READ_AT_ONCE:
                return

    def entry(self, number: int) -> Numbered:
        """Return the entry of a number.

        Raises:
            LookupError: There is none, or none any longer.
        """
        return self._remembered(number)

    def allowed(self, conditions: Conditions) -> "Mask | None":
        """Return for each number whether there is such an entry and it fulfils the conditions; None: all do."""
        with self._reading():
            self._follow()
            if conditions not in self._masks:
                self._masks[conditions] = self._mask(conditions)
                if len(self._masks) > REMEMBERED_MASKS:
                    self._masks.popitem(last=False)
            self._masks.move_to_end(conditions)
            return self._masks[conditions]

    @contextlib.contextmanager
    def snapshot(self) -> Iterator["StoredLibrary"]:
        """Open the same once more, and keep it as it is now whatever others write."""
        other = StoredLibrary(self.path, self._names)
        try:
            with other._reading():
                other._connection.execute("BEGIN")
                other._follow()  # the transaction begins with its first reading
                other._frozen = True
            yield other
        finally:
            other.close()

    @contextlib.contextmanager
    def _reading(self) -> Iterator[None]:
        with self._lock, explained(self.path):
            yield

    def _follow(self) -> None:
        """Notice what others have committed."""
        if self._frozen:
            return
        (version,) = self._connection.execute("PRAGMA data_version").fetchone()
        if version == self._version:
            return
        # Read in two steps: what is committed in between is noticed once more at the next look.
        following, revision, count, gone, restricted = self._connection.execute(
            f"""
            SELECT (SELECT next FROM store), total(revision), total(entries),
                EXISTS (SELECT 1 FROM removed WHERE source {self._in}),
                EXISTS (SELECT 1 FROM entries WHERE restricted AND +source {self._in})
            FROM sources WHERE key {self._in}
            """
        ).fetchone()
        self._next, self._revision, self._count = int(following), int(revision), int(count)
        self._any_gone, self._any_restricted = bool(gone), bool(restricted)
        self._masks.clear()
        self._alive = None
        self._version = version

    def _mask(self, conditions: Conditions) -> "Mask | None":
        if not (self._any_gone or self._any_restricted or conditions.fields):
            return None
        mask = self._those_alive().copy()
        if self._any_restricted:
            mask[self._numbers(*_excluded(conditions))] = False
        for field, wanted in conditions.fields:
            mask &= self._column(field).fits(wanted)[: len(mask)]
        return None if mask.all() else mask

    def _those_alive(self) -> "Mask":
        if self._alive is None:
            import numpy as np

            self._alive = np.ones(self._next, dtype=np.bool_)
            self._alive[self._numbers("SELECT number FROM removed", {})] = False
        return self._alive

    def _numbers(self, query: str, values: dict[str, str]) -> list[int]:
        numbers = (number for (number,) in self._connection.execute(query, values))
        return [number for number in numbers if number < self._next]  # the others came after the last look

    def _column(self, field: str) -> "Column":
        if field not in self._columns:
            from dialog_retrieval.knowledge.columns import Column

            self._columns[field] = Column(field)
        self._columns[field].extend(self._connection, self._next)
        return self._columns[field]

    def _read(self, number: int) -> Numbered:
        with self._reading():
            row = self._connection.execute("SELECT source, body FROM entries WHERE number = ?", (number,)).fetchone()
        if row is None or row[0] not in self._sources:
            raise LookupError(f"{self.path} has no entry {number}")
        return Numbered(number, self._sources[row[0]], decode_entry(row[1]))


def open_stored(path: Path, names: Sequence[str], context: Context) -> StoredLibrary | None:
    """Return the entries of sources from the store; None if they are to be read from the sources.

    Raises:
        ArtefactError: The store cannot be read, or does not have them as they are now, and they are too large to be
            read at every start, or code has changed them in the store.
        ConfigurationError: A source cannot be read.
    """
    try:
        stale = find_stale(path, names, context)
        if not stale:
            return StoredLibrary(path, names)
        edited = any_edited(path, names)
    except StoreError as error:
        remedy = f"Run: {build_command(context)}"
        raise ArtefactError(str(error).removesuffix("."), component=context.name, remedy=remedy) from error
    except OSError as error:
        where = Path(error.filename) if error.filename else None
        raise ConfigurationError([Problem(f"cannot be read: {error.strerror or error}", where)]) from error
    if edited:
        told = " and ".join(f"the knowledge {name!r} {wrong}" for name, wrong in stale.items())
        reason = f"{told}, and what code has put into the store of {edited!r} stands in no source"
        raise ArtefactError(reason, component=context.name, remedy=f"Run: {build_command(context)}")
    if sum(map(context.knowledge_size, names)) > READ_AT_START:
        raise too_large(stale, context)
    return None


def find_stale(path: Path, names: Sequence[str], context: Context) -> dict[str, str]:
    """Return which sources the store does not have as they are now, each with what is wrong: `is not built`, say.

    No source is read, and checksums are only taken of files whose size or time of change is another.

    Raises:
        StoreError: The store cannot be read.
    """
    stale = {}
    with contextlib.closing(open_reader(path)) as connection, explained(path):
        for name in names:
            there = origin_of(connection, name)
            if there is None or not there.description:
                stale[name] = "is not built"
                continue
            if not same_content(there, context.knowledge_origin(name, there.inputs)):
                stale[name] = "has changed since it was built"
    return stale


def any_edited(path: Path, names: Sequence[str]) -> str:
    """Return the first of the sources that code has changed in the store; empty if there is none."""
    with contextlib.closing(open_reader(path)) as connection, explained(path):
        return next((name for name in names if is_edited(connection, name)), "")


def _excluded(conditions: Conditions) -> tuple[str, dict[str, str]]:
    """Return the query for the numbers of entries that conditions rule out for their language or their days."""
    excluded = ["valid_from > :day", "valid_until < :day"]
    values = {"day": conditions.day.isoformat()}
    if conditions.language:
        excluded.append("(language <> '' AND language <> :language)")
        values["language"] = conditions.language
    return f"SELECT number FROM entries WHERE restricted AND ({' OR '.join(excluded)})", values
