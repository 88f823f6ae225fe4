"""The policy that answers from knowledge whose questions share words with the message."""

from dialog_core import Context, Turn
from dialog_core.retrieval import Hit
from dialog_retrieval.bm25.indexing import BM25Indexing
from dialog_retrieval.bm25.options import BM25Options
from dialog_retrieval.bm25.word_order import CONSIDERED, by_wording
from dialog_retrieval.policy import MAX_QUESTION, IndexedPolicy

INLINE_PHRASINGS = 1000  # up to here a question takes well under a millisecond, and building the index little more
PHRASINGS_OF_A_PASSAGE = 10  # that take as long as it does


class BM25Policy(IndexedPolicy[BM25Options]):
    """Proposes the answers of the entries that fit the message best; `dialog_retrieval.bm25.score` says how well.

    Attributes:
        inline: Whether the knowledge is small enough for `propose` to be called on the event loop.
    """

    def __init__(self, options: BM25Options, context: Context) -> None:
        super().__init__(options, context)
        # Importing bm25s takes half a second.
        self.inline = (
            options.engine != "bm25s"
            and len(self._library) <= INLINE_PHRASINGS
            and self._phrasings() <= INLINE_PHRASINGS
        )

    def _find(self, turn: Turn, top_k: int) -> list[Hit]:
        hits = super()._find(turn, top_k + 1)
        if len(hits) > top_k and hits[-1].score == hits[-2].score:  # the one that is worded alike may come later still
            hits = super()._find(turn, max(top_k, CONSIDERED))
        return by_wording(turn.text[:MAX_QUESTION], hits)[:top_k]

    def _phrasings(self) -> int:
        entries = (item.entry for item in self._library.after(-1))
        return sum(PHRASINGS_OF_A_PASSAGE if entry.passage else len(entry.questions) for entry in entries)

    @classmethod
    def make_indexing(cls, options: BM25Options, context: Context) -> BM25Indexing:
        """Return how the index is made and read."""
        return BM25Indexing(options, context)
