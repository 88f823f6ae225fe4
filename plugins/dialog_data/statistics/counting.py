"""Counters that stay small, however much is counted."""

import heapq
from collections import Counter
from collections.abc import Iterator
from hashlib import blake2b
from math import ceil

EXACT = 1_000  # up to this, a distribution knows values exactly; above, to three digits
MOST_DIFFERENT = 10_000  # of what a tally counts one by one
SMALLEST = 1 << 16  # checksums a distinct counter keeps: the estimate is off by 1 / sqrt(SMALLEST - 2), .4%
_REMEMBERED = 1 << 16  # texts that need not be looked at again
_SHORT = 24  # characters of such a text: words come again, and take little room
_CHECKSUMS = 1 << 64


class Distribution:
    """How often there was each of many numbers that are not negative.

    Above `EXACT` numbers are kept to three digits, so there are 900 more different ones for each digit.
    """

    def __init__(self) -> None:
        self._counts: Counter[int] = Counter()
        self.total = 0
        self.sum = 0

    def add(self, value: int) -> None:
        """Count a number."""
        self.total += 1
        self.sum += value
        self._counts[value if value <= EXACT else _rounded(value)] += 1

    @property
    def mean(self) -> float:
        """The mean; 0 where nothing was counted."""
        return self.sum / self.total if self.total else 0.0

    def percentile(self, share: float) -> int:
        """Return the smallest number that at least this share of all do not exceed (nearest rank)."""
        wanted, passed = max(1, ceil(share * self.total)), 0
        for value in sorted(self._counts):
            passed += self._counts[value]
            if passed >= wanted:
                return value
        return 0

    @property
    def largest(self) -> int:
        """The largest number."""
        return max(self._counts, default=0)

    def histogram(self, bins: int = 10) -> list[tuple[int, int, int]]:
        """Return bins of the same width, the last open: from, to (inclusive), how many."""
        if not self.total:
            return []
        width = max(1, -(-(self.percentile(0.99) + 1) // bins))
        counts = [0] * bins
        for value, count in self._counts.items():
            counts[min(value // width, bins - 1)] += count
        while len(counts) > 1 and not counts[-1]:
            counts.pop()
        ends = [(place + 1) * width - 1 for place in range(len(counts))]
        ends[-1] = max(ends[-1], self.largest)
        return [(place * width, end, count) for place, (end, count) in enumerate(zip(ends, counts, strict=True))]


class Tally:
    """How often there was each of many names; those that come after ten thousand different ones are counted as one."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self.others = 0

    def add(self, name: str, times: int = 1) -> None:
        """Count a name."""
        if name in self._counts or len(self._counts) < MOST_DIFFERENT:
            self._counts[name] += times
        else:
            self.others += times

    def __len__(self) -> int:
        return len(self._counts)

    def __iter__(self) -> Iterator[tuple[str, int]]:
        """Yield names with their counts, the most frequent first."""
        return iter(sorted(self._counts.items(), key=lambda one: (-one[1], one[0])))

    @property
    def total(self) -> int:
        """How many there were in all."""
        return self._counts.total() + self.others


class DistinctCounter:
    """How many different texts there were: exactly up to `SMALLEST`, then by an estimate from the smallest checksums.

    The estimator (k - 1) / U(k) is that of Beyer et al. 2007, On synopses for distinct-value estimation, section 4.1.
    """

    def __init__(self, size: int = SMALLEST) -> None:
        self._size = size
        self._kept: set[int] = set()
        self._largest: list[int] = []  # a heap of the kept ones, negative
        self._recent: set[str] = set()

    def add(self, text: str) -> None:
        """Count a text."""
        if text in self._recent:
            return
        if len(text) <= _SHORT:
            if len(self._recent) >= _REMEMBERED:
                self._recent.clear()
            self._recent.add(text)
        value = int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")
        if value in self._kept:
            return
        if len(self._kept) < self._size:
            self._kept.add(value)
            heapq.heappush(self._largest, -value)
        elif value < -self._largest[0]:
            self._kept.add(value)
            self._kept.discard(-heapq.heapreplace(self._largest, -value))

    @property
    def exact(self) -> bool:
        """Whether the count is one, not an estimate."""
        return len(self._kept) < self._size

    @property
    def count(self) -> int:
        """How many different ones there were."""
        if self.exact:
            return len(self._kept)
        return round((self._size - 1) * _CHECKSUMS / -self._largest[0])


def _rounded(value: int) -> int:
    unit: int = 10 ** (len(str(value)) - 3)
    return value // unit * unit
