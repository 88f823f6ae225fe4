"""Logistic regression that is drawn towards a prior: labels may be soft and weighted, penalties differ by column."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

MOST_STEPS = 50
TOLERANCE = 1e-5  # of the decrement, in nats


def fit_logistic(columns: Floats, offset: Floats, right: Floats, weights: Floats, penalties: Floats) -> Any:
    """Return the coefficients that are the most probable.

    The log odds of a row are its offset and the sum of its columns times the coefficients; the coefficients have a
    Gaussian prior around 0 whose precisions are the penalties (Bishop 2006, section 4.3.3).

    Args:
        columns: The features, a row each.
        offset: What the log odds are before anything is learnt.
        right: Labels from 0 to 1.
        weights: How much each counts.
        penalties: One for each column, greater than 0.
    """

    def loss(found: Floats) -> float:
        return log_loss(offset + columns @ found, right, weights) + float(penalties @ found**2) / 2

    def step(found: Floats) -> tuple[Floats, Floats]:
        p = sigmoid(offset + columns @ found)
        gradient = columns.T @ (weights * (p - right)) + penalties * found
        hessian = (columns * (weights * p * (1 - p))[:, None]).T @ columns + np.diag(penalties)
        return gradient, np.asarray(np.linalg.solve(hessian, gradient), dtype=np.float64)

    return _newton(np.zeros(columns.shape[1]), loss, step)


def fit_by_policy(
    columns: Floats,
    offset: Floats,
    right: Floats,
    weights: Floats,
    policies: Integers,
    penalties: Floats,
    start: Floats | None = None,
) -> Floats:
    """Return coefficients that all policies share, and what is added to them for each single one.

    This is the regression of `fit_logistic` with every column there once for all rows and once more for those of each
    policy (Daumé 2007, "Frustratingly easy domain adaptation"). As no row is of two policies, the policies' blocks of
    the Hessian do not touch, and are eliminated one by one.

    Args:
        columns: The features, a row each.
        offset: What the log odds are before anything is learnt.
        right: Labels from 0 to 1.
        weights: How much each counts.
        policies: Whose candidate each row is: 0, 1, 2, ...
        penalties: A row for what is shared, and one for each policy; all greater than 0.
        start: Coefficients to begin with.

    Returns:
        A row for what is shared, and one for each policy.
    """
    rows_of = [np.flatnonzero(policies == number) for number in range(len(penalties) - 1)]
    parts = [columns[rows] for rows in rows_of]

    def odds(found: Floats) -> Floats:
        total = offset.copy()
        for number, (rows, part) in enumerate(zip(rows_of, parts, strict=True), 1):
            total[rows] += part @ (found[0] + found[number])
        return total

    def loss(found: Floats) -> float:
        return log_loss(odds(found), right, weights) + float((penalties * found**2).sum()) / 2

    def step(found: Floats) -> tuple[Floats, Floats]:
        p = sigmoid(odds(found))
        gradient = penalties * found
        schur, reduced = np.diag(penalties[0]), np.zeros(columns.shape[1])
        eliminated = []
        for number, (rows, part) in enumerate(zip(rows_of, parts, strict=True), 1):
            own = part.T @ (weights[rows] * (p - right)[rows])
            gradient[0] += own
            gradient[number] += own
            hessian = (part * (weights * p * (1 - p))[rows, None]).T @ part
            solved = np.linalg.solve(hessian + np.diag(penalties[number]), np.column_stack([hessian, gradient[number]]))
            schur += hessian - hessian @ solved[:, :-1]
            reduced += hessian @ solved[:, -1]
            eliminated.append(solved)
        shared = np.linalg.solve(schur, gradient[0] - reduced)
        owns = [solved[:, -1] - solved[:, :-1] @ shared for solved in eliminated]
        return gradient, np.stack([shared, *owns])

    return _newton(np.zeros_like(penalties) if start is None else start, loss, step)


def sigmoid(values: Floats) -> Floats:
    """Return probabilities of log odds."""
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * values)), dtype=np.float64)


def log_loss(odds: Floats, right: Floats, weights: Floats) -> float:
    """Return the weighted sum of negative log likelihoods of labels, soft or hard."""
    return float(weights @ (np.logaddexp(0.0, odds) - right * odds))


def _newton(found: Floats, loss: Callable[[Floats], float], step: Callable[[Floats], tuple[Floats, Floats]]) -> Floats:
    """Return the minimum by Newton's method, steps halved until they pay (Nocedal and Wright 2006, section 3.1)."""
    value = loss(found)
    for _ in range(MOST_STEPS):
        gradient, direction = step(found)
        decrement = float((gradient * direction).sum())
        if decrement < TOLERANCE:
            break
        size = 1.0
        while (new := loss(found - size * direction)) > value - 1e-4 * size * decrement and size > 1e-6:
            size /= 2
        found, value = found - size * direction, new
    return found
