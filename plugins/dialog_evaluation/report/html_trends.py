"""Trends as a page that needs nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dialog_evaluation.page import render
from dialog_evaluation.report.console_comparison import SIGNS
from dialog_evaluation.report.drawing import widest
from dialog_evaluation.report.figures import NOTHING, WORDINGS
from dialog_evaluation.report.trends import Point, Trends

KINDS = {"better": "bot", "worse": "worse", "differs": "people", "": "plain"}


@dataclass(frozen=True, slots=True)
class Dot:
    """A run in a chart; all places are hundredths, of the width from the left and of the height from the top.

    Attributes:
        x: Where it stands.
        y: How high.
        low: Where its interval ends below.
        high: Where it ends above.
        kind: Whether it is better or worse than the run before.
        told: What it says when pointed at.
    """

    x: float
    y: float
    low: float
    high: float
    kind: str
    told: str


def html_trends(trends: Trends) -> str:
    """Return the page."""
    return render(
        "report/trends.html.j2",
        evaluation=trends,
        tiles=[],
        charts=[_chart(trends.points, name) for name in trends.metrics],
        titles=[WORDINGS[name].title for name in trends.metrics],
        rows=[_row(point, trends.metrics) for point in reversed(trends.points)],
    )


def _chart(points: Sequence[Point], name: str) -> dict[str, Any]:
    wording = WORDINGS[name]
    known = [(place, point) for place, point in enumerate(points) if name in point.figures]
    top = widest(point.figures[name] for _, point in known)
    dots = []
    for place, point in known:
        figure = point.figures[name]
        value = figure.value or 0.0
        low, high = figure.interval or (value, value)
        verdict = point.verdicts.get(name, "")
        told = f"{point.info.started_at[:16].replace('T', ' ')}: {wording.shown(value)} {verdict}".strip()
        x = 50.0 if len(points) == 1 else 3 + 94 * place / (len(points) - 1)
        y, bottom, upper = (100 - 100 * end / top for end in (value, low, high))
        dots.append(Dot(x, y, bottom, upper, KINDS[verdict], told))
    by_path = {point.path: dot for (_, point), dot in zip(known, dots, strict=True)}
    lines = [
        (by_path[point.beside], dot)
        for (_, point), dot in zip(known, dots, strict=True)
        if point.beside is not None and point.beside in by_path
    ]
    first, last = known[0][1].figures[name], known[-1][1].figures[name]
    return {
        "title": wording.title,
        "meaning": wording.meaning,
        "dots": dots,
        "lines": lines,
        "top": wording.shown(top),
        "bottom": wording.shown(0.0),
        "ends": f"{wording.shown(first.value)} → {wording.shown(last.value)}",
    }


def _row(point: Point, names: Sequence[str]) -> dict[str, Any]:
    cells = []
    for name in names:
        figure = point.figures.get(name)
        verdict = point.verdicts.get(name, "")
        cells.append(
            {
                "value": WORDINGS[name].shown(figure.value) if figure else NOTHING,
                "interval": WORDINGS[name].shown_interval(figure) if figure else "",
                "verdict": verdict,
                "sign": SIGNS[verdict],
            }
        )
    return {
        "when": point.info.started_at[:16].replace("T", " "),
        "fingerprint": point.info.fingerprint,
        "cut": not point.info.finished_at,
        "files": ", ".join(file.path for file in point.info.files),
        "mode": point.info.mode,
        "turns": point.turns,
        "other": bool(point.changed) and point.beside is None,
        "changed": point.changed,
        "cells": cells,
    }
