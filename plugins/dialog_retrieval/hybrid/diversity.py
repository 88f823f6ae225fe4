"""Not saying the same thing twice: maximal marginal relevance (Carbonell & Goldstein 1998)."""

import math
from collections.abc import Callable, Sequence
from functools import lru_cache

from dialog_core.datasets import KnowledgeEntry
from dialog_core.retrieval import Hit

CONSIDERED = 5  # times as many entries are looked at as are wanted
REMEMBERED = 4096  # entries, with their terms

Tokens = Callable[[str], Sequence[str]]


class Diversity:
    """Chooses among entries so that those which say what better ones say come later.

    Args:
        strength: How much that counts: from 0, not at all, to 1, where nothing but the best entry is chosen for how
            well it fits.
        tokens: What cuts text into terms. Entries are alike as far as their terms are the same (cosine).
    """

    def __init__(self, strength: float, tokens: Tokens) -> None:
        self._strength = strength

        @lru_cache(maxsize=REMEMBERED)
        def terms(question: str, answer: str) -> frozenset[str]:
            return frozenset(tokens(f"{question}\n{answer}"))

        self._terms = terms

    def choose(self, hits: Sequence[Hit], top_k: int) -> list[Hit]:
        """Return `top_k` hits, the best one first, each next one the best of what has not been said yet.

        Args:
            hits: Best first.
            top_k: How many at most.
        """
        left = list(hits[: CONSIDERED * top_k])
        if not left:
            return []
        chosen = [left.pop(0)]
        likeness = [0.0] * len(left)
        while left and len(chosen) < top_k:
            last = self._of(chosen[-1].entry)
            likeness = [
                max(before, _cosine(last, self._of(hit.entry))) for before, hit in zip(likeness, left, strict=True)
            ]
            values = [
                (1 - self._strength) * hit.score - self._strength * alike
                for hit, alike in zip(left, likeness, strict=True)
            ]
            best = max(range(len(left)), key=lambda place: (values[place], -place))
            chosen.append(left.pop(best))
            del likeness[best]
        return chosen

    def _of(self, entry: KnowledgeEntry) -> frozenset[str]:
        return self._terms(" ".join(entry.questions[:1]), entry.answer)


def _cosine(first: frozenset[str], second: frozenset[str]) -> float:
    if not first or not second:
        return 0.0
    return len(first & second) / math.sqrt(len(first) * len(second))
