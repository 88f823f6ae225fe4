"""Fitting the linear model of the next action. Brings scikit-learn: imported while training only."""

import warnings
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix
from scipy.special import log_softmax
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # scikit-learn brings it

from dialog_rasa.prediction.learned import NextActionModel
from dialog_rasa_training.examples import Row, Seen, rows, users_of

MOST_WEIGHTS = 20_000_000  # features times actions; of more features the rarest are left out
MAX_ITERATIONS = 1_000
USUAL_COUNTS = 20  # moments that a temperature of 1 counts as: five that are right do not make a model certain
COLDEST, HOTTEST = 0.3, 5.0


def fit(examples: Sequence[Seen], *, window: int, regularisation: float) -> NextActionModel:
    """Return a model of the next action: multinomial logistic regression over the features of states.

    Args:
        examples: What stories and rules do.
        window: How many states it looks at.
        regularisation: C.
    """
    found = rows(examples)
    actions = sorted({row.action for row in found})
    features = _vocabulary(found, len(actions))
    matrix = _matrix(found, features)
    model = LogisticRegression(C=regularisation, max_iter=MAX_ITERATIONS)
    # Over matrices as small as these, threads wait for each other fifty times as long as one takes.
    with threadpool_limits(limits=1), warnings.catch_warnings():
        # Not to the last digit is good enough: what is measured afterwards is what was reached.
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(matrix, [row.action for row in found], sample_weight=[row.weight for row in found])
    weights, bias = np.asarray(model.coef_), np.asarray(model.intercept_)
    if len(actions) == 2:  # one function decides between the two
        weights, bias = np.concatenate([0 * weights, weights]), np.concatenate([0 * bias, bias])
    return NextActionModel(
        actions=tuple(actions),
        features=features,
        users=users_of(examples),
        window=window,
        temperature=1.0,
        weights=np.ascontiguousarray(weights.T, dtype=np.float32),
        bias=bias.astype(np.float32),
    )


def temperature(judged: Iterable[tuple[NextActionModel, Seen]]) -> float:
    """Return what scores must be divided by to be as sure as they are right (Guo et al. 2017, temperature scaling).

    Args:
        judged: Examples, each with a model that has not seen its story.
    """
    cases = []
    for model, example in judged:
        if example.action in model.actions:
            scores = model.scores(example.states, example.begun, example.words)
            cases.append((scores.astype(np.float64), model.actions.index(example.action)))
    if not cases:
        return 1.0

    def loss(log_temperature: float) -> float:
        scale = float(np.exp(log_temperature))
        likelihood = sum(float(log_softmax(scores / scale)[place]) for scores, place in cases)
        return -likelihood + USUAL_COUNTS * log_temperature**2

    found = minimize_scalar(loss, bounds=(np.log(COLDEST), np.log(HOTTEST)), method="bounded")
    return round(float(np.exp(found.x)), 6)


def _vocabulary(found: Sequence[Row], actions: int) -> tuple[str, ...]:
    counts: dict[str, int] = {}
    for row in found:
        for feature in row.features:
            counts[feature] = counts.get(feature, 0) + 1
    most = max(MOST_WEIGHTS // actions, 1)
    kept = sorted(counts, key=lambda feature: (-counts[feature], feature))[:most]
    return tuple(sorted(kept))


def _matrix(found: Sequence[Row], features: Sequence[str]) -> csr_matrix:
    places = {feature: place for place, feature in enumerate(features)}
    values: list[float] = []
    columns: list[int] = []
    ends = [0]
    for row in found:
        known = [(places[feature], weight) for feature, weight in row.features.items() if feature in places]
        columns += [place for place, _ in known]
        values += [weight for _, weight in known]
        ends.append(len(columns))
    indices: NDArray[np.int32] = np.array(columns, dtype=np.int32)
    ends_array: NDArray[np.int32] = np.array(ends, dtype=np.int32)
    return csr_matrix((np.array(values), indices, ends_array), shape=(len(found), len(features)))
