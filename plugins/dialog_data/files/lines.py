"""The lines of a text file, one at a time, whatever the file turns out to be."""

import io
from collections.abc import Iterator
from typing import BinaryIO

from dialog_data.files.encodings import open_text
from dialog_data.files.problems import FileProblems

MAX_LINE = 1_000_000  # bytes; what is longer is no entry but a file without line breaks

_PEEK = 1 << 16


def read_lines(problems: FileProblems, *, longest: int = MAX_LINE) -> Iterator[tuple[int, str]]:
    r"""Yield the number and the text of each line of the file, its line break included.

    Lines end with `\n` or `\r\n`; with `\r` where the file knows no other. What cannot be read is reported; lines with
    bytes that are no text come with replacement characters, so that what follows them still makes sense.

    Args:
        problems: The file.
        longest: How many bytes a line may have.

    Raises:
        ConfigurationError: There is no such file, or it cannot be read.
    """
    for number, text, _ in read_checked_lines(problems, longest=longest):
        yield number, text


def read_checked_lines(problems: FileProblems, *, longest: int = MAX_LINE) -> Iterator[tuple[int, str, bool]]:
    """Yield what `read_lines` does, and whether the line is all text."""
    with open_text(problems) as opened:
        stream = _with_line_feeds(opened)
        number = 0
        while raw := stream.readline(longest + 1):
            number += 1
            if len(raw) > longest:
                message = f"the line is longer than {longest:,} bytes"
                problems.problem(message, number, remedy="Break the file into lines, one entry each.")
                problems.item_skipped()
                _skip_rest(stream, raw)
                continue
            if b"\0" in raw:
                problems.problem("is a binary file, not text", number, remedy="Name a text file, saved as UTF-8.")
                problems.item_skipped()
                if problems.skips:
                    continue
                return
            before = problems.count
            text = _decode(raw, number, problems)
            yield number, text, problems.count == before


def _with_line_feeds(stream: BinaryIO) -> BinaryIO:
    """Return the stream, with line feeds in the place of carriage returns if there are only those."""
    buffered = io.BufferedReader(stream, _PEEK)  # type: ignore[type-var]  # what it needs of a raw stream is there
    head = buffered.peek(_PEEK)
    if b"\r" not in head.rstrip(b"\r") or b"\n" in head:
        return buffered
    return io.BufferedReader(_LineFeeds(buffered), _PEEK)


class _LineFeeds(io.RawIOBase):
    """A stream with line feeds in the place of carriage returns."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview") -> int:  # type: ignore[override]
        piece = self._stream.read(len(buffer)).replace(b"\r", b"\n")
        buffer[: len(piece)] = piece
        return len(piece)


def _skip_rest(stream: BinaryIO, raw: bytes) -> None:
    while raw and not raw.endswith(b"\n"):
        raw = stream.readline(_PEEK)


def _decode(raw: bytes, number: int, problems: FileProblems) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        column = len(raw[: error.start].decode("utf-8")) + 1
        name = problems.encoding.upper()
        remedy = f"Save the file as {name} text, or say with `encoding` what it is."
        problems.problem(f"this is not {name} text", number, column, remedy=remedy)
        return raw.decode("utf-8", errors="replace")
