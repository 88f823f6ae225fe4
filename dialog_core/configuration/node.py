"""A configuration as a tree that remembers where each of its values was written."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from dialog_core.configuration.problems import Problem, dotted

Scalar = str | int | float | bool | None
Plain = dict[str, "Plain"] | list["Plain"] | Scalar


class Position(NamedTuple):
    """A place in a file; line and column count from 1."""

    file: Path | None
    line: int
    column: int


class LocatedStr(str):
    """A string that knows the file it was written in, so that a path can be resolved relative to it."""

    __slots__ = ("file",)
    file: Path | None

    def __new__(cls, text: str = "", file: Path | None = None) -> LocatedStr:
        """Makes the string; without a file it behaves like any other."""
        self = super().__new__(cls, text)
        self.file = file
        return self


class Node:
    """A value of a configuration with its place. To be treated as immutable: aliases and merges share nodes.

    Attributes:
        value: A dict of nodes, a list of nodes, or a scalar.
        file: The file it was written in, None for text that has none.
        line: Its line, counted from 1.
        column: Its column in characters, counted from 1.
        plain_style: Whether it is a scalar written without quotes.
        source: A scalar's text as written, before it was resolved or environment variables were filled in.
        keys: For a mapping, where each key was written.
    """

    __slots__ = ("column", "file", "keys", "line", "plain_style", "source", "value")

    def __init__(
        self,
        value: dict[str, Node] | list[Node] | Scalar,
        file: Path | None,
        line: int,
        column: int,
        *,
        plain_style: bool = False,
        source: str = "",
        keys: dict[str, Position] | None = None,
    ) -> None:
        self.value = value
        self.file = file
        self.line = line
        self.column = column
        self.plain_style = plain_style
        self.source = source
        self.keys = keys

    def __repr__(self) -> str:
        shown = type(self.value).__name__ if isinstance(self.value, dict | list) else repr(self.value)
        return f"Node({shown}, {self.file}:{self.line}:{self.column})"

    @property
    def position(self) -> Position:
        """Where the value begins."""
        return Position(self.file, self.line, self.column)

    def key_position(self, key: str) -> Position:
        """Where a key of this mapping was written; the mapping's own place where it has no such key."""
        return (self.keys or {}).get(key, self.position)

    def plain(self) -> Plain:
        """Turns the tree into ordinary Python data, every string scalar as a `LocatedStr`."""
        value = self.value
        if isinstance(value, str):
            return LocatedStr(value, self.file)
        if isinstance(value, dict):
            return {key: child.plain() for key, child in value.items()}
        if isinstance(value, list):
            return [child.plain() for child in value]
        return value

    def find(self, loc: Iterable[str | int]) -> Node:
        """Finds the node nearest to a pydantic error location.

        Parts that are no key or index here, such as the name of a union's member or a key that is missing, are
        passed over.
        """
        node = self
        for part in loc:
            child = node.child(part)
            if child is not None:
                node = child
        return node

    def child(self, part: str | int) -> Node | None:
        """The value under a key or an index, None where there is none."""
        if isinstance(self.value, dict):
            return self.value.get(str(part))
        if isinstance(self.value, list) and isinstance(part, int) and 0 <= part < len(self.value):
            return self.value[part]
        return None

    def problem(self, message: str, *, path: Iterable[str | int] = (), remedy: str = "") -> Problem:
        """Makes a problem that points at this value."""
        return Problem(message, self.file, self.line, self.column, dotted(path), remedy)
