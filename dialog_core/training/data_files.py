"""Reading what is learnt from or measured on: files in the usual form or in any other known one, and one part of them.

A published file may hold several parts, for training, for validation and for a test. Whoever learns from all of them
has learnt what it is measured on, so that is refused: of such a file somebody has to say which part is meant.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from pathlib import Path
from typing import Any, Literal, TypeVar

from dialog_core.component import Context
from dialog_core.configuration import ConfigurationError, Problem, did_you_mean
from dialog_core.configuration.problems import shown_path
from dialog_core.datasets import DataItem, Dialogue, KnowledgeEntry, LabelledText

T = TypeVar("T", bound=DataItem)
Untold = Literal["some", "whole", "none"]
"""What becomes of files that say nothing about parts where some are asked for; see `read_data`."""

AUTO = "auto"
SPLIT = "split"  # where an item's metadata say in which part of its source it stands
KINDS: dict[type[Any], str] = {
    Dialogue: "dialogues",
    LabelledText: "labelled texts",
    KnowledgeEntry: "questions with their answers",
}
USUAL = {"--split": "test", "validation_split": "validation"}  # what is most likely meant; else: train


@dataclass(frozen=True, slots=True)
class DataFile:
    """A file to read.

    Attributes:
        path: A file; where a format is made of several, a folder or an archive.
        reader: Which reader to try first: a name, or a mapping with `use` and its options, or a reader. Where it can
            make nothing of the file, another one may recognize it.
        only: Whether no other one is asked.
    """

    path: Path
    reader: Any = AUTO
    only: bool = False


def read_data(
    files: Iterable[DataFile],
    context: Context,
    kinds: tuple[type[T], ...],
    *,
    split: Sequence[str] = (),
    option: str = SPLIT,
    untold: Untold = "some",
) -> Iterator[tuple[Path, T]]:
    """Yield what stands in files, each item with its file, one after the other.

    Args:
        files: The files.
        context: Builds the readers.
        kinds: Which items are wanted.
        split: From which parts; none: the files are of one part, or say nothing about parts.
        option: Which option says so, for the messages: `split`, `validation_split`, `--split`.
        untold: What becomes of files that say nothing about parts although `split` names some: `some`: they are taken
            whole, if there is another one that does; `whole`: they are taken whole; `none`: nothing is taken of them.

    Raises:
        ConfigurationError: At the end, with every problem of every file: its mistakes, items that are not of the kinds
            wanted, several parts of which none is named, parts that it does not have.
    """
    problems: list[Problem] = []
    silent: list[Path] = []
    told = False
    for file in files:
        parts = _Parts(file.path, split, option)
        try:
            for item in _items(file, context, option):
                if not isinstance(item, kinds):
                    raise ConfigurationError([_misfit(item, file.path, kinds)])
                if parts.wanted(item) and (parts.counts or untold != "none"):
                    yield file.path, item
        except ConfigurationError as error:
            problems += error.problems
            told = True  # perhaps; what is wrong with it is to be told first
            continue
        problems += parts.problems()
        told = told or bool(parts.counts)
        if not parts.counts:
            silent.append(file.path)
    if split and not told and untold != "whole":
        problems += [_says_nothing(path, split, option) for path in silent] or [_nothing_named(option)]
    if problems:
        raise ConfigurationError(problems)


def read_labelled(
    files: Iterable[DataFile],
    context: Context,
    *,
    labels: bool = True,
    split: Sequence[str] = (),
    option: str = SPLIT,
    untold: Untold = "some",
) -> list[tuple[Path, LabelledText]]:
    """Return labelled texts, each with its file; where `labels` are wanted, each has one. See `read_data`."""
    found: list[tuple[Path, LabelledText]] = []
    problems: list[Problem] = []
    try:
        for path, item in read_data(files, context, (LabelledText,), split=split, option=option, untold=untold):
            found.append((path, item))
            if labels and not item.label:
                remedy = "Give it one, or remove it: dialog-core data label FILE --out LABELS.jsonl."
                problems.append(Problem("has no label", path, line_of(item), remedy=remedy))
    except ConfigurationError as error:
        problems += error.problems
    if problems:
        raise ConfigurationError(problems)
    return found


def line_of(item: DataItem) -> int:
    """Return the line at which an item stands; 1 where its reader does not say."""
    line = item.metadata.get("line")
    return line if isinstance(line, int) and not isinstance(line, bool) else 1


@dataclass(slots=True)
class _Parts:
    """The parts that items of a file stand in, and which of them are wanted."""

    file: Path
    split: Sequence[str]
    option: str
    counts: Counter[str] = field(default_factory=Counter)
    untold: int = 0

    def wanted(self, item: DataItem) -> bool:
        part = item.metadata.get(SPLIT)
        if part is None or part == "":
            self.untold += 1
            return not self.split or not self.counts
        self.counts[str(part)] += 1
        return not self.split or str(part) in self.split

    def problems(self) -> Iterator[Problem]:
        shown = ", ".join(f"{name} ({count:,})" for name, count in self.counts.items())
        if self.untold and self.counts and self.split:
            message = f"{self.untold:,} of its items say nothing about the part they stand in; the others: {shown}"
            yield Problem(message, self.file, remedy="Give each a `split`.")
        elif len(self.counts) > 1 and not self.split:
            usual = USUAL.get(self.option, "train")
            named = usual if usual in self.counts else next(iter(self.counts))
            message = f"has several parts: {shown}"
            yield Problem(message, self.file, remedy=f"Say which is meant: `{_written(self.option, named)}`.")
        elif self.counts:
            for name in self.split:
                if name not in self.counts:
                    remedy = did_you_mean(name, self.counts)
                    yield Problem(f"has no part {name!r}; it has {shown}", self.file, remedy=remedy)


def _items(file: DataFile, context: Context, option: str) -> Iterator[DataItem]:
    """Yield what the reader makes of a file; if that is nothing, what another one does that recognizes it."""
    reader, name = file.reader, ""
    if isinstance(reader, str | Mapping):
        name = reader if isinstance(reader, str) else str(reader["use"])
        reader = context.create("reader", reader)
    items: Iterator[DataItem] = iter(reader.read(file.path))
    try:
        first = list(islice(items, 1))
    except ConfigurationError as error:
        if file.only:
            raise
        if name == AUTO:
            raise (error if reader.format else _unrecognized(error, file.path, option)) from None
        auto = context.create("reader", AUTO)
        items = iter(auto.read(file.path))
        try:
            first = list(islice(items, 1))
        except ConfigurationError as other:
            if auto.format not in ("", name):
                raise
            # What is wrong at some line of it is told by who knows this form; else nobody knows it.
            whole = not auto.format and all(problem.line is None for problem in error.problems)
            raise (_unrecognized(other, file.path, option) if whole else error) from None
        if auto.format == name:
            raise
    yield from chain(first, items)


def _unrecognized(error: ConfigurationError, path: Path, option: str) -> ConfigurationError:
    """Return the error with a remedy that can be followed: in a bot file no format can be named."""
    if option.startswith("--"):
        return error
    remedy = f"Write it in a form of ours: dialog-core data convert {shown_path(path)} NEW.jsonl --format NAME."
    return ConfigurationError([replace(problem, remedy=remedy) for problem in error.problems])


def _misfit(item: Any, path: Path, kinds: Sequence[type[Any]]) -> Problem:
    held = next((name for kind, name in KINDS.items() if isinstance(item, kind)), type(item).__name__)
    wanted = " or ".join(KINDS[kind] for kind in kinds)
    remedy = ""
    if isinstance(item, Dialogue) and LabelledText in kinds:
        acts = "Acts are taken for no labels. " if any(turn.acts for turn in item.turns) else ""
        remedy = f"{acts}Label what users say: dialog-core data label {shown_path(path)} --out LABELS.jsonl."
    elif isinstance(item, KnowledgeEntry):
        remedy = "What a bot is to know stands under `knowledge:` in its file."
    return Problem(f"has {held}; {wanted} are wanted", path, line_of(item), remedy=remedy)


def _says_nothing(path: Path, split: Sequence[str], option: str) -> Problem:
    message = f"nothing in it says which part it stands in, and `{_written(option, *split)}` asks for one"
    return Problem(message, path, remedy=f"Leave out `{option}` if it is to be taken whole.")


def _nothing_named(option: str) -> Problem:
    return Problem(f"`{option}` is a part of files, and none is named", remedy=f"Name some, or leave out `{option}`.")


def _written(option: str, *names: str) -> str:
    """Return an option as it is written."""
    if option.startswith("--"):
        return f"{option} {names[0]}"
    return f"{option}: {names[0]}" if len(names) == 1 else f"{option}: [{', '.join(names)}]"
