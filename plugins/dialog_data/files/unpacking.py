"""Archives unpacked where they can do no harm: under names of our own, and never more than an archive may hold."""

import bz2
import gzip
import lzma
import re
import shutil
import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any, BinaryIO, NoReturn

from dialog_core.configuration import ConfigurationError, Problem

# Within folders and archives only files of these endings are opened too: many a document is an archive inside.
ARCHIVES = (".zip", ".tar", ".gz", ".tgz", ".bz2", ".xz")
MAX_RATIO = 200  # text shrinks to a tenth, the most uniform data to a fiftieth; zip bombs to a thousandth
ALWAYS_FREE = 64 * 1024 * 1024  # bytes; so much may be unpacked whatever the ratio is
MAX_TOTAL = 32 * 1024**3  # bytes
MAX_FILES = 100_000
MAX_NESTING = 3  # archives within archives
SPARE = 256 * 1024 * 1024  # bytes of the disk that are left to others

_CHUNK = 1 << 20
_LONGEST_HEADER = 1 << 20  # of a file in a tar archive: its name and a few facts
_TAR_MAGIC = 257  # where the word `ustar` stands in a tar archive
_SUFFIX = re.compile(r"\.\w{1,12}")
_DRIVE = re.compile(r"[A-Za-z]:")
_UNREAD = {b"7z\xbc\xaf\x27\x1c": "7z", b"Rar!\x1a\x07": "RAR", b"\x28\xb5\x2f\xfd": "zstandard"}
_COMPRESSED: dict[bytes, Callable[..., Any]] = {
    b"\x1f\x8b": gzip.open,
    b"BZh": bz2.open,
    b"\xfd7zXZ\x00": lzma.open,
}
# ValueError: names that are not in the encoding they say they are in. RuntimeError: it says in one place that it is
# encrypted, and in another that it is not.
_DAMAGED = (
    *(zipfile.BadZipFile, tarfile.TarError, gzip.BadGzipFile, zlib.error, lzma.LZMAError),
    *(EOFError, ValueError, RuntimeError, struct.error),
)


class Unpacker:
    """Unpacks an archive, and those in it, into a folder.

    Args:
        path: The archive.
        folder: An empty folder; the caller removes it.
    """

    def __init__(self, path: Path, folder: Path) -> None:
        self._path = path
        self._folder = folder
        self._size = path.stat().st_size
        self._unpacked = 0  # bytes, as many as there really were
        self._files = 0
        self._names: set[str] = set()

    def files(self) -> Iterator[tuple[Path, str]]:
        """Yield where each file is now, and its name in the archive; archives in it are opened too.

        Raises:
            ConfigurationError: The archive is damaged, or not to be trusted.
        """
        kind = kind_of(self._path)
        assert kind is not None, "the caller has seen that it is an archive"
        yield from self._opened(self._path, kind, "", 1)

    def _opened(self, archive: Path, kind: str, name: str, nesting: int) -> Iterator[tuple[Path, str]]:
        inside = f"in {name} " if name else ""
        try:
            yield from (self._zip if kind == "zip" else self._stream)(archive, name, nesting)
        except NotImplementedError as error:
            self._refuse(f"{inside}is compressed in a way that is not known: {error}", "Unpack it yourself.")
        except _DAMAGED as error:
            self._refuse(f"{inside}is damaged or cut off: {str(error) or type(error).__name__}", "Get it anew.")
        except OSError as error:
            if isinstance(error.filename, str | Path):
                raise
            self._refuse(f"{inside}cannot be unpacked: {error.strerror or error}")

    def _zip(self, archive: Path, name: str, nesting: int) -> Iterator[tuple[Path, str]]:
        with zipfile.ZipFile(archive) as opened:
            members = opened.infolist()
            self._see_how_many(len(members))
            for member in sorted(members, key=lambda one: one.filename):
                if member.filename.endswith("/"):  # a folder
                    continue
                mode = member.external_attr >> 16
                if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
                    self._refuse(f"holds {member.filename!r}, which is a link or no file at all")
                if member.flag_bits & 0x1:
                    self._refuse("is encrypted", "Unpack it yourself, and name the folder.")
                with opened.open(member) as stream:
                    yield from self._member(stream, member.filename, name, nesting)

    def _stream(self, archive: Path, name: str, nesting: int) -> Iterator[tuple[Path, str]]:
        with open_compressed(archive) as stream:
            is_tar = is_tar_head(stream.read(512))
            stream.seek(0)
            if not is_tar:
                inner = Path(name or self._path.name).stem
                yield from self._member(stream, inner, str(Path(name).parent) if name else "", nesting)
                return
            metered = _Metered(stream, self)
            with tarfile.open(fileobj=metered, mode="r:") as opened:  # type: ignore[call-overload]  # enough of a file
                for member in opened:
                    if member.isdir():
                        continue
                    if not member.isreg() or member.issparse():
                        self._refuse(f"holds {member.name!r}, which is a link or no file at all")
                    content = opened.extractfile(member)
                    assert content is not None, "it is a file"
                    metered.count = False  # the content is counted where it is written
                    yield from self._member(content, member.name, name, nesting)
                    metered.count = True

    def _member(self, stream: IO[bytes], written: str, parent: str, nesting: int) -> Iterator[tuple[Path, str]]:
        """Unpack one file, unless nobody would want to read it."""
        name = self._safe(written)
        if is_hidden(name):
            return
        full = f"{parent}/{name}" if parent not in ("", ".") else name
        self._see_how_many(1)
        self._files += 1
        suffix = Path(name).suffix
        target = self._folder / f"{self._files}{suffix if _SUFFIX.fullmatch(suffix) else ''}"
        with target.open("xb") as file:
            while piece := stream.read(_CHUNK):
                self.count(len(piece))
                file.write(piece)
        kind = kind_of(target) if name.lower().endswith(ARCHIVES) else None
        if kind is None:
            if full in self._names:
                self._refuse(f"holds {full!r} twice", "Pack it anew.")
            self._names.add(full)
            yield target, full
            return
        if nesting >= MAX_NESTING:
            self._refuse(f"holds archives within archives, more than {MAX_NESTING} deep", "Unpack it yourself.")
        yield from self._opened(target, kind, full, nesting + 1)
        target.unlink()

    def _safe(self, written: str) -> str:
        name = written.encode("utf-8", "surrogateescape").decode("utf-8", "replace").replace("\\", "/")
        parts = name.split("/")
        if name.startswith("/") or _DRIVE.match(name) or ".." in parts:
            self._refuse(f"holds {written!r}, which leads out of the archive", "Do not trust it.")
        safe = "/".join(part for part in parts if part not in ("", "."))
        if not safe:
            self._refuse("holds a file without a name", "Pack it anew.")
        return safe

    def count(self, size: int) -> None:
        """Count bytes that were unpacked."""
        self._unpacked += size
        if self._unpacked > MAX_TOTAL:
            self._refuse(f"holds more than {MAX_TOTAL // 1024**3} GB", "Unpack it yourself, and name the folder.")
        if self._unpacked > max(ALWAYS_FREE, MAX_RATIO * self._size):
            remedy = "If it is what it says, unpack it yourself, and name the folder."
            self._refuse(f"unpacks to more than {MAX_RATIO} times its size, as archives do that are to do harm", remedy)
        if shutil.disk_usage(self._folder).free < SPARE:
            self._refuse(f"does not fit on the disk of {self._folder.parent}", "Unpack it yourself elsewhere.")

    def _see_how_many(self, more: int) -> None:
        if self._files + more > MAX_FILES:
            self._refuse(f"holds more than {MAX_FILES:,} files", "Unpack it yourself, and name the folder.")

    def _refuse(self, message: str, remedy: str = "") -> NoReturn:
        raise ConfigurationError([Problem(f"the archive {message}", self._path, remedy=remedy)])


class _Metered:
    """What a tar archive is read from: what its headers make of little is counted, and they are kept short."""

    def __init__(self, stream: IO[bytes], unpacker: Unpacker) -> None:
        self._stream = stream
        self._unpacker = unpacker
        self.count = True

    def read(self, size: int = -1) -> bytes:
        if not 0 <= size <= _LONGEST_HEADER:
            raise tarfile.ReadError("one of its headers is too long")
        piece = self._stream.read(size)
        if self.count:
            self._unpacker.count(len(piece))
        return piece

    def seek(self, position: int) -> int:
        if self.count:  # what is passed over has to be decompressed all the same
            self._unpacker.count(max(position - self.tell(), 0))
        return self._stream.seek(position)

    def tell(self) -> int:
        return self._stream.tell()


def kind_of(file: Path) -> str | None:
    """Return `zip` or `stream` for an archive, by its first bytes; None for anything else.

    Raises:
        ConfigurationError: It is an archive of a kind that is not read.
    """
    try:
        with file.open("rb") as stream:
            head = stream.read(512)
    except OSError:
        return None  # whoever reads it tells
    for magic, what in _UNREAD.items():
        if head.startswith(magic):
            remedy = "Unpack it yourself, and name the file or folder."
            raise ConfigurationError([Problem(f"is a {what} archive, which is not read", file, remedy=remedy)])
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "zip"
    return "stream" if head.startswith(tuple(_COMPRESSED)) or is_tar_head(head) else None


def open_compressed(file: Path) -> IO[bytes]:
    """Open a file, decompressing what is compressed."""
    stream: BinaryIO = file.open("rb")
    head = stream.read(6)
    stream.seek(0)
    way = next((way for magic, way in _COMPRESSED.items() if head.startswith(magic)), None)
    return stream if way is None else _Owning(way(stream), stream)  # type: ignore[return-value]  # enough of a file


class _Owning:
    """A decompressed file, together with the one that it is read from."""

    def __init__(self, stream: IO[bytes], below: BinaryIO) -> None:
        self._stream = stream
        self._below = below
        self.read = stream.read
        self.seek = stream.seek
        self.tell = stream.tell

    def __enter__(self) -> "_Owning":
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()
        self._below.close()


def is_tar_head(head: bytes) -> bool:
    """Whether a file that begins so is a tar archive."""
    return head[_TAR_MAGIC : _TAR_MAGIC + 5] == b"ustar"


def is_hidden(name: str) -> bool:
    """Whether a file is one of those that systems leave beside what people see: `.git/config`, `__MACOSX/._a`."""
    return any(part.startswith(".") or part == "__MACOSX" for part in name.split("/"))
