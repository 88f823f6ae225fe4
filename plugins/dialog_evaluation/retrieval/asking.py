"""Having retrievers search for questions, one after the other."""

import math
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from dialog_core import ArtefactError, Bot, DialogError
from dialog_core.configuration import ConfigurationError, Problem, did_you_mean
from dialog_core.retrieval import Hit
from dialog_evaluation.replies.words import letters
from dialog_evaluation.retrieval.questions import Question

FAILURES_IN_A_ROW = 10  # after so many there is something wrong with the retriever and not with a question
KEPT = 3  # hits of each question that are kept with all there is to show
LOOKED_THROUGH = 10  # hits whose questions are compared with what was asked


@dataclass(frozen=True, slots=True)
class Taken:
    """An entry that was found.

    Attributes:
        key: What it is called: the label that names it, or `knowledge:id`.
        id: Its id.
        score: How well it fits.
        matched: The one of its questions that fits best.
    """

    key: str
    id: str
    score: float
    matched: str


@dataclass(frozen=True, slots=True)
class Found:
    """What a retriever found for a question.

    Attributes:
        keys: What every entry is called, best first.
        best: The first few.
        rank: The rank of the first right entry, counted from 1; None: it was not found.
        right: The first right entry.
        verbatim: Whether the question stands word for word in the knowledge.
        seconds: How long it took.
    """

    keys: tuple[str, ...] = ()
    best: tuple[Taken, ...] = ()
    rank: int | None = None
    right: Taken | None = None
    verbatim: bool = False
    seconds: float = 0.0

    @property
    def score(self) -> float:
        """The best score; 0 if nothing was found."""
        return self.best[0].score if self.best else 0.0


@dataclass(slots=True)
class Asked:
    """What a retriever made of a file.

    Attributes:
        found: What it found for each question.
        failures: In words, how it failed on those questions it failed on.
    """

    found: list[Found] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


def find_retrievers(bot: Bot, names: Sequence[str]) -> list[str]:
    """Return the retrievers to measure.

    Args:
        bot: Whose.
        names: What the user asked for; none: all there are.

    Raises:
        ConfigurationError: There is none, or none of that name.
    """
    known = list(bot.retrievers)
    if not known:
        remedy = "Add one to the bot's `policies:`, for example {use: bm25, knowledge: faq}."
        raise ConfigurationError([Problem("none of the bot's policies searches knowledge", bot.path, remedy=remedy)])
    problems = [
        Problem(f"there is no retriever {name!r}", bot.path, remedy=did_you_mean(name, known))
        for name in names
        if name not in known
    ]
    if problems:
        raise ConfigurationError(problems)
    return list(dict.fromkeys(names)) or known


def ask(
    bot: Bot,
    retrievers: Sequence[str],
    questions: Sequence[Question],
    top_k: int,
    advance: Callable[[], None] = lambda: None,
) -> dict[str, Asked]:
    """Have each retriever search for each question; one that fails finds nothing, and the others still do.

    Args:
        bot: Whose retrievers.
        retrievers: Their names.
        questions: The questions.
        top_k: How many entries each may find.
        advance: Called after each search.

    Raises:
        DialogError: A retriever fails again and again.
    """
    asked = {name: Asked() for name in retrievers}
    in_a_row = dict.fromkeys(retrievers, 0)
    for number, question in enumerate(questions):
        for name, made in asked.items():
            started = time.perf_counter()
            try:
                if number == 0:  # has the index opened, so that the first question is not timed with it
                    _search(bot, name, question, top_k)
                    started = time.perf_counter()
                hits = _search(bot, name, question, top_k)
            except ArtefactError:
                raise  # there is no index: nothing can be measured
            except Exception as error:  # whatever a retriever does: the others, and other questions, are still measured
                told = f"Line {question.line}: {type(error).__name__}: {error}"
                hits, in_a_row[name] = [], in_a_row[name] + 1
                made.failures.append(told)
                if in_a_row[name] >= min(FAILURES_IN_A_ROW, len(questions)):
                    raise DialogError(f"the retriever {name!r} fails again and again. {told}") from error
            else:
                in_a_row[name] = 0
            made.found.append(found_in(hits, question, time.perf_counter() - started))
            advance()
    return asked


def _search(bot: Bot, name: str, question: Question, top_k: int) -> Sequence[Hit]:
    hits = bot.search(question.text, name, top_k=top_k)
    wrong = next((hit for hit in hits if not math.isfinite(hit.score)), None)
    if wrong is not None:
        raise ValueError(f"the score of {wrong.entry.id!r} is {wrong.score}")
    return hits


def found_in(hits: Sequence[Hit], question: Question, seconds: float = 0.0) -> Found:
    """Return what a search for a question found; of an entry that was found twice, its better place counts."""
    taken: dict[str, Taken] = {}
    for hit in hits:
        key = sys.intern(question.key(hit.knowledge, hit.entry.id))  # ten thousand questions find the same entries
        if key not in taken:
            taken[key] = Taken(key, hit.entry.id, float(hit.score), hit.matched)
    right = next((rank for rank, key in enumerate(taken, start=1) if key in question.labels), None)
    ordered = list(taken.values())
    return Found(
        keys=tuple(taken),
        best=tuple(ordered[:KEPT]),
        rank=right,
        right=None if right is None else ordered[right - 1],
        verbatim=_stands_in(question.text, hits[:LOOKED_THROUGH]),
        seconds=seconds,
    )


def _stands_in(text: str, hits: Sequence[Hit]) -> bool:
    asked_now = letters(text)
    return any(letters(asked) == asked_now for hit in hits for asked in hit.entry.questions if not hit.entry.passage)
