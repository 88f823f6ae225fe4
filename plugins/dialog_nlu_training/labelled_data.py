"""The examples annotators learn from, each with the place it was written at."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from dialog_core import Context
from dialog_core.configuration import ConfigurationError, Problem
from dialog_core.datasets import OUT_OF_SCOPE, EntitySpan, LabelledText, origin_of
from dialog_core.training import DataFile, Untold, line_of, read_labelled
from dialog_nlu_training.entity_options import EntityTrainingOptions
from dialog_nlu_training.options import LabelTraining

__all__ = ["OUT_OF_SCOPE", "Example", "at_level", "made_of_none", "read_examples", "read_validation", "said"]

LEVEL_MARK = "/"  # between the two parts of a label such as `faq/opening_hours`


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
    files: Sequence[Path],
    context: Context,
    *,
    labels: bool = True,
    entities: bool = False,
    split: Sequence[str] = (),
    option: str = "split",
    untold: Untold = "some",
) -> list[Example]:
    """Return the examples of several files, in order.

    Args:
        files: YAML, CSV, JSON lines, see the reader `labelled`; or labelled texts in any known format.
        context: Of the trainer.
        labels: Whether each must have a label.
        entities: Whether entities are what is wanted: what looks like a mark and is none is a mistake, and files in
            which nothing is marked are looked at once more for marks as other formats have them.
        split: From which parts of the files; none: they have no parts.
        option: Which option says so.
        untold: What becomes of files that say nothing about parts.

    Raises:
        ConfigurationError: With every problem in them.
    """
    reader = {"use": "labelled", "labels": labels, "entities": entities}

    def read(by: Any) -> list[tuple[Path, LabelledText]]:
        wanted = [DataFile(file, by) for file in files]
        return read_labelled(wanted, context, labels=labels, split=split, option=option, untold=untold)

    rows = read(reader)
    if entities and not any(row.entities for _, row in rows):
        with suppress(ConfigurationError):  # then there are none, which is for the caller to tell
            rows = read("auto")
    return [Example(row.text, row.label, file, line_of(row), row.entities, origin_of(row)) for file, row in rows]


def read_validation(
    options: LabelTraining | EntityTrainingOptions, context: Context, *, labels: bool = True, entities: bool = False
) -> list[Example]:
    """Return the examples to measure on: those of `validation`, or of the part of `data` that is named; else none.

    Raises:
        ConfigurationError: With every problem in them.
    """
    named = options.validation is not None
    if not named and not options.validation_split:
        return []
    return read_examples(
        [options.validation] if options.validation is not None else options.data,
        context,
        labels=labels,
        entities=entities,
        split=options.validation_split,
        option="validation_split",
        untold="some" if named else "none",
    )


def at_level(examples: Sequence[Example], level: Literal["whole", "first", "rest"], name: str) -> list[Example]:
    """Return the examples with that part of their labels which is to be learnt.

    Args:
        examples: With labels such as `greet` and `faq/opening_hours`.
        level: All of them as they are; all with what stands before the slash; or those that have a slash, with what
            stands behind it.
        name: Of what is trained. With `rest`: where some labels begin with it, theirs are the only ones that count.
    """
    if level == "whole":
        return list(examples)
    split = [(example, *example.label.partition(LEVEL_MARK)) for example in examples]
    if level == "first":
        return [replace(example, label=first) for example, first, _, _ in split]
    with_rest = [(example, first, rest) for example, first, mark, rest in split if mark]
    own = [(example, first, rest) for example, first, rest in with_rest if first == name] or with_rest
    return [replace(example, label=rest) for example, _, rest in own]


def said(examples: Iterable[Example]) -> list[Example]:
    """Return the examples that somebody has said."""
    return [example for example in examples if example.origin is None]


def made_of_none(examples: Iterable[Example], held_out: Iterable[Example]) -> list[Example]:
    """Return the examples that nobody has said and that were made of none of those held out."""
    texts = {example.text for example in held_out}
    return [example for example in examples if example.origin is not None and example.origin not in texts]
