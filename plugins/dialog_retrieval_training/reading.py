"""Reading what trainers of retrieval learn from: the knowledge, questions with the entries that answer them, texts."""

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from unicodedata import normalize

from dialog_core import Context, TrainingError
from dialog_core.configuration import ConfigurationError, Problem, did_you_mean
from dialog_core.datasets import OUT_OF_SCOPE, LabelledText, origin_of
from dialog_core.training import DataFile, Untold, line_of, read_labelled
from dialog_retrieval.knowledge.entries import Numbered
from dialog_retrieval.knowledge.library import open_library
from dialog_retrieval_training.options import RetrievalTraining

READER = "labelled"
SHOWN = 5  # of what a remark is about
MOST_ENTRIES = 20_000  # that nobody asks for; an index of more takes too long to be made again and again
MOST_GUESSED = 5_000  # ids that a mistyped one is compared with


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody asks.

    Attributes:
        text: The words.
        answers: The numbers of the entries that answer it; none: the knowledge has no answer.
        hidden: The numbers of entries that may not be found for it: a question to which there is no answer can be made
            by hiding the entry that has it.
        origin: The question it was made of, if nobody asked it: it is learnt from, and never measured on.
    """

    text: str
    answers: frozenset[int]
    hidden: frozenset[int] = frozenset()
    origin: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A labelled question as a file has it; `origin` is the one it was made of, if nobody asked it."""

    text: str
    label: str
    file: Path
    line: int
    origin: str | None = None

    def problem(self, message: str, remedy: str = "") -> Problem:
        """Return a problem that points at it."""
        return Problem(message, self.file, self.line, remedy=remedy)


class Knowledge:
    """The entries of a component, numbered from 0; of very many a sample, with all those that are asked for.

    Attributes:
        entries: The entries.
        size: How many there are in truth.
    """

    def __init__(self, names: Sequence[str], context: Context, rows: Sequence[Row] = ()) -> None:
        """Read the entries.

        Args:
            names: Of which sources.
            context: The component's.
            rows: Questions whose answers have to be among them.

        Raises:
            TrainingError: There are none.
        """
        # A source may stand before the id, and an id may have a colon itself.
        wanted = {label for row in rows for label in (row.label, row.label.partition(":")[2])}
        rng = random.Random(context.seed)
        kept: list[Numbered] = []
        others: list[Numbered] = []
        self.size = 0
        for item in open_library(names, context).after(-1):
            self.size += 1
            if item.entry.id in wanted:
                kept.append(item)
            elif len(others) < MOST_ENTRIES:
                others.append(item)
            elif (place := rng.randrange(self.size)) < MOST_ENTRIES:  # Vitter's algorithm R
                others[place] = item
        found = sorted((*kept, *others), key=lambda item: item.number)
        if not found:
            told = " and ".join(repr(str(name)) for name in names)
            raise TrainingError(f"nothing can be learnt from a knowledge without entries: {told}")
        self.entries = [Numbered(number, item.knowledge, item.entry) for number, item in enumerate(found)]
        self._numbers: dict[str, list[int]] = {}
        for item in self.entries:
            self._numbers.setdefault(item.entry.id, []).append(item.number)

    def __len__(self) -> int:
        """Return how many entries there are here."""
        return len(self.entries)

    @property
    def remarks(self) -> list[str]:
        """What there is to say about it."""
        if len(self) == self.size:
            return []
        return [f"Of the {self.size:,} entries, {len(self):,} were looked at: those that are asked for, and a sample."]

    def numbers(self, id: str, knowledge: str = "") -> list[int]:
        """Return the numbers of the entries with an id, those of one source if its name is given."""
        found = self._numbers.get(id, [])
        return [number for number in found if not knowledge or self.entries[number].knowledge == knowledge]

    def labelled(self, label: str) -> list[int]:
        """Return the numbers of the entries a label means: by their id, or by `source:id`."""
        source, _, id = label.partition(":")
        return self.numbers(label) or (self.numbers(id, source) if id else [])

    def unknown(self, row: Row) -> Problem:
        """Return what is wrong with a question whose label is no entry's id."""
        guess = did_you_mean(row.label, self._numbers) if len(self._numbers) <= MOST_GUESSED else ""
        usual = f"Give the id of an entry, or {OUT_OF_SCOPE!r} where the knowledge has no answer."
        return row.problem(f"the knowledge has no entry {row.label!r}", guess or usual)


def read_rows(files: Iterable[Path], context: Context, *, split: Sequence[str] = ()) -> list[Row]:
    """Return the labelled questions of several files, in order; of files with several parts, from one of them.

    Raises:
        ConfigurationError: With every problem in them.
    """
    return _rows(read_labelled([DataFile(file, READER) for file in files], context, split=split))


def read_validation(options: RetrievalTraining, context: Context) -> list[Row]:
    """Return the questions to measure on: those of `validation`, or of the part of `data` that is named; else none.

    Raises:
        ConfigurationError: With every problem in them.
    """
    named = options.validation is not None
    if not named and not options.validation_split:
        return []
    files = [options.validation] if options.validation is not None else options.data
    return _rows(
        read_labelled(
            [DataFile(file, READER) for file in files],
            context,
            split=options.validation_split,
            option="validation_split",
            untold="some" if named else "none",
        )
    )


def questions_of(rows: Sequence[Row], knowledge: Knowledge) -> list[Question]:
    """Return each text once, with all entries that were given for it.

    Raises:
        ConfigurationError: A label is no entry's id, or a text has both an entry and none.
    """
    problems = [
        knowledge.unknown(row) for row in rows if row.label != OUT_OF_SCOPE and not knowledge.labelled(row.label)
    ]
    by_text: dict[str, list[Row]] = {}
    for row in rows:
        by_text.setdefault(folded(row.text), []).append(row)
    for found in by_text.values():
        outside = [row for row in found if row.label == OUT_OF_SCOPE]
        inside = [row for row in found if row.label != OUT_OF_SCOPE]
        if outside and inside:
            problems.append(
                outside[0].problem(
                    f"{outside[0].text!r} is {OUT_OF_SCOPE!r} here, and answered by {inside[0].label!r} in "
                    f"{inside[0].file.name}:{inside[0].line}",
                    "Remove one of them.",
                )
            )
    if problems:
        raise ConfigurationError(problems)
    return [
        Question(
            found[0].text,
            frozenset(number for row in found for number in _numbers(row, knowledge)),
            origin=None if any(row.origin is None for row in found) else found[0].origin,
        )
        for found in by_text.values()
    ]


def without_leaks(validation: Sequence[Question], training: Iterable[str]) -> tuple[list[Question], list[str]]:
    """Return the questions that are not among texts that are trained with, and what there is to say about it."""
    known = {folded(text) for text in training}
    kept = [question for question in validation if folded(question.text) not in known]
    leaked = [question.text for question in validation if folded(question.text) in known]
    if not leaked:
        return kept, []
    return kept, [
        f"{len(leaked)} questions of the validation data are in the training data too, and were left out: "
        f"{list_of(map(repr, leaked))}."
    ]


def read_texts(
    files: Iterable[Path], context: Context, *, split: Sequence[str] = (), untold: Untold = "some"
) -> list[str]:
    """Return the texts of several files, each once.

    Raises:
        ConfigurationError: One cannot be read.
    """
    wanted = [DataFile(file, {"use": READER, "labels": False}) for file in files]
    rows = read_labelled(wanted, context, labels=False, split=split, untold=untold)
    return list(dict.fromkeys(row.text for _, row in rows))


def folded(text: str) -> str:
    """Return a text in the form in which it is compared with others."""
    return " ".join(normalize("NFKC", text).casefold().split())


def list_of(texts: Iterable[str]) -> str:
    """Return the first few of several, as a sentence names them."""
    found = list(texts)
    more = f" and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
    return f"{', '.join(found[:SHOWN])}{more}"


def by_count(figures: Mapping[str, int]) -> Iterator[str]:
    """Yield names with their counts, as a remark shows them; what there is none of is left out."""
    yield from (f"{count:,} {name}" for name, count in figures.items() if count)


def _rows(found: Iterable[tuple[Path, LabelledText]]) -> list[Row]:
    return [Row(one.text, one.label, file, line_of(one), origin_of(one)) for file, one in found]


def _numbers(row: Row, knowledge: Knowledge) -> Sequence[int]:
    return [] if row.label == OUT_OF_SCOPE else knowledge.labelled(row.label)
