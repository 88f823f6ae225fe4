"""What `bm25` searches: the phrasings of questions and the passages it knows, each in an index of their own."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from dialog_retrieval.analysis.terms import Split, Terms
from dialog_retrieval.bm25.counting import Statistics
from dialog_retrieval.searching import Mask, Match


class KindIndex(Statistics, Protocol):
    """An index of documents of one kind."""

    def matches(self, question: Terms, top_k: int, allowed: Mask | None = None) -> Sequence[Match]:
        """Return the entries that fit an analysed question best, best first, equally good ones by their number."""
        ...


class BM25Searcher:
    """Finds entries of both kinds.

    Args:
        split: What cuts a question into terms.
        indexes: The index of the phrasings (False) and that of the passages (True), where there are such entries.
    """

    def __init__(self, split: Split, indexes: Mapping[bool, KindIndex]) -> None:
        self._split = split
        self.indexes = {passages: index for passages, index in indexes.items() if index.size}

    def find(self, question: str, top_k: int, allowed: Mask | None) -> Sequence[Match]:
        """Return the entries that fit best; see `Searcher`."""
        terms = self._split(question)
        found = [index.matches(terms, top_k, allowed) for index in self.indexes.values()]
        if len(found) == 1:
            return found[0]
        return sorted((match for one in found for match in one), key=lambda match: (-match.score, match.number))[:top_k]
