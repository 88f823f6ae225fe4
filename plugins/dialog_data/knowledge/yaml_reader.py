"""Knowledge in YAML: a list of entries, or a mapping with such a list under `entries`."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import Field

from dialog_core.configuration import Node, Options, validate
from dialog_core.datasets import KnowledgeEntry
from dialog_core.interfaces import Sample
from dialog_data.files.samples import yaml_keys
from dialog_data.files.skipping import SkippingReader
from dialog_data.files.yaml_file import read_yaml_file
from dialog_data.knowledge.entries import EntryBuilder, is_knowledge
from dialog_data.options import SourceOptions


class EntriesFile(Options):
    """A YAML file of entries."""

    entries: list[Any] = Field(description="The entries.")


class YamlReader(SkippingReader[SourceOptions]):
    """Reads YAML; the whole file at once, for YAML cannot be cut into pieces."""

    general = True

    @classmethod
    def recognizes(cls, sample: Sample) -> bool:
        """Whether there are questions with answers."""
        return is_knowledge(yaml_keys(sample))

    def read(self, path: Path) -> Iterator[KnowledgeEntry]:
        """Yield the entries; raise ConfigurationError with every problem of the file."""
        self.context.files.add(path)
        builder = EntryBuilder(path, self.begin(), encoding=self.options.encoding)
        place, nodes = _entries(read_yaml_file(builder))
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
