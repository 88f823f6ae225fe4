"""Reads the plain part of the language of regular expressions into a tree: what nearly all people write."""

import re
from dataclasses import dataclass
from functools import cache

# A set of characters: one bit for each of ASCII, one each for all the other spaces, word characters, and the rest.
_SPACE, _WORD, _REST = 1 << 128, 1 << 129, 1 << 130
_ALL = (1 << 131) - 1
_CLASS_OUTSIDE_ASCII = {"d": _WORD, "D": _ALL, "w": _WORD, "W": _SPACE | _REST, "s": _SPACE, "S": _WORD | _REST}
_OUTSIDE_ASCII = _SPACE | _WORD | _REST
_ASCII_WITH_KIN = 1 << ord("i") | 1 << ord("k") | 1 << ord("s")  # without regard to case they match İ, K and ſ, too
_QUANTIFIER = re.compile(r"([*+?]|\{(\d*),(\d*)\}|\{(\d+)\})(\??)(?![*+?{])")
_SIMPLE_QUANTIFIERS = {"*": (0, None), "+": (1, None), "?": (0, 1)}
_GROUP = re.compile(r"\((?:\?:|\?P<\w+>|(?!\?))")
_CLASS = re.compile(r"\[\^?(?:\\[^a-zA-Z0-9]|\\[dDwWsS]|[^\\\]\[&~|])(?:\\[^a-zA-Z0-9]|\\[dDwWsS]|[^\\\]\[&~|])*\]")
_MAX_NESTING = 20


@dataclass(frozen=True, slots=True)
class Character:
    """One character out of a set."""

    chars: int
    literal: str  # the character itself, if there is only one, regardless of its case


@dataclass(frozen=True, slots=True)
class Anchor:
    """A place between characters; `start`: the beginning of the text."""

    start: bool


@dataclass(frozen=True, slots=True)
class Repeat:
    """Something several times; `high` None: any number of times."""

    node: "Node"
    low: int
    high: int | None


@dataclass(frozen=True, slots=True)
class Sequence:
    """Things one after the other."""

    nodes: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Either:
    """One of several things."""

    options: tuple["Node", ...]


Node = Character | Anchor | Repeat | Sequence | Either


class NotUnderstood(Exception):
    """The expression is not plain, or not quick."""


class Reader:
    """Reads the plain part of the language of regular expressions."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._at = 0
        self._depth = 0

    def read(self) -> Node:
        """Return the tree.

        Raises:
            NotUnderstood: The expression is not plain.
        """
        node = self._either()
        if self._at < len(self._source):
            raise NotUnderstood
        return node

    def _either(self) -> Node:
        self._depth += 1
        if self._depth > _MAX_NESTING:
            raise NotUnderstood
        options = [self._sequence()]
        while self._peek() == "|":
            self._at += 1
            options.append(self._sequence())
        self._depth -= 1
        return options[0] if len(options) == 1 else Either(tuple(options))

    def _sequence(self) -> Node:
        nodes: list[Node] = []
        while self._peek() not in ("", "|", ")"):
            nodes.append(self._repeated(self._atom()))
        return Sequence(tuple(nodes))

    def _repeated(self, node: Node) -> Node:
        match = _QUANTIFIER.match(self._source, self._at)
        if match is None:
            if self._peek() in ("*", "+", "?", "{"):
                raise NotUnderstood
            return node
        self._at = match.end()
        if match[1] in _SIMPLE_QUANTIFIERS:
            low, high = _SIMPLE_QUANTIFIERS[match[1]]
        elif match[4]:
            low = high = int(match[4])
        else:
            low, high = int(match[2] or 0), int(match[3]) if match[3] else None
        if isinstance(node, Anchor):
            raise NotUnderstood
        return Repeat(node, low, high)

    def _atom(self) -> Node:
        character = self._peek()
        if character == "(":
            return self._group()
        if character == "[":
            match = _CLASS.match(self._source, self._at)
            if match is None or "--" in match[0]:
                raise NotUnderstood
            self._at = match.end()
            return Character(_class_chars(match[0]), "")
        if character == "\\":
            return self._escape()
        if character in "*+?{":
            raise NotUnderstood
        self._at += 1
        if character in "^$":
            return Anchor(character == "^")
        return Character(_ALL, "") if character == "." else _literal(character)

    def _group(self) -> Node:
        match = _GROUP.match(self._source, self._at)
        if match is None:
            raise NotUnderstood
        self._at = match.end()
        node = self._either()
        if self._peek() != ")":
            raise NotUnderstood
        self._at += 1
        return node

    def _escape(self) -> Node:
        character = self._source[self._at + 1 : self._at + 2]
        self._at += 2
        if character in ("b", "B", "A", "Z"):
            return Anchor(character == "A")
        if character and character in _CLASS_OUTSIDE_ASCII:
            return Character(_ascii_chars(f"\\{character}") | _CLASS_OUTSIDE_ASCII[character], "")
        if not character or character.isalnum():
            raise NotUnderstood
        return _literal(character)

    def _peek(self) -> str:
        return self._source[self._at : self._at + 1]


def _literal(character: str) -> Node:
    if not character.isascii():
        same = character if character.lower() == character.upper() else ""
        return Character(_OUTSIDE_ASCII, same if character.isalpha() else "")
    chars = 1 << ord(character.lower()) | 1 << ord(character.upper())
    return Character(chars | (_WORD if chars & _ASCII_WITH_KIN else 0), character.lower())


def _class_chars(source: str) -> int:
    chars = _ascii_chars(source)
    body = source[1:-1]
    if body.startswith("^") or not body.isascii():
        return chars | _OUTSIDE_ASCII
    for escape in re.findall(r"\\(\w)", body):
        chars |= _CLASS_OUTSIDE_ASCII[escape]
    return chars | (_WORD if chars & _ASCII_WITH_KIN else 0)


@cache
def _ascii_chars(source: str) -> int:
    try:
        matches = re.compile(source, re.IGNORECASE | re.DOTALL).match
    except re.error:
        raise NotUnderstood from None
    return sum(1 << code for code in range(128) if matches(chr(code)))
