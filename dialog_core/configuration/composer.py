"""Builds the tree of nodes from YAML's event stream, refusing what is too deep, too large or ambiguous.

The composer keeps its own stack, so that the nesting of a file never becomes the nesting of calls, and reads event by
event, so that a file is refused at the first event over a limit.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from dialog_core.configuration.node import Node, Position
from dialog_core.configuration.problems import ConfigurationError, Problem, dotted
from dialog_core.configuration.scalars import resolve, resolve_as
from dialog_core.configuration.syntax_errors import explain

MAX_DEPTH = 64
MAX_NODES = 2_000_000
MAX_ALIAS_NODES = 100_000  # nodes that come from repeating anchored values; a bomb of 430 bytes has billions
MAX_PROBLEMS = 100  # more than anybody reads at once

_STANDARD = "tag:yaml.org,2002:"
_SCALAR_TAGS = frozenset(_STANDARD + name for name in ("int", "float", "bool", "null"))
_TEXT_TAGS = (_STANDARD + "str", "!")

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Frame:
    """A list or mapping that is still open."""

    __slots__ = ("anchor", "as_key", "height", "items", "key", "node", "pairs", "positions", "size")

    def __init__(self, node: Node, anchor: str | None, as_key: bool) -> None:
        self.node = node
        self.anchor = anchor
        self.as_key = as_key  # it stands where a key should
        self.items: list[Node] | None = node.value if isinstance(node.value, list) else None
        self.pairs: dict[str, Node] | None = node.value if isinstance(node.value, dict) else None
        self.positions: dict[str, Position] = node.keys if node.keys is not None else {}
        self.key: str | None = None
        self.size = 1  # nodes in it, repetitions counted
        self.height = 1  # levels in it


class Composer:
    """Composes one document; made for one text, used once."""

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._problems: list[Problem] = []
        self._stack: list[_Frame] = []
        self._anchors: dict[str, tuple[Node, int, int]] = {}  # the node, its size and height
        self._open_anchors: set[str] = set()
        self._root: Node | None = None
        self._documents = 0
        self._nodes = 0
        self._alias_nodes = 0

    def compose(self, text: str) -> Node:
        """Composes the only document of a text."""
        try:
            self._consume(yaml.parse(text, Loader=_Loader))
        except yaml.YAMLError as error:
            self._problems.append(explain(error, text, self._file))
        except (ValueError, OverflowError) as error:  # PyYAML's own scanner, on impossible escapes such as "\U00110000"
            self._problems.append(Problem(f"cannot be read as YAML: {error}", self._file))
        if self._problems:
            raise ConfigurationError(self._problems)
        if self._root is None or (self._root.value is None and not self._root.source):
            raise ConfigurationError(
                [Problem("the file is empty", self._file, 1, 1, remedy="Write at least one `key: value` line.")]
            )
        return self._root

    def _consume(self, events: Any) -> None:
        # The order of the tests is the order of frequency: most events are scalars.
        for event in events:
            kind = type(event)
            if kind is yaml.ScalarEvent:
                self._scalar(event)
            elif kind is yaml.MappingStartEvent:
                self._open(event, {}, "map")
            elif kind is yaml.SequenceStartEvent:
                self._open(event, [], "seq")
            elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                self._close()
            elif kind is yaml.AliasEvent:
                self._alias(event)
            elif kind is yaml.DocumentStartEvent:
                self._documents += 1
                if self._documents > 1:
                    remedy = "Remove the `---` line, or write the second document to a file of its own."
                    self._fatal(event, "a second document begins here, and a file may hold only one", remedy)

    def _scalar(self, event: Any) -> None:
        frame = self._stack[-1] if self._stack else None
        text = event.value
        if event.style and not text.isascii() and any("\ud800" <= letter <= "\udfff" for letter in text):
            self._fatal(event, "half of a surrogate pair is no character", "Write the character itself.")
        if frame is not None and frame.pairs is not None and frame.key is None:
            self._key(frame, event, text)
            return
        mark = event.start_mark
        plain = not event.style  # None from PyYAML's parser, "" from LibYAML's
        value = self._tagged(event, text) if event.tag is not None else resolve(text) if plain else text
        node = Node(value, self._file, mark.line + 1, mark.column + 1, plain_style=plain, source=text)
        if event.anchor is not None:
            self._anchors[event.anchor] = (node, 1, 0)
        self._add(frame, node, 1, 0, event)

    def _tagged(self, event: Any, text: str) -> Any:
        if event.tag in _TEXT_TAGS:
            return text
        if event.tag not in _SCALAR_TAGS:
            self._refuse_tag(event)
            return text
        value = resolve_as(event.tag[len(_STANDARD) :], text)
        if isinstance(value, str):
            self._report(event, f"the tag `!!{event.tag[len(_STANDARD) :]}` does not fit the value {text[:60]!r}")
        return value

    def _key(self, frame: _Frame, event: Any, key: str) -> None:
        mark = event.start_mark
        if event.tag is not None and event.tag not in _TEXT_TAGS and event.tag not in _SCALAR_TAGS:
            self._refuse_tag(event)
        if event.anchor is not None:
            self._anchors[event.anchor] = (Node(key, self._file, mark.line + 1, mark.column + 1, source=key), 1, 0)
        if not event.style:
            if key == "<<":
                remedy = "Write the keys out, or use `extends`."
                self._report(event, "merge keys (`<<`) are not supported", remedy)
            elif key == "":
                self._report(event, "the key before the colon is missing")
        frame.key = key
        first = frame.positions.get(key)
        if first is not None and key != "<<":
            frame.key = None  # the path names the mapping and the key, as it would for its value
            path = [*self._path(), key]
            message = f"duplicate key, given on line {first.line} and again on line {mark.line + 1}"
            self._report(event, message, "Remove one of them.", path)
            frame.key = key
            return
        frame.positions[key] = Position(self._file, mark.line + 1, mark.column + 1)

    def _open(self, event: Any, value: Any, standard_tag: str) -> None:
        if len(self._stack) >= MAX_DEPTH:
            self._too_deep(event)
        if event.tag is not None and event.tag not in ("!", _STANDARD + standard_tag):
            self._refuse_tag(event)
        mark = event.start_mark
        keys: dict[str, Position] | None = {} if standard_tag == "map" else None
        node = Node(value, self._file, mark.line + 1, mark.column + 1, keys=keys)
        as_key = self._expects_key()
        if as_key:
            self._report(event, "a key must be plain text, not a list or a mapping", "Put the key in quotes.")
        if event.anchor is not None:
            self._anchors.pop(event.anchor, None)
            self._open_anchors.add(event.anchor)
        self._stack.append(_Frame(node, event.anchor, as_key))

    def _close(self) -> None:
        frame = self._stack.pop()
        if frame.anchor is not None:
            self._open_anchors.discard(frame.anchor)
            self._anchors[frame.anchor] = (frame.node, frame.size, frame.height)
        parent = self._stack[-1] if self._stack else None
        if frame.as_key and parent is not None:
            parent.key = ""  # already reported; what matters now is that a value follows
            return
        self._add(parent, frame.node, frame.size, frame.height, None)

    def _alias(self, event: Any) -> None:
        name = event.anchor
        parent = self._stack[-1] if self._stack else None
        if self._expects_key():
            self._report(event, f"the alias `*{name}` cannot be a key", "Write the key out.")
            self._stack[-1].key = ""
            return
        if name in self._open_anchors:
            self._fatal(event, f"`*{name}` repeats a value inside itself", "Write the value out.")
        if name not in self._anchors:
            remedy = f'If it is text, put it in quotes: "*{name}". If not, name a value with `&{name}` above this line.'
            self._report(event, f"nothing above is called `&{name}`", remedy)
            mark = event.start_mark
            self._add(parent, Node(None, self._file, mark.line + 1, mark.column + 1), 1, 0, event)
            return
        node, size, height = self._anchors[name]
        self._alias_nodes += size
        if self._alias_nodes > MAX_ALIAS_NODES:
            self._fatal(
                event,
                f"aliases (`*{name}`) repeat more than {MAX_ALIAS_NODES:,} values in all",
                "Write the values out, or keep them in a file of their own.",
            )
        if len(self._stack) + height > MAX_DEPTH:
            self._too_deep(event)
        self._add(parent, node, size, height, event)

    def _add(self, frame: _Frame | None, node: Node, size: int, height: int, event: Any) -> None:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            self._fatal(event, f"more than {MAX_NODES:,} values", "Split the file.")
        if frame is None:
            self._root = node
            return
        frame.size += size
        if height >= frame.height:
            frame.height = height + 1
        if frame.items is not None:
            frame.items.append(node)
        elif frame.pairs is not None and frame.key is not None:
            frame.pairs[frame.key] = node
            frame.key = None

    def _expects_key(self) -> bool:
        return bool(self._stack) and self._stack[-1].pairs is not None and self._stack[-1].key is None

    def _path(self) -> list[str | int]:
        parts: list[str | int] = []
        for frame in self._stack:
            if frame.items is not None:
                parts.append(len(frame.items))
            elif frame.key is not None:
                parts.append(frame.key)
        return parts

    def _refuse_tag(self, event: Any) -> None:
        tag = event.tag.replace(_STANDARD, "!!")
        remedy = "Remove the tag; if it is text that begins with `!`, put it in quotes."
        self._report(event, f"the tag `{tag[:60]}` is not allowed: a configuration holds data only", remedy)

    def _too_deep(self, event: Any) -> None:
        self._fatal(event, f"lists and mappings are nested more than {MAX_DEPTH} levels deep", "Make it flatter.")

    def _report(self, event: Any, message: str, remedy: str = "", path: list[str | int] | None = None) -> None:
        """Notes a problem and goes on, so that one reading finds them all."""
        mark = event.start_mark
        where = dotted(self._path() if path is None else path)
        self._problems.append(Problem(message, self._file, mark.line + 1, mark.column + 1, where, remedy))
        if len(self._problems) >= MAX_PROBLEMS:
            raise ConfigurationError(self._problems)

    def _fatal(self, event: Any, message: str, remedy: str = "") -> None:
        """Notes a problem after which nothing more can be read."""
        if event is None:  # the end of a list or mapping, at which only the count of all values can be over its limit
            self._problems.append(Problem(message, self._file, remedy=remedy))
        else:
            mark = event.start_mark
            self._problems.append(Problem(message, self._file, mark.line + 1, mark.column + 1, remedy=remedy))
        raise ConfigurationError(self._problems)
