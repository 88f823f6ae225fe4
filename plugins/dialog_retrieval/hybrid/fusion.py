"""Putting the results of several retrievers together, and saying how far the result can be trusted.

**Order.** Reciprocal rank fusion (Cormack, Clarke & Büttcher 2009) looks at ranks alone: `sum of w / (60 + rank)`. The
weighted sum looks at scores, which compare across retrievers because each is from 0 to 1 and means the same for every
question, and a little at ranks: `sum of w * score + v / rank`. Of an entry that is not among those a retriever was
asked for, nothing is known but that it is no better than the last of them, and it counts as if it were as good (Bruch,
Gai & Ingber 2023, section 4, compare such sums with reciprocal rank fusion): counted as 0, entries just beyond the end
would be far behind those before it.

Chosen on half of MedQuAD's reworded questions and on half of SciFact's: the depth, and how little ranks count.

**Score.** Neither sum says whether the knowledge has an answer at all: the first of two lists of rubbish has the same
ranks as the first of two good ones. So what is told is made of the retrievers' own scores and of whether they agree;
see `Trust`. An entry never has a higher score than one that comes before it.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from dialog_core.retrieval import Hit
from dialog_retrieval.confidence import Confidence
from dialog_retrieval.hybrid.options import DEPTH, RRF_K

AGREEMENT = "agreement"
RANK_WEIGHT = 0.05  # of a rank beside a score

Key = tuple[str, str]


def rank_of(part: str) -> str:
    """Return what the weight and the feature of a part's ranks are called."""
    return f"{part}.rank"


@dataclass(frozen=True, slots=True)
class Fusion:
    """How results are put in order.

    Attributes:
        by_rank: Whether by their ranks alone.
        weights: How much each retriever counts, by its name, and `NAME.rank` its ranks; `agreement`: the share of
            retrievers that put the entry first.
    """

    by_rank: bool = False
    weights: Mapping[str, float] = field(default_factory=dict)

    def value(self, features: Mapping[str, float], least: Mapping[str, float]) -> float:
        """Return what an entry is worth, on no particular scale.

        Args:
            features: Its scores, `NAME.rank` 1 / its ranks, and `agreement`.
            least: For each retriever that has answered, the score of what it did not name.
        """
        weights = self.weights
        if self.by_rank:
            ranks = [(part, features.get(rank_of(part), 0.0)) for part in least]
            return math.fsum(weights.get(part, 1.0) / (RRF_K + 1 / rank) for part, rank in ranks if rank)
        return math.fsum(
            (
                *(weights.get(part, 1.0) * features.get(part, score) for part, score in least.items()),
                *(weights.get(rank_of(part), RANK_WEIGHT) * features.get(rank_of(part), 0.0) for part in least),
                weights.get(AGREEMENT, 0.0) * features.get(AGREEMENT, 0.0),
            )
        )


@dataclass(frozen=True, slots=True)
class Trust:
    """How likely an entry is right, given what the retrievers say.

    Attributes:
        confidence: What training found; None: the mean of the scores and the best of them.
    """

    confidence: Confidence | None = None

    def score(self, features: Mapping[str, float], parts: Sequence[str]) -> float:
        """Return it, from 0 to 1."""
        if self.confidence is not None:
            return self.confidence.score(features)
        scores = [features.get(part, 0.0) for part in parts]
        return min(max((math.fsum(scores) / len(scores) + max(scores)) / 2, 0.0), 1.0)


def fuse(found: Mapping[str, Sequence[Hit]], fusion: Fusion, trust: Trust, top_k: int, depth: int = DEPTH) -> list[Hit]:
    """Return the best of what was found, best first.

    Args:
        found: What each retriever found, best first, by its name.
        fusion: How they are put in order.
        trust: How likely each is right.
        top_k: How many at most.
        depth: How many each retriever was asked for.
    """
    parts = list(found)
    best: dict[Key, Hit] = {}
    features: dict[Key, dict[str, float]] = {}
    for part, hits in found.items():
        place, rank, before = 0, 0, math.inf
        by_rank = rank_of(part)
        for hit in hits:
            key = (hit.knowledge, hit.entry.id)
            own = features.get(key)
            if own is None:
                own, best[key] = features.setdefault(key, {}), hit
            elif part in own:  # it was found twice; its better place counts
                continue
            elif hit.score > best[key].score:
                best[key] = hit
            place += 1
            if hit.score < before:  # equals share a rank
                rank, before = place, hit.score
            own[part], own[by_rank] = hit.score, 1 / rank
    ranks = [rank_of(part) for part in parts]
    least = {part: hits[-1].score if len(hits) >= depth else 0.0 for part, hits in found.items()}
    rows = []
    for key, own in features.items():
        places = [own.get(name, 0.0) for name in ranks]
        own[AGREEMENT] = places.count(1.0) / len(parts)
        rows.append((-fusion.value(own, least), -max(places), key))
    rows.sort()
    fused: list[Hit] = []
    score = 1.0
    for _, _, key in rows[:top_k]:
        score = min(trust.score(features[key], parts), score)
        fused.append(replace(best[key], score=score, features=features[key]))
    return fused
