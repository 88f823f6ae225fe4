"""Reads plain patterns: finds their brackets, and what is wrong with them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from dialog_core.configuration import did_you_mean
from dialog_rules.expression import Expression

MAX_NESTING = 16

_PIECE = re.compile(r"[\[\](){}|*\\]|[^\[\](){}|*\\]+")
_CLOSING = {"[": "]", "(": ")"}


class PatternError(Exception):
    """A pattern that cannot be used: what is wrong, at which character of it (None: all of it), what to do."""

    def __init__(self, message: str, offset: int | None = None, remedy: str = "") -> None:
        super().__init__(message)
        self.message, self.offset, self.remedy = message, offset, remedy


@dataclass(frozen=True, eq=False, slots=True)
class Entity:
    """A named piece of a message that patterns may capture."""

    name: str
    expression: Expression


@dataclass(frozen=True, slots=True)
class Text:
    """Characters without a bracket among them."""

    text: str
    offset: int


@dataclass(frozen=True, slots=True)
class Capture:
    """An entity in braces."""

    entity: Entity
    offset: int


@dataclass(frozen=True, slots=True)
class Group:
    """What stands between a pair of brackets."""

    alternatives: tuple[tuple["Item", ...], ...]
    optional: bool
    offset: int


Item = Text | Capture | Group


class Reader:
    """Reads the characters of a pattern into texts, captures and groups."""

    def __init__(self, pattern: str, entities: Mapping[str, Entity]) -> None:
        self._pieces = [(match[0], match.start()) for match in _PIECE.finditer(pattern)]
        self._entities = entities
        self._next = 0

    def read(self) -> tuple[Item, ...]:
        """Return the items of the pattern.

        Raises:
            PatternError: Its brackets are wrong.
        """
        items, closing, offset = self._sequence(0)
        if closing == "|":
            remedy = "Write [a|b] for one of several, or two patterns."
            raise PatternError("a `|` has a meaning within [ ] and ( ) only", offset, remedy)
        if closing:
            raise PatternError(f"`{closing}` closes nothing", offset, "Remove it, or open the bracket.")
        return items

    def _sequence(self, depth: int) -> tuple[tuple[Item, ...], str, int]:
        """Read up to a `|`, a closing bracket or the end; return what ended it and where, too."""
        items: list[Item] = []
        while self._next < len(self._pieces):
            piece, offset = self._pieces[self._next]
            self._next += 1
            if piece in _CLOSING:
                items.append(self._group(piece, offset, depth + 1))
            elif piece == "{":
                items.append(self._capture(offset))
            elif piece in ("]", ")", "|"):
                return tuple(items), piece, offset
            elif piece == "}":
                raise PatternError("`}` closes nothing", offset, "Remove it, or open the bracket.")
            elif piece in ("*", "\\"):
                remedy = "Write a regular expression between slashes, /like this/, or leave it out."
                raise PatternError(f"`{piece}` has no meaning in a plain pattern", offset, remedy)
            else:
                items.append(Text(piece, offset))
        return tuple(items), "", self._pieces[-1][1] if self._pieces else 0

    def _group(self, opening: str, start: int, depth: int) -> Group:
        if depth > MAX_NESTING:
            raise PatternError(f"brackets are nested more than {MAX_NESTING} levels deep", start, "Make it flatter.")
        alternatives: list[tuple[Item, ...]] = []
        at = start
        while True:
            items, ended_by, offset = self._sequence(depth)
            if ended_by == "":
                raise PatternError(f"`{opening}` is never closed", start, f"Add the `{_CLOSING[opening]}`.")
            if all(isinstance(item, Text) and not item.text.strip() for item in items):
                remedy = "Write (a|b) for words that may be missing."
                raise PatternError("there is nothing between these brackets or bars", at, remedy)
            alternatives.append(items)
            at = offset
            if ended_by == "|":
                continue
            if ended_by != _CLOSING[opening]:
                message = f"`{opening}` is closed by `{ended_by}`"
                raise PatternError(message, offset, f"Close it by `{_CLOSING[opening]}`.")
            return Group(tuple(alternatives), opening == "(", start)

    def _capture(self, start: int) -> Capture:
        name, offset = self._pieces[self._next] if self._next < len(self._pieces) else ("", start)
        closing = self._pieces[self._next + 1][0] if self._next + 1 < len(self._pieces) else ""
        name = name.strip()
        if closing != "}" or not name.isidentifier():
            remedy = "Write the name of an entity, {like_this}."
            raise PatternError("`{` is not followed by a name and `}`", start, remedy)
        self._next += 2
        if name not in self._entities:
            remedy = did_you_mean(name, self._entities) or "Define it under `entities:`."
            raise PatternError(f"there is no entity {name!r}", offset, remedy)
        return Capture(self._entities[name], start)
