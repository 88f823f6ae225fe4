"""JSON as strictly as its standard has it (RFC 8259): no key twice, no NaN, and no deeper than anybody means it."""

import json
import re
from collections.abc import Mapping
from math import inf
from typing import Any

from dialog_core.text import repair_text

MAX_DEPTH = 100  # lists and mappings within each other; data has ten, and more than this is meant to do harm


def decode(text: str) -> Any:
    """Return the value a text is.

    Raises:
        json.JSONDecodeError: It is no JSON.
        ValueError: It is JSON nobody should take: a key twice, NaN, nested too deeply, a number of thousands of digits.
    """
    try:
        value = _DECODER.decode(text)
    except RecursionError:
        raise too_deep() from None
    refuse_depth(value)
    return value


def raw_decode(text: str, start: int) -> tuple[Any, int]:
    """Return the value that begins at a place of a text, and where it ends; errors are those of `decode`."""
    try:
        value, end = _DECODER.raw_decode(text, start)
    except RecursionError:
        raise too_deep() from None
    refuse_depth(value)
    return value, end


def whole_characters(row: dict[str, Any], text: str) -> dict[str, Any]:
    """Return the object of a text without halves of characters, which JSON can spell and nothing can store."""
    return plain_value(row) if _HALF_A_CHARACTER.search(text) else row


def plain_value(value: Any) -> Any:
    """Return JSON values without what the YAML reader remembers about them, and without halves of characters."""
    if isinstance(value, Mapping):
        return {repair_text(str(key)): plain_value(child) for key, child in value.items()}
    if isinstance(value, list | tuple):
        return [plain_value(child) for child in value]
    return repair_text(str(value)) if isinstance(value, str) else value


def too_deep() -> ValueError:
    """The error of a value that is nested too deeply."""
    return ValueError(f"this is nested too deeply: more than {MAX_DEPTH} lists and mappings within each other")


def refuse_depth(value: Any) -> None:
    """Raise ValueError for a value that is nested too deeply: whoever walks through it would not come back."""
    level = [value] if isinstance(value, dict | list) else []
    for _ in range(MAX_DEPTH):
        if not level:
            return
        level = [
            child
            for one in level
            for child in (one.values() if type(one) is dict else one)
            if type(child) is dict or type(child) is list
        ]
    if level:
        raise too_deep()


_HALF_A_CHARACTER = re.compile(r"\\u[dD][89a-fA-F]")  # or a whole one, written in two halves


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"the key {twice!r} stands there twice")
    return found


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _finite(text: str) -> float:
    value = float(text)
    if value in (inf, -inf):
        raise ValueError(f"the number {text[:20]} is too large")
    return value


# Made once: making one takes longer than reading a short line.
_DECODER = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_no_number, parse_float=_finite)
