"""The directory of one component's artefacts: which of them is in use, and the place where the next one is made.

models/<bot>/<component>/
    current.json                  names the artefact in use and the one before it
    <fingerprint>/                an artefact, with its manifest
    .lock                         held by whoever trains
    .checkpoints-<fingerprint>/   of a training that was cut off
    .training-<process>/          what is being made now
"""

import contextlib
import hashlib
import json
import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from dialog_core.configuration.problems import shown_path
from dialog_core.errors import ArtefactError
from dialog_core.training.durable import sync_directory, write_durably

try:
    import fcntl
except ImportError:  # Windows: two trainings at once are not kept apart there
    fcntl = None  # type: ignore[assignment]

CURRENT = "current.json"
LONGEST_NAME = 60  # characters; file systems take 255 bytes, and a Chinese character has three of them
POLL = 0.1  # seconds between looks at a lock that somebody else holds

_ARTEFACT = re.compile(r"[0-9a-f]{8,64}(-[0-9]{1,6})?")
_UNSAFE = re.compile(r"[^\w\-.]|^\.")


class ComponentDirectory:
    """Where the artefacts of one component stand.

    Attributes:
        path: The directory; there is none before the first training.
        component: Whose it is.
    """

    def __init__(self, models: Path, component: str) -> None:
        """Name the directory; nothing is created.

        Args:
            models: The directory of the bot's artefacts.
            component: The component's name in the bot file. It may hold anything: what is no letter, digit, `-`, `_`
                or `.` is written as `%` and its number.
        """
        self.component = component
        self.path = models / _directory_name(component)

    @property
    def pointer(self) -> Path:
        """The file that says which artefact is in use."""
        return self.path / CURRENT

    def current(self) -> Path | None:
        """Return the directory of the artefact in use; None where the component was never trained.

        Raises:
            ArtefactError: What says which it is cannot be read.
        """
        return self._pointed_at()[0]

    def find(self, fingerprint: str) -> Iterator[Path]:
        """Yield the artefacts of a fingerprint, the newest first: `<fingerprint>-2` was made after `<fingerprint>`."""
        found = [path for path in self._artefacts() if path.name.partition("-")[0] == fingerprint]
        yield from sorted(found, key=_number, reverse=True)

    def unused(self, fingerprint: str) -> Path:
        """Return the directory a new artefact of a fingerprint is to have."""
        newest = next(self.find(fingerprint), None)
        return self.path / (fingerprint if newest is None else f"{fingerprint}-{_number(newest) + 1}")

    def use(self, artefact: Path) -> None:
        """Point `current.json` at an artefact; from then on it is the one in use."""
        try:
            before, previous = self._pointed_at()
        except ArtefactError:  # it is replaced now
            before = previous = None
        if before is not None and before.name == artefact.name:
            before = previous
        names = {"artefact": artefact.name, "previous": before.name if before is not None else None}
        write_durably(self.pointer, json.dumps(names))

    def publish(self, made: Path, fingerprint: str) -> Path:
        """Give what was made its place among the artefacts, and return that place."""
        artefact = self.unused(fingerprint)
        os.rename(made, artefact)
        sync_directory(self.path)
        return artefact

    def make_workplace(self) -> Path:
        """Return an empty directory to make an artefact in; what a killed training left of its own is removed."""
        for left in self.path.glob(".training-*"):
            shutil.rmtree(left)
        workplace = self.path / f".training-{os.getpid()}"
        workplace.mkdir()
        return workplace

    def checkpoints(self, fingerprint: str) -> Path:
        """Return the directory of checkpoints for a fingerprint; those of another must not be resumed from."""
        directory = self.path / f".checkpoints-{fingerprint}"
        directory.mkdir(exist_ok=True)
        return directory

    def prune(self) -> None:
        """Remove all artefacts but the one in use and the one before it, and all checkpoints."""
        kept = {path.name for path in self._pointed_at() if path is not None}
        for path in (*self._artefacts(), *self.path.glob(".checkpoints-*")):
            if path.name not in kept:
                shutil.rmtree(path, ignore_errors=True)  # somebody may have a file of it open

    @contextlib.contextmanager
    def locked(self, waiting: Callable[[], None]) -> Iterator[None]:
        """Hold the lock of the directory, which is made where there is none.

        Args:
            waiting: Called once when somebody else holds it.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        with (self.path / ".lock").open("a") as lock:
            if fcntl is not None:
                told = False
                while True:
                    try:
                        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                        break
                    except BlockingIOError:
                        if not told:
                            waiting()
                        told = True
                        time.sleep(POLL)
            yield

    def _artefacts(self) -> list[Path]:
        if not self.path.is_dir():
            return []
        return [path for path in self.path.iterdir() if _ARTEFACT.fullmatch(path.name) and path.is_dir()]

    def _pointed_at(self) -> tuple[Path | None, Path | None]:
        """Return the artefact in use and the one before it."""
        file = self.pointer
        try:
            names = json.loads(file.read_text(encoding="utf-8"))
            current, previous = names["artefact"], names["previous"]
            if not (_is_artefact(current) and (previous is None or _is_artefact(previous))):
                raise ValueError("it names no artefact")
        except FileNotFoundError:
            return None, None
        except OSError as error:
            reason = f"{shown_path(file)} cannot be read: {error.strerror or error}"
            raise ArtefactError(reason, component=self.component) from error
        except (ValueError, KeyError, TypeError) as error:
            raise ArtefactError(f"{shown_path(file)} is damaged: {error}", component=self.component) from error
        return self.path / current, None if previous is None else self.path / previous


def _directory_name(component: str) -> str:
    name = _UNSAFE.sub(lambda match: f"%{ord(match[0]):X}", component)
    if len(name) > LONGEST_NAME:
        name = f"{name[: LONGEST_NAME // 2]}-{hashlib.sha256(component.encode()).hexdigest()[:16]}"
    return name


def _is_artefact(name: object) -> bool:
    return isinstance(name, str) and _ARTEFACT.fullmatch(name) is not None


def _number(artefact: Path) -> int:
    return int(artefact.name.partition("-")[2] or 1)
