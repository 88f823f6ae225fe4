"""How much of a reply its evidence says, judged by the words they share."""

from collections.abc import Sequence

from dialog_generative.grounding.words import Term, negations, sentences, terms

WEIGHTS = {"word": 1.0, "name": 2.0, "number": 3.0}  # a wrong number does more harm than a wrong word
CONTRADICTED = 0.5  # what is left of a sentence that says no where the evidence says yes, or the other way round
SIMILAR = 0.5  # of a sentence's words: so much has to stand in one sentence of the evidence to compare what they deny
LONGEST = 20_000  # characters of a text that are looked at


def groundedness(reply: str, evidence: Sequence[str], question: str = "") -> float:
    """Return how much of a reply rests on its evidence, from 0 to 1.

    It is the share of the reply's content words that stand in the evidence; numbers and names count more than other
    words, and have to be there as they are. Words of the question are given and neither raise nor lower it, but a reply
    that says nothing beyond the question rests on nothing. A sentence that denies what the evidence says, or says
    what it denies, counts for less.

    Args:
        reply: The reply, without marks of citations.
        evidence: What it may rest on.
        question: What was asked.
    """
    told = [_Sentence(sentence) for text in evidence for sentence in sentences(text[:LONGEST])]
    known = {term.form for sentence in told for term in sentence.terms}
    asked = {term.form for term in terms(question[:LONGEST])} - known
    whole = supported = 0.0
    for said in map(_Sentence, sentences(reply[:LONGEST])):
        new = [term for term in said.terms if term.form not in asked]
        weight = sum(WEIGHTS[term.kind] for term in new)
        found = sum(WEIGHTS[term.kind] for term in new if term.form in known)
        whole += weight
        supported += found * (CONTRADICTED if found and _denies(said, told) else 1.0)
    return supported / whole if whole else 0.0


class _Sentence:
    """A sentence with what it says."""

    __slots__ = ("forms", "negative", "terms")

    def __init__(self, text: str) -> None:
        self.terms: list[Term] = list(terms(text))
        self.forms = {term.form for term in self.terms}
        self.negative = negations(text) % 2 == 1


def _denies(said: _Sentence, told: Sequence[_Sentence]) -> bool:
    """Whether a sentence says the opposite of the sentence of the evidence it is closest to."""
    best, closest = 0.0, None
    for other in told:
        shared = len(said.forms & other.forms) / max(len(said.forms), 1)
        if shared > best or (shared == best and closest is not None and other.negative == said.negative):
            best, closest = shared, other
    return closest is not None and best >= SIMILAR and closest.negative != said.negative
