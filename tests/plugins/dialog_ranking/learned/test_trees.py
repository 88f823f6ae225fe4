"""Boosted trees as they are served."""

import math
from typing import Any

import numpy as np
import pytest

from dialog_ranking.learned.trees import Trees
from tests.plugins.dialog_ranking.learned.models import wild_trees

# One tree: score up to .5? then 1/3 of the way down, is there a margin? A second tree is a leaf.
DRAWN: dict[str, Any] = {
    "names": ("score", "margin"),
    "roots": [0, 5],
    "feature": [0, -1, 1, -1, -1, -1],
    "threshold": [0.5, math.nan, 0.1, math.nan, math.nan, math.nan],
    "left": [1, 1, 3, 3, 4, 5],
    "right": [2, 2, 4, 3, 4, 5],
    "missing_left": [True, False, False, False, False, False],
    "value": [0.1, -1.0, 0.5, 0.2, 1.2, 0.03],
}
KINDS = {"roots": "i4", "feature": "i4", "left": "i4", "right": "i4", "missing_left": "?"}


def drawn(**changes: Any) -> Trees:
    told = {**DRAWN, **changes}
    names = told.pop("names")
    return Trees(names=names, **{name: np.array(value, KINDS.get(name, "f8")) for name, value in told.items()})


def odds(trees: Trees, *rows: tuple[float, float]) -> list[float]:
    return list((trees.base + trees.contributions(np.array(rows)).sum(axis=1)).tolist())


def test_a_candidate_gets_the_values_of_the_leaves_it_falls_into() -> None:
    found = odds(drawn(), (0.4, 0.0), (0.5, 0.9), (0.6, 0.1), (0.6, 0.2))
    assert found == pytest.approx([-0.97, -0.97, 0.23, 1.23])


def test_a_missing_feature_takes_the_way_that_was_learnt() -> None:
    assert odds(drawn(), (math.nan, 0.9), (0.9, math.nan)) == pytest.approx([-0.97, 1.23])


def test_what_is_gained_on_the_way_is_the_deciding_features() -> None:
    assert drawn().contributions(np.array([[0.9, 0.9], [0.1, 0.9]])).tolist() == [
        pytest.approx([0.4, 0.7]),
        pytest.approx([-1.1, 0.0]),
    ]
    assert drawn().base == pytest.approx(0.13)
    assert drawn().used == {"score", "margin"}


def one_by_one(trees: Trees, row: list[float]) -> float:
    total = 0.0
    for node in trees.roots.tolist():
        while trees.feature[node] >= 0:
            found = row[trees.feature[node]]
            left = trees.missing_left[node] if math.isnan(found) else found <= trees.threshold[node]
            node = int(trees.left[node] if left else trees.right[node])
        total += float(trees.value[node])
    return total


@pytest.mark.parametrize("seed", range(5))
def test_all_at_once_is_the_same_as_one_by_one(seed: int) -> None:
    trees = wild_trees(seed)
    random = np.random.default_rng(seed)
    matrix = random.normal(size=(30, len(trees.names)))
    matrix[random.random(matrix.shape) < 0.3] = math.nan
    assert odds(trees, *matrix.tolist()) == pytest.approx([one_by_one(trees, row) for row in matrix.tolist()])


def test_no_trees_say_nothing() -> None:
    nothing = drawn(**{name: [] for name in DRAWN if name != "names"})
    assert odds(nothing, (0.5, 0.5)) == [0.0]
    assert not nothing.used
    assert drawn().contributions(np.empty((0, 2))).shape == (0, 2)


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"feature": [2, -1, 1, -1, -1, -1]}, "a feature there is none of"),
        ({"left": [0, 1, 3, 3, 4, 5]}, "a node there is none of"),  # it would never end
        ({"right": [9, 2, 4, 3, 4, 5]}, "a node there is none of"),
        ({"roots": [6]}, "begins at a node there is none of"),
        ({"value": [0.1, math.inf, 0.5, 0.2, 1.2, 0.03]}, "not finite"),
        ({"threshold": [math.nan] * 6}, "not finite"),
        ({"value": [0.1]}, "unequal numbers"),
        ({"names": ("score", "marginn")}, "no feature 'marginn'"),
    ],
)
def test_trees_that_cannot_be_are_refused(changes: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        drawn(**changes)
