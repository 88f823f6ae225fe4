"""Pairs of texts that belong together: what somebody asks, and what answers it."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from dialog_retrieval.dense.phrasings import texts_of
from dialog_retrieval.knowledge.entries import Numbered
from dialog_retrieval_training.reading import Question, folded


@dataclass(frozen=True, slots=True)
class Pair:
    """Two texts that belong together.

    Attributes:
        asked: What somebody asks.
        found: What is to be found for it.
        right: The numbers of all entries that answer it.
        kind: What `found` is: a `phrasing`, or an `answer` (passages are answers).
    """

    asked: str
    found: str
    right: frozenset[int]
    kind: str


def pairs_of_knowledge(entries: Sequence[Numbered], kinds: Collection[str], held: Collection[int] = ()) -> list[Pair]:
    """Return the pairs the knowledge has.

    Args:
        entries: The knowledge.
        kinds: Which: `phrasings` (a phrasing with another of its entry), `answers` (a question with its answer).
        held: The numbers of entries to leave out.
    """
    alike = alike_entries(entries)
    found: list[Pair] = []
    for item in entries:
        if item.number in held:
            continue
        entry, right = item.entry, alike[item.number]
        first = next(iter(entry.questions), "")
        if "phrasings" in kinds and not entry.passage:
            # Each with its neighbour: of many phrasings none is the measure of all others.
            found += [Pair(other, one, right, "phrasing") for one, other in pairwise(entry.questions)]
        if "answers" in kinds and first and entry.answer.strip():
            # Of a passage, the heading it stands under is the question; the text that is searched has it in it.
            asked = entry.questions[-1] if entry.passage else first
            found.append(Pair(asked, entry.answer, right, "answer"))
    return distinct(found)


def pairs_of_questions(questions: Iterable[Question], entries: Sequence[Numbered]) -> list[Pair]:
    """Return a pair for each question and each entry that answers it: with what is searched of the entry."""
    alike = alike_entries(entries)
    found = []
    for question in questions:
        right = frozenset(one for number in question.answers for one in alike[number])
        for number in sorted(question.answers):
            item = entries[number]
            kind = "answer" if item.entry.passage else "phrasing"
            for text in texts_of(item.entry)[:1]:
                found.append(Pair(question.text, text, right, kind))
    return distinct(found)


def distinct(pairs: Iterable[Pair]) -> list[Pair]:
    """Return pairs without those that are there already, and those that say the same thing twice."""
    kept: dict[tuple[str, str], Pair] = {}
    for pair in pairs:
        key = folded(pair.asked), folded(pair.found)
        if all(key) and key[0] != key[1]:
            kept.setdefault(key, pair)
    return list(kept.values())


def alike_entries(entries: Sequence[Numbered]) -> list[frozenset[int]]:
    """Return for each entry the numbers of those that share a question or the answer with it, and its own."""
    by_text: dict[tuple[bool, str], set[int]] = {}
    for item in entries:
        for key in _keys(item):
            by_text.setdefault(key, set()).add(item.number)
    return [frozenset({item.number}.union(*(by_text[key] for key in _keys(item)))) for item in entries]


def _keys(item: Numbered) -> Iterator[tuple[bool, str]]:
    entry = item.entry
    if not entry.passage:  # many passages may stand under the same heading
        yield from ((True, folded(question)) for question in entry.questions)
    if answer := folded(entry.answer):
        yield (False, answer)
