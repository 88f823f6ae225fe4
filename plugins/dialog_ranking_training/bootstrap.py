"""How much of a difference between two rankers may be chance."""

import math
import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from dialog_ranking.choices import Choice
from dialog_ranking_training.judging import Verdicts, said

DRAWS = 1000
TAIL = 0.025  # on each side: what is left is 95 %


@dataclass(frozen=True, slots=True)
class Interval:
    """A difference, and between what it lies in 95 of 100 cases.

    Attributes:
        mean: As it was found.
        low: The lower end.
        high: The upper end.
        turns: From how many turns.
    """

    mean: float
    low: float
    high: float
    turns: int


def difference(
    choices: Sequence[Choice],
    before: Sequence[Verdicts],
    after: Sequence[Verdicts],
    *,
    answer_at: float,
    seed: int,
    draws: int = DRAWS,
) -> Interval:
    """Return by how much the accuracy differs, with a bootstrap interval over conversations (Efron 1979).

    Conversations are drawn as wholes, as their turns resemble each other. Only turns count in which it is known of both
    whether they were right.

    Args:
        choices: What was to be chosen from.
        before: What one ranker made of each.
        after: What the other did.
        answer_at: The probability below which nothing is said.
        seed: For the draws.
        draws: How many of them.
    """
    sums: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    turns = 0
    for choice, one, other in zip(choices, before, after, strict=True):
        was, now = said(choice, one, answer_at), said(choice, other, answer_at)
        if was.right is None or now.right is None:
            continue
        turns += 1
        weight = (was.weight + now.weight) / 2
        sums[choice.conversation][0] += weight * (now.right - was.right)
        sums[choice.conversation][1] += weight
    rows = [row for row in sums.values() if row[1] > 0]
    if not rows:
        return Interval(math.nan, math.nan, math.nan, 0)
    chance = random.Random(seed)
    drawn = sorted(_mean(chance.choices(rows, k=len(rows))) for _ in range(draws))
    low, high = drawn[int(TAIL * draws)], drawn[min(draws - 1, int((1 - TAIL) * draws))]
    return Interval(_mean(rows), low, high, turns)


def _mean(rows: Sequence[Sequence[float]]) -> float:
    return sum(row[0] for row in rows) / sum(row[1] for row in rows)
