"""Fitting boosted trees to what the default ranker leaves open. Brings scikit-learn."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialog_ranking.learned.trees import LEAF, Trees
from dialog_ranking_training.fitting.design import Design
from dialog_ranking_training.fitting.logistic import log_loss, sigmoid
from dialog_ranking_training.fitting.weights import UNLABELLED
from dialog_ranking_training.splitting import Split

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

FEWEST = 500  # labels; with fewer, trees learn them by heart
MOST_TREES = 80
PATIENCE = 8  # trees that make nothing better on conversations held out, then there are no more
LEARNING_RATE = 0.15
LEAVES = 8
LEAF_WEIGHT = 5.0  # labels that pull a leaf towards 0, in the curvature they have where all is open
LEAST_LEAF = 10  # rows
FEATURES_OF_SPLIT = 0.3  # share of the features that each split is looked for among
ROWS_OF_TREE = 10_000  # that its splits are looked for with; what its leaves say is found with all
BEYOND = 1e30  # in the place of an infinite threshold, which only tells what is missing from what is there
STEEPEST = 4.0  # log odds that a single row asks for at most (Friedman et al. 2000, section 4.3)


@dataclass(frozen=True, slots=True)
class Tree:
    """One tree, its nodes in a row, the root first."""

    feature: NDArray[np.int32]
    threshold: Floats
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    missing_left: Mask
    value: Floats


def fit_trees(design: Design, rows: Mask, count: int, seed: int) -> list[Tree]:
    """Return trees that add up to what is missing to the default's log odds; see `boosting`."""
    trees = []
    for tree, _ in boosting(design, rows, np.zeros_like(rows), seed):
        trees.append(tree)
        if len(trees) == count:
            break
    return trees


def best_count(design: Design, splits: Sequence[Split], rows: Mask, seed: int) -> tuple[int, Floats]:
    """Return with how many trees held-out conversations are likeliest, and the log odds of their rows then.

    Args:
        design: All rows there are.
        splits: Conversations to learn from and to hold out.
        rows: The rows of both.
        seed: For the rows of each tree, and the features each split is looked for among.
    """
    judged = [design.of(held) for _, held in splits]
    courses = [
        boosting(design, design.of(learnt), held, seed) for (learnt, _), held in zip(splits, judged, strict=True)
    ]
    known = rows & design.labelled

    def loss(odds: Floats) -> float:
        return log_loss(odds[known], design.right[known], design.weight[known])

    odds = design.offset.copy()
    best, least, likeliest = 0, loss(odds), odds
    for count in range(1, MOST_TREES + 1):
        odds = odds.copy()
        for held, course in zip(judged, courses, strict=True):
            odds[held] = next(course)[1]
        if (now := loss(odds)) < least:
            best, least, likeliest = count, now, odds
        if count - best >= PATIENCE:
            break
    return best, likeliest


def boosting(design: Design, rows: Mask, others: Mask, seed: int) -> Iterator[tuple[Tree, Floats]]:
    """Yield one tree after the other, with the log odds that other rows have by then.

    LogitBoost (Friedman, Hastie and Tibshirani 2000, algorithm 3), begun at the default ranker's log odds: each tree is
    fitted to the Newton steps of the likelihood, with some of the rows (Friedman 2002, "Stochastic gradient boosting").
    Candidates that nobody has judged count as they do for weights.

    Args:
        design: All rows there are.
        rows: Which of them to learn from.
        others: Which of them to judge on the way.
        seed: For the rows of each tree, and the features each split is looked for among.
    """
    from sklearn.tree import DecisionTreeRegressor

    columns, seen = design.matrix[rows].astype(np.float32), design.matrix[others].astype(np.float32)
    known = design.labelled[rows]
    odds, judged = design.offset[rows].copy(), design.offset[others].copy()
    right = np.where(known, design.right[rows], design.assumed[rows])
    weights = np.where(known, design.weight[rows], UNLABELLED)
    chance = np.random.default_rng(seed)
    for number in range(MOST_TREES):
        p = sigmoid(odds)
        gradient, curvature = right - p, np.maximum(p * (1 - p), 1e-6)
        learner = DecisionTreeRegressor(
            max_leaf_nodes=LEAVES,
            min_samples_leaf=LEAST_LEAF,
            max_features=FEATURES_OF_SPLIT,
            random_state=seed + number,
        )
        some = chance.choice(len(columns), ROWS_OF_TREE, replace=False) if len(columns) > ROWS_OF_TREE else slice(None)
        steps = np.clip(gradient / curvature, -STEEPEST, STEEPEST)
        learner.fit(columns[some], steps[some], sample_weight=(weights * curvature)[some])
        tree = _tree(learner, columns, weights * gradient, weights * curvature)
        odds = odds + tree.value[learner.apply(columns)]
        if len(seen):
            judged = judged + tree.value[learner.apply(seen)]
        yield tree, judged


def served(names: Sequence[str], trees: Sequence[Tree]) -> Trees:
    """Return trees as they are served, all their nodes in one row."""
    sizes = [len(tree.feature) for tree in trees]
    roots = np.cumsum([0, *sizes[:-1]]).astype(np.int32)

    def joined(parts: Sequence[NDArray[Any]]) -> NDArray[Any]:
        return np.concatenate(parts)

    return Trees(
        names=tuple(names),
        roots=roots,
        feature=joined([tree.feature for tree in trees]),
        threshold=joined([tree.threshold for tree in trees]),
        left=joined(
            [np.where(tree.left >= 0, tree.left + root, LEAF) for tree, root in zip(trees, roots, strict=True)]
        ),
        right=joined(
            [np.where(tree.right >= 0, tree.right + root, LEAF) for tree, root in zip(trees, roots, strict=True)]
        ),
        missing_left=joined([tree.missing_left for tree in trees]),
        value=joined([tree.value for tree in trees]),
    )


def _tree(learner: Any, columns: NDArray[np.float32], gradients: Floats, curvatures: Floats) -> Tree:
    """Return what was fitted, each node with the step that is best for all rows that come by it."""
    found = learner.tree_
    paths = learner.decision_path(columns)
    value = LEARNING_RATE * (paths.T @ gradients) / (paths.T @ curvatures + LEAF_WEIGHT / 4)
    inner = found.children_left >= 0
    return Tree(
        feature=np.where(inner, found.feature, LEAF).astype(np.int32),
        threshold=np.where(inner, np.clip(found.threshold, -BEYOND, BEYOND), 0.0),
        left=found.children_left.astype(np.int32),
        right=found.children_right.astype(np.int32),
        missing_left=found.missing_go_to_left.astype(np.bool_),
        value=np.asarray(value, dtype=np.float64),
    )
