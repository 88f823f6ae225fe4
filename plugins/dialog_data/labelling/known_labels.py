"""The labels there are, and the ones a few letters mean."""

import itertools
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from dialog_core import Context
from dialog_core.configuration import ConfigurationError, Problem
from dialog_core.datasets import OUT_OF_SCOPE, LabelledText
from dialog_data.files.lines import read_lines
from dialog_data.files.problems import FileProblems

LISTS = (".txt", ".md", "")  # files with a label on each line; of others the labels of their texts count


class KnownLabels:
    """Labels in a fixed order, so that the same number always means the same label.

    Args:
        labels: Those that are known from the start, in their order.
    """

    def __init__(self, labels: Iterable[str] = ()) -> None:
        self._labels: dict[str, None] = {}
        self.know(labels)

    def know(self, labels: Iterable[str]) -> None:
        """Take in further labels."""
        self._labels.update(dict.fromkeys(label for label in labels if label and label != OUT_OF_SCOPE))

    def __contains__(self, label: str) -> bool:
        return label in self._labels or label == OUT_OF_SCOPE

    def ordered(self) -> list[str]:
        """Return all labels but `out_of_scope`."""
        return list(self._labels)

    def matching(self, typed: str) -> list["Match"]:
        """Return the labels that what was typed may mean, the likeliest first."""
        found = [match for label in (*self.ordered(), OUT_OF_SCOPE) if (match := match_of(label, typed)) is not None]
        return sorted(found, key=lambda match: match.badness)


@dataclass(frozen=True, slots=True)
class Match:
    """A label that what was typed may mean.

    Attributes:
        label: The label.
        places: Where the typed letters stand in it.
        badness: How far-fetched it is; 0: it is just what was typed.
    """

    label: str
    places: tuple[int, ...]
    badness: float


def match_of(label: str, typed: str) -> Match | None:
    """Return how what was typed may mean a label: its letters stand in it in this order; None: it cannot.

    Best is the label itself, then one that begins so, then letters that stand together or begin words.
    """
    wanted = [letter for letter in _folded(typed) if not letter.isspace() and letter not in "_-"]
    written = _folded(label)
    if not wanted:
        return Match(label, (), 1.0)
    best: Match | None = None
    for start in (place for place, letter in enumerate(written) if letter == wanted[0]):
        places = _places(written, wanted, start) or _nearest(written, wanted, start)
        if places is None:
            break  # nor do they stand behind any later beginning
        gaps = sum(later - earlier - 1 for earlier, later in itertools.pairwise(places))
        breaks = sum(
            later != earlier + 1 and written[later - 1].isalnum() for earlier, later in itertools.pairwise(places)
        )
        inside = start > 0 and written[start - 1].isalnum()
        badness = 2.0 * breaks + inside * 1.5 + (start > 0) * 0.5 + 0.05 * gaps + 0.01 * (len(written) - len(wanted))
        if best is None or badness < best.badness:
            best = Match(label, places, badness)
    return best


def _places(written: str, wanted: Sequence[str], start: int) -> tuple[int, ...] | None:
    """Return where the letters stand from a place on, each as near to the one before or the beginning of a word."""
    places = [start]
    for letter in wanted[1:]:
        after = places[-1] + 1
        if after < len(written) and written[after] == letter:
            places.append(after)
            continue
        later = [place for place in range(after, len(written)) if written[place] == letter]
        if not later:
            return None
        places.append(next((place for place in later if not written[place - 1].isalnum()), later[0]))
    return tuple(places)


def _nearest(written: str, wanted: Sequence[str], start: int) -> tuple[int, ...] | None:
    """Return where the letters stand from a place on, each as near to the one before as it can; None: they do not."""
    places = [start]
    for letter in wanted[1:]:
        place = written.find(letter, places[-1] + 1)
        if place < 0:
            return None
        places.append(place)
    return tuple(places)


def _folded(text: str) -> str:
    """Return a text without case and accents, letter for letter as long as it was."""
    plain = (unicodedata.normalize("NFKD", letter)[:1].casefold()[:1] or letter for letter in text)
    return "".join(plain)


def read_labels(told: str, context: Context) -> list[str]:
    """Return the labels of an option: a list with commas, a file with one on each line, or one of labelled texts.

    Raises:
        ConfigurationError: The file cannot be read, or there are none in it.
    """
    path = Path(told)
    if not path.is_file():
        if path.suffix and "," not in told and ("/" in told or path.suffix in (".txt", ".csv", ".jsonl", ".yaml")):
            raise ConfigurationError(
                [Problem("there is no such file", path, remedy="Name labels with commas between.")]
            )
        return _distinct(told.split(","))
    if path.suffix.lower() in LISTS:
        problems = FileProblems(path)
        lines = [text.strip().removeprefix("- ") for _, text in read_lines(problems) if not text.startswith("#")]
        problems.finish()
        found = _distinct(lines)
    else:
        items = context.create("reader", "labelled").read(path)
        found = _distinct(item.label for item in items if isinstance(item, LabelledText))
    if not found:
        raise ConfigurationError([Problem("there are no labels in it", path, remedy="Write one on each line.")])
    return found


def _distinct(labels: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(label.strip() for label in labels if label.strip()))
