"""The lines of a text file, one at a time, whatever the file turns out to be."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from dialog_core.configuration.missing import missing_file
from dialog_core.configuration.problems import ConfigurationError, Problem

MAX_LINE = 1_000_000  # bytes; what is longer is a file without line breaks, and may be as long as the memory
_PIECE = 1 << 16
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def read_lines(path: Path, problem: Callable[[Problem], None] | None = None) -> Iterator[tuple[int, str]]:
    r"""Yield the number and the text of each line of a file in UTF-8, without its line break.

    Lines end with `\n` or `\r\n`, and a byte order mark is no part of the first.

    Args:
        path: The file.
        problem: Told of lines that are not text or longer than a megabyte; they are left out, and reading goes on.
            None: the first one ends it.

    Raises:
        ConfigurationError: There is no such file, or it cannot be read; or a line cannot, and there is no `problem`.
    """
    for number, raw in enumerate(_raw_lines(path), start=1):
        if len(raw) > MAX_LINE:
            wrong = Problem(f"the line is longer than {MAX_LINE:,} bytes", path, number, 1)
        elif b"\0" in raw:
            wrong = Problem("is a binary file, not text", path, number, 1, remedy="Name a text file, saved as UTF-8.")
        else:
            try:
                yield number, raw.decode("utf-8")
                continue
            except UnicodeDecodeError as error:
                column = len(raw[: error.start].decode("utf-8")) + 1
                wrong = Problem("this is not UTF-8 text", path, number, column, remedy="Save the file as UTF-8 text.")
        if problem is None:
            raise ConfigurationError([wrong])
        problem(wrong)


def _raw_lines(path: Path) -> Iterator[bytes]:
    """Yield lines as bytes, of those that are too long no more than it takes to see that."""
    try:
        with path.open("rb") as file:
            first = True
            while raw := file.readline(MAX_LINE + 2):
                rest = raw
                while len(raw) > MAX_LINE and rest and not rest.endswith(b"\n"):
                    rest = file.readline(_PIECE)
                yield (raw.removeprefix(_BYTE_ORDER_MARK) if first else raw).removesuffix(b"\n").removesuffix(b"\r")
                first = False
    except FileNotFoundError:
        raise ConfigurationError([missing_file(path)]) from None
    except IsADirectoryError:
        problem = Problem("is a directory, not a file", path, remedy="Name a file in it.")
        raise ConfigurationError([problem]) from None
    except (OSError, ValueError) as error:  # ValueError: a null character in the name
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise ConfigurationError([Problem(f"cannot be read: {reason}", path)]) from error
