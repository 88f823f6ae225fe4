"""Reading ratings, of one file or several, and what is wrong with them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from dialog_core.configuration import ConfigurationError, Problem, missing_file
from dialog_evaluation.rating.lines import NotALine, from_line
from dialog_evaluation.rating.values import Comparison, Item, Rating

MOST_PROBLEMS = 20  # that are told of one file
REMEDY = "Take the line out, or name a file that `dialog-core rate` has written."


@dataclass(slots=True)
class Ratings:
    """What a file has.

    Attributes:
        file: The file.
        comparison: What is compared.
        items: The items by id, in the order of the file; the first of an id stands.
        ratings: What was said, by item and rater; the last word of each stands.
        lines: Where each item stands.
        torn: Whether the last line was cut off while it was written.
    """

    file: Path
    comparison: Comparison
    items: dict[str, Item] = field(default_factory=dict)
    ratings: dict[tuple[str, str], Rating] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    torn: bool = False

    @property
    def raters(self) -> list[str]:
        """Who has rated anything, in the order they began."""
        return list(dict.fromkeys(rating.rater for rating in self.ratings.values()))


def read_ratings(file: Path) -> Ratings:
    """Return what a file has.

    Raises:
        ConfigurationError: It cannot be read, or lines are damaged; with each of them.
    """
    try:
        content = file.read_bytes()
    except FileNotFoundError:
        raise ConfigurationError([missing_file(file)]) from None
    except OSError as error:
        raise ConfigurationError([Problem(f"cannot be read: {error.strerror or error}", file)]) from error
    *lines, rest = content.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    found = parse(file, lines)
    found.torn = bool(rest.strip())
    return found


def read_all(files: Sequence[Path]) -> list[Ratings]:
    """Return what several files have; raise ConfigurationError with every problem of all of them."""
    found: list[Ratings] = []
    problems: list[Problem] = []
    for file in dict.fromkeys(files):
        try:
            found.append(read_ratings(file))
        except ConfigurationError as error:
            problems += error.problems
    if problems:
        raise ConfigurationError(problems)
    return found


def parse(file: Path, lines: Iterable[bytes]) -> Ratings:
    """Return what complete lines say; raise ConfigurationError with every line that is damaged."""
    found: Ratings | None = None
    problems: list[Problem] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            value = from_line(line)
            if found is None:
                if not isinstance(value, Comparison):
                    raise NotALine("does not say what is compared")
                found = Ratings(file, value)
            else:
                take(found, value, number)
        except NotALine as error:
            told = str(error) if found is not None else f"is no file of ratings: its first line {error}"
            problems.append(Problem(told, file, number, remedy=REMEDY))
            if found is None:
                break  # a file of something else: of the other lines, there is nothing to say
            if len(problems) == MOST_PROBLEMS:
                break
    if problems:
        raise ConfigurationError(problems)
    if found is None:
        raise ConfigurationError([Problem("has no ratings", file, 1, remedy=REMEDY)])
    return found


def take(found: Ratings, value: Comparison | Item | Rating, number: int = 0) -> None:
    """Add what a line says; raise NotALine where it does not belong to what is there."""
    systems = found.comparison.systems
    if isinstance(value, Comparison):
        raise NotALine("says again what is compared")
    if isinstance(value, Item):
        if set(value.replies) != set(systems):
            raise NotALine(f"does not have the replies of {' and '.join(systems)}")
        found.items.setdefault(value.id, value)
        found.lines.setdefault(value.id, number)
        return
    if value.item not in found.items:
        raise NotALine(f"rates {value.item!r}, of which no line before it has the replies")
    if value.winner and value.winner not in systems:
        raise NotALine(f"prefers {value.winner!r}, which is neither {systems[0]} nor {systems[1]}")
    found.ratings[value.item, value.rater] = value
