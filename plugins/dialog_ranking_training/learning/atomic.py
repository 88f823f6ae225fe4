"""Writing a file so that it is there as it was, or as it is to be, whatever happens in between."""

import contextlib
import os
import tempfile
from pathlib import Path

from dialog_core.configuration import ConfigurationError, Problem


def replace_file(path: Path, content: bytes) -> None:
    """Write a file in one step, with the permissions it had; what a link points at is written, not the link.

    Raises:
        ConfigurationError: It cannot be written; it is as it was.
    """
    place = path.resolve()
    try:
        mode = place.stat().st_mode & 0o7777 if place.exists() else None
        handle, name = tempfile.mkstemp(dir=place.parent, prefix=f".{place.name}.", suffix=place.suffix)
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            os.chmod(name, _usual_mode() if mode is None else mode)
            os.replace(name, place)
        except BaseException:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(name)
            raise
    except OSError as error:
        told = f"cannot be written: {error.strerror or error}"
        raise ConfigurationError([Problem(told, path, remedy="Nothing in it was changed.")]) from error


def _usual_mode() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
