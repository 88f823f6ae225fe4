"""What it brings to say nothing where one is not sure, and what it costs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dialog_core import Component
from dialog_core.datasets import OUT_OF_SCOPE
from dialog_evaluation.options import AbstentionOptions
from dialog_evaluation.prediction import Prediction

Floats = NDArray[np.float64]
ABOVE = 1e-6  # how far above the best score a threshold is that nothing reaches


@dataclass(frozen=True, slots=True)
class Decisions:
    """What becomes of questions that are answered from a threshold on.

    Attributes:
        threshold: The least confidence with which a question is answered.
        answered_right: How many were answered rightly.
        answered_wrong: How many were answered wrongly, those that have no answer among them.
        abstained_right: How many were not answered and have no answer.
        abstained_wrong: How many were not answered and have one.
    """

    threshold: float
    answered_right: int
    answered_wrong: int
    abstained_right: int
    abstained_wrong: int

    @property
    def total(self) -> int:
        """How many questions there were."""
        return self.answered_right + self.answered_wrong + self.abstained_right + self.abstained_wrong

    @property
    def right(self) -> float:
        """The share that was decided right: answered rightly, or rightly not answered."""
        return (self.answered_right + self.abstained_right) / self.total


@dataclass(frozen=True, slots=True)
class RiskCoverage:
    """How often answers are right if only the surest are given.

    Attributes:
        coverage: The share of questions that are answered: 1/n, 2/n, ..., 1.
        accuracy: Of those the share that is answered rightly; a question that has no answer never is.
    """

    coverage: Floats
    accuracy: Floats

    @property
    def area(self) -> float:
        """The area under the curve of risk, which is 1 - accuracy, over coverage: Geifman & El-Yaniv 2017."""
        return float((1.0 - self.accuracy).mean())

    def at(self, coverage: float) -> float:
        """Return the accuracy where this share of questions is answered, or just more."""
        return float(self.accuracy[min(int(np.searchsorted(self.coverage, coverage - 1e-9)), len(self.accuracy) - 1)])


class Abstention(Component[AbstentionOptions]):
    """Figures of answering and of keeping silent; `aurc` is the area under the risk-coverage curve, less is better.

    - `answered_right`, `answered_wrong`, `abstained_right`, `abstained_wrong`: shares of all, at the threshold.
    - `decided_right`: the first and the third of them together; `best_decided_right` at `best_threshold`, the one at
      which most is decided right. It is picked on what it is measured with, and so a little too good.
    - `accuracy_at_<share>`: of that share of questions, the surest ones, how many are answered rightly, in percent.
    """

    def compute(self, predictions: Sequence[Prediction], references: Sequence[str]) -> Mapping[str, float]:
        """Return the figures."""
        judged = Judged.of(predictions, references)
        now, best, curve = judged.decide(self.options.threshold), judged.best(), judged.risk_coverage()
        counts = ("answered_right", "answered_wrong", "abstained_right", "abstained_wrong")
        return {
            **{name: getattr(now, name) / now.total for name in counts},
            "decided_right": now.right,
            "best_threshold": best.threshold,
            "best_decided_right": best.right,
            "aurc": curve.area,
            **{f"accuracy_at_{round(100 * share)}": curve.at(share) for share in self.options.coverage},
        }


@dataclass(frozen=True, slots=True)
class Judged:
    """Answers with how sure they are and whether they are right.

    Attributes:
        confidence: How sure each is.
        right: Whether each is the right answer.
        outside: Whether each question has no answer.
    """

    confidence: Floats
    right: NDArray[np.bool_]
    outside: NDArray[np.bool_]

    @classmethod
    def of(cls, predictions: Sequence[Prediction], references: Sequence[str]) -> "Judged":
        """Compare predictions with what would have been right; raise ValueError where there is nothing to compare."""
        if len(predictions) != len(references):
            raise ValueError(f"{len(predictions)} predictions for {len(references)} references")
        if not references:
            raise ValueError("there is nothing to measure")
        outside = np.array([label == OUT_OF_SCOPE for label in references], dtype=bool)
        same = np.array([p.label == label for p, label in zip(predictions, references, strict=True)], dtype=bool)
        confidence = np.array([prediction.confidence for prediction in predictions], dtype=np.float64)
        return cls(confidence, same & ~outside, outside)

    def decide(self, threshold: float) -> Decisions:
        """Return what becomes of the questions at a threshold; with a confidence of 0 there is nothing to answer."""
        answered = (self.confidence >= threshold) & (self.confidence > 0)
        right = int((answered & self.right).sum())
        outside = int((~answered & self.outside).sum())
        count = int(answered.sum())
        return Decisions(threshold, right, count - right, outside, len(answered) - count - outside)

    def best(self) -> Decisions:
        """Return what becomes of them at the threshold at which most are decided right; the highest of equally good.

        It lies in the middle between two confidences: one that is just reached here may be just missed elsewhere.
        """
        values, group = np.unique(self.confidence, return_inverse=True)
        gained = np.bincount(group, weights=self.right.astype(np.float64) - self.outside, minlength=len(values))
        gained[values <= 0] = 0.0
        # If the i-th confidence and those above it are answered; the last one: if nothing is.
        decided = np.append(np.cumsum(gained[::-1])[::-1], 0.0)
        thresholds = np.concatenate(([0.0], (values[:-1] + values[1:]) / 2, [values[-1] + ABOVE]))
        place = len(decided) - 1 - int(np.argmax(decided[::-1].round(9)))
        return self.decide(float(thresholds[place]))

    def risk_coverage(self) -> RiskCoverage:
        """Return the curve. Of equally sure answers each counts as right by the share of them that is."""
        values, group, sizes = np.unique(self.confidence, return_inverse=True, return_counts=True)
        share = np.bincount(group, weights=self.right, minlength=len(values)) / sizes
        order = np.argsort(-self.confidence, kind="stable")
        numbers = np.arange(1, len(order) + 1)
        return RiskCoverage(numbers / len(order), np.cumsum(share[group[order]]) / numbers)
