"""The policy that answers from knowledge whose questions share words with the message."""

from collections.abc import Sequence
from threading import Lock
from types import MappingProxyType
from typing import TYPE_CHECKING

from dialog_core import Candidate, Component, Context, Evidence, Turn
from dialog_retrieval.documents import documents_of, splitter
from dialog_retrieval.knowledge import Holding, read
from dialog_retrieval.options import BM25Options

if TYPE_CHECKING:
    from dialog_retrieval.index import Index, Match

MAX_QUESTION = 4000  # characters of a message that are looked at; what comes later in a letter is not its question
INLINE_PHRASINGS = 1000  # up to here a question takes well under a millisecond, and building the index little more


class BM25Policy(Component[BM25Options]):
    """Proposes the answers of the entries that fit the message best; `dialog_retrieval.index` says how well.

    The index is built when it is first needed, for that takes longer than everything else: importing numpy alone costs
    a tenth of a second. Call `warm` to build it beforehand.

    Attributes:
        inline: Whether the knowledge is small enough for `propose` to be called on the event loop.
    """

    def __init__(self, options: BM25Options, context: Context) -> None:
        super().__init__(options, context)
        self._entries = read(options.knowledge, context)
        entries = [sourced.entry for sourced in self._entries]
        self._holding = Holding(entries)
        # Shared by all replies that cite an entry: conversations keep their evidence as long as they are remembered.
        self._cited = [
            MappingProxyType({"id": s.entry.id, "knowledge": s.knowledge, "title": next(iter(s.entry.questions), "")})
            for s in self._entries
        ]
        self._split = splitter(context.create("analyzer", options.analyzer))
        self.inline = sum(len(entry.questions) for entry in entries) <= INLINE_PHRASINGS
        self._index: Index | None = None
        self._building = Lock()

    def warm(self) -> None:
        """Build the index now, unless it is there; safe to call from any thread."""
        self._ready()

    def propose(self, turn: Turn) -> Sequence[Candidate]:
        """Return a candidate for each of the entries that fit best."""
        question = self._split(turn.text[:MAX_QUESTION])
        allowed = self._holding.of(turn.language, turn.now.date())
        # At least two, for the margin between them.
        matches = self._ready().matches(question, max(self.options.top_k, 2), allowed)
        return [self._candidate(match, matches) for match in matches[: self.options.top_k]]

    def _ready(self) -> "Index":
        if self._index is None:
            with self._building:
                if self._index is None:
                    self._index = self._build()
        return self._index

    def _build(self) -> "Index":
        from dialog_retrieval.index import Index  # brings numpy

        weights = self.options.fields
        documents = [documents_of(sourced.entry, self._split, weights) for sourced in self._entries]
        return Index(documents, k1=self.options.k1, b=self.options.b)

    def _candidate(self, match: "Match", matches: Sequence["Match"]) -> Candidate:
        entry = self._entries[match.entry].entry
        others = [other.score for other in matches if other is not match]
        evidence = Evidence(
            text=entry.questions[match.phrasing],
            source=entry.source or entry.id,
            score=match.score,
            metadata=self._cited[match.entry],
        )
        features = {"asked": match.asked, "told": match.told, "margin": match.score - max(others, default=0.0)}
        return Candidate(entry.answer, match.score, evidence=(evidence,), features=features)
