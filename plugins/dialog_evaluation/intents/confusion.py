"""Which labels are taken for which others."""

from collections.abc import Sequence
from dataclasses import dataclass

from dialog_core.datasets import LabelledText
from dialog_evaluation.prediction import Prediction

EXAMPLES = 3  # messages shown of each pair: enough to see what they have in common


@dataclass(frozen=True, slots=True)
class Confusion:
    """Messages that were taken for something else.

    Attributes:
        expected: The label that would have been right.
        predicted: The label that was decided.
        count: How many messages.
        examples: Some of them, those decided most firmly first.
    """

    expected: str
    predicted: str
    count: int
    examples: tuple[str, ...]


def confused_pairs(rows: Sequence[LabelledText], predictions: Sequence[Prediction]) -> list[Confusion]:
    """Return every pair of labels that was confused, the most frequent first."""
    pairs: dict[tuple[str, str], list[tuple[float, str]]] = {}
    for row, prediction in zip(rows, predictions, strict=True):
        if row.label != prediction.label:
            pairs.setdefault((row.label, prediction.label), []).append((-prediction.confidence, row.text))
    found = [
        Confusion(expected, predicted, len(messages), tuple(text for _, text in sorted(messages)[:EXAMPLES]))
        for (expected, predicted), messages in pairs.items()
    ]
    return sorted(found, key=lambda pair: (-pair.count, pair.expected, pair.predicted))
