"""From what speaks for a match to how likely it is right: logistic regression, fitted with numpy."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

ITERATIONS = 50
RIDGE = 1e-2  # keeps weights finite where the examples can be told apart without a mistake


@dataclass(frozen=True, slots=True)
class Confidence:
    """A logistic model of being right.

    Attributes:
        weights: How much each feature speaks for a match; features that are not among them say nothing.
        bias: What speaks for any match to begin with.
    """

    weights: Mapping[str, float]
    bias: float

    def score(self, features: Mapping[str, float]) -> float:
        """Return the probability that a match with these features is right; a feature it lacks counts as 0."""
        logit = self.bias + sum(weight * features.get(name, 0.0) for name, weight in self.weights.items())
        return 1 / (1 + math.exp(-max(min(logit, 50.0), -50.0)))

    def as_json(self) -> dict[str, object]:
        """Return it as JSON values."""
        return {"weights": dict(self.weights), "bias": self.bias}

    @classmethod
    def from_json(cls, value: Mapping[str, object]) -> "Confidence":
        """Read what `as_json` gave.

        Raises:
            ValueError, KeyError, TypeError: It is something else.
        """
        weights = value["weights"]
        if not isinstance(weights, Mapping):
            raise ValueError("its weights are no mapping")
        numbers = {str(name): float(weight) for name, weight in weights.items()}
        bias = float(value["bias"])  # type: ignore[arg-type]
        if not all(map(math.isfinite, (*numbers.values(), bias))):
            raise ValueError("a weight is no finite number")
        return cls(numbers, bias)

    @classmethod
    def fit(
        cls, rows: Sequence[Mapping[str, float]], right: Sequence[bool], *, names: Sequence[str] = ()
    ) -> "Confidence":
        """Fit a model to matches of which is known whether they were right.

        Maximum likelihood with a small ridge, by Newton's method (iteratively reweighted least squares: Hastie,
        Tibshirani & Friedman 2009, section 4.4.1).

        Args:
            rows: The features of each match.
            right: Whether it was right.
            names: The features to weigh; default: all there are.
        """
        import numpy as np

        names = list(names) or sorted({name for row in rows for name in row})
        if not rows or len(set(right)) < 2:
            raise ValueError("it takes matches that are right and matches that are not")
        design = np.array([[row.get(name, 0.0) for name in names] + [1.0] for row in rows])
        target = np.asarray(right, dtype=np.float64)
        penalty = np.full(design.shape[1], RIDGE)
        penalty[-1] = 1e-6
        weights = np.zeros(design.shape[1])
        for _ in range(ITERATIONS):
            probability = 1 / (1 + np.exp(-np.clip(design @ weights, -50, 50)))
            slope = design.T @ (target - probability) - penalty * weights
            curvature = (design * (probability * (1 - probability))[:, None]).T @ design + np.diag(penalty)
            step = np.linalg.solve(curvature, slope)
            weights += np.clip(step, -5, 5)
            if np.abs(step).max() < 1e-8:
                break
        return cls(dict(zip(names, map(float, weights[:-1]), strict=True)), float(weights[-1]))
