"""The rows of one source in the store, within a transaction."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from dialog_core.datasets import KnowledgeEntry
from dialog_retrieval.knowledge.conditions import primary_subtag, restricts


@dataclass(frozen=True, slots=True)
class Row:
    """An entry's row.

    Attributes:
        number: Its number.
        hash: The checksum of what it says.
        source_hash: The checksum of what the source says; None if it does not have the entry.
    """

    number: int
    hash: bytes
    source_hash: bytes | None


class Rows:
    """Reads and writes the rows of a source.

    Attributes:
        source: The source's key.
        next: The number the next entry gets.
    """

    def __init__(self, connection: sqlite3.Connection, source: int) -> None:
        self.source = source
        self.next: int = connection.execute("SELECT next FROM store").fetchone()[0]
        self._connection = connection

    def find(self, key: str) -> Row | None:
        """Return the row of an id."""
        row = self._connection.execute(
            "SELECT number, hash, source_hash FROM entries WHERE source = ? AND id = ?", (self.source, key)
        ).fetchone()
        return None if row is None else Row(*row)

    def of_source(self) -> Iterator[int]:
        """Yield the numbers of the entries that the source has, as far as is known."""
        query = "SELECT number FROM entries WHERE source = ? AND source_hash IS NOT NULL"
        return (number for (number,) in self._connection.execute(query, (self.source,)))

    def add(self, key: str, entry: KnowledgeEntry, body: str, hash: bytes, source_hash: bytes | None) -> None:
        """Add an entry under a number of its own."""
        days = [day and day.isoformat() for day in (entry.valid_from, entry.valid_until)]
        row: tuple[Any, ...] = (self.next, self.source, key, hash, source_hash, primary_subtag(entry.language), *days)
        self._connection.execute(
            "INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", (*row, restricts(entry), body)
        )
        self.next += 1

    def adopt(self, number: int, source_hash: bytes) -> None:
        """Note that the source says of an entry what it says already."""
        self._connection.execute("UPDATE entries SET source_hash = ? WHERE number = ?", (source_hash, number))

    def remove(self, number: int) -> None:
        """Remove an entry; its number is never used again."""
        self._connection.execute("DELETE FROM entries WHERE number = ?", (number,))
        self._connection.execute("INSERT INTO removed VALUES (?, ?)", (number, self.source))

    def suppress(self, key: str, source_hash: bytes | None) -> None:
        """Remember that code removed an entry which the source has."""
        if source_hash is not None:
            self._connection.execute("INSERT INTO suppressed VALUES (?, ?, ?)", (self.source, key, source_hash))

    def suppressed(self) -> dict[str, bytes]:
        """Return what the source says of each entry that code removed."""
        rows = self._connection.execute("SELECT id, source_hash FROM suppressed WHERE source = ?", (self.source,))
        return {key: bytes(said) for key, said in rows}

    def unsuppress(self, key: str) -> bytes | None:
        """Forget that code removed an entry, and return what the source says of it."""
        row = self._connection.execute(
            "DELETE FROM suppressed WHERE source = ? AND id = ? RETURNING source_hash", (self.source, key)
        ).fetchone()
        return None if row is None else bytes(row[0])
