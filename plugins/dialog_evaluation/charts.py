"""Where things stand in the diagrams of a report; `charts.html.j2` draws them."""

from collections.abc import Sequence
from dataclasses import dataclass

from dialog_evaluation.metrics.calibration import Bin

PLOT = 320  # the side of a diagram, in its own units
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


def shares() -> list[tuple[float, str]]:
    """Return ticks of an axis from 0 to 100 %."""
    return [(PLOT * tenth / 10, f"{tenth * 10} %") for tenth in range(0, 11, 2)]


def line(points: Sequence[tuple[float, float]]) -> str:
    """Return a line through points, both coordinates from 0 to 1 and from the lower left, as SVG wants it."""
    return " ".join(f"{x * PLOT:.1f},{(1 - y) * PLOT:.1f}" for x, y in points)
