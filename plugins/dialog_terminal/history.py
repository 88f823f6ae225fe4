"""What was typed, kept from one run to the next in a file only its owner can read."""

import os
import re
import sys
from pathlib import Path

from prompt_toolkit.history import FileHistory, History, InMemoryHistory, ThreadedHistory

_NOT_IN_FILE_NAMES = re.compile(r"[^\w-]+")


def history_path(bot_name: str) -> Path:
    """Return where the lines typed to a bot are kept: `dialog-core/history/NAME` in the platform's state directory."""
    return _state_directory() / "dialog-core" / "history" / (_NOT_IN_FILE_NAMES.sub("_", bot_name)[:80] or "_")


def open_history(path: Path) -> History:
    """Return the history kept in a file, which is made if there is none.

    Raises:
        OSError: It cannot be read and written.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Made here, because the library would make it readable for everybody.
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    return ThreadedHistory(FileHistory(path))


def no_history() -> History:
    """Return a history that ends with the program."""
    return InMemoryHistory()


def _state_directory() -> Path:
    configured = os.environ.get("XDG_STATE_HOME", "")
    if configured and Path(configured).is_absolute():  # relative ones are to be ignored, says the specification
        return Path(configured)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    return Path.home() / ".local" / "state"
