"""Reads YAML files that anybody may have written: within limits, without surprises, every value with its place."""

from __future__ import annotations

import codecs
import os
import re
import stat
from pathlib import Path

from dialog_core.configuration.composer import Composer
from dialog_core.configuration.missing import missing_file
from dialog_core.configuration.node import Node
from dialog_core.configuration.problems import ConfigurationError, Problem

MAX_BYTES = 10 * 1024 * 1024

# Everything YAML does not allow in a file. Checked here because the parsers name no line for it.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_ENCODINGS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


def read_yaml(path: str | os.PathLike[str], *, max_bytes: int = MAX_BYTES) -> Node:
    """Reads a YAML file.

    Args:
        path: The file.
        max_bytes: Larger files are refused before they are read.

    Raises:
        ConfigurationError: The file cannot be read or is not what a configuration may be; holds every problem found.
    """
    file = Path(path)
    return parse_yaml(_read(file, max_bytes), file)


def parse_yaml(text: str | bytes, file: Path | None = None) -> Node:
    """Parses the text of a YAML file.

    Args:
        text: The text; bytes are UTF-8, or UTF-16 with a byte order mark.
        file: The file it came from, for error messages and for relative paths in it.

    Raises:
        ConfigurationError: The text is not what a configuration may be; holds every problem found.
    """
    decoded = _decode(text, file) if isinstance(text, bytes) else text.removeprefix("\ufeff")
    forbidden = _FORBIDDEN.search(decoded)
    if forbidden:
        raise ConfigurationError([_forbidden_character(decoded, forbidden.start(), file)])
    return Composer(file).compose(decoded)


def _read(file: Path, max_bytes: int) -> bytes:
    try:
        # Looked at before opening: opening a pipe would wait for a writer.
        status = os.stat(file)
        if stat.S_ISDIR(status.st_mode):
            bot = file / "bot.yaml"
            remedy = f"Did you mean {bot}?" if bot.is_file() else "Name a file in it."
            raise ConfigurationError([Problem("is a directory, not a file", file, remedy=remedy)])
        if not stat.S_ISREG(status.st_mode):
            raise ConfigurationError([Problem("is not an ordinary file", file)])
        if status.st_size > max_bytes:
            raise ConfigurationError([_too_large(file, status.st_size, max_bytes)])
        with open(file, "rb") as stream:
            content = stream.read(max_bytes + 1)
    except FileNotFoundError:
        raise ConfigurationError([missing_file(file)]) from None
    except (OSError, ValueError) as error:  # ValueError: a null character in the name
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise ConfigurationError([Problem(f"cannot be read: {reason[:1].lower()}{reason[1:]}", file)]) from error
    if len(content) > max_bytes:  # it grew, or it is one of those files that have no size
        raise ConfigurationError([_too_large(file, len(content), max_bytes)])
    return content


def _too_large(file: Path, size: int, limit: int) -> Problem:
    message = f"has {_megabytes(size)}, and the limit is {_megabytes(limit)}"
    return Problem(message, file, remedy="Split the file, or keep large data in a format made for it.")


def _megabytes(size: int) -> str:
    return f"{size / 1024 / 1024:.1f} MB" if size >= 1024 * 100 else f"{size} bytes"


def _decode(content: bytes, file: Path | None) -> str:
    encoding = "utf-8"
    for mark, name in _ENCODINGS:
        if content.startswith(mark):
            content, encoding = content[len(mark) :], name
            break
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        before = content[: error.start].decode(encoding, errors="replace")
        if "\0" in before or (encoding == "utf-8" and b"\0" in content):
            raise ConfigurationError([_binary(file)]) from None
        line, column = _place(before, len(before))
        message = f"this is not {'UTF-8' if encoding == 'utf-8' else 'UTF-16'} text"
        problem = Problem(message, file, line, column, remedy="Save the file as UTF-8 text.")
        raise ConfigurationError([problem]) from None


def _binary(file: Path | None) -> Problem:
    return Problem("is a binary file, not text", file, remedy="Name a YAML file, saved as UTF-8 text.")


def _forbidden_character(text: str, index: int, file: Path | None) -> Problem:
    character = text[index]
    if character == "\0":
        return _binary(file)
    line, column = _place(text, index)
    message = f"the invisible character U+{ord(character):04X} is not allowed in YAML"
    return Problem(message, file, line, column, remedy="Delete it, or write it as an escape in double quotes.")


def _place(text: str, index: int) -> tuple[int, int]:
    before = text[:index].replace("\r\n", "\n").replace("\r", "\n")
    return before.count("\n") + 1, len(before) - before.rfind("\n")
