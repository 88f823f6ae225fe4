"""Where things stand in a YAML text: its nodes with the characters they begin and end at."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from dialog_ranking_training.learning.writing.change import Unwritable

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Entries:
    """The list of entries in a text.

    Attributes:
        node: The list.
        key: What stands before it; None: it is the whole text.
    """

    node: Any
    key: Any = None

    @property
    def items(self) -> list[Any]:
        """The nodes of the entries."""
        found: list[Any] = self.node.value if isinstance(self.node, yaml.SequenceNode) else []
        return found


def find_entries(text: str) -> Entries:
    """Return the list of entries of a text that the reader could read."""
    root = yaml.compose(text, Loader=_Loader)
    if isinstance(root, yaml.MappingNode):
        for key, value in root.value:
            if key.value == "entries":
                return Entries(value, key)
        raise Unwritable("it has no `entries`")
    return Entries(root)


def child(node: Any, name: str) -> tuple[Any, Any] | None:
    """Return key and value of a mapping; None where it has no such key.

    Raises:
        Unwritable: The value stands elsewhere, and is repeated here.
    """
    for key, value in node.value:
        if key.value == name:
            if value.start_mark.index < key.end_mark.index:
                raise Unwritable(f"its `{name}` repeats a value that stands elsewhere (`*`)")
            return key, value
    return None


def end_of(text: str, node: Any) -> int:
    """Return where the text of a node ends; what comes behind it on the line is not a part of it."""
    if isinstance(node, yaml.ScalarNode):
        return _end_of_block(text, node) if node.style in ("|", ">") else int(node.end_mark.index)
    if node.flow_style:
        return int(node.end_mark.index)
    return max((end_of(text, part) for part in _parts(node)), default=int(node.start_mark.index))


def line_end(text: str, index: int) -> int:
    """Return where the line ends that a place stands in."""
    end = text.find("\n", index)
    return len(text) if end < 0 else end


def line_number(text: str, index: int) -> int:
    """Return the line of a place, counted from 1."""
    return text.count("\n", 0, index) + 1


def _parts(node: Any) -> Iterator[Any]:
    if isinstance(node, yaml.SequenceNode):
        yield from (item for item in node.value if item.start_mark.index >= node.start_mark.index)
        return
    for key, value in node.value:
        yield key
        if value.start_mark.index >= key.start_mark.index:  # else it is repeated from above
            yield value


def _end_of_block(text: str, node: Any) -> int:
    """Return where the last line of a block scalar ends that says something."""
    end = text[: node.end_mark.index].rstrip()
    return max(len(end), line_end(text, node.start_mark.index)) if end else int(node.end_mark.index)
