"""The policy that answers from knowledge whose questions mean what the message means."""

from dialog_core import Context
from dialog_retrieval.dense.indexing import FaissIndexing
from dialog_retrieval.dense.options import FaissOptions
from dialog_retrieval.policy import IndexedPolicy

PROBE = "hello"  # a question whose answer nobody looks at


class FaissPolicy(IndexedPolicy[FaissOptions]):
    """Proposes the answers of the entries nearest to the message; `dialog_retrieval.dense.indexing` says how."""

    @classmethod
    def make_indexing(cls, options: FaissOptions, context: Context) -> FaissIndexing:
        """Return how the index is made and read."""
        return FaissIndexing(options, context)

    def warm(self) -> None:
        """Open the index and read the encoder's model now, unless that is done."""
        self._searcher().find(PROBE, 1, None)
