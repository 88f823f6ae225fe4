"""The lines of a text file, one at a time, whatever the file turns out to be."""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from dialog_core.configuration import ConfigurationError, Problem, missing_file
from dialog_data.files.problems import FileProblems

MAX_LINE = 1_000_000  # bytes; what is longer is no entry but a file without line breaks

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def read_lines(problems: FileProblems) -> Iterator[tuple[int, str]]:
    """Yield the number and the text of each line of the file, its line break included.

    What cannot be read is reported; lines with bytes that are not UTF-8 come with replacement
    characters, so that what follows them still makes sense.

    Raises:
        ConfigurationError: There is no such file, or it cannot be read.
    """
    with open_file(problems.source) as stream:
        number = 0
        while raw := stream.readline(MAX_LINE + 1):
            number += 1
            if number == 1:
                if raw.startswith(_UTF_16):
                    problems.problem("this is UTF-16 text", 1, remedy="Save the file as UTF-8 text.")
                    return
                raw = raw.removeprefix(_BYTE_ORDER_MARK)
            if len(raw) > MAX_LINE:
                message = f"the line is longer than {MAX_LINE:,} bytes"
                problems.problem(message, number, remedy="Break the file into lines, one entry each.")
                _skip_rest(stream, raw)
                continue
            if b"\0" in raw:
                problems.problem("is a binary file, not text", number, remedy="Name a text file, saved as UTF-8.")
                return
            yield number, _decode(raw, number, problems)


def open_file(file: Path) -> BinaryIO:
    """Open a file to read its bytes.

    Raises:
        ConfigurationError: There is no such file, or it cannot be read.
    """
    try:
        if file.is_dir():
            raise ConfigurationError([Problem("is a directory, not a file", file, remedy="Name a file in it.")])
        return open(file, "rb")
    except FileNotFoundError:
        raise ConfigurationError([missing_file(file)]) from None
    except (OSError, ValueError) as error:  # ValueError: a null character in the name
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise ConfigurationError([Problem(f"cannot be read: {reason}", file)]) from error


def _skip_rest(stream: BinaryIO, raw: bytes) -> None:
    while raw and not raw.endswith(b"\n"):
        raw = stream.readline(MAX_LINE)


def _decode(raw: bytes, number: int, problems: FileProblems) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        column = len(raw[: error.start].decode("utf-8")) + 1
        problems.problem("this is not UTF-8 text", number, column, remedy="Save the file as UTF-8 text.")
        return raw.decode("utf-8", errors="replace")
