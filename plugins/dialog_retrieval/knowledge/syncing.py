"""Bringing a source's rows up to date, by the checksums of its entries."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from dialog_core.configuration import ConfigurationError, Problem
from dialog_core.datasets import KnowledgeEntry
from dialog_retrieval.knowledge.entry_json import encode_entry, hash_of, key_of
from dialog_retrieval.knowledge.rows import Row, Rows

TOLD_EVERY = 1000  # entries between two signs of progress


@dataclass(frozen=True, slots=True)
class Changes:
    """What became of the entries of a source.

    Attributes:
        added: How many are new.
        changed: How many are there with another content.
        removed: How many are gone.
        unchanged: How many are as they were.
    """

    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0

    def __bool__(self) -> bool:
        """Return whether anything is different now."""
        return bool(self.added or self.changed or self.removed)


class Sync:
    """One reading of a source, compared with its rows.

    What the source says anew holds; about what it says as before, code may have had the last word, and keeps it.
    """

    def __init__(self, rows: Rows, name: str) -> None:
        self._rows = rows
        self._name = name
        self._first_new = rows.next
        # A byte for each number there is: a set of a million integers would take fifty times as much.
        self._unseen = bytearray(rows.next)
        for number in rows.of_source():
            self._unseen[number] = 1
        self._suppressed = rows.suppressed()
        self._still_suppressed: set[str] = set()

    def run(self, entries: Iterable[KnowledgeEntry], advance: Callable[[int], None]) -> Changes:
        """Make the rows what the entries are."""
        counts: Counter[str] = Counter()
        for number, entry in enumerate(entries, 1):
            counts[self._take(entry)] += 1
            if number % TOLD_EVERY == 0:
                advance(TOLD_EVERY)
        gone = [number for number, unseen in enumerate(self._unseen) if unseen]
        for number in gone:
            self._rows.remove(number)
        for key in self._suppressed.keys() - self._still_suppressed:  # the source does not have it either any longer
            self._rows.unsuppress(key)
        return Changes(counts["added"], counts["changed"], len(gone), counts["unchanged"])

    def _take(self, entry: KnowledgeEntry) -> str:
        """Take over what the source says of an entry, and return what that changes."""
        key, body = key_of(entry.id), encode_entry(entry)
        said, there = hash_of(body), self._rows.find(key)
        if there is None:
            return self._take_new(key, entry, body, said)
        if self._is_seen(there):
            raise self._repeated(entry.id)
        self._unseen[there.number] = 0
        if there.source_hash == said:
            return "unchanged"
        if there.hash == said:  # code has said the same before
            self._rows.adopt(there.number, said)
            return "unchanged"
        self._rows.remove(there.number)
        self._rows.add(key, entry, body, said, said)
        return "changed"

    def _take_new(self, key: str, entry: KnowledgeEntry, body: str, said: bytes) -> str:
        if key in self._still_suppressed:
            raise self._repeated(entry.id)
        if self._suppressed.get(key) == said:
            self._still_suppressed.add(key)
            return "suppressed"
        self._rows.add(key, entry, body, said, said)
        return "added"

    def _is_seen(self, row: Row) -> bool:
        """Return whether an entry was met before in this reading."""
        return row.number >= self._first_new or (row.source_hash is not None and not self._unseen[row.number])

    def _repeated(self, id: str) -> ConfigurationError:
        message = f"the knowledge {self._name!r} has two entries with the id {id!r}"
        return ConfigurationError([Problem(message, remedy="Give one of them another.")])
