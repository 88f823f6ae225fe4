"""Fitting a calibration to messages the model has not seen. Brings scipy: imported while training only."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize, minimize_scalar
from scipy.special import expit, log_softmax

from dialog_nlu.calibration import Calibration
from dialog_nlu_training.holding_out import Judged

# The temperature that linear SVMs over TF-IDF have come out with on CLINC150 and Banking77. It counts as much as this
# many messages, so that five that happen to be right do not make the model certain of everything.
USUAL_TEMPERATURE, USUAL_COUNTS = 0.15, 20
COLDEST, HOTTEST = 0.02, 5.0
FEW_FOREIGN = 30  # messages out of scope; with fewer only the signals every engine has are weighed

# What CLINC150 gives without out-of-scope examples, for bots of two intents, which have nothing to learn it from.
USUAL_SIGNALS = {"highest": -5.0, "lead": -1.0}
USUAL_BIAS = -2.0

# What bots of 3 to 75 of CLINC150's intents, with 5 to 40 examples each, come out with on its validation data, for an
# engine that tells which terms it knows. Fits are drawn towards it, the less so the more messages there are: with five
# examples an intent .57 of what is out of scope is caught then instead of .22, for 1.5 points of in-scope accuracy.
KNOWING_SIGNALS = {"highest": -3.5, "lead": -1.2, "known_words": -2.0, "known_pieces": -7.5}
KNOWING_BIAS, KNOWING_SHARE = 5.5, 0.1  # the bias is for so many out of scope
KNOWING_STRENGTH, BIAS_STRENGTH = 20.0, 3.0

Arrays = NDArray[Any]


def calibrate(judged: Judged, share: float | None) -> Calibration:
    """Return the calibration that fits best.

    Args:
        judged: Messages with their scores, among them some out of scope if that is to be told.
        share: How many of all messages are expected to be out of scope; None: that is not to be told.
    """
    truth = judged.truth
    temperature = _temperature(judged.scores[truth >= 0], truth[truth >= 0])
    if share is None:
        return Calibration(temperature)
    foreign = truth < 0
    knowing = judged.signals.keys() >= KNOWING_SIGNALS.keys()
    if not foreign.any() or foreign.all():
        usual = (KNOWING_SIGNALS, _knowing_bias(share)) if knowing else (USUAL_SIGNALS, USUAL_BIAS)
        return Calibration(temperature, dict(usual[0]), usual[1])
    names = sorted(judged.signals) if knowing or foreign.sum() >= FEW_FOREIGN else ["highest", "lead"]
    signals = np.stack([judged.signals[name] for name in names], axis=1)
    expected = Expected(np.zeros(len(names)))
    if knowing:
        usual_weights = np.array([KNOWING_SIGNALS.get(name, 0.0) for name in names])
        expected = Expected(usual_weights, KNOWING_STRENGTH, _knowing_bias(share), BIAS_STRENGTH)
    weights, bias = _logistic(signals, foreign, share, expected)
    return Calibration(temperature, dict(zip(names, weights, strict=True)), bias)


def _temperature(scores: Arrays, truth: NDArray[np.int64]) -> float:
    """Return what scores must be divided by to be as sure as they are right."""
    if not len(truth):
        return USUAL_TEMPERATURE

    def loss(log_temperature: float) -> float:
        likelihood = log_softmax(scores / np.exp(log_temperature), axis=1)[np.arange(len(truth)), truth]
        strangeness = log_temperature - np.log(USUAL_TEMPERATURE)
        return float(-likelihood.sum() + USUAL_COUNTS * strangeness**2)

    found = minimize_scalar(loss, bounds=(np.log(COLDEST), np.log(HOTTEST)), method="bounded")
    return round(float(np.exp(found.x)), 6)


def _knowing_bias(share: float) -> float:
    return round(KNOWING_BIAS + _log_odds(share) - _log_odds(KNOWING_SHARE), 6)


def _log_odds(share: float) -> float:
    return float(np.log(share / (1 - share)))


@dataclass(frozen=True, slots=True)
class Expected:
    """What a fit is drawn towards, and how strongly (for signals brought to a spread of one)."""

    weights: Arrays
    strength: float = 1.0
    bias: float = 0.0
    bias_strength: float = 0.0


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
