"""The figures of replies, whoever gave them."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from dialog_core import Context
from dialog_core.interfaces import Likelihood
from dialog_evaluation.generation.asking import Said
from dialog_evaluation.metrics.perplexity import perplexity
from dialog_evaluation.replies.cases import Case
from dialog_evaluation.replies.intervals import Bootstrap, Interval
from dialog_evaluation.replies.statistics import Statistic, ratios
from dialog_evaluation.replies.texts import OVERLAP, REPETITION, VARIETY, TextFigures, variety

LIKELIHOOD = ("perplexity", "bits_per_byte")
LENGTH = ("characters", "words", "tokens")
FIGURES = (*LIKELIHOOD, *OVERLAP, *VARIETY, *REPETITION, *LENGTH, "groundedness")


@dataclass(frozen=True, slots=True)
class Measured:
    """How good replies are.

    Attributes:
        name: Whose they are.
        figures: Every name of `FIGURES`, None where there is nothing to take it from.
        intervals: Where figures lie with 95 % confidence.
        replies: The replies; empty texts where there is none.
    """

    name: str
    figures: Mapping[str, float | None]
    intervals: Mapping[str, Interval]
    replies: Sequence[str]

    def to_json(self) -> dict[str, Any]:
        """Return the figures as JSON values."""
        return {
            "figures": {name: _finite(value) for name, value in self.figures.items()},
            "intervals": {name: list(interval) for name, interval in self.intervals.items()},
        }


class Measuring:
    """Measures replies to one set of cases.

    Args:
        cases: What was asked, and what people answered.
        context: Makes the metrics.
        seed: For what is drawn at random: the intervals.
    """

    def __init__(self, cases: Sequence[Case], context: Context, seed: int) -> None:
        self._cases = cases
        self._gold = [case.reply for case in cases]
        self._dialogues = [case.dialogue for case in cases]
        self._texts = TextFigures(self._gold, [case.before for case in cases], context)
        self._bootstrap = Bootstrap(self._dialogues, seed)
        self._metrics: dict[str, Any] = {
            name: context.create("metric", name) for name in ("perplexity", "groundedness", "generation_speed")
        }

    @property
    def signature(self) -> str:
        """How BLEU is computed."""
        return self._texts.signature

    def texts(self, name: str, replies: Sequence[str], *, against_people: bool = True) -> Measured:
        """Return the figures that texts alone have.

        Args:
            name: Whose they are.
            replies: One for each case.
            against_people: Whether to compare them with what people said.
        """
        statistics = {**(self._texts.overlap(replies) if against_people else {}), **self._texts.alone(replies)}
        figures = {key: one.value for key, one in statistics.items()}
        varied, known = variety(replies, self._dialogues)
        return _measured(name, {**figures, **varied}, {**self._bootstrap.intervals(statistics), **known}, replies)

    def said(self, name: str, answers: Sequence[Said]) -> Measured:
        """Return the figures of what a bot said; where it said nothing its reply counts as an empty one."""
        found = self.texts(name, [said.text for said in answers])
        figures = dict(found.figures)
        intervals = dict(found.intervals)
        told = [(case.reply, said.likelihood) for case, said in zip(self._cases, answers, strict=True)]
        likelihoods = [one for _, one in told if one is not None]
        gold = [reply for reply, one in told if one is not None]
        figures |= self._metrics["perplexity"].compute(likelihoods, gold)
        if likelihoods:
            intervals |= self._likelihood_intervals([one for _, one in told])
        answered = [said for said in answers if said.status == "answered"]
        figures |= self._metrics["groundedness"].compute([said.groundedness for said in answered], answered)
        costs = [said.cost["tokens_out"] for said in answered if "tokens_out" in said.cost]
        if costs:
            figures["tokens"] = float(np.mean(costs))
        return _measured(name, figures, intervals, found.replies)

    def speed(self, answers: Sequence[Said]) -> dict[str, float]:
        """Return how fast a bot answered, as far as it is known."""
        costs = [said.cost for said in answers if said.status == "answered"]
        found: dict[str, float] = self._metrics["generation_speed"].compute(costs, costs)
        return found

    def _likelihood_intervals(self, likelihoods: Sequence[Likelihood | None]) -> dict[str, Interval]:
        rows = np.array(
            [
                (0, 0, 0) if one is None else (-one.log_probability, one.tokens, len(gold.encode("utf-8", "replace")))
                for one, gold in zip(likelihoods, self._gold, strict=True)
            ],
            np.float64,
        )
        statistics = {
            "perplexity": Statistic(rows, lambda sums: np.array([_perplexity(*row) for row in sums])),
            "bits_per_byte": Statistic(rows[:, [0, 2]], lambda sums: ratios(sums) / math.log(2)),
        }
        return self._bootstrap.intervals(statistics)


def _perplexity(surprise: float, tokens: float, size: float) -> float:
    return perplexity(surprise / tokens) if tokens else math.nan


def _measured(
    name: str,
    figures: Mapping[str, float | None],
    intervals: Mapping[str, Interval],
    replies: Sequence[str],
) -> Measured:
    return Measured(name, {key: figures.get(key) for key in FIGURES}, intervals, replies)


def _finite(value: float | None) -> float | None:
    return value if value is None or math.isfinite(value) else None
