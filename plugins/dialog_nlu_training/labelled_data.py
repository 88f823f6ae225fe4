"""The examples annotators learn from, each with the place it was written at."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from dialog_core import Context
from dialog_core.configuration import ConfigurationError, Problem
from dialog_core.datasets import OUT_OF_SCOPE, EntitySpan, origin_of

__all__ = ["OUT_OF_SCOPE", "Example", "made_of_none", "read_examples", "said"]


@dataclass(frozen=True, slots=True)
class Example:
    """A text with its label and the entities in it, and where they were written.

    `origin` is the text it was made of, if nobody has said it: it is learnt from, and never measured on.
    """

    text: str
    label: str
    file: Path
    line: int
    entities: tuple[EntitySpan, ...] = ()
    origin: str | None = None

    def problem(self, message: str, remedy: str = "") -> Problem:
        """Return a problem that points at the example."""
        return Problem(message, self.file, self.line, remedy=remedy)


def read_examples(
    files: Sequence[Path], context: Context, *, labels: bool = True, entities: bool = False
) -> list[Example]:
    """Return the examples of several files, in order.

    Args:
        files: YAML, CSV, JSON lines; see the reader `labelled`.
        context: Of the trainer.
        labels: Whether each must have a label.
        entities: Whether what looks like a mark of an entity and is none is a mistake.

    Raises:
        ConfigurationError: With every problem in them.
    """
    reader = context.create("reader", {"use": "labelled", "labels": labels, "entities": entities})
    examples: list[Example] = []
    problems: list[Problem] = []
    for file in files:
        try:
            for row in reader.read(file):
                place = file, row.metadata["line"]
                examples.append(Example(row.text, row.label, *place, row.entities, origin_of(row)))
        except ConfigurationError as error:
            problems.extend(error.problems)
    if problems:
        raise ConfigurationError(problems)
    return examples


def said(examples: Iterable[Example]) -> list[Example]:
    """Return the examples that somebody has said."""
    return [example for example in examples if example.origin is None]


def made_of_none(examples: Iterable[Example], held_out: Iterable[Example]) -> list[Example]:
    """Return the examples that nobody has said and that were made of none of those held out."""
    texts = {example.text for example in held_out}
    return [example for example in examples if example.origin is not None and example.origin not in texts]
