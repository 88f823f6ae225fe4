"""Vectors that are kept, so that no text is encoded twice: by the text's hash and the encoder's identity, in SQLite.

models/<bot>/vectors.sqlite may be deleted at any time; it costs the time to encode all texts again. Several processes
may use it at once. Vectors are written batch by batch, so that one that is killed goes on where it was.
"""

import hashlib
import logging
import os
import sqlite3
import time
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from dialog_retrieval.dense.sparse import Floats

BATCH = 256  # texts encoded between two writes: a few seconds of a model on a CPU
PATIENCE = 30.0  # seconds to wait for another process that writes
ASKED_AT_ONCE = 500  # hashes; SQLite takes 999 at least
FORGOTTEN_AFTER = 90 * 86_400  # seconds since the vectors of an encoder were last used
CHECKSUM = 4  # bytes behind each vector

_SCHEMA = """
CREATE TABLE IF NOT EXISTS encoders (id INTEGER PRIMARY KEY, identity TEXT NOT NULL UNIQUE, used REAL NOT NULL);
CREATE TABLE IF NOT EXISTS vectors (
    encoder INTEGER NOT NULL REFERENCES encoders ON DELETE CASCADE, text BLOB NOT NULL, vector BLOB NOT NULL,
    PRIMARY KEY (encoder, text)
) WITHOUT ROWID;
"""

logger = logging.getLogger(__name__)


class KeptVectors:
    """An encoder of what may be found that encodes no text twice.

    Args:
        encoder: The encoder.
        file: Where vectors are kept; created when there is one.
        note: Told if that does not work.
    """

    def __init__(self, encoder: Any, file: Path, note: Callable[[str], None] = logger.warning) -> None:
        self._encoder = encoder
        self._file = file
        self._note = note
        self._usable = True
        self._identity = str(encoder.identity)

    @property
    def dimension(self) -> int:
        """How long the vectors are."""
        return int(self._encoder.dimension)

    def encode(self, texts: Sequence[str]) -> Floats:
        """Return the vectors of texts."""
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for first in range(0, len(texts), BATCH):
            self._encode(texts[first : first + BATCH], vectors[first : first + BATCH])
        return vectors

    def size(self) -> int:
        """Return how many bytes are kept."""
        return sum(path.stat().st_size for path in self._file.parent.glob(f"{self._file.name}*") if path.is_file())

    def _encode(self, texts: Sequence[str], vectors: Floats) -> None:
        places: dict[bytes, list[int]] = {}
        for place, text in enumerate(texts):
            places.setdefault(_hash(text), []).append(place)
        known = self._attempt(lambda connection, encoder: _read(connection, encoder, list(places), self.dimension), {})
        for hashed, vector in known.items():
            vectors[places[hashed]] = vector
        missing = [hashed for hashed in places if hashed not in known]
        if not missing:
            return
        made = np.asarray(self._encoder.encode([texts[places[hashed][0]] for hashed in missing]), dtype=np.float32)
        for hashed, vector in zip(missing, made, strict=True):
            vectors[places[hashed]] = vector
        self._attempt(lambda connection, encoder: _write(connection, encoder, missing, made), None)

    def _attempt(self, work: Callable[[sqlite3.Connection, int], Any], otherwise: Any) -> Any:
        """Do something with the file; if it cannot be used, do without."""
        for attempt in range(3):
            if not self._usable:
                break
            try:
                self._file.parent.mkdir(parents=True, exist_ok=True)
                with _open(self._file) as connection:
                    return work(connection, _register(connection, self._identity))
            except (sqlite3.OperationalError, OSError) as error:  # locked, full, read only
                self._usable = False
                self._note(f"vectors cannot be kept in {self._file}: {error}; texts are encoded anew")
            except sqlite3.DatabaseError as error:
                if attempt:  # at first another process may have seen to it already
                    self._set_aside(error)
        return otherwise

    def _set_aside(self, error: sqlite3.DatabaseError) -> None:
        aside = self._file.with_name(f"{self._file.name}.damaged")
        self._note(f"{self._file} is damaged ({error}); it is now {aside.name}, and texts are encoded anew")
        try:
            for ending in ("-wal", "-shm"):
                self._file.with_name(self._file.name + ending).unlink(missing_ok=True)
            os.replace(self._file, aside)
        except OSError as reason:
            self._usable = False
            self._note(f"{self._file} cannot be set aside: {reason}")


@contextmanager
def _open(file: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(file, timeout=PATIENCE, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")  # what the last seconds before a power cut brought is lost
        connection.execute("PRAGMA foreign_keys = ON")
        connection.executescript(_SCHEMA)
        yield connection
    finally:
        connection.close()


def _register(connection: sqlite3.Connection, identity: str) -> int:
    """Return the number of an encoder; note that it is used, and forget those that no longer are."""
    now = time.time()
    row = connection.execute("SELECT id, used FROM encoders WHERE identity = ?", (identity,)).fetchone()
    if row is not None and now - row[1] < FORGOTTEN_AFTER / 10:
        return int(row[0])
    connection.execute("BEGIN IMMEDIATE")
    connection.execute(
        "INSERT INTO encoders (identity, used) VALUES (?, ?) ON CONFLICT (identity) DO UPDATE SET used = excluded.used",
        (identity, now),
    )
    connection.execute("DELETE FROM encoders WHERE used < ?", (now - FORGOTTEN_AFTER,))
    connection.execute("COMMIT")
    row = connection.execute("SELECT id FROM encoders WHERE identity = ?", (identity,)).fetchone()
    return int(row[0])


def _read(
    connection: sqlite3.Connection, encoder: int, hashes: Sequence[bytes], dimension: int
) -> Mapping[bytes, Floats]:
    found: dict[bytes, Floats] = {}
    for first in range(0, len(hashes), ASKED_AT_ONCE):
        part = hashes[first : first + ASKED_AT_ONCE]
        marks = ",".join("?" * len(part))
        query = f"SELECT text, vector FROM vectors WHERE encoder = ? AND text IN ({marks})"
        for hashed, blob in connection.execute(query, (encoder, *part)):
            vector, checksum = blob[:-CHECKSUM], blob[-CHECKSUM:]
            if len(vector) == 4 * dimension and checksum == _checksum(vector):  # SQLite has no checksums of its own
                found[hashed] = np.frombuffer(vector, dtype="<f4")
    return found


def _write(connection: sqlite3.Connection, encoder: int, hashes: Sequence[bytes], vectors: Floats) -> None:
    rows = []
    for hashed, vector in zip(hashes, vectors, strict=True):
        blob = vector.astype("<f4").tobytes()
        rows.append((encoder, hashed, blob + _checksum(blob)))
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany("INSERT OR REPLACE INTO vectors (encoder, text, vector) VALUES (?, ?, ?)", rows)
    connection.execute("COMMIT")


def _hash(text: str) -> bytes:
    return hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=16).digest()


def _checksum(blob: bytes) -> bytes:
    return zlib.crc32(blob).to_bytes(CHECKSUM, "little")
