"""Knowledge in YAML: a list of entries, or a mapping with such a list under `entries`."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import Field

from dialog_core import Component
from dialog_core.configuration import Node, Options, read_yaml, validate
from dialog_core.datasets import KnowledgeEntry
from dialog_data.knowledge.entries import EntryBuilder


class EntriesFile(Options):
    """A YAML file of entries."""

    entries: list[Any] = Field(description="The entries.")


class YamlReader(Component[Options]):
    """Reads YAML; the whole file at once, for YAML cannot be cut into pieces."""

    def read(self, path: Path) -> Iterator[KnowledgeEntry]:
        """Yield the entries; raise ConfigurationError with every problem of the file."""
        self.context.files.add(path)
        builder = EntryBuilder(path)
        place, nodes = _entries(read_yaml(path))
        for number, node in enumerate(nodes):
            yield from builder.built(builder.entry(node, (*place, number)))
        builder.finish()


def _entries(root: Node) -> tuple[tuple[str, ...], list[Node]]:
    if isinstance(root.value, list):
        return (), root.value
    validate(EntriesFile, root)
    entries = root.find(("entries",)).value
    assert isinstance(entries, list), "validated above"
    return ("entries",), entries
