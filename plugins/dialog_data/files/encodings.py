"""Files in whatever encoding, read as UTF-8 bytes."""

import codecs
import io
from pathlib import Path
from typing import BinaryIO

from dialog_core.configuration import ConfigurationError, Problem, missing_file
from dialog_data.files.problems import FileProblems

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_MARKS = ((codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_CHUNK = 1 << 16
_NOT_TEXT = b"\xff"  # never in UTF-8: stands for what could not be decoded


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


def open_text(problems: FileProblems) -> BinaryIO:
    """Open a file to read its text as UTF-8 without byte order mark, and note in `problems.encoding` what it was.

    A byte order mark goes before the encoding that was asked for. What cannot be decoded comes as a byte that is not
    UTF-8 either.

    Raises:
        ConfigurationError: There is no such file, or it cannot be read, or nobody knows the encoding.
    """
    stream = open_file(problems.source)
    try:
        head = stream.read(4)
        problems.encoding = next((name for mark, name in _MARKS if head.startswith(mark)), _known(problems))
        if problems.encoding == "utf-8":
            stream.seek(len(_BYTE_ORDER_MARK) if head.startswith(_BYTE_ORDER_MARK) else 0)
            return stream
        stream.seek(0)
        return io.BufferedReader(_Recoded(stream, problems.encoding), _CHUNK)
    except BaseException:
        stream.close()
        raise


def _known(problems: FileProblems) -> str:
    try:
        found = codecs.lookup(problems.encoding)
        "".encode(found.name)  # some codecs are not of texts
    except (LookupError, ValueError):
        message = f"there is no encoding {problems.encoding!r}"
        remedy = "Name one such as utf-8, cp1252, gb18030 or utf-16."
        raise ConfigurationError([Problem(message, problems.file, remedy=remedy)]) from None
    return "utf-8" if found.name in ("utf-8", "utf-8-sig", "ascii") else found.name


class _Recoded(io.RawIOBase):
    """A file's text as UTF-8, whatever it is in the file."""

    def __init__(self, stream: BinaryIO, encoding: str) -> None:
        self._stream = stream
        # Bytes that mean nothing become surrogates, which are no UTF-8: whoever reads the line sees that it is damaged.
        self._decoder = codecs.getincrementaldecoder(encoding)("surrogateescape")
        self._ready = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview") -> int:  # type: ignore[override]
        ended = False
        while not self._ready and not ended:
            piece = self._stream.read(_CHUNK)
            ended = not piece
            self._ready = self._decoded(piece)
        count = min(len(buffer), len(self._ready))
        buffer[:count] = self._ready[:count]
        self._ready = self._ready[count:]
        return count

    def close(self) -> None:
        self._stream.close()
        super().close()

    def _decoded(self, piece: bytes) -> bytes:
        try:
            return self._decoder.decode(piece, final=not piece).encode("utf-8", "surrogatepass")
        except UnicodeError:  # half a character at the end, or a codec that knows no other way
            self._decoder.reset()
            return _NOT_TEXT
