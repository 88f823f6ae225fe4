"""What a cascade would do at every threshold, found out from choices in which everybody was asked."""

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np

from dialog_core import Candidate, Turn
from dialog_ranking.choices import Choice
from dialog_ranking_training.judging import right_of_nobody, verdicts
from dialog_ranking_training.tuning.curve import Curve, Curves
from dialog_ranking_training.tuning.figures import Array, Figures, figures_of, oracle_of, outcomes_of

Rank = Callable[[Turn, Sequence[Candidate]], Any]

NOT_EVERYBODY = "not every tier was asked"
NOT_KNOWN = "nobody knows whether what would be said is right"
NO_WEIGHT = "what is known of it counts for nothing"
NOBODY = -1  # which candidate is the best where there is none


@dataclass(frozen=True, slots=True)
class Simulated:
    """What is known of a cascade at any threshold. Arrays have a row for each choice, and a column for each tier.

    Attributes:
        choices: Those that it can be told from.
        probability: Of the best candidate once a tier has been asked; minus infinity where there is none.
        best: Which candidate that is; `NOBODY` where there is none.
        right: How right it is.
        possible: How right the best of the candidates there are by then would be.
        silence: How right it would be to say none of them, for each choice.
        seconds: How long it takes until the tier has answered, those before it included.
        cost: What asking so far costs.
        weight: How much each choice counts.
        conversation: Which conversation each choice is from, as a number.
        left_out: How many choices nothing can be told from, by reason.
    """

    choices: tuple[Choice, ...]
    probability: Array
    best: Array
    right: Array
    possible: Array
    silence: Array
    seconds: Array
    cost: Array
    weight: Array
    conversation: Array
    left_out: Mapping[str, int] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.choices)

    @property
    def tiers(self) -> int:
        """How many tiers there are."""
        return int(self.probability.shape[1])

    def stop(self, accept_at: float) -> Array:
        """Return for each choice the tier after which nobody else is asked."""
        accepted = self.probability >= accept_at
        accepted[:, -1] = True
        return np.asarray(np.argmax(accepted, axis=1))

    def at(self, accept_at: float, answer_at: float) -> Figures:
        """Return what comes of two thresholds."""
        return self._figures(self.stop(accept_at), answer_at, accept_at)

    def everybody(self, answer_at: float) -> Figures:
        """Return what comes of asking every tier each time."""
        return self._figures(np.full(len(self), self.tiers - 1), answer_at, None)

    def first_tier(self, answer_at: float) -> Figures:
        """Return what comes of asking the first tier alone."""
        return self._figures(np.zeros(len(self), dtype=int), answer_at, None)

    def oracle(self) -> Figures:
        """Return what a ranker could achieve that knows which of the candidates so far are right.

        It stops as soon as there is one; where there never is, it asks everybody and says nothing.
        """
        return figures_of(oracle_of(self), self)

    def curve(self, answer_at: float) -> Curve:
        """Return what comes of every threshold `accept_at`: exactly, at all that differ."""
        return Curves(self).at(answer_at)

    def _figures(self, stop: Array, answer_at: float, accept_at: float | None) -> Figures:
        return figures_of(outcomes_of(self, stop, answer_at), self, accept_at=accept_at, answer_at=answer_at)

    @classmethod
    def joined(cls, parts: "Sequence[Simulated]") -> "Simulated":
        """Return several as one, such as the folds that different models have judged."""
        names: dict[str, int] = {}
        choices = tuple(choice for part in parts for choice in part.choices)
        codes = [names.setdefault(choice.conversation, len(names)) for choice in choices]
        stacked = ("probability", "best", "right", "possible", "silence", "seconds", "cost", "weight")
        return cls(
            choices=choices,
            conversation=np.array(codes, dtype=int),
            left_out=dict(sum((Counter(part.left_out) for part in parts), Counter())),
            **{name: np.concatenate([getattr(part, name) for part in parts]) for name in stacked},
        )


def simulate(
    choices: Sequence[Choice],
    rank: Rank,
    *,
    costs: Mapping[str, float] = MappingProxyType({}),
    tiers: int | None = None,
    advance: Callable[[], None] = lambda: None,
) -> Simulated:
    """Find out what a cascade does at any threshold: where it stops, what it says, what that takes, and if it is right.

    Args:
        choices: What the policies of all tiers proposed, and what is known of who was right. Weights count as they are;
            see `dialog_ranking_training.weighing`.
        rank: A ranker's or a model's verb. It is asked once a tier, for the candidates there are by then.
        costs: What a call of a policy costs, by its name, instead of what its choices say.
        tiers: How many tiers there are; default: as many as the choices have.
        advance: Called after each choice.
    """
    count = tiers or 1 + max((tier for choice in choices for tier in _tiers(choice)), default=0)
    left_out: Counter[str] = Counter()
    used: list[Choice] = []
    rows: list[tuple[Any, ...]] = []
    for choice in choices:
        found = _simulate_one(choice, rank, costs, count)
        if isinstance(found, str):
            left_out[found] += 1
        else:
            used.append(choice)
            rows.append(found)
        advance()
    names: dict[str, int] = {}
    codes = [names.setdefault(choice.conversation, len(names)) for choice in used]

    def column(place: int, *, tiered: bool = True, kind: type = float) -> Array:
        shape = (len(rows), count) if tiered else (len(rows),)
        return np.array([row[place] for row in rows], dtype=kind).reshape(shape)

    return Simulated(
        choices=tuple(used),
        probability=column(0),
        best=column(1, kind=int),
        right=column(2),
        possible=column(3),
        seconds=column(4),
        cost=column(5),
        silence=column(6, tiered=False),
        weight=column(7, tiered=False),
        conversation=np.array(codes, dtype=int),
        left_out=dict(left_out),
    )


def _simulate_one(choice: Choice, rank: Rank, costs: Mapping[str, float], count: int) -> tuple[Any, ...] | str:
    """Return a row of each array, or in words why there is none."""
    if count - 1 not in _tiers(choice):
        return NOT_EVERYBODY
    probability: list[float] = []
    best: list[int] = []
    right: list[float] = []
    possible: list[float] = []
    place_of = {id(candidate): place for place, candidate in enumerate(choice.candidates)}
    weight = 0.0
    before = -1
    for tier in range(count):
        candidates = [candidate for candidate in choice.candidates if choice.tier_of(candidate) <= tier]
        if len(candidates) == before:  # nobody has added anything
            best.append(best[-1])
            for known in (probability, right, possible):
                known.append(known[-1])
            continue
        before = len(candidates)
        first = verdicts(rank(choice.turn, candidates))[0] if candidates else None
        if first is None:
            probability.append(-math.inf)
            best.append(NOBODY)
            right.append(0.0)
            possible.append(0.0)
            continue
        place = place_of[id(first.candidate)]
        label = choice.labels[place]
        if label is None:
            return NOT_KNOWN
        weight = max(weight, label.weight)
        probability.append(first.probability)
        best.append(place)
        right.append(label.right)
        labels = [choice.labels[place_of[id(candidate)]] for candidate in candidates]
        possible.append(max(label.right for label in labels if label is not None))
    silence = right_of_nobody(choice)
    if silence is not None:
        weight = max(weight, silence.weight)
    elif not choice.candidates:
        return NOT_KNOWN
    if weight <= 0:
        return NO_WEIGHT
    seconds, cost = _spent(choice, costs, count)
    return probability, best, right, possible, seconds, cost, silence.right if silence else 0.0, weight


def _spent(choice: Choice, costs: Mapping[str, float], count: int) -> tuple[list[float], list[float]]:
    """Return seconds and costs until each tier has answered; policies of one tier are asked at the same time."""
    seconds, cost = [0.0] * count, [0.0] * count
    for policy, tier in _policies(choice).items():
        if tier < count:
            seconds[tier] = max(seconds[tier], choice.seconds.get(policy, 0.0))
            cost[tier] += costs[policy] if policy in costs else choice.costs.get(policy, 0.0)
    for tier in range(1, count):
        seconds[tier] += seconds[tier - 1]
        cost[tier] += cost[tier - 1]
    return seconds, cost


def _policies(choice: Choice) -> dict[str, int]:
    """Return the tier of each policy that was asked."""
    return {**{candidate.policy: choice.tier_of(candidate) for candidate in choice.candidates}, **choice.tiers}


def _tiers(choice: Choice) -> set[int]:
    return set(_policies(choice).values())
