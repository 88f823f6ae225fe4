"""How the index of `bm25` is made."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dialog_core import Context
from dialog_retrieval.analysis.terms import splitter
from dialog_retrieval.bm25.documents import documents_of
from dialog_retrieval.bm25.options import BM25Options
from dialog_retrieval.knowledge.entries import Numbered

if TYPE_CHECKING:
    from dialog_core.training import Artefact, Progress
    from dialog_retrieval.knowledge.library import Library
    from dialog_retrieval.searching import Searcher


class BM25Indexing:
    """Indexes entries by their words."""

    def __init__(self, options: BM25Options, context: Context) -> None:
        self._options = options
        self._split = splitter(context.create("analyzer", options.analyzer))

    def key(self) -> Mapping[str, Any]:
        """Return what makes the index what it is."""
        return self._options.model_dump(mode="json", include={"analyzer", "k1", "b", "fields"})

    def build(self, entries: Iterable[Numbered], base: "Searcher | None") -> "Searcher":
        """Index entries in memory."""
        from dialog_retrieval.bm25.index import Index  # brings numpy

        found = [(item.number, documents_of(item.entry, self._split, self._options.fields)) for item in entries]
        return Index(found, self._split, k1=self._options.k1, b=self._options.b)

    def write(self, library: "Library", directory: Path, progress: "Progress") -> Mapping[str, Any]:
        """Index all entries of a library on the disk."""
        raise NotImplementedError

    def load(self, artefact: "Artefact") -> "Searcher":
        """Read what `write` wrote."""
        raise NotImplementedError
