"""Fitting a calibration to messages the model has not seen. Brings scipy: imported while training only."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize, minimize_scalar
from scipy.special import expit, log_softmax

from dialog_nlu.calibration import Calibration
from dialog_nlu_training.engine_fitting import Prior
from dialog_nlu_training.holding_out import Judged

USUAL_COUNTS = 20  # messages that the usual temperature counts as: five that are right do not make a model certain
COLDEST, HOTTEST = 0.02, 5.0

Arrays = NDArray[Any]


def calibrate(judged: Judged, share: float | None, prior: Prior) -> Calibration:
    """Return the calibration that fits best.

    Args:
        judged: Messages with their scores, among them some out of scope if that is to be told.
        share: How many of all messages are expected to be out of scope; None: that is not to be told.
        prior: What it is where there is too little to learn it from.
    """
    truth = judged.truth
    temperature = _temperature(judged.scores[truth >= 0], truth[truth >= 0], prior.temperature)
    if share is None:
        return Calibration(temperature)
    foreign = truth < 0
    bias = round(prior.bias + _log_odds(share) - _log_odds(prior.share), 6)
    if not foreign.any() or foreign.all():
        return Calibration(temperature, dict(prior.signals), bias)
    names = sorted(judged.signals)
    signals = np.stack([judged.signals[name] for name in names], axis=1)
    usual = np.array([prior.signals.get(name, 0.0) for name in names])
    expected = Expected(usual, prior.strength, bias, prior.bias_strength)
    weights, bias = _logistic(signals, foreign, share, expected)
    return Calibration(temperature, dict(zip(names, weights, strict=True)), bias)


def _temperature(scores: Arrays, truth: NDArray[np.int64], usual: float) -> float:
    """Return what scores must be divided by to be as sure as they are right."""
    if not len(truth):
        return usual

    def loss(log_temperature: float) -> float:
        likelihood = log_softmax(scores / np.exp(log_temperature), axis=1)[np.arange(len(truth)), truth]
        strangeness = log_temperature - np.log(usual)
        return float(-likelihood.sum() + USUAL_COUNTS * strangeness**2)

    found = minimize_scalar(loss, bounds=(np.log(COLDEST), np.log(HOTTEST)), method="bounded")
    return round(float(np.exp(found.x)), 6)


def _log_odds(share: float) -> float:
    return float(np.log(share / (1 - share)))


@dataclass(frozen=True, slots=True)
class Expected:
    """What a fit is drawn towards, and how strongly (for signals brought to a spread of one)."""

    weights: Arrays
    strength: float
    bias: float
    bias_strength: float


def _logistic(
    signals: Arrays, foreign: NDArray[np.bool_], share: float, expected: Expected
) -> tuple[list[float], float]:
    """Return weights and bias of a logistic function that tells the foreign ones, as if they were `share` of all."""
    mean, spread = signals.mean(axis=0), signals.std(axis=0)
    spread[spread < 1e-9] = 1.0
    scaled = (signals - mean) / spread
    centre = np.append(expected.weights * spread, expected.bias + expected.weights @ mean)
    strength = np.append(np.full(len(mean), expected.strength), expected.bias_strength)
    counts = np.where(foreign, share / foreign.mean(), (1 - share) / (1 - foreign.mean()))
    sides = np.where(foreign, 1.0, -1.0)

    def loss(found: Arrays) -> tuple[float, Arrays]:
        margins = sides * (scaled @ found[:-1] + found[-1])
        away = found - centre
        pulls = -counts * sides * expit(-margins)
        value = counts @ np.logaddexp(0, -margins) + strength @ away**2 / 2
        return float(value), np.append(scaled.T @ pulls, pulls.sum()) + strength * away

    start = np.append(centre[:-1], _log_odds(share))
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 1000}).x
    weights = found[:-1] / spread
    bias = float(found[-1] - weights @ mean)
    return [round(float(weight), 6) for weight in weights], round(bias, 6)
