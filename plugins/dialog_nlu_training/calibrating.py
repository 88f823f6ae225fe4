"""Fitting a calibration to messages the model has not seen. Brings scikit-learn: imported while training only."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax
from sklearn.linear_model import LogisticRegression

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
    if not foreign.any() or foreign.all():
        return Calibration(temperature, dict(USUAL_SIGNALS), USUAL_BIAS)
    names = sorted(judged.signals) if foreign.sum() >= FEW_FOREIGN else ["highest", "lead"]
    signals = np.stack([judged.signals[name] for name in names], axis=1)
    weights, bias = _logistic(signals, foreign, share)
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


def _logistic(signals: Arrays, foreign: NDArray[np.bool_], share: float) -> tuple[list[float], float]:
    """Return weights and bias of a logistic function that tells the foreign ones, as if they were `share` of all."""
    mean, spread = signals.mean(axis=0), signals.std(axis=0)
    spread[spread < 1e-9] = 1.0
    counts = np.where(foreign, share / foreign.mean(), (1 - share) / (1 - foreign.mean()))
    model = LogisticRegression(C=1.0, max_iter=1000)
    model.fit((signals - mean) / spread, foreign, sample_weight=counts)
    weights = model.coef_[0] / spread
    bias = float(model.intercept_[0] - weights @ mean)
    return [round(float(weight), 6) for weight in weights], round(bias, 6)
