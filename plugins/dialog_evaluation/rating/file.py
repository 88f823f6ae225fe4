"""The file ratings are added to: each as soon as it is made, by several people at once if need be."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock

from dialog_core import DialogError
from dialog_core.configuration import ConfigurationError, Problem
from dialog_evaluation.rating.lines import COMPARISON, NotALine, from_line, to_line
from dialog_evaluation.rating.reading import REMEDY, Ratings, take
from dialog_evaluation.rating.values import Comparison, Item, Rating

try:
    import fcntl
except ImportError:  # not on Windows: there, each rater needs a file of their own
    fcntl = None  # type: ignore[assignment]


class RatingsFile:
    """A file of ratings that is open to be added to. Safe to use from several threads, and by several processes.

    Before anything is added, what others have added meanwhile is read. What a process that was killed has left half
    written is cut off. Once an `add_` has returned, what it added survives a kill; ratings survive a power cut, too.
    """

    def __init__(self, path: Path, comparison: Comparison) -> None:
        """Open a file, or make it.

        Args:
            path: The file.
            comparison: What is compared.

        Raises:
            ConfigurationError: It is of another comparison, is damaged, or cannot be written.
        """
        self.path = path
        self._lock = Lock()
        self._read_to = 0
        self._lines = 0
        self._ratings: Ratings | None = None
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
        except OSError as error:
            raise ConfigurationError([Problem(f"cannot be written: {error.strerror or error}", path)]) from error
        try:
            with self._alone():
                if self._ratings is None:
                    self._append(comparison)
                else:
                    _check_same(path, self._ratings.comparison, comparison)
        except BaseException:
            os.close(self._file)
            raise

    def __enter__(self) -> "RatingsFile":
        return self

    def __exit__(self, *exception: object) -> None:
        os.close(self._file)

    @property
    def ratings(self) -> Ratings:
        """What it has, as far as this process knows."""
        assert self._ratings is not None
        return self._ratings

    def add_item(self, item: Item) -> Item:
        """Add an item; return the one that holds: what another process has added before under its id."""
        with self._alone():
            if item.id not in self.ratings.items:
                self._append(item)
            return self.ratings.items[item.id]

    def add_rating(self, rating: Rating) -> None:
        """Add a rating; it takes the place of what the same person said of the same item."""
        with self._alone():
            self._append(rating)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep others from writing, and read what they have written."""
        with self._lock:
            if fcntl is not None:
                fcntl.flock(self._file, fcntl.LOCK_EX)
            try:
                self._catch_up()
                yield
            finally:
                if fcntl is not None:
                    fcntl.flock(self._file, fcntl.LOCK_UN)

    def _catch_up(self) -> None:
        size = os.fstat(self._file).st_size
        if size <= self._read_to:
            return
        os.lseek(self._file, self._read_to, os.SEEK_SET)
        content = _read(self._file, size - self._read_to)
        whole = content[: content.rfind(b"\n") + 1]
        for line in whole.split(b"\n")[:-1]:
            self._lines += 1
            if line.strip():
                self._take(line)
        self._read_to += len(whole)
        if len(whole) < len(content):
            torn = content[len(whole) :]
            if self._ratings is None and not torn.startswith(f'{{"{COMPARISON}"'.encode()):
                raise self._problem("is no file of ratings", 1)
            os.ftruncate(self._file, self._read_to)  # nobody else is writing: this is left of a process that was killed

    def _take(self, line: bytes) -> None:
        try:
            value = from_line(line)
            if self._ratings is not None:
                take(self._ratings, value, self._lines)
            elif isinstance(value, Comparison):
                self._ratings = Ratings(self.path, value)
            else:
                raise NotALine("does not say what is compared")
        except NotALine as error:
            told = str(error) if self._ratings is not None else f"is no file of ratings: its first line {error}"
            raise self._problem(told, self._lines) from None

    def _append(self, value: Comparison | Item | Rating) -> None:
        line = to_line(value)
        try:
            _write(self._file, line)
            if not isinstance(value, Item):  # which can be made anew, and is synced with the first rating of it
                os.fsync(self._file)
        except OSError as error:
            with suppress(OSError):  # where even that fails, the next who opens it cuts the rest of the line off
                os.ftruncate(self._file, self._read_to)
            raise DialogError(
                f"{self.path}: cannot be written: {error.strerror or error}. What was rated before is kept."
            ) from error
        self._read_to += len(line)
        self._lines += 1
        self._take(line)

    def _problem(self, message: str, line: int) -> ConfigurationError:
        return ConfigurationError([Problem(message, self.path, line, remedy=REMEDY)])


def _check_same(path: Path, there: Comparison, now: Comparison) -> None:
    told = ""
    if set(there.systems) != set(now.systems):
        told = f"compares {there.bot} with {there.other}, not {now.bot} with {now.other}"
    elif there.checksum != now.checksum:
        told = f"is about {there.data}, not about {now.data} as it is now"
    elif there.seed != now.seed:
        told = f"was begun with --seed {there.seed}, not {now.seed}"
    else:
        changed = [name for name in now.systems if there.fingerprints.get(name) != now.fingerprints.get(name)]
        if changed:
            told = f"has the replies of {' and '.join(changed)} as it was then; it has changed, and answers otherwise"
    if told:
        raise ConfigurationError([Problem(told, path, 1, remedy="Name another file with --out.")])


def _read(file: int, size: int) -> bytes:
    pieces: list[bytes] = []
    while size > 0 and (piece := os.read(file, size)):
        pieces.append(piece)
        size -= len(piece)
    return b"".join(pieces)


def _write(file: int, line: bytes) -> None:
    while line:
        line = line[os.write(file, line) :]
