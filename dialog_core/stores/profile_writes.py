"""What the SQLite store of profiles writes, each a unit of group commit; and its tables."""

import sqlite3
from collections.abc import Mapping
from datetime import datetime

from dialog_core.errors import StoreError
from dialog_core.stores.database import Schema
from dialog_core.stores.json_text import to_json_text
from dialog_core.stores.writes import sortable
from dialog_core.user import Consent, Fact

PROFILES = Schema(
    application_id=0x444C4750,  # "DLGP"
    version=1,
    statements=(
        """
        CREATE TABLE users (
            key INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            consent INTEGER,
            consent_at TEXT
        )
        """,
        """
        CREATE TABLE facts (
            user INTEGER NOT NULL,
            name TEXT NOT NULL,
            value TEXT NOT NULL,
            learned_at TEXT NOT NULL,
            expires_at TEXT,
            conversation TEXT NOT NULL,
            PRIMARY KEY (user, name)
        ) WITHOUT ROWID
        """,
        "CREATE INDEX facts_expiring ON facts (expires_at) WHERE expires_at IS NOT NULL",
    ),
    section="profiles",
)

Row = tuple[str, str, str | None, str | None, str]


class Put:
    """Keeps facts beside the others, and what the user says to it; None forgets one."""

    def __init__(self, user_id: str, facts: Mapping[str, Fact | None], consent: Consent | None) -> None:
        self.user_id = user_id
        self.facts = facts
        self.consent = consent
        self.erases = None in facts.values()
        self._rows: list[Row] = []

    def prepare(self) -> None:
        """Write the values as JSON."""
        try:
            self._rows = [
                (
                    name,
                    to_json_text(fact.value),
                    sortable(fact.learned_at),
                    sortable(fact.expires_at),
                    fact.conversation,
                )
                for name, fact in self.facts.items()
                if fact is not None
            ]
        except Exception as error:
            raise StoreError(f"profile of {self.user_id[:100]!r}: nothing was kept: {error}") from error

    def apply(self, connection: sqlite3.Connection) -> None:
        """Insert or replace the rows."""
        if not self.facts and self.consent is None:
            return
        connection.execute("INSERT OR IGNORE INTO users (id) VALUES (?)", (self.user_id,))
        (key,) = connection.execute("SELECT key FROM users WHERE id = ?", (self.user_id,)).fetchone()
        if self.consent is not None:
            connection.execute(
                "UPDATE users SET consent = ?, consent_at = ? WHERE key = ?",
                (self.consent.given, sortable(self.consent.at), key),
            )
        forgotten = [(key, name) for name, fact in self.facts.items() if fact is None]
        connection.executemany("DELETE FROM facts WHERE user = ? AND name = ?", forgotten)
        connection.executemany(
            "INSERT OR REPLACE INTO facts (user, name, value, learned_at, expires_at, conversation)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            [(key, *row) for row in self._rows],
        )


class Forget:
    """Forgets a user; `apply` returns whether there was anything."""

    erases = True

    def __init__(self, user_id: str) -> None:
        self.user_id = user_id

    def prepare(self) -> None:
        """Nothing to do."""

    def apply(self, connection: sqlite3.Connection) -> bool:
        """Delete the rows."""
        row = connection.execute("SELECT key FROM users WHERE id = ?", (self.user_id,)).fetchone()
        if row is None:
            return False
        connection.execute("DELETE FROM facts WHERE user = ?", row)
        connection.execute("DELETE FROM users WHERE key = ?", row)
        return True


class Expire:
    """Forgets every fact that has expired; `apply` returns how many."""

    erases = True

    def __init__(self, now: datetime) -> None:
        self.now = now

    def prepare(self) -> None:
        """Nothing to do."""

    def apply(self, connection: sqlite3.Connection) -> int:
        """Delete the rows, and users of whom nothing is left."""
        count = connection.execute("DELETE FROM facts WHERE expires_at <= ?", (sortable(self.now),)).rowcount
        connection.execute("DELETE FROM users WHERE consent IS NULL AND key NOT IN (SELECT user FROM facts)")
        return count
