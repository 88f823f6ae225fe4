"""From knowledge entries to the documents an index counts: one for each phrasing of a question, one for a passage."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from dialog_core.datasets import KnowledgeEntry
from dialog_retrieval.analysis.terms import Split
from dialog_retrieval.bm25.scoring import Weights

# A separator no analyzer joins across: two tags, or two headings, are not a phrase.
_BREAK = " \n "


@dataclass(frozen=True, slots=True)
class Document:
    """What is counted as one: a phrasing of an entry, or a passage.

    Attributes:
        terms: The phrasing's own terms; of a passage, all.
        frequencies: The frequency BM25 is given for each term of the phrasing and of the rest of its entry.
    """

    terms: frozenset[str]
    frequencies: Mapping[str, float] = field(hash=False)


def documents_of(entry: KnowledgeEntry, split: Split, weights: Weights) -> list[Document]:
    """Return a document for each phrasing of `entry`, in order, or the one of a passage."""
    if entry.passage:
        return [_passage(entry, split, weights)]
    phrasings = [split(question) for question in entry.questions]
    own = [dict.fromkeys((*terms.main, *terms.minor), 1.0) for terms in phrasings]
    shared: dict[str, float] = {}
    _note(shared, split(entry.answer).main if weights.answer else (), weights.answer)
    _note(shared, split(_BREAK.join(entry.tags)).main if weights.tags and entry.tags else (), weights.tags)
    if len(phrasings) > 1:
        _note(shared, (term for terms in phrasings for term in terms.main), weights.question)
    return [Document(frozenset(terms), {**shared, **terms}) for terms in own]


def _passage(entry: KnowledgeEntry, split: Split, weights: Weights) -> Document:
    frequencies: Counter[str] = Counter()
    for text, weight in (
        (_BREAK.join(entry.questions), weights.question),
        (entry.answer, weights.answer),
        (_BREAK.join(entry.tags), weights.tags),
    ):
        if text and weight:
            terms = split(text)
            for term, count in Counter((*terms.main, *terms.minor)).items():
                frequencies[term] += weight * count  # type: ignore[assignment]  # a fraction of a count
    return Document(frozenset(frequencies), frequencies)


def _note(frequencies: dict[str, float], terms: Iterable[str], weight: float) -> None:
    """Note `terms` with `weight`. A term counts once, where it counts most; repeating it makes it no more relevant."""
    if weight:
        for term in terms:
            frequencies[term] = max(weight, frequencies.get(term, 0.0))
