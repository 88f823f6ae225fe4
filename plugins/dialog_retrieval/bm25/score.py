r"""The score of `bm25`: from what BM25 counts to how well an entry fits a question, from 0 to 1.

**Documents.** Each phrasing of each entry is a document. Its own words have frequency 1; words of the entry's other
phrasings, answer and tags have the fractional frequencies of `FieldWeights` (BM25F: Robertson & Zaragoza 2009, section
3.6). A passage is one document, and its words count as often as they stand there.

**Inverse document frequency** is Lucene's, `log(1 + (N - n + .5) / (n + .5))` over phrasings. It is never negative;
Okapi's is for a term in over half the documents, and rank-bm25's repair (a quarter of the average) is negative too
where most are, as in a knowledge of one entry. A word the knowledge does not have weighs most: n = 0. BM25+ has
`log((N + 1) / n)`, and .5 for an n of 0.

**Score.** BM25 has no upper end and differs from question to question, so it is put in relation to what it could be:

    asked  = sum over the question's words of  w(t) * share(t, d)  /  sum over the question's words of  w(t)
    told   = sum over the words they share     of idf(t)           /  sum over the phrasing's words of  idf(t)
    score  = asked ** 0.6  *  max(told, 0.1) ** 0.4

`share` is BM25's term score divided by idf: 1 for a word of the phrasing itself, less for one of the rest of the entry,
0 for a word the entry does not have. `w` is idf, and .35 of it for the analyzer's minor terms (function words): how
people ask varies, what about matters; minor terms the knowledge does not have weigh nothing. Hence:

- the words of a phrasing in any order score 1, whatever their number, so scores of different questions compare;
- nothing shared scores 0;
- rare or unknown words in a question that an entry does not cover pull `asked` down ("Can I pay with *bitcoin*?");
- a phrasing of which little was said pulls `told` down ("order" is not yet "Where do I find my order number?");
- words that stand in an answer only find its entry, but score below .3 for lack of `told`.

**Passages** say much that nobody asked, so of them `told` says nothing. `asked` is BM25's score in relation to the most
it could be for this question: k1 + 1 times the weight of its words. That is nearly out of reach, for a word that stands
once in a passage of average length brings 1 / (k1 + 1) of it. So a passage scores `asked ** 0.8`. That keeps BM25's
order, and .38, from where the default ranker lets a policy answer, lies half-way between the scores of passages that
have the answer and the best scores where none has (XQuAD's paragraphs, in English and in Chinese).
"""

import numpy as np
from numpy.typing import NDArray

from dialog_retrieval.analysis.terms import Terms
from dialog_retrieval.bm25.scoring import Scoring
from dialog_retrieval.searching import Match

# Fitted on rewordings of MedQuAD questions and on a shop's FAQ; all of them sit on wide plateaus.
ASKED_EXPONENT = 0.6
LEAST_TOLD = 0.1
PASSAGE_EXPONENT = 0.8
MINOR_WEIGHT = 0.35  # good for passages as well: SciFact's claims (function words) and XQuAD's Chinese (pairs)
DECIMALS = 5  # of a score; what is as good by arithmetic is not told apart by how its sum was rounded

Floats = NDArray[np.float64]


def distinct(question: Terms) -> tuple[list[str], list[str]]:
    """Return the main terms of a question and those of the minor ones that are not among them, each once."""
    main = dict.fromkeys(question.main)
    return list(main), list({term: None for term in question.minor if term not in main})


def weights_of(counts: Floats, main: int, size: int, scoring: Scoring) -> tuple[Floats, Floats]:
    """Return the inverse document frequency of the terms of a question, and what each of them weighs.

    Args:
        counts: In how many documents each of them is.
        main: How many of them are main terms; these come first.
        size: How many documents there are.
        scoring: Which formula.
    """
    idf = scoring.idf(counts, size)
    weights = idf.copy()
    weights[main:] *= MINOR_WEIGHT * (counts[main:] > 0)
    return idf, weights


def final_scores(asked: Floats, told: Floats | None) -> Floats:
    """Return the scores of documents; `told` is None for passages."""
    if told is None:
        scores = asked**PASSAGE_EXPONENT
    else:
        scores = asked**ASKED_EXPONENT * np.maximum(told, LEAST_TOLD) ** (1 - ASKED_EXPONENT)
    return np.asarray(np.round(np.minimum(scores, 1.0), DECIMALS), dtype=np.float64)


def match_of(entry: int, phrasing: int, place: int, scores: Floats, asked: Floats, told: Floats | None) -> Match:
    """Return the match of the document whose figures stand at `place`."""
    features = {"asked": float(asked[place])}
    if told is not None:
        features["told"] = min(float(told[place]), 1.0)
    return Match(entry, phrasing, float(scores[place]), features)
