"""Everything there is to say about how well a bot understands a file of messages."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from dialog_core import Bot, Context
from dialog_core.configuration import did_you_mean
from dialog_core.datasets import OUT_OF_SCOPE, LabelledText
from dialog_core.training import line_of
from dialog_evaluation.intents.confusion import Confusion, confused_pairs
from dialog_evaluation.intents.predicting import Predictions, predict
from dialog_evaluation.metrics.calibration import Bin, reliability
from dialog_evaluation.metrics.per_label import LabelScores, scores_by_label
from dialog_evaluation.options import EQUAL_MASS_BINS
from dialog_evaluation.prediction import NO_DECISION, Coded, Prediction

METRICS = ("accuracy", "macro_f1", "out_of_scope", "auroc", "calibration")
FIGURES = (
    "in_scope_accuracy",
    "out_of_scope_recall",
    "out_of_scope_precision",
    "accuracy",
    "macro_f1",
    "auroc",
    "expected_calibration_error",
)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """How well a classifier does on a file.

    Attributes:
        bot: What the bot is called.
        annotator: The classifier's name.
        file: The file.
        figures: Every name of `FIGURES`, None where the file has nothing to take it from.
        rows: How many messages.
        out_of_scope: How many of them are out of scope.
        rejected: How many were rejected.
        undecided: On how many the annotator failed.
        per_intent: How each label fares, out of scope included.
        confused: Which labels were taken for which others, the most frequent first.
        bins: How sure the decisions were and how often right, the least sure first.
        remarks: What looks wrong about the file or the bot.
    """

    bot: str
    annotator: str
    file: Path
    figures: Mapping[str, float | None]
    rows: int
    out_of_scope: int
    rejected: int
    undecided: int
    per_intent: Mapping[str, LabelScores]
    confused: Sequence[Confusion]
    bins: Sequence[Bin]
    remarks: Sequence[str]

    def to_json(self) -> dict[str, Any]:
        """Return everything as JSON values."""
        return {
            "bot": self.bot,
            "annotator": self.annotator,
            "file": str(self.file),
            **self.figures,
            "counts": {
                "rows": self.rows,
                "in_scope": self.rows - self.out_of_scope,
                "out_of_scope": self.out_of_scope,
                "rejected": self.rejected,
                "undecided": self.undecided,
            },
            "per_intent": {label: asdict(scores) for label, scores in self.per_intent.items()},
            "confused": [asdict(pair) for pair in self.confused],
            "calibration_bins": [asdict(group) for group in self.bins],
            "remarks": list(self.remarks),
        }


def evaluate(
    bot: Bot, annotator: str, file: Path, rows: Sequence[LabelledText], advance: Callable[[], None] = lambda: None
) -> Evaluation:
    """Have a bot's classifier decide about every row, and measure its decisions.

    Args:
        bot: The bot.
        annotator: Its classifier's name.
        file: Where the rows stand.
        rows: Messages with the label each should get.
        advance: Called after each decision.
    """
    found = predict(bot, annotator, rows, advance)
    asked, rows = rows, [_as_told(row, found.known) for row in rows]
    predictions = found.decisions
    references = [row.label for row in rows]
    return Evaluation(
        bot=bot.name,
        annotator=annotator,
        file=file,
        figures=measure(predictions, references),
        rows=len(rows),
        out_of_scope=references.count(OUT_OF_SCOPE),
        rejected=sum(prediction.label == OUT_OF_SCOPE for prediction in predictions),
        undecided=sum(prediction.label == NO_DECISION for prediction in predictions),
        per_intent=scores_by_label(Coded.of(predictions, references)),
        confused=confused_pairs(rows, predictions),
        bins=reliability(predictions, references, EQUAL_MASS_BINS),
        remarks=[*_levels(asked, rows), *_remarks(rows, found)],
    )


def measure(predictions: Sequence[Prediction], references: Sequence[str]) -> dict[str, float | None]:
    """Return every figure the registered metrics find, None for those there is nothing to take from."""
    context = Context.of_command("evaluation")
    found: dict[str, float] = {}
    for name in METRICS:
        found.update(context.create("metric", name).compute(predictions, references))
    return {name: found.get(name) for name in FIGURES}


def _as_told(row: LabelledText, known: set[str]) -> LabelledText:
    """Return a row with as much of its label as a classifier tells that was trained with one level of labels."""
    first, slash, rest = row.label.partition("/")
    if not slash or row.label in known:
        return row
    return next((replace(row, label=part) for part in (first, rest) if part in known), row)


def _levels(asked: Sequence[LabelledText], rows: Sequence[LabelledText]) -> list[str]:
    """Say where less than a whole label was compared."""
    for before, row in zip(asked, rows, strict=True):
        if before.label != row.label:
            return [f"Of labels with a slash one part was compared, of {before.label!r} it was {row.label!r}."]
    return []


def _remarks(rows: Sequence[LabelledText], found: Predictions) -> list[str]:
    remarks = []
    if found.failures:
        failed = f"The annotator failed on {len(found.failures)} of {len(rows)} messages, which count as wrong."
        remarks.append(f"{failed} {found.failures[0]}")
    first: dict[str, Any] = {}
    for row in rows:
        first.setdefault(row.label, line_of(row))
    for label, line in first.items():
        if found.known and label not in found.known and label != OUT_OF_SCOPE:
            likely = did_you_mean(label, found.known)
            remarks.append(f"Line {line}: the bot never names the intent {label!r}. {likely}".strip())
    if OUT_OF_SCOPE not in first:
        remarks.append("No row is labelled out_of_scope: how well the bot rejects is not measured.")
    return remarks
