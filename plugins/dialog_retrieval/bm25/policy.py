"""The policy that answers from knowledge whose questions share words with the message."""

from dialog_core import Context
from dialog_retrieval.bm25.indexing import BM25Indexing
from dialog_retrieval.bm25.options import BM25Options
from dialog_retrieval.policy import IndexedPolicy

INLINE_PHRASINGS = 1000  # up to here a question takes well under a millisecond, and building the index little more


class BM25Policy(IndexedPolicy[BM25Options]):
    """Proposes the answers of the entries that fit the message best; `dialog_retrieval.bm25.index` says how well.

    Attributes:
        inline: Whether the knowledge is small enough for `propose` to be called on the event loop.
    """

    def __init__(self, options: BM25Options, context: Context) -> None:
        super().__init__(options, context)
        few = len(self._library) <= INLINE_PHRASINGS
        self.inline = few and sum(len(item.entry.questions) for item in self._library.after(-1)) <= INLINE_PHRASINGS

    @classmethod
    def make_indexing(cls, options: BM25Options, context: Context) -> BM25Indexing:
        """Return how the index is made and read."""
        return BM25Indexing(options, context)
