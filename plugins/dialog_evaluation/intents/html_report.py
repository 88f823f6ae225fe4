"""An evaluation of intents as a page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dialog_core.datasets import OUT_OF_SCOPE
from dialog_evaluation.charts import PLOT, reliability_dots, shares
from dialog_evaluation.intents.confusion import Confusion
from dialog_evaluation.intents.evaluation import Evaluation
from dialog_evaluation.intents.wording import WORDINGS
from dialog_evaluation.page import render

PAIRS_SHOWN = 8
LABELS_IN_MATRIX = 12
LABELS_OPEN = 20  # of the list of labels; the others are behind a click


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
        dots=reliability_dots(evaluation.bins),
        plot=PLOT,
        ticks=shares(),
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
