"""An evaluation of retrieval as a page."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dialog_evaluation.charts import PLOT, line, lowest, reliability_dots, shares
from dialog_evaluation.metrics.abstention import Decisions
from dialog_evaluation.page import render
from dialog_evaluation.retrieval.evaluation import COMPARED, Evaluation
from dialog_evaluation.retrieval.measuring import CURVE_POINTS, Measured
from dialog_evaluation.retrieval.significance import CONFIDENCE, Difference
from dialog_evaluation.retrieval.wording import shown_columns, shown_with_interval, wording_of

COLOURS = 6  # of curves; a seventh retriever has the first one's colour, and dashes
MISSES_SHOWN = 12  # of each kind
TICKS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000)  # of ranks
WHISKER = 100  # half the width of the picture of a difference, in its own units


@dataclass(frozen=True, slots=True)
class Curve:
    """A retriever's line in a diagram.

    Attributes:
        name: Whose it is.
        style: Its classes in the style sheet.
        points: As SVG wants them.
    """

    name: str
    style: str
    points: str


@dataclass(frozen=True, slots=True)
class Bar:
    """What becomes of the questions at a threshold.

    Attributes:
        name: Whose threshold it is.
        decisions: What becomes of them.
        parts: Of each kind its class in the style sheet, what it says, how many there are and their share in percent.
    """

    name: str
    decisions: Decisions
    parts: Sequence[tuple[str, str, int, float]]


def html_report(evaluation: Evaluation) -> str:
    """Return the page."""
    columns = shown_columns(evaluation)
    best, numbered = evaluation.best, list(enumerate(evaluation.retrievers))
    recall_low = lowest(float(value) for one in evaluation.retrievers for value in one.recall_curve)
    risk_low = lowest(float(one.risk_coverage.accuracy.min()) for one in evaluation.retrievers)
    return render(
        "retrieval/report.html.j2",
        evaluation=evaluation,
        best=best,
        tiles=_tiles(evaluation),
        columns=[(name, wording_of(name)) for name in columns],
        shown=lambda one, name: shown_with_interval(name, one.figures[name], one.intervals),
        leads=_leads(evaluation, columns),
        recall_curves=[_recall_curve(number, one, evaluation.top_k, recall_low) for number, one in numbered],
        risk_curves=[_risk_curve(number, one, risk_low) for number, one in numbered],
        rank_ticks=[(PLOT * _place(tick, evaluation.top_k), f"{tick:,}") for tick in _ticks(evaluation.top_k)],
        recall_ticks=shares(recall_low),
        risk_ticks=shares(risk_low),
        ticks=shares(),
        best_style=_style(evaluation.retrievers.index(best)),
        plot=PLOT,
        dots=reliability_dots(best.bins),
        bars=[bar for one in evaluation.retrievers for bar in _bars(one)],
        compared=[wording_of(figure).title for figure in COMPARED],
        comparisons=_comparisons(evaluation),
        whisker=WHISKER,
        misses_shown=MISSES_SHOWN,
    )


def _tiles(evaluation: Evaluation) -> list[dict[str, Any]]:
    """Return the summary of the best retriever: each figure with how full its bar is."""
    best = evaluation.best
    names = ["success_at_1" if evaluation.several else "recall_at_1", "recall_at_10", "ndcg_at_10", "mrr", "auroc"]
    tiles = []
    for name in (*names, "aurc", "expected_calibration_error"):
        wording, value = wording_of(name), best.figures[name]
        less_is_better = name in ("aurc", "expected_calibration_error")
        tiles.append(
            {
                "title": wording.title,
                "meaning": wording.meaning,
                "value": wording.shown(value),
                "share": None if value is None or less_is_better else value,
            }
        )
    return tiles


def _leads(evaluation: Evaluation, columns: Sequence[str]) -> dict[str, float]:
    """Return the best value of each column in which the retrievers differ."""
    columns_of = {name: [one.figures[name] for one in evaluation.retrievers] for name in columns}
    known = {name: [value for value in values if value is not None] for name, values in columns_of.items()}
    return {name: max(values) for name, values in known.items() if len(set(values)) > 1}


def _style(number: int) -> str:
    return f"s{number % COLOURS}" + (" dashed" if number >= COLOURS else "")


def _place(rank: int, top_k: int) -> float:
    """Return where a rank stands on an axis from 0 to 1: what changes, changes in the first places."""
    return math.log(rank) / math.log(top_k)


def _ticks(top_k: int) -> list[int]:
    return [tick for tick in TICKS if tick <= top_k]


def _recall_curve(number: int, one: Measured, top_k: int, low: float) -> Curve:
    points = [(_place(rank, top_k), float(value)) for rank, value in enumerate(one.recall_curve, start=1)]
    return Curve(one.name, _style(number), line(points, low))


def _risk_curve(number: int, one: Measured, low: float) -> Curve:
    curve = one.risk_coverage
    step = max(len(curve.coverage) // CURVE_POINTS, 1)
    pairs = list(zip(curve.coverage.tolist(), curve.accuracy.tolist(), strict=True))
    return Curve(one.name, _style(number), line([*pairs[:-1:step], pairs[-1]], low))


def _bars(one: Measured) -> list[Bar]:
    bars = []
    for name, decisions in ((one.name, one.at_threshold), ("at its best", one.at_best)):
        counts = (
            ("right", "answered, rightly", decisions.answered_right),
            ("silent-right", "silent, rightly", decisions.abstained_right),
            ("silent-wrong", "silent, though it has an answer", decisions.abstained_wrong),
            ("wrong", "answered, wrongly", decisions.answered_wrong),
        )
        parts = [(style, told, count, 100 * count / decisions.total) for style, told, count in counts]
        bars.append(Bar(name, decisions, parts))
    return bars


def _comparisons(evaluation: Evaluation) -> list[dict[str, Any]]:
    """Return each pair with its differences, and how far they reach in the widest picture."""
    all_found = [found for pair in evaluation.comparisons for found in pair.differences.values()]
    widest = max((abs(end) for found in all_found for end in (*found.interval, found.value)), default=0.0) or 1.0
    return [
        {
            "ours": pair.ours,
            "theirs": pair.theirs,
            "differences": [_difference(pair.differences[figure], widest) for figure in COMPARED],
        }
        for pair in evaluation.comparisons
    ]


def _difference(found: Difference, widest: float) -> dict[str, Any]:
    low, value, high = (WHISKER * end / widest for end in (found.interval[0], found.value, found.interval[1]))
    return {
        "value": f"{100 * found.value:+.1f}",
        "p_value": "< .001" if found.p_value < 0.001 else f"{found.p_value:.3f}",
        "sure": found.p_value < 1 - CONFIDENCE,
        "low": low,
        "at": value,
        "high": high,
    }
