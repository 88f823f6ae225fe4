"""The SQLite file of entries: opening it, its tables, and its errors in words.

It is in WAL mode: whoever reads goes on reading while somebody writes. The last writer to leave tidies up, so that on a
read-only file system the file alone is enough.
"""

import contextlib
import os
import sqlite3
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

from dialog_core import StoreError

APPLICATION_ID = 0x444C474B  # "DLGK": tells our files from those of other programs
SCHEMA_VERSION = 1
POLL = 0.1  # seconds between attempts to write while somebody else does
PATIENCE = 60.0  # seconds an edit waits for another process; `knowledge build` waits as long as it takes
LARGEST_LOG = 67_108_864  # bytes; a log that had to grow shrinks again
CACHE_KIB = 65_536  # of pages; the index over ids of a million entries fits

# `store` has one row. `next` is the number of the next entry; numbers are never used twice, so that an index made
# earlier never finds the wrong entry. `revision` counts the changes.
# `entries.source_hash` is the checksum of what the source says; it differs from `hash` where code has changed the entry
# since, and is null where code has added it. `suppressed` keeps what code has removed.
# `language` is without script and region; `restricted` says that an entry does not hold always and everywhere.
_SCHEMA = (
    "CREATE TABLE store (identity TEXT NOT NULL, next INTEGER NOT NULL, revision INTEGER NOT NULL)",
    """
    CREATE TABLE sources (
        key INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL UNIQUE,
        description TEXT NOT NULL,
        inputs TEXT NOT NULL,
        entries INTEGER NOT NULL,
        revision INTEGER NOT NULL
    )
    """,
    """
    CREATE TABLE entries (
        number INTEGER PRIMARY KEY,
        source INTEGER NOT NULL,
        id TEXT NOT NULL,
        hash BLOB NOT NULL,
        source_hash BLOB,
        language TEXT NOT NULL,
        valid_from TEXT,
        valid_until TEXT,
        restricted INTEGER NOT NULL,
        body TEXT NOT NULL
    )
    """,
    "CREATE UNIQUE INDEX entries_id ON entries (source, id)",
    "CREATE INDEX entries_restricted ON entries (language, valid_from, valid_until) WHERE restricted",
    "CREATE TABLE removed (number INTEGER PRIMARY KEY, source INTEGER NOT NULL)",
    """
    CREATE TABLE suppressed (
        source INTEGER NOT NULL, id TEXT NOT NULL, source_hash BLOB NOT NULL, PRIMARY KEY (source, id)
    ) WITHOUT ROWID
    """,
    f"PRAGMA application_id = {APPLICATION_ID}",
    f"PRAGMA user_version = {SCHEMA_VERSION}",
)

_REMEDIES = {
    sqlite3.SQLITE_FULL: "the disk is full, and nothing of this was stored. Free some space and run the same again",
    sqlite3.SQLITE_IOERR: "the disk could not be written or read, and nothing of this was stored. See whether there is "
    "space left, and run the same again",
    sqlite3.SQLITE_BUSY: "another process has been writing all the while. Wait for it, and run the same again",
    sqlite3.SQLITE_READONLY: "it cannot be written. Make the file and its directory writable for this user",
    sqlite3.SQLITE_CANTOPEN: "it cannot be opened. Make the file and its directory readable for this user; on a "
    "read-only file system, bring along the file as it is after `dialog-core knowledge build` has ended",
    sqlite3.SQLITE_PERM: "it may not be opened. Make the file and its directory readable for this user",
    sqlite3.SQLITE_NOTADB: "this is no knowledge store",
    sqlite3.SQLITE_CORRUPT: "the store is damaged",
    sqlite3.SQLITE_TOOBIG: "an entry is larger than a row of SQLite may be, a gigabyte",
}


class UnusableStoreError(StoreError):
    """The file is no knowledge store, a damaged one, or one of another version; building makes it anew."""


def explain(error: sqlite3.Error, path: Path) -> StoreError:
    """Return the error in words: which file, what is wrong, what to do."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the lowest byte is the kind of error
    remedy = _REMEDIES.get(code)
    kind = UnusableStoreError if code in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT) else StoreError
    explained = kind(f"{path}: {remedy} ({error})." if remedy else f"{path}: {error}.")
    explained.__cause__ = error
    return explained


@contextlib.contextmanager
def explained(path: Path) -> Iterator[None]:
    """Put errors of SQLite into words."""
    try:
        yield
    except sqlite3.Error as error:
        raise explain(error, path) from error


def open_reader(path: Path) -> sqlite3.Connection:
    """Open the store for reading, also where nothing can be written.

    Raises:
        StoreError: It cannot be opened, or is none this version knows.
    """
    with explained(path):
        try:
            connection = _connect(f"{path.absolute().as_uri()}?mode=rw")
            try:
                connection.execute("PRAGMA query_only = ON")
                _check(connection, path)
            except BaseException:
                connection.close()
                raise
        except sqlite3.OperationalError as error:
            unwritable = (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY)
            if getattr(error, "sqlite_errorcode", 0) & 0xFF not in unwritable or _has_log(path):
                raise
            # WAL needs files beside the store even for reading. Where they cannot be made, nobody writes either.
            connection = _connect(f"{path.absolute().as_uri()}?immutable=1")
            _check(connection, path)
    return connection


def open_writer(path: Path) -> sqlite3.Connection:
    """Open the store for writing, and create what is missing.

    Raises:
        StoreError: It cannot be opened, or is none this version knows.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"{path}: its directory cannot be created ({error.strerror}).") from error
    with explained(path):
        if not path.exists() or not path.stat().st_size:
            _create(path)
        connection = _connect(f"{path.absolute().as_uri()}?mode=rw")
        try:
            _check(connection, path)
            patiently(lambda: connection.execute("PRAGMA journal_mode = WAL"), PATIENCE)
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute(f"PRAGMA journal_size_limit = {LARGEST_LOG}")
        except BaseException:
            connection.close()
            raise
    return connection


def _create(path: Path) -> None:
    """Make an empty store, and put it where it belongs in one step, unless another process is first."""
    temporary = path.with_name(f".{path.name}.{uuid.uuid4().hex[:12]}")
    try:
        connection = _connect(f"{temporary.absolute().as_uri()}?mode=rwc")
        with contextlib.closing(connection), writing(connection, PATIENCE):
            for statement in _SCHEMA:
                connection.execute(statement)
            connection.execute("INSERT INTO store VALUES (?, 0, 0)", (uuid.uuid4().hex,))
        try:
            os.link(temporary, path)
        except OSError:  # it is there, or the file system has no links
            if not path.exists() or not path.stat().st_size:
                os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


@contextlib.contextmanager
def writing(
    connection: sqlite3.Connection, patience: float, waiting: Callable[[], None] = lambda: None
) -> Iterator[None]:
    """Run a transaction: all of it or nothing.

    Args:
        connection: Opened for writing.
        patience: How many seconds to wait for another process.
        waiting: Called once if there is one.
    """
    patiently(lambda: connection.execute("BEGIN IMMEDIATE"), patience, waiting)
    try:
        yield
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def patiently(action: Callable[[], object], patience: float, waiting: Callable[[], None] = lambda: None) -> None:
    """Do something that fails while another process writes, again and again; unlike SQLite's wait, Ctrl-C ends it."""
    deadline, told = time.monotonic() + patience, False
    while True:
        try:
            action()
            return
        except sqlite3.OperationalError as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
        if not told:
            waiting()
        told = True
        time.sleep(POLL)


def _connect(uri: str) -> sqlite3.Connection:
    # Transactions are begun by hand. Threads share a connection under a lock of its owner.
    connection = sqlite3.connect(uri, uri=True, timeout=POLL, isolation_level=None, check_same_thread=False)
    connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
    return connection


def _check(connection: sqlite3.Connection, path: Path) -> None:
    if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        raise UnusableStoreError(f"{path}: this is no knowledge store.")
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version != SCHEMA_VERSION:
        raise UnusableStoreError(f"{path}: the store is of another version ({version}; this one is {SCHEMA_VERSION}).")
    connection.execute("SELECT revision FROM store").fetchone()


def _has_log(path: Path) -> bool:
    """Return whether what somebody wrote stands in the log still, which `immutable` would not see."""
    log = path.with_name(f"{path.name}-wal")
    return log.exists() and log.stat().st_size > 0
