"""A report on thresholds as one HTML page that needs nothing else: no scripts, no fonts, nothing fetched."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import jinja2
import numpy as np

from dialog_core.text import repair_text, strip_controls
from dialog_ranking_training.curves import Bin, Point
from dialog_ranking_training.tuning import wording
from dialog_ranking_training.tuning.figures import Figures
from dialog_ranking_training.tuning.report import Report

PLOT = 320  # the side of a square diagram, in its own units
WIDE, HIGH = 720, 300  # of the curve
MOST_POINTS = 400  # of a line; more cannot be seen
BIGGEST_DOT, SMALLEST_DOT = 5.5, 3.0
STEPS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5)  # between two ticks


@dataclass(frozen=True, slots=True)
class Dot:
    """A point of a diagram.

    Attributes:
        x: From the left.
        y: From above.
        told: What it says when pointed at.
        style: Its class in the style sheet.
        radius: How big it is.
        ideal: Where it should be, from above; in a reliability diagram.
    """

    x: float
    y: float
    told: str
    style: str = ""
    radius: float = 4.0
    ideal: float = 0.0


@dataclass(frozen=True, slots=True)
class Axis:
    """The part of the shares from 0 to 1 that a diagram shows.

    Attributes:
        low: Where it begins.
        high: Where it ends.
        length: How long it is, in units of the diagram.
        ticks: Where marks stand, from the beginning, and what they say.
    """

    low: float
    high: float
    length: float
    ticks: tuple[tuple[float, str], ...]

    def place(self, value: float) -> float:
        """Return where a share stands, from the beginning of the axis."""
        return (min(self.high, max(self.low, value)) - self.low) / (self.high - self.low) * self.length


def html_report(report: Report) -> str:
    """Return the page."""
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, loader=jinja2.FunctionLoader(_source)
    )
    environment.filters["clean"] = lambda text: strip_controls(repair_text(text))
    spots = {name: spot.figures for name, spot in report.spots.items()}
    heights = [*report.curve.accuracy.tolist(), *(spots[name].accuracy for name in ("first_tier", "everybody"))]
    upright = axis([*heights, spots["oracle"].accuracy], HIGH)
    across = axis([0.0, 1.0], WIDE)
    risks = axis([0.0, *(point.risk for points in report.coverage.values() for point in points)], PLOT)
    square = axis([0.0, 1.0], PLOT)
    return environment.get_template("report.html.j2").render(
        report=report,
        w=wording,
        tiles=_tiles(report),
        wide=WIDE,
        high=HIGH,
        plot=PLOT,
        across=across,
        upright=upright,
        square=square,
        risks=risks,
        line=_curve_line(report, across, upright),
        marks=_marks(report, across, upright),
        chance=[_at(spots[name], across, upright) for name in ("first_tier", "everybody")],
        dots={name: _dots(bins, square) for name, bins in report.bins.items()},
        coverage={name: _coverage_line(points, square, risks) for name, points in report.coverage.items()},
        costs=any(row.cost for row in report.rows),
        several=len(report.tiers) > 1,
    )


def axis(values: Sequence[float], length: float) -> Axis:
    """Return an axis on which all values are, as near together as its ticks allow."""
    least, most = min(values, default=0.0), max(values, default=1.0)
    step = next((step for step in STEPS if most - least <= 5 * step), STEPS[-1])
    low = max(0.0, math.floor(least / step + 1e-9) * step)
    high = min(1.0, math.ceil(most / step - 1e-9) * step)
    if high - low < step / 2:
        low, high = max(0.0, low - step), min(1.0, high + step)
    count = round((high - low) / step)
    ticks = tuple(
        (length * tick / count, f"{100 * (low + (high - low) * tick / count):.0f} %") for tick in range(count + 1)
    )
    return Axis(low, high, length, ticks)


def _source(name: str) -> str:
    return files("dialog_ranking_training.tuning").joinpath(name).read_text(encoding="utf-8")


def _tiles(report: Report) -> list[dict[str, Any]]:
    chosen, everybody = report.spots["chosen"], report.spots["everybody"].figures
    figures = chosen.figures
    tiles = [
        (
            "accept_at",
            wording.threshold(figures.accept_at),
            None,
            "from this probability on, later tiers are not asked",
        ),
        ("As it should be", wording.share(figures.accuracy), figures.accuracy, wording.MEANINGS["accuracy"]),
        (
            "Calls",
            wording.share(figures.calls),
            figures.calls,
            f"messages for which {report.caller} is asked",
        ),
        ("answer_at", wording.threshold(figures.answer_at), None, "below it, nothing is said"),
        (
            "Answered wrongly",
            wording.share(figures.wrong),
            figures.wrong,
            f"95 %: {wording.interval(chosen, 'wrong')}",
        ),
        (
            "Calls saved",
            "–" if figures.saved is None else wording.share(figures.saved),
            figures.saved,
            "of those that an oracle would save",
        ),
        (
            "A message takes",
            wording.seconds(figures.seconds),
            None,
            f"on average; {wording.seconds(everybody.seconds)} if everybody is asked",
        ),
    ]
    return [{"title": title, "value": value, "share": share, "meaning": told} for title, value, share, told in tiles]


def _curve_line(report: Report, across: Axis, upright: Axis) -> str:
    shown = np.arange(len(report.curve))
    if len(shown) > MOST_POINTS:
        shown = np.unique(np.linspace(0, len(shown) - 1, MOST_POINTS).round().astype(int))
    points = zip(report.curve.calls[shown].tolist(), report.curve.accuracy[shown].tolist(), strict=True)
    return _line([(across.place(calls), HIGH - upright.place(accuracy)) for calls, accuracy in points])


def _marks(report: Report, across: Axis, upright: Axis) -> list[Dot]:
    """Return the points that stand out, and those of the table to point at."""
    found = []
    for row in report.rows:
        if row != report.chosen.figures:
            found.append(_dot(row, across, upright, f"accept_at {wording.threshold(row.accept_at)}", "point", 3.0))
    names = {"oracle": "an oracle", "first_tier": "first tier alone", "everybody": "everybody", "chosen": "chosen"}
    for name, told in names.items():
        found.append(_dot(report.spots[name].figures, across, upright, told, name, 7.0 if name == "chosen" else 5.0))
    return found


def _dot(figures: Figures, across: Axis, upright: Axis, name: str, style: str, radius: float) -> Dot:
    x, y = _at(figures, across, upright)
    told = f"{name}: {wording.share(figures.accuracy)} as it should be, {wording.share(figures.calls)} calls"
    return Dot(x, y, told, style, radius)


def _at(figures: Figures, across: Axis, upright: Axis) -> tuple[float, float]:
    return across.place(figures.calls), HIGH - upright.place(figures.accuracy)


def _dots(bins: Sequence[Bin], square: Axis) -> list[Dot]:
    most = max((group.weight for group in bins), default=1.0)
    return [
        Dot(
            x=square.place(group.probability),
            y=PLOT - square.place(group.right),
            told=f"{group.weight:,.0f} messages: {group.probability:.3f} sure on average, {group.right:.3f} right",
            radius=SMALLEST_DOT + (BIGGEST_DOT - SMALLEST_DOT) * group.weight / most,
            ideal=PLOT - square.place(group.probability),
        )
        for group in bins
    ]


def _coverage_line(points: Sequence[Point], square: Axis, risks: Axis) -> str:
    return _line([(square.place(point.coverage), PLOT - risks.place(point.risk)) for point in points])


def _line(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
