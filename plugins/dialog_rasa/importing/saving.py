"""Writing a new project: whole under its name, or not at all."""

import contextlib
import os
import shutil
import signal
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path

from dialog_core.configuration import ConfigurationError, Problem


def refuse_existing(out: Path) -> None:
    """Refuse a place where something stands already.

    Raises:
        ConfigurationError: It exists and is no empty folder.
    """
    if not out.exists() and not out.is_symlink():
        above = next((parent for parent in out.absolute().parents if parent.exists()), None)
        if above is not None and not above.is_dir():
            message = f"cannot be made: {above} is a file"
            raise ConfigurationError([Problem(message, out, remedy="Name another place.")])
        return
    if not out.exists():
        raise ConfigurationError([Problem("is a link that leads nowhere", out, remedy="Remove it, or name another.")])
    if not out.is_dir():
        raise ConfigurationError([Problem("is a file, and a folder is to be made", out, remedy="Name another one.")])
    try:
        empty = next(out.iterdir(), None) is None
    except OSError as error:
        raise ConfigurationError([Problem(f"cannot be looked into: {error.strerror}", out)]) from error
    if not empty:
        remedy = "Name a folder that does not exist yet, or move this one away: nothing is written over."
        raise ConfigurationError([Problem("is not empty", out, remedy=remedy)])


def write_files(folder: Path, files: Mapping[str, str], copies: Mapping[str, Path]) -> None:
    """Write the files of a project into a folder.

    Args:
        folder: The folder.
        files: Texts by path in it.
        copies: Files to copy as they are, likewise.
    """
    for path, text in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    for path, source in copies.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)


@contextlib.contextmanager
def new_project(out: Path) -> Iterator[Path]:
    """Give a hidden folder that becomes `out` when the block ends; if it raises, there is nothing new.

    Raises:
        ConfigurationError: It cannot be written, because the disk is full, say.
    """
    target = out.resolve() if out.is_symlink() else out.absolute()
    folder = target.with_name(f".{target.name}.{os.getpid()}")
    made = [parent for parent in target.parents if not parent.exists()]
    done = False
    try:
        with _ending_in_order():
            target.parent.mkdir(parents=True, exist_ok=True)
            folder.mkdir()
            yield folder
            refuse_existing(target)  # somebody may have been there meanwhile
            os.replace(folder, target)  # over an empty folder, if there is one
            done = True
    except OSError as error:
        raise ConfigurationError([Problem(f"cannot be written: {error.strerror or error}", out)]) from error
    finally:
        if not done:
            shutil.rmtree(folder, ignore_errors=True)
            for parent in made:
                with contextlib.suppress(OSError):  # something else stands in it by now
                    parent.rmdir()


@contextlib.contextmanager
def _ending_in_order() -> Iterator[None]:
    """Have a program that is told to end do so as if it had been interrupted: nothing of it is left lying about."""

    def end(number: int, _: object) -> None:
        raise SystemExit(128 + number)

    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread may say what a signal does
        return
    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
