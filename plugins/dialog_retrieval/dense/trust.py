"""What a cosine is worth: found out on the knowledge itself.

Questions are made of what entries say: another phrasing of the same entry, a phrasing that has lost some of its words,
a few words of a passage. Each is asked twice. First of all the knowledge: the best match is right if it is the entry.
Then of the knowledge without the entry: whatever is found now is wrong. A logistic model of the answers says how likely
a match is right, given its cosine and by how much it beats the next.
"""

import math
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from dialog_core.datasets import KnowledgeEntry
from dialog_retrieval.confidence import Confidence
from dialog_retrieval.dense.phrasings import texts_of
from dialog_retrieval.dense.searcher import DenseSearcher, encode_questions, features_of
from dialog_retrieval.dense.sparse import Floats
from dialog_retrieval.knowledge.entries import Numbered

ASKED = 300  # questions: enough for three weights, and a few seconds of a slow encoder
FEWEST_ENTRIES = 10  # with fewer, the fixed weights of the encoder are the better guess
ROUNDS = 4  # how many questions are made of an entry at most
DROPPED = (0.15, 0.5)  # of the words of a question, from to
WINDOW = (5, 14)  # words of a passage that make a question
SAME = 0.9999  # the cosine of texts that say the same
# What the margin weighs at most beside the cosine. It tells right from wrong where several entries are near, but little
# of whether there is an answer at all: with more, CLINC150's questions out of scope are told apart less well.
MARGIN_SHARE = 1 / 3
EXPECTED = 0.7  # of the questions people ask, what the knowledge has an answer to; asked here is one for each without
RELATIVES = 16  # entries that are looked through for those that say the same


@dataclass(frozen=True, slots=True)
class _Question:
    text: str
    entry: int
    place: int  # of the phrasing it was taken from
    hidden: bool  # whether that phrasing is not to be found


def learn_confidence(
    searcher: DenseSearcher, vectors: Floats, entries: Sequence[Numbered], seed: int, asked: int = ASKED
) -> tuple[Confidence, Mapping[str, Any]]:
    """Return how likely a match is right, and how that was found out.

    Args:
        searcher: Finds the entries; its own confidence is the answer where there are too few to learn from.
        vectors: The vectors it searches, by row.
        entries: The entries, or a sample of them.
        seed: For what is drawn at random.
        asked: How many questions to ask.
    """
    drawn = list(islice(_questions(entries, random.Random(seed)), asked)) if len(entries) >= FEWEST_ENTRIES else []
    if not drawn:
        return searcher.confidence, {"fitted": False, "questions": 0}
    encoded = encode_questions(searcher.encoder, [question.text for question in drawn])
    rows: list[Mapping[str, float]] = []
    right: list[bool] = []
    for question, vector in zip(drawn, encoded, strict=True):
        own = [row for row in searcher.rows_of(question.entry) if searcher.place_of(row) == question.place]
        same = {question.entry}.union(
            near.number for row in own for near in searcher.near(vectors[row], RELATIVES) if near.cosine >= SAME
        )
        hidden = own if question.hidden else []
        everything = [row for entry in same for row in searcher.rows_of(entry)]
        for without, is_there in ((hidden, True), (everything, False)):
            near = searcher.near(vector, 2, without=frozenset(without))
            if near:
                rows.append(features_of(near)[0])
                right.append(is_there and near[0].number in same)
    confidence = _fit(rows, right)
    if confidence is None:
        return searcher.confidence, {"fitted": False, "questions": len(drawn)}
    return confidence, {"fitted": True, "questions": len(drawn), **confidence.as_json()}


def questions_from(entries: Sequence[Numbered], seed: int) -> list[str]:
    """Return a question made of each entry that has one."""
    rng = random.Random(seed + 1)
    return [made.text for item in entries if (made := _question(item, rng)) is not None]


def _fit(rows: Sequence[Mapping[str, float]], right: Sequence[bool]) -> Confidence | None:
    """Return a model by which a higher cosine never makes a match less likely; None if the answers give none."""
    if len(set(right)) < 2:
        return None
    fitted = Confidence.fit(rows, right, names=("cosine", "margin"))
    cosine, margin = fitted.weights["cosine"], fitted.weights["margin"]
    if margin < 0 or cosine <= 0 or margin > MARGIN_SHARE * cosine:
        share = 0.0 if margin < 0 else MARGIN_SHARE
        together = [{"both": row["cosine"] + share * row["margin"]} for row in rows]
        fitted = Confidence.fit(together, right)
        cosine = fitted.weights["both"]
        margin = share * cosine
    if cosine <= 0:
        return None
    return Confidence({"cosine": cosine, "margin": margin}, fitted.bias + math.log(EXPECTED / (1 - EXPECTED)))


def _questions(entries: Sequence[Numbered], rng: random.Random) -> Iterator[_Question]:
    for _ in range(ROUNDS):
        for item in rng.sample(entries, len(entries)):
            if (question := _question(item, rng)) is not None:
                yield question


def _question(item: Numbered, rng: random.Random) -> _Question | None:
    entry = item.entry
    if not texts_of(entry):
        return None
    if entry.passage:
        text = _some_words(entry, rng)
        return _Question(text, item.number, 0, False) if text else None
    place = rng.randrange(len(entry.questions))
    phrasing = entry.questions[place]
    if len(entry.questions) > 1 and rng.random() < 0.5:
        return _Question(phrasing, item.number, place, True)
    return _Question(_shortened(phrasing, rng), item.number, place, False)


def _some_words(entry: KnowledgeEntry, rng: random.Random) -> str:
    units, between = _units(entry.answer)
    length = rng.randint(*WINDOW)
    first = rng.randrange(max(len(units) - length, 0) + 1)
    return between.join(units[first : first + length])


def _shortened(text: str, rng: random.Random) -> str:
    units, between = _units(text)
    lost = round(len(units) * rng.uniform(*DROPPED))
    gone = set(rng.sample(range(len(units)), min(lost, len(units) - 1))) if len(units) > 1 else set()
    return between.join(unit for place, unit in enumerate(units) if place not in gone)


def _units(text: str) -> tuple[list[str], str]:
    """Return the words of a text, or its characters if it is written without spaces, and what stands between them."""
    words = text.split()
    if len(text) > 12 * max(len(words), 1):
        return [character for character in text if not character.isspace()], ""
    return words, " "
