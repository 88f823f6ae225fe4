"""An evaluation of intents as a page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dialog_core.datasets import OUT_OF_SCOPE
from dialog_evaluation.intents.confusion import Confusion
from dialog_evaluation.intents.evaluation import Evaluation
from dialog_evaluation.intents.wording import WORDINGS
from dialog_evaluation.metrics.calibration import Bin
from dialog_evaluation.page import render

PAIRS_SHOWN = 8
LABELS_IN_MATRIX = 12
LABELS_OPEN = 20  # of the list of labels; the others are behind a click

PLOT = 320  # the side of the reliability diagram, in its own units
_BIGGEST_DOT, _SMALLEST_DOT = 5.5, 3.0


@dataclass(frozen=True, slots=True)
class Dot:
    """A bin in the reliability diagram.

    Attributes:
        x: Where it stands, from the left.
        y: From the top.
        ideal: Where it would stand if what was stated came true.
        radius: How big it is.
        told: What it says when pointed at.
    """

    x: float
    y: float
    ideal: float
    radius: float
    told: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of the matrix: how many messages, and how strongly that is to be shown, from 0 to 1."""

    count: int
    weight: float
    right: bool


def html_report(evaluation: Evaluation) -> str:
    """Return the page."""
    labels = sorted(evaluation.per_intent.items(), key=lambda item: (item[1].f1, -item[1].support, item[0]))
    matrix_labels = _matrix_labels(evaluation.confused)
    return render(
        "intents/report.html.j2",
        evaluation=evaluation,
        tiles=_tiles(evaluation),
        dots=_dots(evaluation.bins),
        plot=PLOT,
        labels=labels,
        open_labels=LABELS_OPEN,
        pairs=evaluation.confused[:PAIRS_SHOWN],
        most=max((pair.count for pair in evaluation.confused), default=1),
        matrix_labels=matrix_labels,
        matrix=_matrix(evaluation, matrix_labels),
        out_of_scope=OUT_OF_SCOPE,
        wrong=sum(pair.count for pair in evaluation.confused),
    )


def _tiles(evaluation: Evaluation) -> list[dict[str, Any]]:
    """Return the summary: each figure with how full its bar is, and whether less of it is better."""
    tiles = []
    for name, wording in WORDINGS.items():
        value = evaluation.figures[name]
        tiles.append(
            {
                "title": wording.title,
                "meaning": wording.meaning,
                "value": wording.shown(value),
                "share": None if value is None or name == "expected_calibration_error" else value,
            }
        )
    return tiles


def _dots(bins: Sequence[Bin]) -> list[Dot]:
    most = max(group.count for group in bins)
    return [
        Dot(
            x=group.confidence * PLOT,
            y=(1 - group.accuracy) * PLOT,
            ideal=(1 - group.confidence) * PLOT,
            radius=_SMALLEST_DOT + (_BIGGEST_DOT - _SMALLEST_DOT) * group.count / most,
            told=f"{group.count} messages: {group.confidence:.3f} sure on average, {group.accuracy:.3f} right",
        )
        for group in bins
    ]


def _matrix_labels(confused: Sequence[Confusion]) -> list[str]:
    """Return the labels of the worst pairs, as many as there is room for."""
    labels: dict[str, None] = {}
    for pair in confused:
        both = {**labels, pair.expected: None, pair.predicted: None}
        if len(both) > LABELS_IN_MATRIX:
            break
        labels = both
    return sorted(labels)


def _matrix(evaluation: Evaluation, labels: Sequence[str]) -> list[list[Cell]]:
    """Return how often each of the labels (rows) was taken for each of them (columns)."""
    counts = {(pair.expected, pair.predicted): pair.count for pair in evaluation.confused}
    for label in labels:
        scores = evaluation.per_intent[label]
        counts[label, label] = round(scores.recall * scores.support)
    return [
        [
            Cell(
                count := counts.get((row, column), 0),
                count / max(evaluation.per_intent[row].support, 1),
                row == column,
            )
            for column in labels
        ]
        for row in labels
    ]
