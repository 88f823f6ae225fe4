"""Logistic regression as it is served: what each feature speaks for or against, by policy."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialog_ranking.features.schema import Schema

Floats = NDArray[np.float64]

CLIP = 4.0  # standard deviations; a number from beyond what training saw counts for no more


@dataclass(frozen=True, eq=False)
class LogisticWeights:
    """Weights over standardised features, shared by all policies, and what is different for single ones.

    A candidate of the policy p has the log odds `intercept` + sum over features f of
    (`weights[f]` + `by_policy[p][f]`) * clip((x[f] - `center[f]`) / `scale[f]`), on top of the default ranker's. A
    missing feature adds nothing. The columns `policy.*` are the intercepts of single policies, `by_policy[p]` of
    `default_odds` is the slope of p's score (Daumé 2007, "Frustratingly easy domain adaptation": what is shared and
    what is not are weights of one model).

    Attributes:
        names: The columns.
        center: Of each, what counts as usual.
        scale: Of each, how much it varies; never 0.
        weights: For all policies.
        by_policy: What is added to them for the candidates of one policy.
        intercept: What is added to every candidate.
    """

    names: tuple[str, ...]
    center: Floats
    scale: Floats
    weights: Floats
    by_policy: Mapping[str, Floats] = field(default_factory=dict)
    intercept: float = 0.0

    def __post_init__(self) -> None:
        Schema(self.names)
        for row in (self.center, self.scale, self.weights, *self.by_policy.values()):
            if np.shape(row) != (len(self.names),) or not np.isfinite(row).all():
                raise ValueError(f"there have to be {len(self.names)} finite weights, one for each feature")
        if not (self.scale > 0).all() or not np.isfinite(self.intercept):
            raise ValueError("a scale is not above 0, or the intercept is not finite")

    @classmethod
    def zero(cls, names: Sequence[str]) -> "LogisticWeights":
        """Return weights that leave everything to the default ranker."""
        size = len(names)
        return cls(tuple(names), np.zeros(size), np.ones(size), np.zeros(size))

    @property
    def base(self) -> float:
        """What every candidate gets."""
        return self.intercept

    @cached_property
    def used(self) -> frozenset[str]:
        """The columns that count for anything."""
        return frozenset(self.names[column] for column in np.flatnonzero(np.abs(self._table).max(axis=0)))

    def standardised(self, matrix: Floats) -> Floats:
        """Return features as the weights see them; 0 where one is missing."""
        found = np.clip((matrix - self.center) / self.scale, -CLIP, CLIP)
        found[np.isnan(found)] = 0.0
        return found

    def contributions(self, matrix: Floats, policies: Sequence[str]) -> Floats:
        """Return what each feature of each candidate adds to its log odds.

        Args:
            matrix: A row of features for each candidate, in the order of `names`; NaN where one is missing.
            policies: Whose candidate each is.
        """
        found: Floats = self.standardised(matrix)
        found *= self._table[[self._places.get(policy, 0) for policy in policies]]
        return found

    def to_files(self) -> tuple[dict[str, Any], dict[str, Floats]]:
        """Return what JSON and npz keep of it."""
        rows = np.array([*self.by_policy.values()]).reshape(len(self.by_policy), len(self.names))
        told = {"names": list(self.names), "policies": [*self.by_policy], "intercept": self.intercept}
        return told, {"center": self.center, "scale": self.scale, "weights": self.weights, "by_policy": rows}

    @classmethod
    def from_files(cls, told: Mapping[str, Any], arrays: Mapping[str, Any]) -> "LogisticWeights":
        """Return what `to_files` told.

        Raises:
            KeyError, TypeError, ValueError: It is none.
        """
        center, scale, weights, rows = (
            np.asarray(arrays[name], np.float64) for name in ("center", "scale", "weights", "by_policy")
        )
        policies = [str(policy) for policy in told["policies"]]
        by_policy = dict(zip(policies, rows, strict=True))
        return cls(tuple(map(str, told["names"])), center, scale, weights, by_policy, float(told["intercept"]))

    @cached_property
    def _table(self) -> Floats:
        """The weights of any policy, then those of the single ones."""
        return np.array([self.weights, *(self.weights + own for own in self.by_policy.values())])

    @cached_property
    def _places(self) -> Mapping[str, int]:
        return {policy: place for place, policy in enumerate(self.by_policy, 1)}
