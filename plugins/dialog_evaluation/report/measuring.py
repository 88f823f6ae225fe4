"""Measuring replies to the questions of a run, whoever gave them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from dialog_core import Context
from dialog_evaluation.replies.intervals import Bootstrap
from dialog_evaluation.replies.statistics import Bools, Floats, Statistic, mean
from dialog_evaluation.replies.texts import TextFigures, variety
from dialog_evaluation.report.conduct import Counted
from dialog_evaluation.report.figures import SPEED, Figure
from dialog_evaluation.report.rows import Rows

CLOSENESS = "unigram_f1"
"""By which single replies are compared: their BLEU is mostly 0, and words that are shared can be seen."""
PERCENTILES = (50, 90, 95, 99)  # as in `SPEED`
NO_MORE: Mapping[str, Counted] = {}


@dataclass(frozen=True, slots=True)
class Measured:
    """The figures of replies.

    Attributes:
        name: Whose they are.
        what: What that is, in words.
        figures: Its figures by name.
        unseen: The same, of those replies alone that do not stand in the training data; empty: that is not known.
    """

    name: str
    what: str
    figures: Mapping[str, Figure]
    unseen: Mapping[str, Figure] = field(default_factory=dict)

    def value(self, name: str) -> float | None:
        """Return a figure; None where it is not there."""
        return self.figures[name].value if name in self.figures else None

    def to_json(self) -> dict[str, Any]:
        """Return them as JSON values."""
        told = {
            "what": self.what,
            "figures": {name: figure.to_json() for name, figure in self.figures.items()},
        }
        if self.unseen:
            told["without_leaked"] = {name: figure.to_json() for name, figure in self.unseen.items()}
        return told


class Measuring:
    """Measures replies to the questions of one run.

    Args:
        rows: The replies of the run.
        context: Makes the metrics.
        seed: For what is drawn at random: the intervals.
        encoder: For the similarity; None: that is left out.
        seen: Which of them stand in the training data; None: nobody knows.
    """

    def __init__(
        self, rows: Rows, context: Context, seed: int, *, encoder: Any = None, seen: Bools | None = None
    ) -> None:
        self._rows, self._seen = rows, seen
        self._referenced = bool(rows.referenced.any())
        self._texts = TextFigures(rows.gold, rows.before, context, encoder if self._referenced else None)
        self.bootstrap = Bootstrap(rows.groups, seed)

    @property
    def signature(self) -> str:
        """How BLEU is computed; empty where there is none."""
        return self._texts.signature if self._referenced else ""

    def closeness(self, replies: Sequence[str]) -> Floats:
        """Return how close each reply is to people's; not a number where people said nothing."""
        if not self._referenced:
            return np.full(len(self._rows), np.nan)
        rows = self._texts.overlap(replies, self._rows.referenced)[CLOSENESS].rows
        return np.where(self._rows.referenced, rows[:, 0], np.nan)

    def statistics(self, replies: Sequence[str], chosen: Bools) -> dict[str, Counted]:
        """Return the figures of texts, before they are added up."""
        compared = chosen & self._rows.referenced
        overlap = self._texts.overlap(replies, compared) if compared.any() else {}
        alone = self._texts.alone(replies)
        return {
            **{name: (one, compared) for name, one in overlap.items()},
            **{name: (one.only(chosen), chosen) for name, one in alone.items()},
        }

    def of(
        self,
        name: str,
        what: str,
        replies: Sequence[str],
        chosen: Bools | None = None,
        *,
        more: Mapping[str, Counted] = NO_MORE,
        seconds: Floats | None = None,
    ) -> Measured:
        """Measure replies.

        Args:
            name: Whose they are.
            what: What that is, in words.
            replies: One for each row.
            chosen: Which of them count; None: all.
            more: Further figures.
            seconds: How long each took; None: that is not told.
        """
        chosen = np.ones(len(self._rows), np.bool_) if chosen is None else chosen
        counted = {**self.statistics(replies, chosen), **more}
        found = [self.figures(counted, replies, chosen, seconds)]
        if self._seen is not None and self._seen.any() and not self._seen.all():
            kept = ~self._seen
            rest = {name: (one.only(kept), told & kept) for name, (one, told) in counted.items()}
            found.append(self.figures(rest, replies, chosen & kept, seconds))
        return Measured(name, what, *found)

    def figures(
        self, counted: Mapping[str, Counted], replies: Sequence[str], chosen: Bools, seconds: Floats | None
    ) -> dict[str, Figure]:
        """Return figures with their intervals."""
        found = self.sums(counted)
        size = int(chosen.sum())
        varied, around = variety(replies, self._rows.groups, chosen)
        found |= {name: Figure(value, around.get(name), size) for name, value in varied.items()}
        if seconds is not None:
            found |= self.speed(seconds, chosen)
        return found

    def sums(self, counted: Mapping[str, Counted]) -> dict[str, Figure]:
        """Return figures that are made of sums, with their intervals; without those there is nothing to count for."""
        statistics: dict[str, Statistic] = {name: one for name, (one, told) in counted.items() if told.any()}
        intervals = self.bootstrap.intervals(statistics)
        found = {
            name: Figure(one.value, intervals.get(name), int(counted[name][1].sum()))
            for name, one in statistics.items()
        }
        return {name: figure for name, figure in found.items() if figure.value is not None}

    def mean_of(self, values: Floats, chosen: Bools) -> Figure | None:
        """Return the mean of some values; None of none."""
        if not chosen.any():
            return None
        one = mean(values).only(chosen)
        return Figure(one.value, self.bootstrap.interval(one), int(chosen.sum()))

    def speed(self, seconds: Floats, chosen: Bools) -> dict[str, Figure]:
        """Return how long some of the turns took."""
        if not chosen.any():
            return {}
        values = np.percentile(seconds[chosen], PERCENTILES, method="inverted_cdf").tolist()
        around = dict(zip(SPEED, self.bootstrap.of_percentiles(seconds, PERCENTILES, chosen) or (), strict=False))
        size = int(chosen.sum())
        return {name: Figure(value, around.get(name), size) for name, value in zip(SPEED, values, strict=True)}
