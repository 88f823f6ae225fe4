"""Which thresholds do what is aimed at, as far as data can tell."""

import math
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

import numpy as np

from dialog_core import DialogError
from dialog_ranking_training.tuning.bounds import effective_size, is_within, mean_bound, upper_bound
from dialog_ranking_training.tuning.curve import Curves
from dialog_ranking_training.tuning.figures import Array, Figures, outcomes_of
from dialog_ranking_training.tuning.simulating import Simulated

CONFIDENCE = 0.95
GIVE_UP = 0.005
MOST_FLOORS = 200  # values of `answer_at` that are tried where the bot file states none
MOST_NEEDED = 10_000_000  # messages; nobody has more
DIGITS = 4  # of a threshold, where so many will do

Kind = Literal["max_wrong", "cost", "max_calls"]
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True, slots=True)
class Aim:
    """What thresholds are to achieve; see `dispatch.aim`.

    Attributes:
        kind: What is limited: `max_wrong`, `cost` or `max_calls`.
        limit: To what.
    """

    kind: Kind
    limit: float


@dataclass(frozen=True, slots=True)
class Chosen:
    """Thresholds, and what comes of them.

    Attributes:
        accept_at: The probability from which on later tiers are not asked.
        answer_at: The probability below which nothing is said.
        figures: What comes of them in the data.
        bound: What the figure that is limited may be at most.
    """

    accept_at: float
    answer_at: float
    figures: Figures
    bound: float


class AimError(DialogError):
    """No thresholds do what is aimed at, as far as the data can tell.

    Attributes:
        aim: What is aimed at.
        nearest: The thresholds that come nearest; None where there is no data at all.
        needed: How many messages such as these would show that the nearest do it; None: they would not.
    """

    def __init__(self, message: str, aim: Aim, nearest: Chosen | None = None, needed: int | None = None) -> None:
        super().__init__(message)
        self.aim = aim
        self.nearest = nearest
        self.needed = needed


def choose(
    simulated: Simulated,
    aim: Aim,
    *,
    answer_at: float | None = None,
    confidence: float = CONFIDENCE,
    give_up: float = GIVE_UP,
) -> Chosen:
    """Return the thresholds that do best what is aimed at.

    What is limited has to stay within the limit by its upper bound, not by what was found alone. Among the thresholds
    for which it does, those that handle the most messages as they should be are taken; of equals those with the fewest
    wrong answers, then the fewest calls, then the higher `accept_at` and an `answer_at` in the middle of those that do
    the same. For `max_wrong`, `give_up` of the accuracy that is within reach is given up for fewer calls of the last
    tier. A candidate that is good enough to stop at is also said: `accept_at` is never below `answer_at`.

    Args:
        simulated: The data.
        aim: What is aimed at.
        answer_at: Where it is given, only `accept_at` is chosen.
        confidence: How sure it has to be that the limit is kept.
        give_up: How much accuracy may be given up.

    Raises:
        AimError: There are none; it says which come nearest.
    """
    if not len(simulated):
        raise AimError("there are no messages with known answers to choose thresholds by", aim)
    floors = _floors(simulated) if answer_at is None else [answer_at]
    search = _Search(simulated, aim, confidence)
    chosen = search.choose(floors, give_up)
    if chosen is not None:
        return chosen
    # What would be chosen if as much was allowed as cannot be avoided.
    least = search.least(floors) * (1 + _TINY) + _TINY
    nearest = _Search(simulated, replace(aim, limit=least), confidence).choose(floors, give_up)
    needed = None if nearest is None else search.needed(nearest)
    raise AimError(f"no thresholds keep {aim.kind} at {aim.limit:g}", aim, nearest, needed)


_TINY = 1e-9  # less than one message makes of any difference


@dataclass(frozen=True, slots=True)
class _Option:
    answer_at: float
    place: int  # of the stretch of thresholds
    accuracy: float
    wrong: float
    calls: float


class _Search:
    def __init__(self, simulated: Simulated, aim: Aim, confidence: float) -> None:
        self.simulated, self.aim, self.confidence = simulated, aim, confidence
        self.curves = Curves(simulated)
        self.size = self._size()

    def choose(self, floors: list[float], give_up: float) -> Chosen | None:
        """Return the best there is with any of these values of `answer_at`; None where there is nothing."""
        options = [option for floor in floors if (option := self._best(floor, give_up)) is not None]
        if not options:
            return None
        if self.aim.kind == "max_wrong":
            most = max(option.accuracy for option in options)
            options = [option for option in options if option.accuracy >= most - give_up - _TINY]
            merits = [(_rounded(-one.calls), _rounded(one.accuracy), _rounded(-one.wrong)) for one in options]
        else:
            merits = [(_rounded(one.accuracy), _rounded(-one.wrong), _rounded(-one.calls)) for one in options]
        most_merit = max(merits)
        best = _middle([option for option, merit in zip(options, merits, strict=True) if merit == most_merit])
        return self._chosen(best)

    def least(self, floors: list[float]) -> float:
        """Return the least bound there is."""
        found = math.inf
        for floor in floors:
            usable = (self.curves.high >= floor) & (self.curves.low < 1.0)
            limited = self._limited(self.curves.wrong(floor))
            found = min(found, float(self._bound(limited, self.curves.cost_squared)[usable].min()))
        return found

    def _best(self, answer_at: float, give_up: float) -> _Option | None:
        """Return the best there is with this `answer_at`; None where there is nothing."""
        curves = self.curves
        usable = (curves.high >= answer_at) & (curves.low < 1.0)
        wrong = curves.wrong(answer_at)
        kept = usable & self._keeps(wrong)
        if not kept.any():
            return None
        accuracy = curves.accuracy(answer_at)
        most = accuracy[kept].max()
        if self.aim.kind == "max_wrong":
            kept &= accuracy >= most - give_up - _TINY
            keys = [_rounded(accuracy), _rounded(-curves.calls)]
        else:
            keys = [_rounded(-curves.calls), _rounded(-wrong), _rounded(accuracy)]
        places = np.flatnonzero(kept)
        place = int(places[np.lexsort([places, *(key[places] for key in keys)])[-1]])
        return _Option(answer_at, place, float(accuracy[place]), float(wrong[place]), float(curves.calls[place]))

    def _chosen(self, option: _Option) -> Chosen:
        low = max(float(self.curves.low[option.place]), 0.0)
        high = min(float(self.curves.high[option.place]), 1.0)
        accept_at = between(low, high) if low < high else high
        if accept_at < option.answer_at:  # which may lie anywhere in the stretch, and even be the last of it
            accept_at = between(option.answer_at, high) if option.answer_at < high else option.answer_at
        figures = self.simulated.at(accept_at, option.answer_at)
        limited = np.array([self._limit_of(figures)])
        squared = self.curves.cost_squared[[option.place]]
        return Chosen(accept_at, option.answer_at, figures, float(self._bound(limited, squared)[0]))

    def needed(self, chosen: Chosen) -> int | None:
        """Return how many messages would show that these thresholds do it."""
        found = self._limit_of(chosen.figures)
        if found >= self.aim.limit or self.aim.kind == "cost":
            return None
        ratio = len(self.simulated) / self.size  # of messages to what they count as
        size = self.size
        while size * ratio < MOST_NEEDED:
            if float(upper_bound(found, size, self.confidence)) <= self.aim.limit:
                return math.ceil(size * ratio)
            size *= 1.02
        return None

    def _limited(self, wrong: Array) -> Array:
        return {"max_wrong": wrong, "max_calls": self.curves.calls, "cost": self.curves.cost}[self.aim.kind]

    def _limit_of(self, figures: Figures) -> float:
        return {"max_wrong": figures.wrong, "max_calls": figures.calls, "cost": figures.cost}[self.aim.kind]

    def _keeps(self, wrong: Array) -> Array:
        limited = self._limited(wrong)
        if self.aim.kind == "cost":
            return np.asarray(self._bound(limited, self.curves.cost_squared) <= self.aim.limit * (1 + _TINY))
        return is_within(limited, self.size, self.aim.limit, self.confidence)

    def _bound(self, limited: Array, squared: Array) -> Array:
        if self.aim.kind == "cost":
            return np.asarray(mean_bound(limited, squared, self.size, self.confidence))
        return np.asarray(upper_bound(limited, self.size, self.confidence))

    def _size(self) -> float:
        """Return as how many messages the data counts: as few as it does when everybody or hardly anybody is asked."""
        simulated = self.simulated
        sizes = []
        for accept_at in (math.inf, 0.5):
            outcomes = outcomes_of(simulated, simulated.stop(accept_at), 0.0)
            values = {"max_wrong": outcomes.wrong, "max_calls": outcomes.called, "cost": outcomes.cost}[self.aim.kind]
            sizes.append(effective_size(values.astype(float), simulated.weight, simulated.conversation))
        return min(sizes)


def _middle(equal: list[_Option]) -> _Option:
    """Return the option that is farthest from where `answer_at` would begin to matter, rather the higher one."""
    values = [option.answer_at for option in equal]
    middle = (min(values) + max(values)) / 2
    return min(equal, key=lambda option: (abs(option.answer_at - middle), -option.answer_at))


def between(low: float, high: float) -> float:
    """Return a threshold above `low` and not above `high`, about in the middle and with few digits."""
    middle, room = (low + high) / 2, (high - low) / 4
    for digits in range(2, DIGITS + 1):
        short = round(middle, digits)
        if abs(short - middle) <= room and low < short <= high:
            return short
    return middle if low < middle <= high else high


def _floors(simulated: Simulated) -> list[float]:
    """Return the values of `answer_at` to try: between any two probabilities there are, or some of them."""
    levels = np.unique(simulated.probability[np.isfinite(simulated.probability)])
    if not len(levels):
        return [0.0]
    if len(levels) > MOST_FLOORS:
        levels = np.unique(np.quantile(levels, np.linspace(0, 1, MOST_FLOORS), method="nearest"))
    below = [0.0, *map(float, levels[:-1])]
    return [between(low, float(high)) if high > low else float(low) for low, high in zip(below, levels, strict=True)]


def _rounded(values: Any) -> Any:
    """Return figures so that sums of the same in another order are equal."""
    return np.round(values, 9)
