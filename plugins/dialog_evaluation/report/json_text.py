"""JSON that any program can read."""

import json
import math
from collections.abc import Mapping
from typing import Any


def json_text(told: Mapping[str, Any]) -> str:
    """Return JSON values as text: null instead of what is no number, no halves of characters."""
    text = json.dumps(_plain(told), ensure_ascii=False, allow_nan=False, indent=2, default=str)
    return text.encode("utf-8", "replace").decode() + "\n"


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(name): _plain(child) for name, child in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(child) for child in value]
    return value
