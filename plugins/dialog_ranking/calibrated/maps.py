"""Monotone maps from what a policy says of its reply to the probability that it is right."""

import math
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

LEAST, MOST = 0.001, 0.999
"""No map is surer than this: nothing that was fitted to a few thousand labels can know more."""


class Map(Protocol):
    """A map: the higher the score, the higher the probability, or the same."""

    def probability(self, score: float, default: float) -> float:
        """Return how probable it is that a reply is right.

        Args:
            score: What its policy says of it.
            default: What the default ranker makes of that, for policies of this kind.
        """
        ...

    def to_json(self) -> dict[str, Any]:
        """Return what `read_map` reads."""
        ...


@dataclass(frozen=True, slots=True)
class Isotonic:
    """Straight lines between points, level beyond the first and the last.

    The values at the points are those of isotonic regression (Zadrozny & Elkan 2002, "Transforming classifier scores
    into accurate multiclass probability estimates", section 3.2); the lines between them keep the order of scores that
    plain steps would make equal.

    Attributes:
        points: Score and probability; scores rise, probabilities do not fall. At least one.
    """

    points: tuple[tuple[float, float], ...]

    def __post_init__(self) -> None:
        if not self.points:
            raise ValueError("an isotonic map needs at least one point")
        if not all(math.isfinite(score) and 0.0 <= value <= 1.0 for score, value in self.points):
            raise ValueError("the points of an isotonic map are scores and probabilities")
        for (score, value), (later, higher) in zip(self.points, self.points[1:], strict=False):
            if not (score < later and value <= higher):
                raise ValueError(f"an isotonic map does not fall: {(score, value)} is before {(later, higher)}")

    def probability(self, score: float, default: float) -> float:
        """Return the value on the line at `score`; the default does not matter."""
        place = bisect_right(self.points, (score, math.inf))
        if place == 0:
            value = self.points[0][1]
        elif place == len(self.points):
            value = self.points[-1][1]
        else:
            (x0, y0), (x1, y1) = self.points[place - 1], self.points[place]
            value = y0 + (y1 - y0) * ((score - x0) / (x1 - x0))
        return clip(value)

    def to_json(self) -> dict[str, Any]:
        """Return the map as JSON values."""
        return {"map": "isotonic", "points": [list(point) for point in self.points]}


@dataclass(frozen=True, slots=True)
class Platt:
    """A sigmoid in the log odds of the default probability, or of the score itself.

    Platt 1999, "Probabilistic outputs for support vector machines", equation 5, with log odds in the place of the
    margin and the signs so that the default is `slope` 1 and `offset` 0.

    Attributes:
        slope: How much the log odds count; not negative.
        offset: What is added to them.
        of: Whose log odds: those of the `default` probability, or of the `score`.
    """

    slope: float = 1.0
    offset: float = 0.0
    of: Literal["default", "score"] = "default"

    def __post_init__(self) -> None:
        if not (math.isfinite(self.slope) and math.isfinite(self.offset) and self.slope >= 0):
            raise ValueError(f"a sigmoid that rises has no slope {self.slope} with the offset {self.offset}")
        if self.of not in ("default", "score"):
            raise ValueError(f"a sigmoid is in the log odds of the default or the score, not of {self.of!r}")

    def probability(self, score: float, default: float) -> float:
        """Return the value of the sigmoid."""
        return clip(sigmoid(self.slope * log_odds(default if self.of == "default" else score) + self.offset))

    def to_json(self) -> dict[str, Any]:
        """Return the map as JSON values."""
        return {"map": "platt", "slope": self.slope, "offset": self.offset, "of": self.of}


def read_map(row: Any) -> Map:
    """Return the map that `to_json` wrote.

    Raises:
        ValueError: It is none.
    """
    try:
        if row["map"] == "isotonic":
            return Isotonic(tuple((float(score), float(value)) for score, value in row["points"]))
        if row["map"] == "platt":
            return Platt(float(row["slope"]), float(row["offset"]), row["of"])
        raise ValueError(f"there is no map {row['map']!r}")
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise ValueError(f"{row!r:.100} is no map: {error}") from error


def read_maps(rows: Any) -> Mapping[str, Map]:
    """Return maps by name.

    Raises:
        ValueError: They are none.
    """
    if not isinstance(rows, Mapping):
        raise ValueError(f"{rows!r:.100} is no mapping of names to maps")
    return {str(name): read_map(row) for name, row in rows.items()}


def clip(probability: float) -> float:
    """Return a probability that is no surer than a map may be."""
    return min(max(probability, LEAST), MOST)


def log_odds(probability: float) -> float:
    """Return the logarithm of the odds of a probability; of one that is 0 or 1, as near it as a map may come."""
    kept = clip(probability)
    return math.log(kept / (1.0 - kept))


def sigmoid(value: float) -> float:
    """Return the probability whose log odds are `value`, without overflow."""
    if value >= 0:
        return 1.0 / (1.0 + math.exp(-value))
    power = math.exp(value)
    return power / (1.0 + power)
