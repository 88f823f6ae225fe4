"""Which texts are nearly the same as one of others: exactly all of them, without comparing each with each.

Two texts are as alike as their runs of five characters are (Jaccard). If at least four fifths of all runs are shared,
the two texts also share some of their rarest runs: only texts that do are compared (prefix filtering, Bayardo, Ma &
Srikant 2007, section 4; Xiao et al. 2008, section 4). Unlike with MinHash nothing is left to chance.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dialog_evaluation.replies.overlap import Hashes, Places, characters_of
from dialog_evaluation.replies.statistics import Bools

RUN = 5  # characters; three are shared by chance in short texts, nine by none with another word
AT_ONCE = 4_000_000  # characters, of which half a gigabyte is needed to compare with them
LEAST = 0.8  # Lee et al. 2022, "Deduplicating Training Data Makes Language Models Better", section 4.2


def near_duplicates(texts: Sequence[str], others: Sequence[str], least: float = LEAST) -> Bools:
    """Return for each text whether one of the others is nearly the same.

    Args:
        texts: What is looked for.
        others: Where it is looked for.
        least: How large a share of the runs two texts have between them both have to have.
    """
    ours = list(dict.fromkeys(texts))
    found = np.zeros(len(ours), np.bool_)
    for part in _parts(dict.fromkeys(others)):
        left = np.flatnonzero(~found).tolist()
        if not left:
            break
        found[left] = _Runs.of([*(ours[number] for number in left), *part]).found(len(left), least)
    numbers = {text: number for number, text in enumerate(ours)}
    return found[[numbers[text] for text in texts]]


def _parts(texts: Iterable[str]) -> Iterator[list[str]]:
    """Yield as many texts at once as there is room for."""
    part: list[str] = []
    size = 0
    for text in texts:
        part.append(text)
        size += len(text)
        if size >= AT_ONCE:
            yield part
            part, size = [], 0
    if part:
        yield part


@dataclass(frozen=True, slots=True)
class _Runs:
    """The runs of texts, as their rank among all runs, the rarest first.

    Attributes:
        ranks: Those of all texts behind each other, each in order.
        starts: Where those of each text begin; the end of the last one behind them.
    """

    ranks: Places
    starts: Places

    @classmethod
    def of(cls, texts: Sequence[str]) -> "_Runs":
        runs, owners = _runs(texts)
        _, numbers, frequencies = np.unique(runs, return_inverse=True, return_counts=True)
        rank = np.empty(len(frequencies), np.intp)
        rank[np.argsort(frequencies, kind="stable")] = np.arange(len(frequencies))
        pairs = np.sort(
            owners * len(rank) + rank[numbers]
        )  # by text, and by rank; numpy's `unique` is slow at millions
        pairs = pairs[np.diff(pairs, prepend=-1) != 0]
        starts = np.searchsorted(pairs, np.arange(len(texts) + 1) * len(rank))
        return cls(pairs % max(len(rank), 1), starts)

    def found(self, first: int, least: float) -> Bools:
        """Return which of the first texts are nearly one of those behind them."""
        sizes = np.diff(self.starts)
        rarest = sizes - np.ceil(least * sizes - 1e-9).astype(np.intp) + 1
        owners = np.repeat(np.arange(len(sizes)), sizes)
        kept = np.flatnonzero((np.arange(len(owners)) - self.starts[owners] < rarest[owners]) & (owners >= first))
        kept = kept[np.argsort(self.ranks[kept], kind="stable")]
        ranks, holders = self.ranks[kept], owners[kept]
        return np.array([self._has(text, sizes, rarest, ranks, holders, least) for text in range(first)], np.bool_)

    def _has(self, text: int, sizes: Places, rarest: Places, ranks: Places, holders: Places, least: float) -> bool:
        own = self.ranks[self.starts[text] : self.starts[text + 1]]
        first = own[: rarest[text]]
        from_, to = np.searchsorted(ranks, first, "left"), np.searchsorted(ranks, first, "right")
        places = [holders[start:end] for start, end in zip(from_, to, strict=True) if end > start]
        if not places:
            return False
        candidates, shared_rarest = np.unique(np.concatenate(places), return_counts=True)
        lengths, behind = sizes[candidates], sizes[candidates] - rarest[candidates]
        # What is shared beyond the rarest stands behind those of the text whose rarest end earlier (Xiao et al. 2008).
        last = self.ranks[self.starts[candidates] + rarest[candidates] - 1]
        at_most = shared_rarest + np.where(own[rarest[text] - 1] < last, len(own) - rarest[text], behind)
        wanted = least / (1 + least) * (len(own) + lengths) - 1e-9
        candidates = candidates[(np.minimum(at_most, np.minimum(lengths, len(own))) >= wanted)]
        runs = set(own.tolist())
        for other in candidates:
            theirs = self.ranks[self.starts[other] : self.starts[other + 1]].tolist()
            shared = sum(run in runs for run in theirs)
            if shared >= least * (len(own) + len(theirs) - shared) - 1e-9:
                return True
        return False


def _runs(texts: Sequence[str]) -> tuple[Hashes, NDArray[np.intp]]:
    """Return the runs of texts, with whose they are; a text that is shorter than a run is one."""
    plain = [" ".join(text.casefold().split()) for text in texts]
    tokens = characters_of([text if len(text) >= RUN else text.ljust(RUN) for text in plain])
    return tokens.runs_anywhere(RUN)
