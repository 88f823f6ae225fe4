"""The writer `faq`: knowledge as YAML that people like to read and to change; the reader `yaml` reads it."""

from collections.abc import Iterable
from typing import Any, ClassVar, TextIO

import yaml

from dialog_core import Component
from dialog_core.configuration import ConfigurationError, Options, Problem
from dialog_core.datasets import DataItem, KnowledgeEntry

WIDTH = 110  # columns; longer lines of text are folded

_PLACE = "line"  # in metadata, where a file had it that is not this one


class FaqWriter(Component[Options]):
    """Writes entries one by one. All of them comes back, but in which line of its file each had been."""

    accepts: ClassVar = (KnowledgeEntry,)
    suffix: ClassVar = ".yaml"

    def write(self, items: Iterable[DataItem], file: TextIO) -> None:
        """Write the entries.

        Raises:
            ConfigurationError: One of them is a passage of a document, which this form has no place for.
        """
        first = True
        for entry in items:
            assert isinstance(entry, KnowledgeEntry), "nothing else is given to it"
            if entry.passage or not entry.questions:
                message = f"{entry.id!r} is a passage of a document, and a FAQ has questions with answers"
                raise ConfigurationError([Problem(message, remedy="Write it as JSON lines: --to knowledge.")])
            if not first:
                file.write("\n")
            first = False
            yaml.dump(
                [_fields(entry)],
                file,
                Dumper=_Dumper,
                sort_keys=False,
                allow_unicode=True,
                width=WIDTH,
                default_flow_style=False,
            )
        if first:
            file.write("[]\n")


class _Dumper(yaml.SafeDumper):
    """Lists are indented below their keys, texts of several lines stand as they are."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> Any:
        return super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        return True  # the same tag twice is written twice

    def represent_text(self, text: str) -> yaml.ScalarNode:
        """Represent a text; where YAML cannot have it as a block, PyYAML puts it in quotes."""
        style = "|" if "\n" in text else ">" if len(text) > WIDTH else None
        return self.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _Dumper.represent_text)


def _fields(entry: KnowledgeEntry) -> dict[str, Any]:
    question, *others = entry.questions
    metadata = {name: value for name, value in entry.metadata.items() if name != _PLACE}
    fields: dict[str, Any] = {"id": entry.id, "question": question, "questions": others, "answer": entry.answer}
    fields |= {"language": entry.language, "source": entry.source, "tags": list(entry.tags)}
    fields |= {"valid_from": entry.valid_from, "valid_until": entry.valid_until, "metadata": _plain(metadata)}
    return {name: value for name, value in fields.items() if value not in (None, "", [], {})}


def _plain(value: Any) -> Any:
    """Return JSON values as the classes that YAML knows."""
    if hasattr(value, "items"):
        return {str(name): _plain(child) for name, child in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(child) for child in value]
    return str(value) if isinstance(value, str) else value
