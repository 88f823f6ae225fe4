"""Reading what a bot is evaluated on: dialogues in any known format, all of them or some drawn at random."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dialog_core import Context
from dialog_core.configuration import ConfigurationError, Problem, did_you_mean
from dialog_core.datasets import DataItem, Dialogue

SPLIT = "split"


@dataclass(slots=True)
class Read:
    """Dialogues as they were read.

    Attributes:
        dialogues: Each with its file, in order.
        remarks: What was left out.
        skipped: Items that could not be read, in words.
    """

    dialogues: list[tuple[Path, Dialogue]] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)


def read_dialogues(
    files: Sequence[Path],
    context: Context,
    *,
    format: str = "auto",
    on_error: str = "stop",
    split: str = "",
    limit: int = 0,
    seed: int = 0,
) -> Read:
    """Return the dialogues of files.

    Args:
        files: The files.
        context: Makes the reader.
        format: The reader's name.
        on_error: `skip` passes over what cannot be read.
        split: Only those that stand in this part of their source, as `split` in their metadata says; empty: all, if
            they stand in one.
        limit: How many, drawn at random and in the order of the files; 0: all.
        seed: For the draw.

    Raises:
        ConfigurationError: A file cannot be read, has no dialogues, or has several parts and none is named: what is
            learnt from is not to be measured on by mistake. Or it is named twice: everything in it would count twice.
    """
    for number, file in enumerate(files):
        if file.resolve() in {other.resolve() for other in files[:number]}:
            raise ConfigurationError([Problem("is named twice", file, remedy="What stands in it would count twice.")])
    read = Read()
    splits: dict[str, int] = {}
    kept = _Kept(limit, seed)
    for file in files:
        reader = context.create("reader", format, inherit={"on_error": on_error})
        for dialogue in _only_dialogues(reader.read(file), file):
            stands_in = str(dialogue.metadata.get(SPLIT) or "")
            splits[stands_in] = splits.get(stands_in, 0) + 1
            if not split or stands_in == split:
                kept.add(file, dialogue)
        read.skipped += _skipped(reader, file)
    if split and not kept.seen:
        raise _no_such_split(files[0], split, splits)
    named = {name: count for name, count in splits.items() if name}
    if not split and len(named) > 1:
        raise _several_parts(files[0], named)
    read.dialogues = kept.dialogues()
    if len(read.dialogues) < kept.seen:
        read.remarks.append(f"{limit:,} of {kept.seen:,} dialogues were held, drawn at random.")
    return read


class _Kept:
    """Dialogues, or some of them drawn at random while they go by: the file may be larger than the memory.

    Every dialogue is as likely to be drawn (Vitter 1985, "Random Sampling with a Reservoir", algorithm R).
    """

    def __init__(self, limit: int, seed: int) -> None:
        self.seen = 0
        self._limit = limit
        self._chance = random.Random(seed)
        self._kept: list[tuple[int, Path, Dialogue]] = []

    def add(self, file: Path, dialogue: Dialogue) -> None:
        self.seen += 1
        if not self._limit or len(self._kept) < self._limit:
            self._kept.append((self.seen, file, dialogue))
            return
        place = self._chance.randrange(self.seen)
        if place < self._limit:
            self._kept[place] = (self.seen, file, dialogue)

    def dialogues(self) -> list[tuple[Path, Dialogue]]:
        """Return those that were kept, in the order they came in."""
        return [(file, dialogue) for _, file, dialogue in sorted(self._kept, key=lambda one: one[0])]


def _only_dialogues(items: Iterable[DataItem], file: Path) -> Iterable[Dialogue]:
    for item in items:
        if not isinstance(item, Dialogue):
            line: Any = getattr(item, "metadata", {}).get("line")  # a reader of somebody else's may give anything
            remedy = "Labelled texts are for `evaluate intents`, questions with answers for `evaluate retrieval`."
            problem = Problem("it has no dialogues", file, line if isinstance(line, int) else None, remedy=remedy)
            raise ConfigurationError([problem])
        yield item


def _skipped(reader: Any, file: Path) -> list[str]:
    skipped = getattr(reader, "skipped", None)
    if skipped is None or not skipped.count:
        return []
    first = f" The first: {skipped.problems[0]}" if skipped.problems else ""
    what = "1 item" if skipped.count == 1 else f"{skipped.count:,} items"
    were = "was" if skipped.count == 1 else "were"
    return [f"{what} of {file} could not be read and {were} skipped.{first}"]


def _several_parts(file: Path, parts: dict[str, int]) -> ConfigurationError:
    told = ", ".join(f"{name} ({count:,})" for name, count in parts.items())
    remedy = f"Say on which the bot is measured: --split {'test' if 'test' in parts else next(iter(parts))}"
    return ConfigurationError([Problem(f"has several parts: {told}", file, remedy=remedy)])


def _no_such_split(file: Path, split: str, splits: dict[str, int]) -> ConfigurationError:
    known = [name for name in splits if name]
    remedy = did_you_mean(split, known) or "None of its dialogues says which part of its source it stands in."
    return ConfigurationError([Problem(f"none of its dialogues stands in the split {split!r}", file, remedy=remedy)])
