"""Learned models for tests: weights somebody has chosen, and trees somebody has drawn."""

from collections.abc import Mapping, Sequence

import numpy as np

from dialog_core import Candidate, Evidence
from dialog_core.testing.rankers import CANDIDATES
from dialog_core.testing.turns import make_turn
from dialog_ranking.choices import Choice
from dialog_ranking.features.schema import Schema
from dialog_ranking.learned.logistic import LogisticWeights
from dialog_ranking.learned.model import LearnedModel, Platt
from dialog_ranking.learned.trees import Trees

FAQ = Candidate("It takes two days.", 0.5, "faq", "retrieval", (Evidence("How long does it take?", "faq.yaml:3", 0.5),))
RULE = Candidate("Hello!", 1.0, "rules", "rules")
LLM = Candidate("About two days, I think.", 0.5, "llm", "generative", features={"mean_log_probability": -1.0})
ALL = (RULE, FAQ, LLM)


def schema_of(candidates: Sequence[Candidate]) -> Schema:
    return Schema.of([Choice("1", make_turn("hi"), tuple(candidates), (None,) * len(candidates))])


def weighing(
    weights: Mapping[str, float],
    *,
    by_policy: Mapping[str, Mapping[str, float]] | None = None,
    candidates: Sequence[Candidate] = ALL,
    intercept: float = 0.0,
) -> LogisticWeights:
    """Return weights of features that are not standardised; of those not named 0."""
    names = schema_of(candidates).names

    def row(given: Mapping[str, float]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        assert given.keys() <= {*names}, given
        return np.array([given.get(name, 0.0) for name in names])

    return LogisticWeights(
        names,
        np.zeros(len(names)),
        np.ones(len(names)),
        row(weights),
        {policy: row(given) for policy, given in (by_policy or {}).items()},
        intercept,
    )


def model_of(
    engine: LogisticWeights | Trees | None,
    *,
    candidates: Sequence[Candidate] = ALL,
    expected: Sequence[str] = ("score",),
    calibration: Platt | None = None,
    fingerprints: Mapping[str, str] | None = None,
) -> LearnedModel:
    return LearnedModel(
        engine=engine,
        calibration=calibration or Platt(),
        expected={candidate.policy: frozenset(expected) for candidate in candidates},
        kinds=frozenset(candidate.kind for candidate in candidates),
        fingerprints=fingerprints or {},
    )


def wild_weights(seed: int, candidates: Sequence[Candidate] = CANDIDATES) -> LogisticWeights:
    """Return weights as they come."""
    random = np.random.default_rng(seed)
    names = schema_of(candidates).names
    size = len(names)
    policies = sorted({candidate.policy for candidate in candidates})
    return LogisticWeights(
        names,
        random.normal(size=size),
        np.exp(random.normal(size=size)),
        random.normal(size=size),
        {policy: random.normal(size=size) for policy in policies[::2]},
        float(random.normal()),
    )


def wild_trees(seed: int, candidates: Sequence[Candidate] = CANDIDATES, *, trees: int = 20, depth: int = 4) -> Trees:
    """Return trees as they come, some of them single leaves."""
    random = np.random.default_rng(seed)
    names = schema_of(candidates).names
    feature: list[int] = []
    left: list[int] = []
    right: list[int] = []
    roots: list[int] = []

    def grow(levels: int) -> int:
        node = len(feature)
        feature.append(-1)
        left.append(node)
        right.append(node)
        if levels and random.random() < 0.8:
            feature[node] = int(random.integers(len(names)))
            left[node] = grow(levels - 1)
            right[node] = grow(levels - 1)
        return node

    for _ in range(trees):
        roots.append(grow(depth))
    size = len(feature)
    return Trees(
        names,
        np.array(roots, np.int32),
        np.array(feature, np.int32),
        random.normal(size=size),
        np.array(left, np.int32),
        np.array(right, np.int32),
        random.random(size) < 0.5,
        random.normal(size=size) * 0.2,
    )
