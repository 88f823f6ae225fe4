"""JSON as stores write it: compact, readable in any script, and never with what a reader would refuse."""

import json
from collections.abc import Mapping
from typing import Any


def _as_dict(value: Any) -> dict[Any, Any]:
    if isinstance(value, Mapping):  # frozen mappings, for example
        return dict(value)
    raise TypeError(f"a value of type {type(value).__name__} is not a JSON value")


_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_as_dict).encode
_encode_ascii = json.JSONEncoder(allow_nan=False, separators=(",", ":"), default=_as_dict).encode


def to_json_text(value: Any) -> str:
    """Return `value` as JSON that any UTF-8 file can hold.

    Raises:
        TypeError: It holds something JSON has no notation for.
        ValueError: It holds NaN or infinity, or contains itself.
    """
    text = _encode(value)
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:  # half of a surrogate pair: only its escape can be written
            return _encode_ascii(value)
    return text
