"""JSON lines, written: one object each, fit to be read again."""

import json
from collections.abc import Mapping
from typing import Any

from dialog_core.configuration import ConfigurationError, Problem
from dialog_core.text import repair_text


def json_line(row: Mapping[str, Any], what: str) -> str:
    """Return a row as a line; half characters, which no file can hold, become U+FFFD.

    Args:
        row: What to write.
        what: What the row is, for the error message: `the dialogue 'd1'`.

    Raises:
        ConfigurationError: It holds something that JSON has no place for.
    """
    try:
        line = _ENCODER.encode(row)
    except (ValueError, TypeError, RecursionError) as error:  # NaN; a date; a list in itself
        message = f"{what} holds something that JSON cannot: {error}"
        raise ConfigurationError([Problem(message, remedy="Look at its metadata.")]) from error
    return f"{line}\n" if line.isascii() else f"{repair_text(line)}\n"


def without(fields: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """Return fields without those of some names."""
    return {name: value for name, value in fields.items() if name not in names}


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} is no JSON value")


_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, default=_plain)  # made once: that takes a while
