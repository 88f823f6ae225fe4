"""How often what was said is right, and how much of a difference may be chance."""

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks._arena import SEED
from benchmarks._arena_cascade import ANSWER_AT
from dialog_ranking.choices import Choice
from dialog_ranking_training.judging import Model, Verdicts, rank_all, said

DRAWS = 1_000
THRESHOLDS = tuple(step / 50 for step in range(41))  # 0 to .8
ALWAYS = 1e-9  # `answer_at` of what knows certainty and nothing else


@dataclass(frozen=True, slots=True)
class Judged:
    """What a ranker makes of choices.

    Attributes:
        verdicts: On the candidates of each.
        rights: Of each, how right it is what is said.
    """

    verdicts: Sequence[Verdicts]
    rights: Sequence[float]

    @property
    def accuracy(self) -> float:
        return sum(self.rights) / len(self.rights)


def judge(model: Model, choices: Sequence[Choice], answer_at: float = ANSWER_AT) -> Judged:
    """Return what a ranker makes of choices, and how right that is."""
    verdicts = rank_all(model, choices)
    found = [said(choice, verdict, answer_at).right for choice, verdict in zip(choices, verdicts, strict=True)]
    return Judged(verdicts, [0.0 if right is None else right for right in found])


def best_answer_at(model: Model, choices: Sequence[Choice]) -> float:
    """Return from which probability on it is best to say something; of equal ones that nearest to the default."""
    verdicts = rank_all(model, choices)

    def accuracy(answer_at: float) -> float:
        return sum(said(one, verdict, answer_at).right or 0.0 for one, verdict in zip(choices, verdicts, strict=True))

    return max(THRESHOLDS, key=lambda answer_at: (accuracy(answer_at), -abs(answer_at - ANSWER_AT)))


def interval(choices: Sequence[Choice], before: Sequence[float], after: Sequence[float]) -> tuple[float, float, float]:
    """Return the mean difference with a 95 % interval by bootstrap over conversations (Efron 1979)."""
    sums: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for choice, was, now in zip(choices, before, after, strict=True):
        sums[choice.conversation][0] += now - was
        sums[choice.conversation][1] += 1.0
    rows = list(sums.values())
    chance = random.Random(SEED)
    drawn = sorted(_mean(chance.choices(rows, k=len(rows))) for _ in range(DRAWS))
    return _mean(rows), drawn[round(0.025 * DRAWS)], drawn[round(0.975 * DRAWS) - 1]


def _mean(rows: Sequence[Sequence[float]]) -> float:
    return sum(row[0] for row in rows) / sum(row[1] for row in rows)
