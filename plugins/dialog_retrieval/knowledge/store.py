"""The store of entries: what `dialog-core knowledge build` fills from the sources, and code may edit while bots run."""

import contextlib
import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from dialog_core import KnowledgeOrigin, StoreError
from dialog_core.datasets import KnowledgeEntry
from dialog_core.training import InputRecord
from dialog_retrieval.knowledge.database import PATIENCE, UnusableStoreError, explained, open_writer, writing
from dialog_retrieval.knowledge.entry_json import encode_entry, hash_of, key_of
from dialog_retrieval.knowledge.library import STORE
from dialog_retrieval.knowledge.rows import Rows
from dialog_retrieval.knowledge.syncing import Changes, Sync


class EntryStore:
    """The store of one bot, opened for writing; bots that run see what has changed with their next message.

        with EntryStore.of("bot.yaml") as store:
            store.put("faq", [KnowledgeEntry("hours", ("When are you open?",), "From nine to five.")])

    What code puts or removes stays, also when the sources are read again, until a source says something new about the
    same entry. Each call changes everything it is to change or, killed or short of space, nothing.
    """

    def __init__(self, path: Path) -> None:
        """Open the store; it is created where there is none.

        Raises:
            UnusableStoreError: The file is damaged, of another version, or something else.
            StoreError: It cannot be opened.
        """
        self.path = path
        self._connection = open_writer(path)

    @classmethod
    def of(cls, bot: str | Path) -> "EntryStore":
        """Open the store of a bot, by its file."""
        bot = Path(bot)
        return cls(bot.parent / "models" / bot.stem / STORE)

    @classmethod
    def renewed(cls, path: Path, note: Callable[[str], None]) -> "EntryStore":
        """Open a store; one that cannot be used is put aside, and made anew.

        Args:
            path: Where it stands.
            note: Told if one was put aside.
        """
        try:
            return cls(path)
        except UnusableStoreError as error:
            aside = path.with_name(f"{path.name}.old")
            path.replace(aside)
            for beside in ("-wal", "-shm"):
                path.with_name(f"{path.name}{beside}").unlink(missing_ok=True)
            note(f"{error} It is made anew; what was there is kept as {aside.name}")
            return cls(path)

    def __enter__(self) -> "EntryStore":
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        with contextlib.suppress(sqlite3.Error):  # what was written is safe; only the log is not emptied yet
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._connection.close()

    def names(self) -> list[str]:
        """Return the names of the sources it has entries of."""
        with explained(self.path):
            return [name for (name,) in self._connection.execute("SELECT name FROM sources ORDER BY key")]

    def origin(self, name: str) -> KnowledgeOrigin | None:
        """Return where the entries of a source came from; None if it was never read."""
        with explained(self.path):
            return origin_of(self._connection, name)

    def count(self, name: str) -> int:
        """Return how many entries of a source it has."""
        with explained(self.path):
            row = self._connection.execute("SELECT entries FROM sources WHERE name = ?", (name,)).fetchone()
        return 0 if row is None else int(row[0])

    def is_edited(self, name: str) -> bool:
        """Return whether code has changed what a source says."""
        with explained(self.path):
            return is_edited(self._connection, name)

    def keep_inputs(self, name: str, origin: KnowledgeOrigin) -> None:
        """Remember sizes and times of files whose content is what it was, so that it is not looked at again."""
        told = _inputs_text(origin.inputs)
        with explained(self.path), writing(self._connection, PATIENCE):
            self._connection.execute("UPDATE sources SET inputs = ? WHERE name = ? AND inputs <> ?", (told, name, told))

    def sync(
        self,
        name: str,
        entries: Iterable[KnowledgeEntry],
        origin: KnowledgeOrigin,
        advance: Callable[[int], None] = lambda steps: None,
        waiting: Callable[[], None] = lambda: None,
    ) -> Changes:
        """Make a source's part of the store what its entries are now.

        Args:
            name: The knowledge.
            entries: All its entries; read one by one.
            origin: Where they come from, as it was before they were read.
            advance: Told now and then how many more were read.
            waiting: Called once if another process has to be waited for.

        Raises:
            ConfigurationError: The reader found mistakes, or two entries have one id; nothing was changed.
            StoreError: They could not be stored; nothing was changed.
        """
        told = (json.dumps(dict(origin.description)), _inputs_text(origin.inputs))
        with explained(self.path), writing(self._connection, float("inf"), waiting):
            source = self._source(name) or self._new_source(name)
            rows = Rows(self._connection, source)
            changes = Sync(rows, name).run(entries, advance)
            self._connection.execute("UPDATE sources SET description = ?, inputs = ? WHERE key = ?", (*told, source))
            self._count(rows, changes)
        return changes

    def put(self, knowledge: str, entries: Iterable[KnowledgeEntry]) -> Changes:
        """Add entries, or change those that have the same ids.

        Raises:
            StoreError: The knowledge was never built, or they could not be stored; nothing was changed.
        """
        added = changed = unchanged = 0
        with self._editing(knowledge) as rows:
            for entry in entries:
                key, body = key_of(entry.id), encode_entry(entry)
                there, new = rows.find(key), hash_of(body)
                source_hash = there.source_hash if there else rows.unsuppress(key)
                if there is None:
                    added += 1
                elif there.hash == new:
                    unchanged += 1
                    continue
                else:
                    rows.remove(there.number)
                    changed += 1
                rows.add(key, entry, body, new, source_hash)
            changes = Changes(added, changed, 0, unchanged)
            self._count(rows, changes)
        return changes

    def remove(self, knowledge: str, ids: Iterable[str]) -> Changes:
        """Remove entries; ids there are none of are passed over.

        Raises:
            StoreError: The knowledge was never built, or the store could not be written; nothing was changed.
        """
        removed = 0
        with self._editing(knowledge) as rows:
            for key in map(key_of, ids):
                there = rows.find(key)
                if there is not None:
                    rows.remove(there.number)
                    rows.suppress(key, there.source_hash)
                    removed += 1
            changes = Changes(removed=removed)
            self._count(rows, changes)
        return changes

    def forget(self, name: str) -> None:
        """Remove a source with all its entries, as if it had never been read."""
        with explained(self.path), writing(self._connection, PATIENCE):
            source = self._source(name)
            if source is not None:
                for table in ("entries", "removed", "suppressed"):
                    self._connection.execute(f"DELETE FROM {table} WHERE source = ?", (source,))
                self._connection.execute("DELETE FROM sources WHERE key = ?", (source,))

    @contextlib.contextmanager
    def _editing(self, name: str) -> Iterator[Rows]:
        with explained(self.path), writing(self._connection, PATIENCE):
            source = self._source(name)
            if source is None:
                raise StoreError(
                    f"{self.path}: the knowledge {name!r} is not in the store. Run: dialog-core knowledge build BOT"
                )
            yield Rows(self._connection, source)

    def _source(self, name: str) -> int | None:
        row = self._connection.execute("SELECT key FROM sources WHERE name = ?", (name,)).fetchone()
        return None if row is None else int(row[0])

    def _new_source(self, name: str) -> int:
        cursor = self._connection.execute("INSERT INTO sources VALUES (NULL, ?, '{}', '{}', 0, 0)", (name,))
        return int(cursor.lastrowid or 0)

    def _count(self, rows: Rows, changes: Changes) -> None:
        if changes:
            self._connection.execute("UPDATE store SET revision = revision + 1, next = ?", (rows.next,))
            self._connection.execute(
                "UPDATE sources SET entries = entries + ?, revision = (SELECT revision FROM store) WHERE key = ?",
                (changes.added - changes.removed, rows.source),
            )


def origin_of(connection: sqlite3.Connection, name: str) -> KnowledgeOrigin | None:
    """Return where the entries of a source came from; None if it was never read."""
    row = connection.execute("SELECT description, inputs FROM sources WHERE name = ?", (name,)).fetchone()
    if row is None:
        return None
    inputs = {key: InputRecord.model_validate(value) for key, value in json.loads(row[1]).items()}
    return KnowledgeOrigin(json.loads(row[0]), inputs)


def same_content(one: KnowledgeOrigin, other: KnowledgeOrigin) -> bool:
    """Return whether two origins mean the same entries."""
    return _as_json(one) == _as_json(other)


def is_edited(connection: sqlite3.Connection, name: str) -> bool:
    """Return whether code has changed what a source says."""
    row = connection.execute(
        "SELECT EXISTS (SELECT 1 FROM suppressed WHERE source = key) OR "
        "EXISTS (SELECT 1 FROM entries WHERE source = key AND source_hash IS NOT hash) FROM sources WHERE name = ?",
        (name,),
    ).fetchone()
    return row is not None and bool(row[0])


def _as_json(origin: KnowledgeOrigin) -> object:
    return json.loads(json.dumps(dict(origin.description)))


def _inputs_text(inputs: Mapping[str, InputRecord]) -> str:
    return json.dumps({key: record.model_dump(mode="json") for key, record in inputs.items()})
