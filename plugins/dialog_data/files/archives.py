"""The files behind a path: a file, those of a folder, or those of an archive."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from dialog_core.configuration import ConfigurationError, Problem, missing_file
from dialog_data.files.source_file import SourceFile
from dialog_data.files.unpacking import ARCHIVES, Unpacker, is_hidden, kind_of

__all__ = ["SourceFile", "is_archive", "opened"]

SPLIT_RECORD, SPLIT_RECORD_KEY = "split.json", '"on_leak"'  # how `data split` parted a data set
_RECORD_SIZE = 4096  # bytes


@contextmanager
def opened(path: Path) -> Iterator[Sequence[SourceFile]]:
    """Give the files of a path, sorted by name; what had to be unpacked goes when the block ends.

    Hidden files of folders and archives are left out, and the record that `data split` writes beside its parts.

    Raises:
        ConfigurationError: There is nothing, it cannot be read, or an archive is not to be trusted.
    """
    with ExitStack() as stack:
        if path.is_dir():
            yield _data(_of_folder(path, stack))
        elif not path.exists():
            raise ConfigurationError([missing_file(path)])
        elif not path.is_file():  # to look at a pipe would be to take from it
            raise ConfigurationError([Problem("is not an ordinary file", path, remedy="Write it to a file first.")])
        elif kind_of(path) is not None:
            yield _data(_unpacked(path, stack))
        else:
            yield [SourceFile(path, path, path.name)]


def is_archive(path: Path) -> bool:
    """Whether a file is an archive, or compressed.

    Raises:
        ConfigurationError: It is one of a kind that is not read.
    """
    return path.is_file() and kind_of(path) is not None


def _data(files: Iterator[SourceFile]) -> list[SourceFile]:
    return sorted((file for file in files if not _is_record(file)), key=lambda file: file.name)


def _is_record(file: SourceFile) -> bool:
    if file.name.rpartition("/")[2] != SPLIT_RECORD:
        return False
    try:
        with file.path.open("rb") as stream:
            return SPLIT_RECORD_KEY.encode() in stream.read(_RECORD_SIZE)
    except OSError:  # told by who reads it
        return False


def _of_folder(folder: Path, stack: ExitStack) -> Iterator[SourceFile]:
    for file in folder.rglob("*"):
        name = file.relative_to(folder).as_posix()
        if is_hidden(name) or not file.is_file():
            continue
        if file.name.lower().endswith(ARCHIVES) and is_archive(file):
            for inner in _unpacked(file, stack):
                yield SourceFile(inner.path, inner.shown, f"{name}/{inner.name}")
        else:
            yield SourceFile(file, file, name)


def _unpacked(archive: Path, stack: ExitStack) -> Iterator[SourceFile]:
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="dialog-core-")))
    for path, name in Unpacker(archive, folder).files():
        alone = name == archive.stem and "/" not in name  # `chats.jsonl.gz` holds `chats.jsonl`
        yield SourceFile(path, archive if alone else archive / name, name)
