"""The search among all thresholds for those that keep a limit and do the most good."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from dialog_ranking_training.tuning.aims import Aim, Chosen
from dialog_ranking_training.tuning.bounds import effective_size, is_within, mean_bound, upper_bound
from dialog_ranking_training.tuning.curve import Curves
from dialog_ranking_training.tuning.figures import Array, Outcomes, outcomes_of
from dialog_ranking_training.tuning.simulating import Simulated

ONE_ERROR = 0.8413  # how often a figure is less than one standard error above what was expected
MOST_NEEDED = 10_000_000  # messages; nobody has more
DIGITS = 4  # of a threshold, where so many will do
TINY = 1e-9  # less than one message makes of any difference


@dataclass(frozen=True, slots=True)
class _Option:
    """Thresholds that might be chosen: `answer_at`, and the place of a stretch of values of `accept_at`."""

    answer_at: float
    place: int
    accuracy: float
    wrong: float
    calls: float


class Search:
    """Looks for thresholds that keep a limit."""

    def __init__(self, simulated: Simulated, aim: Aim, confidence: float) -> None:
        """Sum up what comes of every threshold.

        Args:
            simulated: The data; there is some.
            aim: What is aimed at.
            confidence: How sure it has to be that the limit is kept.
        """
        self._simulated, self._aim, self._confidence = simulated, aim, confidence
        self._curves = Curves(simulated)
        self._size = self._sizes(lambda outcomes: self._limited_in(outcomes))
        self._says_what_it_accepts = aim.kind == "max_wrong"

    def choose(self, floors: Sequence[float], give_up: float) -> Chosen | None:
        """Return the best there is with any of these values of `answer_at`; None where nothing keeps the limit."""
        options = [option for floor in floors if (option := self._most_accurate(floor)) is not None]
        if not options:
            return None
        best = _best(options, lambda one: (one.accuracy, -one.wrong, -one.calls))
        if self._aim.kind == "max_wrong":
            cheaper = [self._cheapest(floor, best, give_up) for floor in floors]
            options = [best, *(option for option in cheaper if option is not None)]
            best = _best(options, lambda one: (-one.calls, one.accuracy, -one.wrong))
        return self._chosen(best)

    def least(self, floors: Sequence[float]) -> float:
        """Return the least bound there is for what is limited."""
        found = math.inf
        for floor in floors:
            limited = self._limited(self._curves.wrong(floor))
            bounds = self._bound(limited, self._curves.cost_squared)[self._usable(floor)]
            found = min(found, float(bounds.min()))
        return found

    def needed(self, chosen: Chosen) -> int | None:
        """Return how many messages like these would show that thresholds keep the limit; None: they would not."""
        found = self._aim.limited(chosen.figures)
        if found >= self._aim.limit or self._aim.kind == "cost":
            return None
        ratio = len(self._simulated) / self._size  # of messages to what they count as
        size = self._size
        while size * ratio < MOST_NEEDED:
            if float(upper_bound(found, size, self._confidence)) <= self._aim.limit:
                return math.ceil(size * ratio)
            size *= 1.02
        return None

    def _most_accurate(self, answer_at: float) -> _Option | None:
        """Return what handles the most messages as they should be; None where nothing keeps the limit."""
        wrong, accuracy = self._curves.wrong(answer_at), self._curves.accuracy(answer_at)
        kept = self._usable(answer_at) & self._keeps(wrong)
        return self._first(answer_at, kept, wrong, accuracy, (accuracy, -wrong, -self._curves.calls))

    def _cheapest(self, answer_at: float, best: _Option, give_up: float) -> _Option | None:
        """Return what asks least often at no more than `give_up` of the best accuracy, one standard error added."""
        wrong, accuracy = self._curves.wrong(answer_at), self._curves.accuracy(answer_at)
        kept = self._usable(answer_at) & self._keeps(wrong) & (accuracy >= best.accuracy - give_up - TINY)
        if not kept.any():
            return None
        simulated = self._simulated
        stop = simulated.stop(self._middle_of(best))
        right = outcomes_of(simulated, stop, best.answer_at).accuracy
        said = simulated.probability >= answer_at
        differences = np.where(said, simulated.right, simulated.silence[:, None]) - right[:, None]
        squared = self._curves.sum(differences**2)
        size = self._sizes(lambda outcomes: outcomes.accuracy)
        kept &= mean_bound(best.accuracy - accuracy, squared, size, ONE_ERROR) <= give_up + TINY
        return self._first(answer_at, kept, wrong, accuracy, (-self._curves.calls, accuracy, -wrong))

    def _first(
        self, answer_at: float, kept: Array, wrong: Array, accuracy: Array, merits: Sequence[Array]
    ) -> _Option | None:
        """Return the option with the greatest merits, the first of them above the others; the strictest of equals."""
        places = np.flatnonzero(kept)
        if not len(places):
            return None
        order = np.lexsort([places, *(_rounded(merit)[places] for merit in reversed(merits))])
        place = int(places[order[-1]])
        return _Option(answer_at, place, float(accuracy[place]), float(wrong[place]), float(self._curves.calls[place]))

    def _chosen(self, option: _Option) -> Chosen:
        accept_at = self._middle_of(option)
        figures = self._simulated.at(accept_at, option.answer_at)
        limited = np.array([self._aim.limited(figures)])
        squared = self._curves.cost_squared[[option.place]]
        return Chosen(accept_at, option.answer_at, figures, float(self._bound(limited, squared)[0]))

    def _middle_of(self, option: _Option) -> float:
        """Return a threshold in the middle of a stretch."""
        low = max(float(self._curves.low[option.place]), 0.0)
        high = min(float(self._curves.high[option.place]), 1.0)
        middle = between(low, high) if low < high else high
        if self._says_what_it_accepts and middle < option.answer_at:
            # Which may lie anywhere in the stretch, and even be the last of it.
            return between(option.answer_at, high) if option.answer_at < high else option.answer_at
        return middle

    def _usable(self, answer_at: float) -> Array:
        """Return which stretches there is a threshold in that may be chosen."""
        reachable = self._curves.low < 1.0
        return reachable & (self._curves.high >= answer_at) if self._says_what_it_accepts else reachable

    def _limited(self, wrong: Array) -> Array:
        return {"max_wrong": wrong, "max_calls": self._curves.calls, "cost": self._curves.cost}[self._aim.kind]

    def _limited_in(self, outcomes: Outcomes) -> Array:
        return {"max_wrong": outcomes.wrong, "max_calls": outcomes.called, "cost": outcomes.cost}[self._aim.kind]

    def _keeps(self, wrong: Array) -> Array:
        limited = self._limited(wrong)
        if self._aim.kind == "cost":
            return np.asarray(self._bound(limited, self._curves.cost_squared) <= self._aim.limit * (1 + TINY))
        return is_within(limited, self._size, self._aim.limit, self._confidence)

    def _bound(self, limited: Array, squared: Array) -> Array:
        if self._aim.kind == "cost":
            return np.asarray(mean_bound(limited, squared, self._size, self._confidence))
        return np.asarray(upper_bound(limited, self._size, self._confidence))

    def _sizes(self, values_of: Any) -> float:
        """Return as how many messages the data counts: as few as it does when everybody or hardly anybody is asked."""
        simulated = self._simulated
        each = [outcomes_of(simulated, simulated.stop(accept_at), 0.0) for accept_at in (math.inf, 0.5)]
        values = [values_of(outcomes).astype(float) for outcomes in each]
        return min(effective_size(some, simulated.weight, simulated.conversation) for some in values)


def between(low: float, high: float) -> float:
    """Return a threshold above `low` and not above `high`, about in the middle and with few digits."""
    middle, room = (low + high) / 2, (high - low) / 4
    for digits in range(2, DIGITS + 1):
        short = round(middle, digits)
        if abs(short - middle) <= room and low < short <= high:
            return short
    return middle if low < middle <= high else high


def _best(options: Sequence[_Option], merits_of: Any) -> _Option:
    """Return the option with the greatest merits; of equals the one farthest from where `answer_at` would matter."""
    merits = [tuple(map(float, map(_rounded, merits_of(option)))) for option in options]
    most = max(merits)
    equal = [option for option, merit in zip(options, merits, strict=True) if merit == most]
    values = [option.answer_at for option in equal]
    middle = (min(values) + max(values)) / 2
    return min(equal, key=lambda option: (abs(option.answer_at - middle), -option.answer_at))


def _rounded(values: Any) -> Any:
    """Return figures so that sums of the same in another order are equal."""
    return np.round(values, 9)
