"""From an engine's scores to probabilities, and how likely a message is out of scope. Both engines use it.

Scores become probabilities among the labels by a softmax with a temperature. How likely a message is none of them is
a logistic function of a few signals: how high the best score is, by how much it leads, and what else the engine can
tell. Training fits both on messages the model has not seen.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What an engine makes of a message.

    Attributes:
        probabilities: Of each label, in the order of the engine's labels. With `out_of_scope` they add up to 1.
        out_of_scope: How likely it is none of them.
    """

    probabilities: Floats
    out_of_scope: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """What training found to be right.

    Attributes:
        temperature: What scores are divided by.
        signals: The weight of each signal in telling messages out of scope; empty: there is no telling them.
        bias: What is added to the weighed signals.
    """

    temperature: float = 1.0
    signals: Mapping[str, float] = field(default_factory=dict)
    bias: float = 0.0

    def judge(self, scores: Floats, told: Mapping[str, float]) -> Judgement:
        """Return the probabilities.

        Args:
            scores: The score of each label, higher is likelier.
            told: Signals of the engine's own; `common_signals` are added.
        """
        probabilities = softmax(np.asarray(scores, dtype=np.float64) / self.temperature)
        if not self.signals:
            return Judgement(probabilities, 0.0)
        found = {**common_signals(scores), **told}
        total = self.bias + sum(weight * found[name] for name, weight in self.signals.items())
        out_of_scope = float(1 / (1 + np.exp(-np.clip(total, -50, 50))))
        return Judgement(probabilities * (1 - out_of_scope), out_of_scope)

    def as_json(self) -> dict[str, Any]:
        """Return the calibration as JSON values."""
        return {"temperature": self.temperature, "signals": dict(self.signals), "bias": self.bias}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Calibration":
        """Return what `as_json` gave."""
        signals = {str(name): float(weight) for name, weight in value["signals"].items()}
        return cls(float(value["temperature"]), signals, float(value["bias"]))


def common_signals(scores: Floats) -> dict[str, float]:
    """Return the signals that any scores give: the highest, and its lead over the second."""
    if len(scores) == 1:
        return {"highest": float(scores[0]), "lead": 0.0}
    second, highest = np.partition(scores, -2)[-2:]
    return {"highest": float(highest), "lead": float(highest - second)}


def softmax(scores: Floats) -> Floats:
    """Return positive numbers that add up to 1, in the proportions of the exponentials."""
    exponentials = np.exp(scores - np.max(scores))
    return np.asarray(exponentials / exponentials.sum())


def ranking(probabilities: Floats, count: int) -> Sequence[int]:
    """Return the places of the `count` highest, the highest first; of equal ones the earlier first."""
    order = np.argsort(-probabilities, kind="stable")[:count]
    return [int(place) for place in order]
