"""What there is to say about one retriever."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialog_core import Context
from dialog_core.datasets import OUT_OF_SCOPE
from dialog_evaluation.metrics.abstention import Decisions, Judged, RiskCoverage
from dialog_evaluation.metrics.calibration import Bin, reliability
from dialog_evaluation.options import CUTOFFS, EQUAL_MASS_BINS
from dialog_evaluation.prediction import NO_DECISION, Prediction
from dialog_evaluation.retrieval.asking import Asked, Found
from dialog_evaluation.retrieval.misses import Misses, misses
from dialog_evaluation.retrieval.questions import Question
from dialog_evaluation.retrieval.significance import Interval, auroc_interval, intervals

Floats = NDArray[np.float64]
CURVE_POINTS = 200  # of the risk-coverage curve in the JSON; more than a page is pixels wide brings nothing


@dataclass(frozen=True, slots=True)
class Measured:
    """How well one retriever does on a file.

    Attributes:
        name: What the bot calls it.
        figures: By name, None where the file has nothing to take it from.
        intervals: Where the figures lie with 95 % confidence.
        per_question: What the ranking figures are the means of, for the questions that have an answer.
        recall_curve: The share of answerable questions with a right entry among the first 1, 2, ..., `top_k`.
        risk_coverage: How often answers are right if only the surest are given.
        at_threshold: What becomes of the questions where the bot answers as it does.
        at_best: What becomes of them at the threshold that suits them best.
        bins: How sure it was and how often right, the least sure first.
        misses: What went wrong.
        found: What it found for each question.
        failures: In words, how it failed on those questions it failed on.
    """

    name: str
    figures: Mapping[str, float | None]
    intervals: Mapping[str, Interval]
    per_question: Mapping[str, Floats]
    recall_curve: Floats
    risk_coverage: RiskCoverage
    at_threshold: Decisions
    at_best: Decisions
    bins: Sequence[Bin]
    misses: Misses
    found: Sequence[Found]
    failures: Sequence[str]

    def seconds(self, share: float) -> float:
        """Return how long a search took at most, for a share of them."""
        return float(np.quantile([one.seconds for one in self.found], share))

    def to_json(self, questions: Sequence[Question]) -> dict[str, Any]:
        """Return everything as JSON values."""
        curve = self.risk_coverage
        points = np.unique(np.linspace(0, len(curve.coverage) - 1, CURVE_POINTS).round().astype(int))
        return {
            "figures": dict(self.figures),
            "intervals": {name: list(interval) for name, interval in self.intervals.items()},
            "at_threshold": _decisions(self.at_threshold),
            "at_best_threshold": _decisions(self.at_best),
            "seconds": {"p50": self.seconds(0.5), "p95": self.seconds(0.95)},
            "recall_curve": [round(float(value), 6) for value in self.recall_curve],
            "risk_coverage": [
                {"coverage": float(curve.coverage[point]), "accuracy": float(curve.accuracy[point])} for point in points
            ],
            "calibration_bins": [asdict(group) for group in self.bins],
            "failures": list(self.failures),
            "questions": [_question(*pair) for pair in zip(questions, self.found, strict=True)],
        }


def cutoffs_within(top_k: int) -> tuple[int, ...]:
    """Return at which depths recall is measured if so many entries were asked for."""
    return tuple(cutoff for cutoff in CUTOFFS if cutoff <= top_k)


def measure(
    name: str, questions: Sequence[Question], asked: Asked, context: Context, *, top_k: int, threshold: float, seed: int
) -> Measured:
    """Measure what one retriever found.

    Args:
        name: The retriever.
        questions: What was asked.
        asked: What it found.
        context: Builds the metrics.
        top_k: How many entries it was asked for.
        threshold: The score from which on the bot answers.
        seed: For the intervals.
    """
    predictions, references = _as_decisions(questions, asked.found)
    answerable = [one for question, one in zip(questions, asked.found, strict=True) if question.answerable]
    right = [question.labels for question in questions if question.answerable]
    ranking = context.create("metric", {"use": "retrieval", "cutoffs": cutoffs_within(top_k)})
    per_question = ranking.per_question([one.keys for one in answerable], right) if right else {}
    figures: dict[str, float | None] = dict.fromkeys(figure_names(top_k))
    figures.update({figure: float(values.mean()) for figure, values in per_question.items()})
    for metric in ("auroc", {"use": "abstention", "threshold": threshold}, "calibration"):
        figures.update(context.create("metric", metric).compute(predictions, references))
    judged = Judged.of(predictions, references)
    found_intervals = intervals(per_question, seed)
    area = auroc_interval(-judged.confidence, judged.outside, seed)
    return Measured(
        name=name,
        figures=figures,
        intervals=found_intervals if area is None else {**found_intervals, "auroc": area},
        per_question=per_question,
        recall_curve=_recall_curve(answerable, top_k),
        risk_coverage=judged.risk_coverage(),
        at_threshold=judged.decide(threshold),
        at_best=judged.best(),
        bins=reliability(predictions, references, EQUAL_MASS_BINS),
        misses=misses(questions, asked.found, threshold),
        found=asked.found,
        failures=asked.failures,
    )


def figure_names(top_k: int) -> list[str]:
    """Return the names of the figures that may have nothing to be taken from."""
    recalls = (f"recall_at_{cutoff}" for cutoff in cutoffs_within(top_k))
    return ["success_at_1", *recalls, "mrr", "ndcg_at_10", "map", "auroc"]


def _as_decisions(questions: Sequence[Question], found: Sequence[Found]) -> tuple[list[Prediction], list[str]]:
    """Return the first hit as the decision, and what would have been right: any of several right entries is."""
    predictions, references = [], []
    for question, one in zip(questions, found, strict=True):
        label = one.best[0].key if one.best else NO_DECISION
        predictions.append(Prediction(label, one.score, 1.0 - one.score))
        references.append(label if label in question.labels else (question.labels or (OUT_OF_SCOPE,))[0])
    return predictions, references


def _recall_curve(answerable: Sequence[Found], top_k: int) -> Floats:
    if not answerable:
        return np.zeros(0)
    ranks = [one.rank for one in answerable if one.rank is not None]
    counts = np.bincount(np.array(ranks, dtype=np.intp), minlength=top_k + 1)[1 : top_k + 1]
    return np.cumsum(counts) / len(answerable)


def _decisions(decisions: Decisions) -> dict[str, Any]:
    return {
        "threshold": decisions.threshold,
        "answered_right": decisions.answered_right,
        "answered_wrong": decisions.answered_wrong,
        "abstained_right": decisions.abstained_right,
        "abstained_wrong": decisions.abstained_wrong,
        "decided_right": decisions.right,
    }


def _question(question: Question, found: Found) -> dict[str, Any]:
    return {
        "line": question.line,
        "text": question.text,
        "right": list(question.labels),
        "rank": found.rank,
        "score": found.score,
        "hits": [{"entry": one.key, "score": one.score, "matched": one.matched} for one in found.best],
        "seconds": found.seconds,
    }
