"""Choices as one matrix, made once: every fit, held out or not, takes its rows from there."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dialog_ranking.choices import Choice
from dialog_ranking.features.extract import extract, judged_by_default
from dialog_ranking.features.schema import Schema, base_of
from dialog_ranking.learned.logistic import LogisticWeights
from dialog_ranking_training.fitting.logistic import sigmoid

if TYPE_CHECKING:
    from dialog_ranking.learned.helpers import Helpers

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Mask = NDArray[np.bool_]

NEARLY_ALWAYS = 0.98  # from that share of a policy's candidates on, a column that is missing is worth a remark
LEAST_SCALE = 0.1  # of a feature from 0 to 1: one that hardly ever differs is not blown up
ONES = frozenset({"policy", "kind"})  # columns that say whose it is: they are as they are


@dataclass(frozen=True)
class Design:
    """Every candidate of every choice, as it looked when the tiers up to some tier had been asked.

    Attributes:
        schema: Which columns there are.
        matrix: The features; NaN: missing.
        offset: Log odds of the default ranker.
        right: Whether it was right; NaN: nobody knows.
        weight: How much that counts: the label's weight is shared out among the tiers after which the candidate is
            looked at.
        policies: The names of the policies.
        policy: Whose candidate each row is.
        kinds: The kinds of the policies.
        choice: Of which choice.
        whole: Whether the row is from when all tiers had been asked.
        place: Which candidate of the choice it is.
        count: How many choices there are.
    """

    schema: Schema
    matrix: Floats
    offset: Floats
    right: Floats
    weight: Floats
    policies: tuple[str, ...]
    policy: Integers
    kinds: frozenset[str]
    choice: Integers
    whole: Mask
    place: Integers
    count: int

    @cached_property
    def labelled(self) -> Mask:
        """Which rows something is known of."""
        known: Mask = ~np.isnan(self.right) & (self.weight > 0)
        return known

    @cached_property
    def assumed(self) -> Floats:
        """How right each row is taken for where nobody knows: as the default judges it.

        Where another candidate of the same policy is known to be right, it is taken for wrong in the same measure: a
        policy has one best answer, and it was found.
        """
        assumed = sigmoid(self.offset)
        sibling = self.choice * len(self.policies) + self.policy
        known = np.where(self.labelled, self.right, 0.0)
        best = np.zeros(self.count * max(1, len(self.policies)))
        np.maximum.at(best, sibling, known)
        found: Floats = assumed * (1.0 - best[sibling])
        return found

    def of(self, choices: Sequence[int]) -> Mask:
        """Return which rows are of some choices."""
        wanted = np.zeros(self.count, dtype=np.bool_)
        wanted[np.asarray(choices, dtype=np.int64)] = True
        rows: Mask = wanted[self.choice]
        return rows

    @cached_property
    def unfitted(self) -> LogisticWeights:
        """Weights of nothing, which know what is usual of each column: that takes no labels."""
        names = self.schema.names
        center, scale = np.zeros(len(names)), np.ones(len(names))
        for column, name in enumerate(names):
            values = self.matrix[:, column]
            known = values[np.isfinite(values)]
            if base_of(name) in ONES or not len(known):
                continue
            center[column] = known.mean()
            spread = float(known.std())
            least = 1e-6 * max(1.0, abs(float(center[column]))) if base_of(name) == "own" else LEAST_SCALE
            scale[column] = max(spread, least)
        return LogisticWeights(names, center, scale, np.zeros(len(names)))

    @cached_property
    def standardised(self) -> Floats:
        """The features as weights see them."""
        return self.unfitted.standardised(self.matrix)

    @cached_property
    def expected(self) -> Mapping[str, frozenset[str]]:
        """For each policy, the columns that its candidates nearly always have."""
        names = np.array(self.schema.names)
        found = {}
        for number, policy in enumerate(self.policies):
            there = np.isfinite(self.matrix[(self.policy == number) & self.whole]).mean(axis=0)
            found[policy] = frozenset(map(str, names[there >= NEARLY_ALWAYS]))
        return found


def make_design(choices: Sequence[Choice], schema: Schema, helpers: "Helpers | None" = None) -> Design:
    """Return the rows of choices.

    Args:
        choices: With the final weights of labels.
        schema: Which columns are wanted.
        helpers: What finds some of them, such as an encoder.
    """
    policies = sorted({candidate.policy for choice in choices for candidate in choice.candidates})
    number = {policy: place for place, policy in enumerate(policies)}
    matrices, offsets = [np.empty((0, len(schema.names)))], [np.empty(0)]
    right: list[float] = []
    weight: list[float] = []
    policy: list[int] = []
    of_choice: list[int] = []
    whole: list[bool] = []
    places: list[int] = []
    for where, choice in enumerate(choices):
        seen = list(_views(choice))
        times = {place: sum(place in view for view in seen) for place in seen[-1]} if seen else {}
        for view in seen:
            candidates = tuple(choice.candidates[place] for place in view)
            given = helpers.columns(choice.turn, candidates)[0] if helpers is not None else {}
            extracted = extract(choice.turn, candidates, schema, given=given)
            matrices.append(extracted.matrix)
            offsets.append(judged_by_default(extracted))
            for place in view:
                label = choice.labels[place]
                right.append(np.nan if label is None else label.right)
                weight.append(0.0 if label is None else label.weight / times[place])
                policy.append(number[choice.candidates[place].policy])
                of_choice.append(where)
                whole.append(view is seen[-1])
                places.append(place)
    return Design(
        schema=schema,
        matrix=np.concatenate(matrices),
        offset=np.concatenate(offsets),
        right=np.array(right, dtype=np.float64),
        weight=np.array(weight, dtype=np.float64),
        policies=tuple(policies),
        policy=np.array(policy, dtype=np.int64),
        kinds=frozenset(candidate.kind for choice in choices for candidate in choice.candidates),
        choice=np.array(of_choice, dtype=np.int64),
        whole=np.array(whole, dtype=np.bool_),
        place=np.array(places, dtype=np.int64),
        count=len(choices),
    )


def _views(choice: Choice) -> Iterator[tuple[int, ...]]:
    """Yield the places of the candidates there were after each tier, as far as a tier added some or one was labelled.

    Serving ranks after each tier: what a candidate is worth when nobody else has spoken yet has to be learnt as well.
    """
    tiers = [choice.tier_of(candidate) for candidate in choice.candidates]
    for tier in sorted(set(tiers)):
        view = tuple(place for place, own in enumerate(tiers) if own <= tier)
        if tier == max(tiers) or any(choice.labels[place] is not None for place in view):
            yield view
