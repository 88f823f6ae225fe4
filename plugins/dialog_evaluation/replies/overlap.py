"""What texts have in common, for many pairs at once: runs of tokens, and the longest common order of them.

Pairs are counted together with numpy, since thousands of them one after the other take minutes. Runs are told apart by
64-bit hashes, of which two among a million are equal about once in thirty million evaluations.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, count

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Hashes = NDArray[np.uint64]
Places = NDArray[np.intp]

# The finaliser of splitmix64 (Steele, Lea & Flood 2014), which makes neighbouring numbers differ in every bit.
_FIRST, _SECOND, _STEP = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB), np.uint64(0x9E3779B97F4A7C15)
_30, _27, _31 = np.uint64(30), np.uint64(27), np.uint64(31)


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of texts, all in one row.

    Attributes:
        hashes: The tokens.
        texts: Of which text each is.
        lengths: How many each text has.
    """

    hashes: Hashes
    texts: Places
    lengths: Places

    def runs(self, order: int) -> tuple[Hashes, Places]:
        """Return every run of so many tokens, with the text it is of; equal runs of other texts are other hashes."""
        hashes, texts = self.runs_anywhere(order)
        return _mixed(hashes + _mixed(texts.astype(np.uint64) * _STEP)), texts

    def runs_anywhere(self, order: int) -> tuple[Hashes, Places]:
        """Return every run of so many tokens, with the text it is of; equal runs of other texts are equal."""
        size = len(self.hashes) - order + 1
        if size <= 0:
            return self.hashes[:0], self.texts[:0]
        hashes = self.hashes[:size].copy()
        for further in range(1, order):
            hashes = hashes * _STEP + self.hashes[further : further + size]
        inside = self.texts[:size] == self.texts[order - 1 : order - 1 + size]
        return hashes[inside], self.texts[:size][inside]

    def count(self, order: int) -> Places:
        """Return how many runs of so many tokens each text has."""
        return np.maximum(self.lengths - order + 1, 0)


class Vocabulary:
    """Numbers tokens, so that those of several lists of texts can be compared."""

    def __init__(self) -> None:
        self._numbers: defaultdict[str, int] = defaultdict(count().__next__)

    def tokens(self, texts: Iterable[Sequence[str]]) -> Tokens:
        """Return texts that have been cut into tokens."""
        texts = list(texts)
        found = list(map(self._numbers.__getitem__, chain.from_iterable(texts)))
        return _tokens(np.array(found, np.uint64), np.array([len(text) for text in texts], np.intp))


def characters(texts: Sequence[str]) -> Tokens:
    """Return the characters of texts, without blanks."""
    return characters_of(["".join(text.split()) for text in texts])


def characters_of(texts: Sequence[str]) -> Tokens:
    """Return the characters of texts, blanks among them."""
    codes = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), "<u4").astype(np.uint64)
    return _tokens(codes, np.array([len(text) for text in texts], np.intp))


def shared(said: Tokens, reference: Tokens, order: int) -> Places:
    """Return for each pair how many runs of so many tokens they share, each as often as in the text that has fewer."""
    ours, texts = said.runs(order)
    theirs, _ = reference.runs(order)
    size = len(said.lengths)
    if not len(ours) or not len(theirs):
        return np.zeros(size, np.intp)
    ours, first, counts = _counted(ours)
    theirs, _, their_counts = _counted(theirs)
    at = np.minimum(np.searchsorted(theirs, ours), len(theirs) - 1)
    both = theirs[at] == ours
    fewer = np.minimum(counts[both], their_counts[at[both]])
    return np.bincount(texts[first[both]], weights=fewer, minlength=size).astype(np.intp)


def _counted(runs: Hashes) -> tuple[Hashes, Places, Places]:
    """Return the runs that differ, in order, with where one of each stands, and how often it is there.

    As `numpy.unique`, which sorts in a way that is twice as slow.
    """
    order = np.argsort(runs)
    ordered = runs[order]
    starts = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
    return ordered[starts], order[starts], np.diff(starts, append=len(runs))


def longest_common_order(said: Sequence[str], reference: Sequence[str]) -> int:
    """Return how long the longest common subsequence is: bit by bit in parallel, Hyyrö 2004, figure 1."""
    if not said or not reference:
        return 0
    places: dict[str, int] = {}
    for number, token in enumerate(reference):
        places[token] = places.get(token, 0) | 1 << number
    everything = (1 << len(reference)) - 1
    open_places = everything
    for token in said:
        matched = open_places & places.get(token, 0)
        open_places = ((open_places + matched) | (open_places - matched)) & everything
    return len(reference) - open_places.bit_count()


def f_measure(matches: Places, said: Places, reference: Places) -> Floats:
    """Return the harmonic mean of precision and recall; 0 where nothing is shared."""
    found: Floats = np.divide(2 * matches, said + reference, out=np.zeros(len(matches)), where=matches > 0)
    return found


def each_once(function: Callable[[str], Sequence[str]], texts: Iterable[str]) -> list[Sequence[str]]:
    """Return what a function makes of texts; of equal ones once."""
    known: dict[str, Sequence[str]] = {}
    found = []
    for text in texts:
        if text not in known:
            known[text] = function(text)
        found.append(known[text])
    return found


def _tokens(numbers: Hashes, lengths: Places) -> Tokens:
    return Tokens(_mixed(numbers + _STEP), np.repeat(np.arange(len(lengths), dtype=np.intp), lengths), lengths)


def _mixed(values: Hashes) -> Hashes:
    values = (values ^ (values >> _30)) * _FIRST
    values = (values ^ (values >> _27)) * _SECOND
    return values ^ (values >> _31)
