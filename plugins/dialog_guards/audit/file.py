"""The file an audit log is written to: only ever added to, by several processes at once if need be."""

import json
import os
import stat
import threading
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dialog_core.configuration import ConfigurationError, Problem
from dialog_guards.audit.chain import AFTER, BEGINNING, CHECKSUM, NEW_FILE, chained

try:
    import fcntl
except ImportError:  # not on Windows: there, each process needs a log of its own
    fcntl = None  # type: ignore[assignment]

_locks: defaultdict[Path, threading.Lock] = defaultdict(threading.Lock)  # one for each file, whoever has it open
_guarding_locks = threading.Lock()
_OPENING = os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
CLOSED = -1

BLOCK = 1 << 16  # bytes that are read at once when the last line is looked for
MOST_MOVES = 10  # of the file while it is being locked


class ChainFile:
    """A chain of lines that is added to. Safe to use from several threads, and by several processes.

    What a process that was killed has left half written is taken out of the chain, and the line after says so. Where
    the file was moved away or emptied, as programs that rotate logs do, a new chain begins there, whose first line says
    after which checksum.
    """

    def __init__(self, path: Path, *, synchronous: bool) -> None:
        """Open the file, or make it.

        Args:
            path: Where it is.
            synchronous: Whether a line is on the disk before `add` returns.

        Raises:
            ConfigurationError: It cannot be written or is no ordinary file, or its last line is none of an audit log.
        """
        self.path = path
        self._synchronous = synchronous
        with _guarding_locks:
            self._lock = _locks[Path(os.path.abspath(path))]
        self._last = BEGINNING
        self._size = 0
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self._opened()
        except OSError as error:
            why = f"{path.parent} is no folder" if isinstance(error, FileExistsError) else error.strerror or error
            raise ConfigurationError([Problem(f"cannot be written: {why}", path)]) from error
        try:
            if not stat.S_ISREG(os.fstat(self._file).st_mode):
                raise ConfigurationError([Problem("is no ordinary file; an audit log has to be one", path)])
            with self._alone():
                pass
        except BaseException:
            os.close(self._file)
            raise

    def add(self, entry: Mapping[str, Any]) -> None:
        """Add a line; raise OSError where there is no room for it, and then nothing of it is left."""
        with self._alone():
            self._append(entry)

    def close(self) -> None:
        """Let go of the file; adding to it then raises OSError."""
        with self._lock:
            if self._file != CLOSED:
                os.close(self._file)
                self._file = CLOSED  # the number may soon be that of another file

    def _opened(self) -> int:
        # What cannot be waited for, such as a pipe without a reader, is refused later on.
        return os.open(self.path, _OPENING | getattr(os, "O_NONBLOCK", 0), 0o600)

    def _append(self, entry: Mapping[str, Any]) -> None:
        line, checksum = chained(entry, self._last)
        data = f"{line}\n".encode()
        try:
            written = 0
            while written < len(data):
                written += os.write(self._file, data[written:])
        except OSError:
            os.ftruncate(self._file, self._size)
            raise
        if self._synchronous:
            os.fsync(self._file)
        self._last, self._size = checksum, self._size + len(data)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep others from writing, and find out where the chain ends if they have written."""
        with self._lock:
            if self._file == CLOSED:
                raise OSError(f"{self.path} has been closed")
            before = self._last
            self._lock_others_out()
            try:
                size = os.fstat(self._file).st_size
                is_new = size < self._size or (size == 0 and before != BEGINNING)
                if size != self._size:
                    self._catch_up()
                if is_new:
                    self._append({"event": NEW_FILE, AFTER: before})
                yield
            finally:
                if fcntl is not None:
                    fcntl.flock(self._file, fcntl.LOCK_UN)

    def _lock_others_out(self) -> None:
        """Lock the file that is there now; what was moved away is somebody else's."""
        for _ in range(MOST_MOVES):
            if fcntl is not None:
                fcntl.flock(self._file, fcntl.LOCK_EX)
            if self._is_in_place():
                return
            new = self._opened()
            os.close(self._file)
            self._file, self._size, self._last = new, 0, BEGINNING
        raise OSError(f"{self.path} is moved away again and again")

    def _is_in_place(self) -> bool:
        try:
            return os.path.samestat(os.stat(self.path), os.fstat(self._file))
        except FileNotFoundError:
            return False

    def _catch_up(self) -> None:
        size = os.fstat(self._file).st_size
        tail = self._tail(size)
        whole, _, torn = tail.rpartition(b"\n")
        self._size = size - len(torn)
        self._last = self._checksum(whole.rpartition(b"\n")[2]) if self._size else BEGINNING
        if torn:
            os.ftruncate(self._file, self._size)  # nobody else is writing: it is left of a process that was killed
            self._append({"event": "half a line was taken out", "was": torn.decode("utf-8", "replace")})

    def _tail(self, size: int) -> bytes:
        """Return the end of the file, with at least its last whole line in it."""
        start, tail = size, b""
        while start > 0 and tail.count(b"\n", 0, max(len(tail) - 1, 0)) < 2:
            length = min(BLOCK, start)
            start -= length
            os.lseek(self._file, start, os.SEEK_SET)
            block = b""
            while len(block) < length:
                block += os.read(self._file, length - len(block))
            tail = block + tail
        return tail

    def _checksum(self, line: bytes) -> str:
        try:
            checksum = json.loads(line)[CHECKSUM]
        except (ValueError, KeyError, TypeError, UnicodeDecodeError):
            checksum = None
        if not isinstance(checksum, str):
            remedy = "Name another file; this one is not to be added to."
            raise ConfigurationError([Problem("its last line is none of an audit log", self.path, remedy=remedy)])
        return checksum
