"""Writing files so that they are on the disk when the call returns, whole or not at all."""

import os
from pathlib import Path


def write_durably(file: Path, text: str) -> None:
    """Put `text` into a file in one step: whoever reads it meanwhile finds the old text or the new one."""
    temporary = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        with temporary.open("w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(temporary, file)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_directory(file.parent)


def sync_file(file: Path) -> None:
    """Wait until a file that somebody else has written is on the disk."""
    with file.open("rb+") as stream:
        os.fsync(stream.fileno())


def sync_directory(directory: Path) -> None:
    """Wait until the names in a directory are on the disk, where the operating system lets one do so."""
    if os.name != "posix":
        return
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
