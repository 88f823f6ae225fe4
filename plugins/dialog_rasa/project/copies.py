"""Domains that are older copies of others: `domain_2.0.yml` beside `domain.yml`, as migrating leaves them behind."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final, Protocol, TypeVar

from dialog_core.configuration import Node
from dialog_rasa.dialogue.nodes import text_of
from dialog_rasa.dialogue.values import Place
from dialog_rasa.project.notes import Notes, keyed

_NAMED: Final = ("slots", "responses", "templates", "forms")
_LISTED: Final = ("intents", "entities", "actions")
_ALIKE: Final = 0.8
"""Which share of an older domain's names has to stand in a newer one for it to be a copy."""


class Document(Protocol):
    """A file that was read."""

    @property
    def file(self) -> Path:
        """The file."""
        ...

    @property
    def node(self) -> Node:
        """What stands in it."""
        ...


_Some = TypeVar("_Some", bound=Document)


def without_older_copies(documents: Sequence[_Some], notes: Notes) -> tuple[list[_Some], list[_Some]]:
    """Return domains that are older copies of others, and all documents but these."""
    versions = {one.file: _version(one.node) for one in documents if _names(one.node)}
    newest = max(versions.values(), default=0)
    current = [one for one in documents if versions.get(one.file) == newest]
    known = frozenset().union(*(_names(one.node) for one in current))
    older = []
    for one in documents:
        names = _names(one.node)
        if not names or versions[one.file] >= newest or _has_more(one.node):
            continue
        if len(names & known) >= _ALIKE * len(names):
            older.append(one)
            newer = ", ".join(sorted(other.file.name for other in current))
            message = f"an older copy of the domain; {newer} is read"
            notes.left_out("domain", message, Place(one.file, 1), "Remove it, or remove the other.")
    return older, [one for one in documents if one not in older]


def _version(node: Node) -> int:
    """Return the main version a domain is written for; 3 where it does not say so."""
    given = (text_of(node.child("version")) or "").strip()[:1]
    return int(given) if given.isdecimal() else 3


def _names(node: Node) -> frozenset[tuple[str, str]]:
    """Return the names a domain declares."""
    found = {("responses" if key == "templates" else key, name) for key in _NAMED for name in keyed_of(node, key)}
    for key in _LISTED:
        listed = node.child(key)
        for child in listed.value if listed is not None and isinstance(listed.value, list) else ():
            names = keyed(child) or ([text_of(child)] if text_of(child) else [])
            found.update((key, str(name)) for name in names)
    return frozenset(found)


def keyed_of(node: Node, key: str) -> dict[str, Node]:
    """Return what stands under a key, by name; nothing where it is no mapping."""
    child = node.child(key)
    return keyed(child) if child is not None else {}


def _has_more(node: Node) -> bool:
    return any(key in keyed(node) for key in ("nlu", "stories", "rules"))
