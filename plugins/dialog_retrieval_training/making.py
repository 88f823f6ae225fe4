"""Questions made from the knowledge itself, where nobody wrote any: phrasings that are held out, words dropped."""

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from dialog_retrieval.knowledge.entries import Numbered
from dialog_retrieval_training.reading import Question, folded

MOST = 1_000  # questions; more take longer and say the same
FEWEST_WORDS = 3  # of a question from which one can be dropped
DROPPED = 0.25  # the part of the words that is
TAKEN = 0.5  # the part of the entries with several phrasings of which one is taken away
UNANSWERABLE = 0.2  # the part of the questions whose answer is hidden

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Made:
    """Questions made from knowledge.

    Attributes:
        questions: The questions, each with its answer.
        entries: The entries without the phrasings that became questions.
        asked: The numbers of the entries that questions were made from.
    """

    questions: Sequence[Question]
    entries: Sequence[Numbered]
    asked: frozenset[int]


def make_questions(entries: Sequence[Numbered], seed: int, *, take_away: bool = True) -> Made:
    """Make a question from each of some entries.

    Of an entry with several phrasings one is taken away and becomes the question, every other time: who writes several
    makes them as different as can be, while most people ask nearly in the words of one. So else, and of an entry with a
    single phrasing, some words are dropped from one; of a passage, from one of its sentences.

    Args:
        entries: The knowledge.
        seed: From which of them, if they are many, and what is dropped.
        take_away: Whether phrasings may be taken away; else words are dropped from each.
    """
    rng = random.Random(seed)
    able = [item for item in entries if _askable(item)]
    chosen = rng.sample(able, min(MOST, len(able)))
    kept = {item.number: item for item in entries}
    by_text: dict[str, set[int]] = {}
    for item in entries:
        for question in item.entry.questions:
            by_text.setdefault(folded(question), set()).add(item.number)
    questions = []
    for item in chosen:
        text, without = _question(item, rng, take_away)
        kept[item.number] = without
        # Others that ask the same in the same words have the answer too.
        questions.append(Question(text, frozenset({item.number} | by_text.get(_asked(item, text), set()))))
    return Made(questions, [kept[item.number] for item in entries], frozenset(item.number for item in chosen))


def with_unanswerable(questions: Sequence[Question], seed: int) -> list[Question]:
    """Return questions of which some have no answer, unless some have none already: theirs is hidden."""
    if not questions or any(not question.answers for question in questions):
        return list(questions)
    rng = random.Random(seed)
    hidden = rng.sample(questions, round(UNANSWERABLE * len(questions)))
    return [*questions, *(replace(one, answers=frozenset(), hidden=one.answers) for one in hidden)]


def drop_words(text: str, rng: random.Random) -> str:
    """Return a text without some of its words, one at least; as it is if it is too short for that."""
    words = list(_WORD.finditer(text))
    if len(words) < FEWEST_WORDS:
        return text
    dropped = set(rng.sample(range(len(words)), max(1, round(DROPPED * len(words)))))
    kept: list[str] = []
    end = 0
    for place, word in enumerate(words):
        kept.append(text[end : word.start()])
        kept.append("" if place in dropped else word.group())
        end = word.end()
    return " ".join("".join((*kept, text[end:])).split())


def _askable(item: Numbered) -> bool:
    if len(item.entry.questions) > 1 and not item.entry.passage:
        return True
    return len(_WORD.findall(_said(item))) >= FEWEST_WORDS


def _question(item: Numbered, rng: random.Random, take_away: bool) -> tuple[str, Numbered]:
    """Return a question, and the entry without it."""
    entry = item.entry
    if take_away and len(entry.questions) > 1 and not entry.passage and rng.random() < TAKEN:
        taken = rng.randrange(len(entry.questions))
        rest = tuple(text for place, text in enumerate(entry.questions) if place != taken)
        return entry.questions[taken], replace(item, entry=replace(entry, questions=rest))
    return drop_words(_said(item), rng), item


def _said(item: Numbered) -> str:
    """Return what a question can be made of."""
    entry = item.entry
    if not entry.passage:
        return next(iter(entry.questions), "")
    sentences = [text for text in re.split(r"(?<=[.!?。！？])\s+", entry.answer) if len(_WORD.findall(text)) > 3]
    return max(sentences, key=len, default=entry.answer)[:200]


def _asked(item: Numbered, text: str) -> str:
    """Return which text of the entry a question was made from, to compare it with others."""
    return folded(text if text in item.entry.questions else _said(item))
