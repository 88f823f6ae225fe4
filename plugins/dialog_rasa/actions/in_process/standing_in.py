"""Our modules under the name `rasa_sdk`, for as long as custom actions are imported or run, and where it is missing.

A file of custom actions begins with `from rasa_sdk import Action`. Where the SDK is installed, that is what it gets. If
it is not, `standing_in` puts our modules into `sys.modules` under its names, and takes them out again: the file keeps
what it imported, and whoever else looks for `rasa_sdk` does not find one. Actions also import while they run, so that
their calls stand in the same `with`. Several may be in it at once, in threads or in tasks: the last one out clears up.
"""

import importlib
import importlib.util
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Final

NAME: Final = "rasa_sdk"
PARTS: Final = ("events", "exceptions", "executor", "forms", "interfaces", "types", "utils")
_HERE = f"{__package__}.sdk"
_counting = threading.Lock()
_users = 0


def installed() -> bool:
    """Say whether the real SDK is there."""
    loaded = sys.modules.get(NAME)
    if loaded is not None:
        return loaded.__name__ != _HERE
    try:
        return importlib.util.find_spec(NAME) is not None
    except (ImportError, ValueError):  # something half there is not to be shadowed either
        return True


def sdk(part: str = "") -> ModuleType:
    """Return the SDK that custom actions get, the real one or ours, or one of its modules."""
    name = NAME if installed() else _HERE
    return importlib.import_module(f"{name}.{part}" if part else name)


@contextmanager
def standing_in() -> Iterator[None]:
    """Let `import rasa_sdk` find something."""
    global _users
    with _counting:
        ours = not installed()
        if ours:
            _users += 1
            if _users == 1:
                sys.modules.update(_modules())
    try:
        yield
    finally:
        if ours:
            with _counting:
                _users -= 1
                if not _users:
                    for name in _modules():
                        sys.modules.pop(name, None)


def _modules() -> dict[str, ModuleType]:
    parts = {f"{NAME}.{part}": importlib.import_module(f"{_HERE}.{part}") for part in PARTS}
    return {NAME: importlib.import_module(_HERE), **parts}
