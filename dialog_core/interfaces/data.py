"""The contracts of data sets: reading, writing, cleaning and augmenting them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TextIO, runtime_checkable

from dialog_core.values import JsonValue

if TYPE_CHECKING:
    from dialog_core.configuration import Problem
    from dialog_core.datasets import DataItem


class DatasetReader(Protocol):
    """Reads a file or folder, streaming: never the whole of it at once.

    Optional: the classmethod `recognizes(sample: Sample) -> bool`, which says whether a file is of its format, so that
    nobody has to name it; the attribute `skipped`, a [`Skipped`][], for readers with the option `on_error: skip`.
    """

    def read(self, path: Path) -> "Iterable[DataItem]":
        """Yield what stands there; raise ConfigurationError naming file and line where it is not readable."""
        ...


@dataclass(frozen=True, slots=True)
class Sample:
    """The beginning of a file, or what a folder or an archive has; what a format is recognized by.

    Attributes:
        path: The file or folder, as it was named.
        head: The first characters of the file; of a folder or archive, nothing.
        names: The files in a folder or archive, as paths relative to it; of a file, nothing.
        first: The first value of JSON or JSON lines, cut short where it is long; None: the file is no JSON. Of a list
            its first element, of a mapping with one entry for each dialogue the whole of its first entry.
    """

    path: Path
    head: str = ""
    names: tuple[str, ...] = ()
    first: JsonValue = None


@runtime_checkable
class RecognizingReader(Protocol):
    """A reader class that can tell whether a file is of its format."""

    @classmethod
    def recognizes(cls, sample: Sample) -> bool:
        """Whether the file is of this format. Should be strict: where two formats say yes, the user has to choose."""
        ...


MAX_SKIPPED_SHOWN = 50  # problems; more than anybody reads at once


@dataclass(slots=True)
class Skipped:
    """What a reader passed over, since it was told to.

    Attributes:
        count: How many items.
        problems: What was wrong with the first of them, each with its line.
    """

    count: int = 0
    problems: "list[Problem]" = field(default_factory=list)

    def note(self, problem: "Problem") -> None:
        """Count an item that is passed over, and keep what was wrong with it if it is one of the first."""
        self.count += 1
        if len(self.problems) < MAX_SKIPPED_SHOWN:
            self.problems.append(problem)


class DatasetWriter(Protocol):
    """Writes a data set, streaming.

    Attributes:
        accepts: The classes of items that the format has a place for; others are never given to it.
        suffix: The usual ending of such files.

    Optional: `left_out`, a `Counter` of what the format has no place for, by words such as `acts`; commands tell it.
    """

    accepts: "tuple[type[DataItem], ...]"
    suffix: str

    def write(self, items: "Iterable[DataItem]", file: TextIO) -> None:
        """Write the items to a file that is open for it; whoever called it puts the file in its place."""
        ...


@dataclass(frozen=True, slots=True)
class Removed:
    """A cleaner's verdict: without this.

    Attributes:
        reason: Why, in a few words that are the same for all that is removed for this reason.
        detail: What is peculiar to this case, such as the id of what it is a duplicate of.
    """

    reason: str
    detail: str = ""


class Cleaner(Protocol):
    """One step of cleaning. Made anew for each run; it sees every item once, in order, and may remember them."""

    def clean(self, item: "DataItem") -> "DataItem | Sequence[DataItem] | Removed":
        """Return the item as it was or changed, several in its place, or why it is to go."""
        ...


class Augmenter(Protocol):
    """Makes further examples of one that there is. The same item and the same seed always give the same examples.

    Optional: `is_template(item) -> bool`, which says that an item is there for its variants alone.
    """

    def augment(self, item: "DataItem", count: int) -> "Sequence[DataItem]":
        """Return up to so many variants; ids and the mark `AUGMENTED` are for whoever called it to set."""
        ...
