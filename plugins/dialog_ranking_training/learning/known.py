"""What a bot knows already: entries of its sources of knowledge, and their phrasings to compare questions with."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

from dialog_core import BotSpec, Builder
from dialog_core.datasets import KnowledgeEntry
from dialog_ranking_training.learning.masking import folded

MOST_BYTES = 32 * 1024 * 1024  # of a source that questions are compared with


@dataclass(frozen=True, slots=True)
class KnownEntry:
    """An entry with the source it stands in."""

    knowledge: str
    entry: KnowledgeEntry

    @property
    def id(self) -> str:
        """The entry's id."""
        return self.entry.id


class Known:
    """The entries of a bot that are questions with an answer.

    Attributes:
        entries: All of them, source after source.
        phrasings: Their questions, one after the other.
        large: Sources too large to be read for this.
    """

    def __init__(self, entries: Iterable[KnownEntry], large: Iterable[str] = ()) -> None:
        self.entries = tuple(entries)
        self.large = tuple(large)
        self.phrasings: list[str] = []
        self._of_phrasing: list[KnownEntry] = []
        self._by_id: dict[tuple[str, str], KnownEntry] = {}
        self._by_answer: dict[str, KnownEntry] = {}
        for known in self.entries:
            self._by_id[known.knowledge, known.id] = known
            self._by_answer.setdefault(folded(known.entry.answer), known)
            for question in known.entry.questions:
                self.phrasings.append(question)
                self._of_phrasing.append(known)

    def find(self, knowledge: str, entry: str) -> KnownEntry | None:
        """Return an entry, or None if it is not there."""
        return self._by_id.get((knowledge, entry))

    def of_phrasing(self, place: int) -> KnownEntry:
        """Return the entry that a phrasing belongs to."""
        return self._of_phrasing[place]

    def with_answer(self, answer: str) -> KnownEntry | None:
        """Return the entry that gives just this answer."""
        return self._by_answer.get(folded(answer)) if folded(answer) else None

    def texts(self) -> Iterator[str]:
        """Yield everything that is no secret."""
        for known in self.entries:
            yield from known.entry.questions
            yield known.entry.answer


def read_known(spec: BotSpec, builder: Builder) -> Known:
    """Read what a bot knows.

    Raises:
        ConfigurationError: A source is wrong.
    """
    entries: list[KnownEntry] = []
    large: list[str] = []
    for name in spec.knowledge:
        if builder.context.knowledge_size(name) > MOST_BYTES:
            large.append(name)
            continue
        stream = builder.context.stream_knowledge(name)
        first = next(stream, None)
        if first is not None and not first.passage:  # passages of documents answer no question of their own
            entries.extend(KnownEntry(name, entry) for entry in chain((first,), stream))
    return Known(entries, large)


def usual_source(spec: BotSpec) -> str:
    """Return the source that the first policy searches; the first one there is where none does; else nothing."""
    for policy in spec.policies:
        named = getattr(policy.options, "knowledge", None) or ()
        for name in (named,) if isinstance(named, str) else named:
            if name in spec.knowledge:
                return str(name)
    return next(iter(spec.knowledge), "")


def public_texts(spec: BotSpec) -> Iterator[str]:
    """Yield what the bot file itself has the bot say."""
    for worded in (spec.file.fallback, spec.file.bot.greeting):
        yield from worded.values() if isinstance(worded, Mapping) else (worded,)
