"""Telling apart entries that have the same words in another order, which is all the same to BM25."""

from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import groupby, islice

from dialog_core.retrieval import Hit
from dialog_retrieval.analysis.terms import scan

COMPARED = 64  # words of a text: comparing takes their number squared
LONGEST = 20  # characters of a word, on average, beyond which a text is cut before it is taken apart
CONSIDERED = 10  # hits: so many may have the same score, and the one that is worded alike still be found


def by_wording(question: str, hits: Sequence[Hit]) -> list[Hit]:
    """Return hits with those of equal score in the order of how alike they are worded.

    How alike is what Ratcliff and Obershelp's algorithm says of the words in their order, those that only hold a
    sentence together included: "what is it for" and "what for is it" are the same to BM25.

    Args:
        question: What was asked.
        hits: Best first; equally good ones in the order of their entries, which is kept where they are as much alike.
    """
    ordered: list[Hit] = []
    matcher: SequenceMatcher[str] | None = None
    for _, group in groupby(hits, key=lambda hit: hit.score):
        equals = list(group)
        if len(equals) > 1:
            if matcher is None:
                matcher = SequenceMatcher(None, autojunk=False)
                matcher.set_seq2(_words(question))
            alike = {id(hit): _likeness(matcher, hit) for hit in equals}
            equals.sort(key=lambda hit: -alike[id(hit)])
        ordered.extend(equals)
    return ordered


def _likeness(matcher: "SequenceMatcher[str]", hit: Hit) -> float:
    if hit.entry.passage:
        return 0.0
    matcher.set_seq1(_words(hit.matched))
    return matcher.ratio()


def _words(text: str) -> list[str]:
    """Return the words of a text; of scripts that write none, the characters."""
    words = (part for token, unspaced in scan(text[: COMPARED * LONGEST]) for part in (token if unspaced else (token,)))
    return list(islice(words, COMPARED))
