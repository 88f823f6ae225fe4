"""Kneser-Ney: the n-gram model that a language model has to beat.

Interpolated, with three discounts for each order ("modified Kneser-Ney", Chen & Goodman 1999, section 3.2), over any
symbols; below unigrams stands the uniform distribution over the vocabulary.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

Context = tuple[int, ...]
START = -1  # what stands before the first symbol of a sequence


class KneserNey:
    """An n-gram model of sequences of symbols."""

    def __init__(self, sequences: Iterable[Sequence[int]], order: int, vocabulary: int) -> None:
        """Count.

        Args:
            sequences: What it learns from.
            order: How many symbols an n-gram has.
            vocabulary: How many symbols there are; each has some probability.
        """
        self._order = order
        self._vocabulary = vocabulary
        highest: Counter[Context] = Counter()
        for sequence in sequences:
            padded = (START,) * (order - 1) + tuple(sequence)
            highest.update(padded[place : place + order] for place in range(len(padded) - order + 1))
        # Below the highest order not how often an n-gram was seen counts, but after how many different symbols.
        self._counts = [highest]
        while len(self._counts) < order:
            self._counts.insert(0, Counter(gram[1:] for gram in self._counts[0]))
        self._discounts = [_discounts(counts.values()) for counts in self._counts]
        self._totals: list[dict[Context, int]] = []
        self._left: list[dict[Context, float]] = []  # what discounts take away, for lower orders
        for counts, discounts in zip(self._counts, self._discounts, strict=True):
            totals: dict[Context, int] = defaultdict(int)
            left: dict[Context, float] = defaultdict(float)
            for gram, count in counts.items():
                totals[gram[:-1]] += count
                left[gram[:-1]] += discounts[min(count, 3) - 1]
            self._totals.append(dict(totals))
            self._left.append(dict(left))

    def probability(self, symbol: int, before: Context) -> float:
        """Return how likely a symbol is after others."""
        found = 1 / self._vocabulary
        for length in range(self._order):
            context = before[len(before) - length :]
            total = self._totals[length].get(context)
            if total is None:
                break
            count = self._counts[length].get((*context, symbol), 0)
            kept = max(count - self._discounts[length][min(count, 3) - 1], 0.0) if count else 0.0
            found = (kept + self._left[length][context] * found) / total
        return found

    def bits(self, sequence: Sequence[int], skip: int = 0) -> float:
        """Return how many bits a sequence takes, its first symbols left out."""
        padded = (START,) * (self._order - 1) + tuple(sequence)
        return -sum(
            math.log2(self.probability(padded[place], padded[place - self._order + 1 : place]))
            for place in range(self._order - 1 + skip, len(padded))
        )


def _discounts(counts: Iterable[int]) -> tuple[float, float, float]:
    """Return what is taken from counts of one, of two, and of more (Chen & Goodman 1999, equation 26)."""
    numbers = Counter(count for count in counts if count <= 4)
    ones, twos, threes, fours = (max(numbers[size], 1) for size in (1, 2, 3, 4))
    share = ones / (ones + 2 * twos)
    raw = (1 - 2 * share * twos / ones, 2 - 3 * share * threes / twos, 3 - 4 * share * fours / threes)
    first, second, third = (min(max(value, 0.0), size) for value, size in zip(raw, (1, 2, 3), strict=True))
    return first, second, third
