"""From knowledge entries to the documents an index counts: one for each phrasing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from dialog_core.datasets import KnowledgeEntry
from dialog_retrieval.analysis.terms import Split
from dialog_retrieval.bm25.options import FieldWeights


@dataclass(frozen=True, slots=True)
class Document:
    """One phrasing of one entry.

    Attributes:
        terms: The phrasing's own terms.
        frequencies: The frequency BM25 is given for each term of the phrasing and of the rest of its entry.
    """

    terms: frozenset[str]
    frequencies: Mapping[str, float] = field(hash=False)


def documents_of(entry: KnowledgeEntry, split: Split, weights: FieldWeights) -> list[Document]:
    """Return a document for each phrasing of `entry`, in order."""
    phrasings = [split(question) for question in entry.questions]
    own = [frozenset((*terms.main, *terms.minor)) for terms in phrasings]
    shared: dict[str, float] = {}
    _count(shared, split(entry.answer).main if weights.answer else (), weights.answer)
    # A separator no analyzer joins across: two tags are not a phrase.
    _count(shared, split(" \n ".join(entry.tags)).main if weights.tags else (), weights.tags)
    _count(shared, (term for terms in phrasings for term in terms.main), weights.question)
    return [Document(terms, {**shared, **dict.fromkeys(terms, 1.0)}) for terms in own]


def _count(frequencies: dict[str, float], terms: Iterable[str], weight: float) -> None:
    """Note `terms` with `weight`. A term counts once, where it counts most; repeating it makes it no more relevant."""
    if weight:
        for term in terms:
            frequencies[term] = max(weight, frequencies.get(term, 0.0))
