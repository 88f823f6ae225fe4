"""A data set put into a file by a writer: checked on the way, whole or not at all."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import Any

from dialog_core import Context, PluginError
from dialog_core.configuration import ConfigurationError, Problem, open_output
from dialog_core.datasets import DataItem, Dialogue, KnowledgeEntry, LabelledText

KINDS: dict[type[DataItem], str] = {Dialogue: "dialogue", LabelledText: "labelled text", KnowledgeEntry: "entry"}


@dataclass(slots=True)
class Saved:
    """What was written.

    Attributes:
        path: Where it is.
        format: The name of the writer.
        items: How many dialogues, texts or entries.
        turns: How many turns the dialogues have.
        left_out: What the format has no place for, and how often there was such.
    """

    path: Path
    format: str = ""
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
        path: Where to; the usual ending of the format is added where the name has none.
        spec: The name of a writer, or a mapping with `use` and its options; empty: the writer that keeps everything of
            such items, as far as the ending of the path allows.
        context: Builds the writer.

    Raises:
        ConfigurationError: The writer has no place for an item, or the file cannot be written, or reading the items
            fails; then there is no file.
        UnknownComponentError: There is no such writer.
    """
    following = iter(items)
    first = list(islice(following, 1))
    spec = spec or writer_for(path, first[0] if first else None)
    writer = context.create("writer", spec)
    saved = Saved(path, str(spec["use"]) if isinstance(spec, dict) else str(spec))
    if not path.suffix and not path.exists():
        saved.path = path.with_name(path.name + writer.suffix)
    accepted = tuple(writer.accepts)

    def checked() -> Iterator[DataItem]:
        for item in chain(first, following):
            if not isinstance(item, accepted):
                raise ConfigurationError([_misfit(item, saved.format, path, context)])
            saved.items += 1
            if isinstance(item, Dialogue):
                saved.turns += len(item.turns)
            yield item

    with open_output(saved.path) as file:
        writer.write(checked(), file)
    saved.left_out.update(+Counter(getattr(writer, "left_out", ())))  # without what there was none of
    return saved


def writer_for(path: Path, item: DataItem | None) -> str:
    """Return the name of the writer that keeps everything of such items, as far as the ending of the path allows.

    Raises:
        ConfigurationError: The ending is one of another format.
    """
    ending = path.suffix.lower()
    if isinstance(item, KnowledgeEntry) and ending in (".yaml", ".yml"):
        return "faq"
    if isinstance(item, LabelledText) and ending == ".csv":
        return "intents"
    if ending in (".jsonl", ".ndjson") or (not ending and not path.exists()):
        names = {LabelledText: "labelled", KnowledgeEntry: "knowledge"}
        return next((name for kind, name in names.items() if isinstance(item, kind)), "dialogues")
    what = KINDS.get(type(item), "item")  # type: ignore[arg-type]  # it may be anything
    message = f"the ending {ending!r} does not say in which format to write a {what}"
    raise ConfigurationError([Problem(message, path, remedy="Say it: --to NAME, or let the name end in .jsonl.")])


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
    if isinstance(item, Dialogue):
        remedy += " As questions with answers: --pairs."
    return Problem(f"the format {name!r} has no place for the {kind} {called[:60]!r}", path, remedy=remedy)
