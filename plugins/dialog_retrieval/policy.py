"""What all retrieval policies do: say what may be found, search, and make candidates of what was found."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from functools import lru_cache
from threading import Lock
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

from dialog_core import Candidate, Component, Context, Evidence, Turn
from dialog_core.interfaces import IndexReport
from dialog_core.retrieval import Hit
from dialog_retrieval.follow_ups.resolving import FollowUps, Searched
from dialog_retrieval.knowledge.conditions import conditions_of
from dialog_retrieval.knowledge.library import open_library
from dialog_retrieval.options import RetrievalOptions

if TYPE_CHECKING:
    from dialog_core.training import Progress
    from dialog_retrieval.knowledge.indexes import Index, Indexing
    from dialog_retrieval.searching import Match, Searcher

MAX_QUESTION = 4000  # characters of a message that are looked at; what comes later in a letter is not its question
REMEMBERED_CITATIONS = 4096  # entries; replies that cite the same one share how it is cited

O = TypeVar("O", bound=RetrievalOptions)  # noqa: E741 - O for options, as in `Component`


def candidates_of(searched: Searched, top_k: int) -> list[Candidate]:
    """Return a candidate for each of the best `top_k` hits; those after them only tell by how much it is better."""
    return [_candidate(hit, searched) for hit in searched.hits[:top_k]]


def _candidate(hit: Hit, searched: Searched) -> Candidate:
    entry, hits = hit.entry, searched.hits
    answer = "" if entry.passage else entry.answer
    cited = _citation(hit.knowledge, entry.id, next(iter(entry.questions), ""), answer)
    others = [other.score for other in hits if other is not hit]
    evidence = Evidence(
        text=entry.answer if entry.passage else hit.matched,
        source=entry.source or entry.id,
        score=hit.score,
        metadata={**cited, "searched_for": searched.asked} if searched.asked else cited,
    )
    features = {**hit.features, "margin": hit.score - max(others, default=0.0)}
    return Candidate(entry.answer, hit.score, evidence=(evidence,), features=features)


@lru_cache(maxsize=REMEMBERED_CITATIONS)
def _citation(knowledge: str, id: str, title: str, answer: str) -> Mapping[str, Any]:
    """Return how an entry is cited, shared by all replies that do: conversations keep their evidence.

    What a question is answered with goes with it, for policies of later tiers that put it in their own words.
    """
    cited = {"id": id, "knowledge": knowledge, "title": title}
    return MappingProxyType({**cited, "answer": answer} if answer else cited)


class IndexedPolicy(Component[O]):
    """A policy that answers from an index of its knowledge.

    The index is opened when it is first needed, for that takes longer than everything else: importing numpy alone costs
    a tenth of a second. Call `warm` to do it beforehand.

    Raises:
        ArtefactError: The knowledge is too large to be indexed now, and has no index on the disk that fits.
    """

    def __init__(self, options: O, context: Context) -> None:
        super().__init__(options, context)
        self._follow_ups = FollowUps.of(options.follow_ups)
        self._library = open_library(options.knowledge, context)
        self._indexing = self.make_indexing(options, context)
        self._index = self._find_index() if self._library.identity else None
        self._opened: tuple[int, Searcher] | None = None
        self._opening = Lock()

    @classmethod
    @abstractmethod
    def make_indexing(cls, options: O, context: Context) -> "Indexing":
        """Return how the index is made and read; nothing heavy is imported yet."""

    @classmethod
    def build_index(cls, options: O, context: Context, progress: "Progress", *, force: bool) -> IndexReport:
        """Make the index on the disk, or bring it up to date; see `dialog_core.interfaces.Indexed`."""
        from dialog_retrieval.knowledge.indexes import bring_up_to_date

        library = open_library(options.knowledge, context)
        indexing = cls.make_indexing(options, context)
        return bring_up_to_date(indexing, library, context, progress, force=force)

    def warm(self) -> None:
        """Open the index now, unless it is; safe to call from any thread."""
        self._searcher()

    def search(self, turn: Turn, top_k: int) -> list[Hit]:
        """Return the entries that fit the message best, best first."""
        return list(self._search(turn, top_k).hits)

    def propose(self, turn: Turn) -> Sequence[Candidate]:
        """Return a candidate for each of the entries that fit best."""
        top_k = self.options.top_k
        return candidates_of(self._search(turn, max(top_k, 2)), top_k)  # two, for the margin between them

    def _search(self, turn: Turn, top_k: int) -> Searched:
        if self._follow_ups is None:
            return Searched(self._find(turn, top_k))
        return self._follow_ups.search(turn, top_k, self._find)

    def _find(self, turn: Turn, top_k: int) -> list[Hit]:
        searcher = self._searcher()  # first: the mask has to know every entry that it finds
        allowed = self._library.allowed(conditions_of(turn, self.options.filters))
        matches = searcher.find(turn.text[:MAX_QUESTION], top_k, allowed)
        return [hit for match in matches if (hit := self._hit(match)) is not None]

    def _searcher(self) -> "Searcher":
        revision = self._library.revision
        opened = self._opened
        if opened is None or opened[0] != revision:
            with self._opening:
                opened = self._opened
                if opened is None or opened[0] != revision:
                    opened = self._opened = (revision, self._open())
        return opened[1]

    def _find_index(self) -> "Index":
        from dialog_retrieval.knowledge.indexes import Index

        return Index(self._indexing, self._library, self.context)

    def _open(self) -> "Searcher":
        return self._indexing.build(self._library.after(-1), None) if self._index is None else self._index.open()

    def _hit(self, match: "Match") -> Hit | None:
        try:
            item = self._library.entry(match.number)
        except LookupError:  # somebody has just removed it
            return None
        questions = item.entry.questions
        matched = questions[match.phrasing] if match.phrasing < len(questions) else ""
        return Hit(item.entry, item.knowledge, match.score, matched, match.features)
