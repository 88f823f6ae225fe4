"""Where things stand in the diagrams of a report: shares of the width, so that they fit a phone and a wall."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from dialog_evaluation.replies.intervals import Interval
from dialog_evaluation.report.figures import Figure, Wording
from dialog_evaluation.report.report import Histogram


@dataclass(frozen=True, slots=True)
class Mark:
    """A figure on a track.

    Attributes:
        kind: Whose it is, which gives it its colour.
        at: Where it stands, in hundredths of the width.
        low: Where its interval begins; the same as `at` where there is none.
        high: Where it ends.
        told: What it says when pointed at.
    """

    kind: str
    at: float
    low: float
    high: float
    told: str


@dataclass(frozen=True, slots=True)
class Track:
    """Figures of several on one line.

    Attributes:
        title: What is measured.
        meaning: What that says.
        value: The bot's figure, as people read it.
        interval: Where it lies.
        marks: All figures, the bot's last so that it lies on top.
        zero: Where nothing is, for differences; None: at the left.
    """

    title: str
    meaning: str
    value: str
    interval: str
    marks: Sequence[Mark] = field(default_factory=tuple)
    zero: float | None = None


def track(
    wording: Wording, figures: Sequence[tuple[str, str, Figure]], *, title: str = "", scale: float | None = None
) -> Track:
    """Return the track of a figure.

    Args:
        wording: How the figure is shown.
        figures: Whose it is as a kind and in words, and its value; the bot's first.
        title: What it is called, unless as usual.
        scale: The largest value there is room for; None: what is needed.
    """
    known = [(kind, who, figure) for kind, who, figure in figures if figure.value is not None]
    most = scale or nice(max((_high(figure) for _, _, figure in known), default=1.0))
    marks = []
    for kind, who, figure in reversed(known):
        value = figure.value or 0.0
        low, high = figure.interval or (value, value)
        told = f"{who}: {wording.shown(value)}"
        around = wording.shown_interval(figure)
        shown = f"{told} ({around})" if around else told
        marks.append(Mark(kind, _place(value, most), _place(low, most), _place(high, most), shown))
    own = figures[0][2]
    return Track(title or wording.title, wording.meaning, wording.shown(own.value), wording.shown_interval(own), marks)


def difference_track(
    title: str, meaning: str, shown: tuple[str, str], value: float, interval: Interval | None, way: int
) -> Track:
    """Return the track of a difference: nothing is in the middle.

    Args:
        title: What is measured.
        meaning: What that says.
        shown: The difference and its interval, as people read them.
        value: The difference.
        interval: Where it lies.
        way: 1 where more is better, -1 where less is, 0 where neither is.
    """
    low, high = interval or (value, value)
    most = max(abs(value), abs(low), abs(high)) * 1.1 or 1.0
    at, first, last = ((one / most + 1) * 50 for one in (value, low, high))
    kind = "none" if first <= 50 <= last or not way else "bot" if value * way > 0 else "worse"
    return Track(title, meaning, *shown, (Mark(kind, at, first, last, f"{shown[0]} ({shown[1]})"),), 50.0)


def bars(histogram: Histogram | None) -> list[tuple[float, float, float, int]]:
    """Return the bars of a histogram: where each begins, how wide and how high it is, in hundredths; and its count."""
    if histogram is None:
        return []
    most, width = max(*histogram.counts, 1), 100 / len(histogram.counts)
    return [(number * width, width, 100 * count / most, count) for number, count in enumerate(histogram.counts)]


def line(values: Sequence[float | None], height: float = 100) -> list[tuple[float, float]]:
    """Return points of a line through values, the largest at the top; those that are not known are left out."""
    known = [value for value in values if value is not None]
    if not known:
        return []
    low, high = min(known), max(known)
    room = (high - low) or 1.0
    steps = max(len(values) - 1, 1)
    return [
        (100 * number / steps, height - height * (value - low) / room if high > low else height / 2)
        for number, value in enumerate(values)
        if value is not None
    ]


def nice(value: float) -> float:
    """Return the next round number."""
    if value <= 0 or not math.isfinite(value):
        return 1.0
    size = 10.0 ** math.floor(math.log10(value))
    return next(float(step * size) for step in (1, 1.5, 2, 3, 4, 5, 6, 8, 10) if step * size >= value * 0.9999)


def widest(figures: Iterable[Figure]) -> float:
    """Return a round number that all figures and intervals are below."""
    return nice(max((_high(figure) for figure in figures if figure.value is not None), default=1.0))


def _high(figure: Figure) -> float:
    return max(figure.value or 0.0, *(figure.interval or (0.0,)))


def _place(value: float, most: float) -> float:
    return min(max(100 * value / most, 0.0), 100.0)
