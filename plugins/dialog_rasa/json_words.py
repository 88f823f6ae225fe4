"""What kind of JSON value something is, in words for error messages."""

from collections.abc import Mapping
from typing import Any

_MOST_SHOWN = 60  # characters of a text


def kind_of(value: Any) -> str:
    """Return what kind of JSON value this is."""
    match value:
        case None:
            return "nothing"
        case bool():
            return "a truth value"
        case int() | float():
            return "a number"
        case str():
            return "a text"
        case list() | tuple():
            return "a list"
        case Mapping():
            return "an object"
    return f"something that is no JSON ({type(value).__name__})"


def shown_kind(value: Any) -> str:
    """Return the same, but of a text how it begins."""
    if not isinstance(value, str):
        return kind_of(value)
    shown = " ".join(value.split())
    return f"the text {shown[:_MOST_SHOWN]!r}{' ...' if len(shown) > _MOST_SHOWN else ''}"
