"""The questions a file asks, each with the entries that answer it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from dialog_core.configuration import ConfigurationError, Problem
from dialog_core.datasets import OUT_OF_SCOPE, LabelledText
from dialog_core.training import line_of


@dataclass(frozen=True, slots=True)
class Question:
    """A question and what answers it.

    Attributes:
        text: The question.
        labels: The entries that answer it, each as `id` or `knowledge:id`; none: the knowledge has no answer.
        line: Where the file has it first.
    """

    text: str
    labels: tuple[str, ...]
    line: int

    @property
    def answerable(self) -> bool:
        """Whether the knowledge has an answer."""
        return bool(self.labels)

    def key(self, knowledge: str, id: str) -> str:
        """Return what an entry is called: the label that names it, or `knowledge:id` if none does."""
        full = f"{knowledge}:{id}"
        return id if id in self.labels and full not in self.labels else full


def questions_of(rows: Sequence[LabelledText], file: Path) -> list[Question]:
    """Return the questions in file order; of several rows with the same text, each names a right entry.

    Raises:
        ConfigurationError: A question is said to have an answer and to have none.
    """
    found: dict[str, dict[str, int]] = {}
    for row in rows:
        found.setdefault(row.text, {}).setdefault(row.label, line_of(row))
    problems = [
        Problem(
            f"line {min(labels.values())} says otherwise about the same question",
            file,
            max(labels.values()),
            1,
            remedy=f"Either it is {OUT_OF_SCOPE}, or an entry answers it.",
        )
        for labels in found.values()
        if OUT_OF_SCOPE in labels and len(labels) > 1
    ]
    if problems:
        raise ConfigurationError(problems)
    return [
        Question(text, tuple(label for label in labels if label != OUT_OF_SCOPE), min(labels.values()))
        for text, labels in found.items()
    ]
