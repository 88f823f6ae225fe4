"""What training leaves behind, as serving finds it: files beside a manifest, verified before they are used."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dialog_core.configuration.problems import shown_path
from dialog_core.errors import ArtefactError
from dialog_core.training.hashing import hash_file
from dialog_core.training.manifest import MANIFEST, FileRecord, Manifest, ManifestError


class Artefact:
    """The files a trainer wrote, whole and unchanged.

        artefact = context.artefact()
        labels = artefact.load_json("labels.json")
        weights = numpy.load(artefact.path("weights.npz"), allow_pickle=False)

    Attributes:
        directory: Where they stand.
        manifest: What is known about them: metrics, details, options, versions.
    """

    __slots__ = ("_remedy", "directory", "manifest")

    def __init__(self, directory: Path, manifest: Manifest, remedy: str = "") -> None:
        self.directory = directory
        self.manifest = manifest
        self._remedy = remedy

    @classmethod
    def open(cls, directory: Path, *, component: str = "", remedy: str = "") -> "Artefact":
        """Read the manifest of a directory and see that every file is there, and is what was written.

        A file whose size and time of change are as they were is taken for unchanged; of any other, as after the
        directory was copied, the checksum is compared.

        Args:
            directory: Where the artefact stands.
            component: Whose it is, for error messages.
            remedy: What to do about one that cannot be used, for error messages.

        Raises:
            ArtefactError: A file is missing, damaged or of a newer format.
        """
        file = directory / MANIFEST
        try:
            manifest = Manifest.from_text(file.read_text(encoding="utf-8"))
        except OSError as error:
            reason = f"{shown_path(file)} cannot be read: {error.strerror or error}"
            raise ArtefactError(reason, component=component, remedy=remedy) from error
        except UnicodeDecodeError as error:
            reason = f"{shown_path(file)} is damaged: it is not UTF-8"
            raise ArtefactError(reason, component=component, remedy=remedy) from error
        except ManifestError as error:
            raise ArtefactError(f"{shown_path(file)} {error}", component=component, remedy=remedy) from error
        artefact = cls(directory, manifest, remedy)
        for name in manifest.files:
            artefact._verify(name)
        return artefact

    @classmethod
    def unpublished(cls, directory: Path, **facts: Any) -> "Artefact":
        """Return what stands in a directory that has no manifest, as a trainer leaves it; for tests.

        Args:
            directory: Where the files stand.
            facts: Fields of the `Manifest`, such as `details`.
        """
        return cls(directory, Manifest(**{"files": record_files(directory), **facts}))

    @classmethod
    def at(cls, directory: Path) -> "Artefact":
        """Return the artefact in a directory, whether it has a manifest or is as a trainer leaves it."""
        return cls.open(directory) if (directory / MANIFEST).exists() else cls.unpublished(directory)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its files, relative to the directory, in alphabetical order."""
        return tuple(sorted(self.manifest.files))

    def path(self, name: str) -> Path:
        """Return where one of its files, or a directory of them, stands.

        Raises:
            ArtefactError: It has no such file.
        """
        if name in self.manifest.files or any(other.startswith(f"{name}/") for other in self.manifest.files):
            return self.directory / name
        raise self._error(f"{shown_path(self.directory)} has no file {name!r}; it has {', '.join(self.names)}")

    def load_json(self, name: str) -> Any:
        """Return the content of one of its JSON files.

        Raises:
            ArtefactError: There is none of that name, or it cannot be read.
        """
        file = self.path(name)
        try:
            return json.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError) as error:
            raise self._error(f"{shown_path(file)} cannot be read: {error}") from error

    def _verify(self, name: str) -> None:
        file, record = self.directory / name, self.manifest.files[name]
        try:
            status = file.stat()
            if status.st_size != record.size:
                raise self._error(f"{shown_path(file)} is damaged: it has {status.st_size} bytes, not {record.size}")
            if status.st_mtime_ns != record.mtime_ns and hash_file(file) != record.sha256:
                raise self._error(f"{shown_path(file)} is damaged: its checksum is another")
        except FileNotFoundError as error:
            raise self._error(f"{shown_path(file)} is missing") from error
        except OSError as error:
            raise self._error(f"{shown_path(file)} cannot be read: {error.strerror or error}") from error

    def _error(self, reason: str) -> ArtefactError:
        return ArtefactError(reason, component=self.manifest.component, remedy=self._remedy)


def record_files(directory: Path) -> Mapping[str, FileRecord]:
    """Return the size, time and checksum of every file below a directory, the manifest itself left out."""
    records: dict[str, FileRecord] = {}
    for parent, _, names in os.walk(directory):
        for name in names:
            file = Path(parent, name)
            relative = file.relative_to(directory).as_posix()
            if relative != MANIFEST:
                status = file.stat()
                records[relative] = FileRecord(size=status.st_size, mtime_ns=status.st_mtime_ns, sha256=hash_file(file))
    return dict(sorted(records.items()))
