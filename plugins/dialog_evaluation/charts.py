"""Where things stand in the diagrams of a report; `charts.html.j2` draws them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dialog_evaluation.metrics.calibration import Bin

PLOT = 320  # the side of a diagram, in its own units
LOWEST = (0.8, 0.5, 0.0)  # where an axis may begin
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


def reliability_dots(bins: Sequence[Bin]) -> list[Dot]:
    """Return a dot for each bin."""
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


def lowest(values: Iterable[float]) -> float:
    """Return where an axis of shares has to begin so that all values are on it and differences can be seen."""
    least = min(values, default=0.0)
    return next((low for low in LOWEST if low <= least), 0.0)


def shares(low: float = 0.0) -> list[tuple[float, str]]:
    """Return ticks of an axis up to 100 %."""
    return [(PLOT * fifth / 5, f"{100 * (low + (1 - low) * fifth / 5):.0f} %") for fifth in range(6)]


def line(points: Sequence[tuple[float, float]], low: float = 0.0) -> str:
    """Return a line through points as SVG wants it; x is from 0 to 1, from the left, y from `low` to 1, from below."""
    return " ".join(f"{x * PLOT:.1f},{(1 - (y - low) / (1 - low)) * PLOT:.1f}" for x, y in points)
