"""SQLite files: opening them, the tables of conversations, and their errors in words."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from dialog_core.errors import StoreError

BUSY_TIMEOUT = 10.0  # seconds to wait for another process that is writing
OPEN_RETRY = 0.02  # seconds; switching a new file to WAL does not wait by itself while another process does the same


@dataclass(frozen=True, slots=True)
class Schema:
    """The tables of one kind of file.

    Attributes:
        application_id: Tells our files from those of other programs, and from each other.
        version: Of the tables.
        statements: What creates them.
        section: The section of the bot file that names the path.
    """

    application_id: int
    version: int
    statements: tuple[str, ...]
    section: str


APPLICATION_ID = 0x444C4743  # "DLGC"
SCHEMA_VERSION = 1

# `key` is never used twice (AUTOINCREMENT), so that a conversation deleted and begun anew is told from the old one.
# The events of a conversation lie side by side (WITHOUT ROWID), so that reading a long one reads few pages.
_TABLES = (
    """
    CREATE TABLE conversations (
        key INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        length INTEGER NOT NULL,
        messages INTEGER NOT NULL,
        started_at TEXT,
        last_at TEXT
    )
    """,
    """
    CREATE TABLE events (
        conversation INTEGER NOT NULL,
        seq INTEGER NOT NULL,
        body TEXT NOT NULL,
        client_id TEXT,
        PRIMARY KEY (conversation, seq)
    ) WITHOUT ROWID
    """,
    "CREATE UNIQUE INDEX events_client_id ON events (conversation, client_id) WHERE client_id IS NOT NULL",
    """
    CREATE TABLE traces (
        conversation INTEGER NOT NULL,
        message_id TEXT NOT NULL,
        body TEXT NOT NULL,
        UNIQUE (conversation, message_id)
    )
    """,
)
CONVERSATIONS = Schema(APPLICATION_ID, SCHEMA_VERSION, _TABLES, "store")

_REMEDIES = {
    sqlite3.SQLITE_FULL: "the disk is full, nothing of this was stored. Free some space and try again",
    sqlite3.SQLITE_BUSY: (
        f"another process has kept the database locked for {BUSY_TIMEOUT:.0f} s. Look for a backup or another program "
        "that has it open"
    ),
    sqlite3.SQLITE_READONLY: "it cannot be written. Make the file and its directory writable for this user",
    sqlite3.SQLITE_CANTOPEN: "it cannot be opened. Make the file and its directory readable and writable for this user",
    sqlite3.SQLITE_PERM: "it may not be opened. Make the file and its directory readable and writable for this user",
    sqlite3.SQLITE_NOTADB: (
        "this is not a SQLite database. Move the file away, or name another `path` under `{section}:`"
    ),
    sqlite3.SQLITE_CORRUPT: "the database is damaged. Restore it from a backup, or try `sqlite3 FILE .recover`",
    sqlite3.SQLITE_IOERR: "the disk reported an error. Look at the system's log, and keep the file on a local disk",
    sqlite3.SQLITE_TOOBIG: "something is larger than a SQLite row may be. Keep large attachments behind a URL",
}


def explain(error: Exception, path: Path, section: str = CONVERSATIONS.section) -> StoreError:
    """Return the error in words: which file, what is wrong, what to do."""
    if isinstance(error, StoreError):
        return error
    code = getattr(error, "sqlite_errorcode", None)
    remedy = None if code is None else _REMEDIES.get(code & 0xFF)  # the lowest byte is the kind of error
    remedy = remedy and remedy.format(section=section)
    detail = f"{error}" if isinstance(error, sqlite3.Error) else f"{type(error).__name__}: {error}"
    explained = StoreError(f"{path}: {remedy} ({detail})." if remedy else f"{path}: {detail}.")
    explained.__cause__ = error
    return explained


def open_writer(path: Path, synchronous: str, schema: Schema = CONVERSATIONS) -> sqlite3.Connection:
    """Open the file for writing, create what is missing, and make sure that it can be written.

    Raises:
        StoreError: It is not, or cannot become, a database of this kind that this version knows.
    """
    if path.is_dir():
        raise StoreError(f"{path}: this is a directory. Name a file in it as `path` under `{schema.section}:`.")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"{path}: its directory cannot be created ({error.strerror}). Create it, or name another `path` under "
            f"`{schema.section}:`."
        ) from error
    deadline = time.monotonic() + BUSY_TIMEOUT
    while True:
        try:
            return _open_once(path, synchronous, schema)
        except sqlite3.Error as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise explain(error, path, schema.section) from error
        time.sleep(OPEN_RETRY)


def open_reader(path: Path, schema: Schema = CONVERSATIONS) -> sqlite3.Connection:
    """Open a database, that `open_writer` has opened before, for reading."""
    try:
        connection = _connect(path)
        connection.execute("PRAGMA query_only = ON")
    except sqlite3.Error as error:
        raise explain(error, path, schema.section) from error
    return connection


def _connect(path: Path) -> sqlite3.Connection:
    # Transactions are begun by hand. A connection moves between threads, but only one uses it at any time.
    return sqlite3.connect(path, timeout=BUSY_TIMEOUT, isolation_level=None, check_same_thread=False)


def _open_once(path: Path, synchronous: str, schema: Schema) -> sqlite3.Connection:
    connection = _connect(path)
    try:
        _prepare(connection, path, synchronous, schema)
    except BaseException:
        connection.close()
        raise
    return connection


def _prepare(connection: sqlite3.Connection, path: Path, synchronous: str, schema: Schema) -> None:
    with _rolled_back(connection, "BEGIN"):
        _is_new(connection, path, schema)  # before anything is changed: it may be somebody else's file
    mode = connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]
    if mode != "wal":
        raise StoreError(
            f"{path}: this file system cannot hold a database that several processes share. Keep it on a local disk."
        )
    connection.execute(f"PRAGMA synchronous = {synchronous}")
    connection.execute("PRAGMA secure_delete = ON")  # what a user asked to be deleted must not linger in free pages
    connection.execute("PRAGMA journal_size_limit = 67108864")  # a WAL that had to grow shrinks again
    with _rolled_back(connection, "BEGIN IMMEDIATE"):  # nobody else creates the tables at the same time
        if _is_new(connection, path, schema):
            for statement in schema.statements:
                connection.execute(statement)
            connection.execute(f"PRAGMA application_id = {schema.application_id}")
            connection.execute(f"PRAGMA user_version = {schema.version}")
            connection.execute("COMMIT")
        else:  # only a write shows whether the file can be written
            connection.execute(f"PRAGMA user_version = {schema.version}")


@contextmanager
def _rolled_back(connection: sqlite3.Connection, begin: str) -> Iterator[None]:
    """Run a transaction that leaves nothing behind unless it is committed in between."""
    connection.execute(begin)
    try:
        yield
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def _is_new(connection: sqlite3.Connection, path: Path, schema: Schema) -> bool:
    """Say, within a transaction, whether the tables have to be created; raise StoreError where they must not be."""
    owner = connection.execute("PRAGMA application_id").fetchone()[0]
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    remedy = f"ame another `path` under `{schema.section}:`."
    if owner == schema.application_id:
        if version > schema.version:
            raise StoreError(
                f"{path}: written by a newer dialog-core (its tables are version {version}, this one knows up to "
                f"{schema.version}). Update dialog-core, or n{remedy}"
            )
        return False
    if owner or version or connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        whose = "of another program" if owner >> 16 != APPLICATION_ID >> 16 else "of dialog-core's for something else"
        raise StoreError(f"{path}: this is a SQLite database {whose}. N{remedy}")
    return True
