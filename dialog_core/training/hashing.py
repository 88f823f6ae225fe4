"""Checksums of files and directories, and the stamps that tell whether one has to be taken again."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

PREFIX = "sha256:"


def hash_file(file: Path) -> str:
    """Return the SHA-256 of a file's content, in hexadecimal."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def hash_path(path: Path) -> str:
    """Return the SHA-256 of a file's content, or of a directory's: the names of all files below it and their content.

    Where it stands, what it is called and when it was written make no difference.
    """
    if not path.is_dir():
        return hash_file(path)
    digest = hashlib.sha256()
    for name, file in _files_below(path):
        digest.update(f"{name}\0{hash_file(file)}\n".encode(errors="surrogateescape"))
    return digest.hexdigest()


def stamp(path: Path) -> str:
    """Return sizes and times of change: while they stay the same, so does the content, as far as anybody can tell."""
    if not path.is_dir():
        status = path.stat()
        return f"{status.st_size}:{status.st_mtime_ns}"
    digest = hashlib.sha256()
    for name, file in _files_below(path):
        status = file.stat()
        digest.update(f"{name}\0{status.st_size}:{status.st_mtime_ns}\n".encode(errors="surrogateescape"))
    return digest.hexdigest()


def _files_below(directory: Path) -> Iterator[tuple[str, Path]]:
    """Yield the files below a directory in a fixed order, hidden ones left out: editors and file managers make them."""
    for parent, directories, files in os.walk(directory):
        directories[:] = sorted(name for name in directories if not name.startswith("."))
        for name in sorted(files):
            file = Path(parent, name)
            if not name.startswith(".") and file.is_file():
                yield file.relative_to(directory).as_posix(), file
