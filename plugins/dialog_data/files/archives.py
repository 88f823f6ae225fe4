"""The files behind a path: a file, those of a folder, or those of an archive."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from dialog_core.configuration import ConfigurationError, Problem, missing_file
from dialog_data.files.source_file import SourceFile
from dialog_data.files.unpacking import ARCHIVES, Unpacker, is_hidden, kind_of

__all__ = ["SourceFile", "is_archive", "opened"]


@contextmanager
def opened(path: Path) -> Iterator[Sequence[SourceFile]]:
    """Give the files of a path, sorted by name; what had to be unpacked goes when the block ends.

    Hidden files of folders and archives are left out.

    Raises:
        ConfigurationError: There is nothing, it cannot be read, or an archive is not to be trusted.
    """
    with ExitStack() as stack:
        if path.is_dir():
            yield sorted(_of_folder(path, stack), key=lambda file: file.name)
        elif not path.exists():
            raise ConfigurationError([missing_file(path)])
        elif not path.is_file():  # to look at a pipe would be to take from it
            raise ConfigurationError([Problem("is not an ordinary file", path, remedy="Write it to a file first.")])
        elif kind_of(path) is not None:
            yield sorted(_unpacked(path, stack), key=lambda file: file.name)
        else:
            yield [SourceFile(path, path, path.name)]


def is_archive(path: Path) -> bool:
    """Whether a file is an archive, or compressed.

    Raises:
        ConfigurationError: It is one of a kind that is not read.
    """
    return path.is_file() and kind_of(path) is not None


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
