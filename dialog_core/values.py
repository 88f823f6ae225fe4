"""What values are made of: JSON, and mappings that nobody can change."""

from collections.abc import Mapping
from dataclasses import field
from types import MappingProxyType
from typing import Any

JsonValue = Any
"""A value that JSON can hold: what slots and metadata may be."""

EMPTY: Mapping[str, Any] = MappingProxyType({})


def empty_mapping() -> Any:
    """Return the default of a dataclass field that holds a mapping: the one empty mapping, which nobody can change."""
    return field(default_factory=lambda: EMPTY)
