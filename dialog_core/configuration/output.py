"""Writing the files people ask commands for: whole, or not at all."""

import contextlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TextIO

from dialog_core.configuration.problems import ConfigurationError, Problem


def write_output(path: Path, text: str) -> None:
    """Write a file that somebody has named, and the directories it is to stand in.

    Raises:
        ConfigurationError: It cannot be written.
    """
    with open_output(path) as file:
        file.write(text)


def refuse_overwriting(wanted: Iterable[Path | None], *read: Path) -> None:
    """Refuse to write over what a command reads, and to write two things under one name.

    Args:
        wanted: What is to be written; None: nothing.
        *read: What is read.

    Raises:
        ConfigurationError: That is what was asked for.
    """
    taken = {path.resolve(): "is what is read" for path in read}
    for path in wanted:
        if path is not None and (not path.exists() or path.is_file()):  # there is room for many on `/dev/stdout`
            if problem := taken.get(path.resolve()):
                raise ConfigurationError([Problem(problem, path, remedy="Write to another file.")])
            taken[path.resolve()] = "is to be written twice"


@contextlib.contextmanager
def open_output(path: Path) -> Iterator[TextIO]:
    """Open a file that somebody has named, to be written piece by piece, and make the directories it is to stand in.

    Under its name it appears when the block ends, whole. If the block raises, there is nothing new: what stood there
    before still does. What is no regular file, such as `/dev/stdout`, is written to as it is.

    Raises:
        ConfigurationError: It cannot be written.
    """
    direct = path.exists() and not path.is_file()
    target = path if direct else path.resolve()  # a link stays one; that of a pipe leads to no name
    temporary = target if direct else target.with_name(f".{target.name}.{os.getpid()}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        file = temporary.open("w", encoding="utf-8", newline="\n")
    except OSError as error:
        raise _not_written(path, error) from error
    try:
        with file:
            yield file
        if not direct:
            os.replace(temporary, target)
    except BrokenPipeError:
        raise  # whoever reads it has left, which is no mistake
    except OSError as error:
        if error.filename not in (None, str(temporary)):
            raise  # the block was about another file
        raise _not_written(path, error) from error  # the disk is full, say
    finally:
        if not direct:
            with contextlib.suppress(OSError):  # what kept it from being written is told already
                temporary.unlink(missing_ok=True)


def _not_written(path: Path, error: OSError) -> ConfigurationError:
    return ConfigurationError([Problem(f"cannot be written: {error.strerror}", path)])
