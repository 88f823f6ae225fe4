"""Whether the entries a file names are there at all."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from dialog_core import ArtefactError, Bot, Context
from dialog_core.configuration import ConfigurationError, Problem, did_you_mean
from dialog_evaluation.retrieval.questions import Question

LARGEST_READ = 16 * 1024 * 1024  # bytes of knowledge that are read to look for an id; more takes longer than asking
MOST_COMPARED = 20_000  # ids that are compared with a wrong one; with more, each suggestion takes seconds
PROBLEMS_SHOWN = 50  # of one file; more than anybody reads at once
SAMPLE = 20  # questions a retriever is tried with, to see whose entries it finds


@dataclass(frozen=True, slots=True)
class KnownIds:
    """The ids of the bot's knowledge.

    Attributes:
        by_knowledge: The ids of each source that was read.
        complete: Whether every source was: none is too large.
    """

    by_knowledge: Mapping[str, frozenset[str]]
    complete: bool

    @classmethod
    def of(cls, context: Context, names: Iterable[str], *, largest: int = LARGEST_READ) -> "KnownIds":
        """Read the ids of the sources, as long as they are not too large together."""
        left, found, complete = largest, {}, True
        for name in names:
            size = context.knowledge_size(name)
            if size > left:
                complete = False
                continue
            left -= size
            found[name] = frozenset(entry.id for entry in context.stream_knowledge(name))
        return cls(found, complete)

    def where(self, label: str) -> list[str]:
        """Return the sources that have the entry a label names."""
        named = [name for name, ids in self.by_knowledge.items() if label in ids]
        knowledge, _, id = label.partition(":")
        return named or [knowledge] * (id in self.by_knowledge.get(knowledge, ()))

    def likely(self, label: str) -> str:
        """Return a suggestion in place of a label that names nothing."""
        knowledge, separator, _ = label.partition(":")
        if separator and knowledge in self.by_knowledge:
            known = [f"{knowledge}:{id}" for id in self.by_knowledge[knowledge]]
        else:
            known = [id for ids in self.by_knowledge.values() for id in ids]
        return did_you_mean(label, sorted(known)) if len(known) <= MOST_COMPARED else ""


def check_labels(bot: Bot, retrievers: Sequence[str], questions: Sequence[Question], ids: KnownIds, file: Path) -> bool:
    """Return whether every entry the questions name is known to be there.

    Where all knowledge was read, a label that names nothing is a mistake, unless a retriever finds entries of knowledge
    that is its own: then the label may name one of those.

    Raises:
        ConfigurationError: A label names nothing, or more than one entry.
    """
    _refuse(_ambiguous(questions, ids, file))
    unknown = [question for question in questions if any(not ids.where(label) for label in question.labels)]
    if unknown and ids.complete and not _finds_others(bot, retrievers, unknown, ids):
        _refuse(
            Problem(f"no knowledge has the entry {label!r}", file, question.line, 1, remedy=ids.likely(label))
            for question in unknown
            for label in question.labels
            if not ids.where(label)
        )
    return not unknown


def _ambiguous(questions: Sequence[Question], ids: KnownIds, file: Path) -> Iterator[Problem]:
    for question in questions:
        for label in question.labels:
            where = sorted(ids.where(label))
            if len(where) > 1:
                remedy = f"Say which one is meant: '{where[0]}:{label}'."
                yield Problem(f"the entry {label!r} is in {' and '.join(where)}", file, question.line, 1, remedy=remedy)


def _finds_others(bot: Bot, retrievers: Sequence[str], questions: Sequence[Question], ids: KnownIds) -> bool:
    """Return whether a retriever finds entries of knowledge that is not the bot file's."""
    for name in retrievers:
        for question in questions[:SAMPLE]:
            try:
                hits = bot.search(question.text, name)
            except ArtefactError:
                raise
            except Exception:  # it will be told where the retriever is measured; of its knowledge this says nothing
                return True
            if any(hit.entry.id not in ids.by_knowledge.get(hit.knowledge, ()) for hit in hits):
                return True
    return False


def _refuse(problems: Iterable[Problem]) -> None:
    found = list(islice(problems, PROBLEMS_SHOWN))
    if found:
        raise ConfigurationError(found)
