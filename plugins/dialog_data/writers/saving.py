"""A data set put into a file by a writer: checked on the way, whole or not at all."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dialog_core import Context
from dialog_core.configuration import ConfigurationError, Problem, open_output
from dialog_core.datasets import DataItem, Dialogue, KnowledgeEntry, LabelledText
from dialog_core.errors import PluginError

KINDS: dict[type[DataItem], str] = {Dialogue: "dialogue", LabelledText: "labelled text", KnowledgeEntry: "entry"}


@dataclass(slots=True)
class Saved:
    """What was written.

    Attributes:
        items: How many dialogues, texts or entries.
        turns: How many turns the dialogues have.
        left_out: What the format has no place for, and how often there was such.
    """

    items: int = 0
    turns: int = 0
    left_out: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        items = f"{self.items:,} item{'s' if self.items != 1 else ''}"
        return f"{items}, {self.turns:,} turn{'s' if self.turns != 1 else ''}" if self.turns else items


def save(items: Iterable[DataItem], path: Path, spec: Any, context: Context) -> Saved:
    """Write items to a file, which appears when all of them are written.

    Args:
        items: What to write.
        path: Where to.
        spec: The name of a writer, or a mapping with `use` and its options.
        context: Builds the writer.

    Raises:
        ConfigurationError: The writer has no place for an item, or the file cannot be written, or reading the items
            fails; then there is no file.
        UnknownComponentError: There is no such writer.
    """
    writer = context.create("writer", spec)
    saved = Saved()
    name = str(spec["use"]) if isinstance(spec, dict) else str(spec)

    def checked() -> Iterator[DataItem]:
        for item in items:
            if not isinstance(item, tuple(writer.accepts)):
                raise ConfigurationError([_misfit(item, name, path, context)])
            saved.items += 1
            if isinstance(item, Dialogue):
                saved.turns += len(item.turns)
            yield item

    with open_output(path) as file:
        writer.write(checked(), file)
    saved.left_out.update(getattr(writer, "left_out", ()))
    return saved


def writer_for(path: Path, item: DataItem) -> str:
    """Return the name of the writer that keeps everything of such items; what the ending of the file says goes first.

    Raises:
        ConfigurationError: The ending is none of JSON lines, so that nobody can know.
    """
    ending = path.suffix.lower()
    if ending in (".jsonl", ".ndjson"):
        if isinstance(item, LabelledText):
            return "labelled"
        return "dialogues" if isinstance(item, Dialogue) else "knowledge"
    if isinstance(item, KnowledgeEntry) and ending in (".yaml", ".yml"):
        return "faq"
    if isinstance(item, LabelledText) and ending in (".csv", ".tsv"):
        return "intents"
    message = f"the ending {ending!r} does not say in which format to write"
    raise ConfigurationError([Problem(message, path, remedy="Say it: --to NAME, or let the file end in .jsonl.")])


def _misfit(item: Any, name: str, path: Path, context: Context) -> Problem:
    kind = next((kind for one, kind in KINDS.items() if isinstance(item, one)), type(item).__name__)
    called = item.text if isinstance(item, LabelledText) else getattr(item, "id", "")
    fitting = []
    for entry in context.registered("writer"):
        try:
            if type(item) in entry.load().accepts:
                fitting.append(entry.name)
        except PluginError:  # a package of its is missing: nothing can be written with it here
            continue
    remedy = f"Formats that have: {', '.join(fitting)}." if fitting else ""
    return Problem(f"the format {name!r} has no place for the {kind} {called[:60]!r}", path, remedy=remedy)
