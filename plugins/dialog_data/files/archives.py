"""The files behind a path: a file, those of a folder, or those of an archive, unpacked where nobody is harmed."""

import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from dialog_core.configuration import ConfigurationError, Problem, missing_file


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to read.

    Attributes:
        path: Where its bytes are.
        shown: What messages call it: `corpus.zip/train.txt` where it stands in an archive.
        name: Its path in the folder or archive, with `/` between; of a file, its name.
    """

    path: Path
    shown: Path
    name: str


@contextmanager
def opened(path: Path) -> Iterator[Sequence[SourceFile]]:
    """Give the files of a path, sorted by name; what had to be unpacked goes when the block ends.

    Raises:
        ConfigurationError: There is nothing, it cannot be read, or an archive is not to be trusted.
    """
    if path.is_dir():
        files = sorted(file for file in path.rglob("*") if file.is_file())
        yield [SourceFile(file, file, file.relative_to(path).as_posix()) for file in files]
    elif not path.exists():
        raise ConfigurationError([missing_file(path)])
    elif zipfile.is_zipfile(path):
        with tempfile.TemporaryDirectory(prefix="dialog-core-") as folder:
            yield _unzipped(path, Path(folder))
    else:
        yield [SourceFile(path, path, path.name)]


def _unzipped(path: Path, folder: Path) -> list[SourceFile]:
    found: list[SourceFile] = []
    with zipfile.ZipFile(path) as archive:
        for member in sorted(archive.infolist(), key=lambda one: one.filename):
            name = PurePosixPath(member.filename)
            if member.is_dir():
                continue
            if name.is_absolute() or ".." in name.parts:
                problem = Problem(f"holds {member.filename!r}, which leads out of the archive", path)
                raise ConfigurationError([problem])
            found.append(SourceFile(Path(archive.extract(member, folder)), path / name, name.as_posix()))
    return found
