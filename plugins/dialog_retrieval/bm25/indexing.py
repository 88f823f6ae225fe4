"""How the index of `bm25` is made."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from dialog_core import ArtefactError, Context
from dialog_retrieval.analysis.terms import splitter
from dialog_retrieval.bm25.documents import Document, documents_of
from dialog_retrieval.bm25.engines import has_bm25s, require_bm25s
from dialog_retrieval.bm25.options import BM25Options
from dialog_retrieval.bm25.scoring import Scoring
from dialog_retrieval.knowledge.entries import Numbered
from dialog_retrieval.knowledge.library import build_command
from dialog_retrieval.tuned import SETTINGS, tuned

if TYPE_CHECKING:
    from dialog_core.training import Artefact, Progress
    from dialog_retrieval.bm25.searcher import KindIndex
    from dialog_retrieval.knowledge.library import Library
    from dialog_retrieval.searching import Searcher

NAME = "bm25"  # in the settings that training finds
TUNED = ("k1", "b", "fields")  # the options it may find better values for
FORMAT = 1  # of the files
LARGE = 20_000  # documents from which on bm25s is quicker; and importing it takes half a second
KINDS = {False: "questions", True: "passages"}  # whether they are passages, and the directory of their index


class BM25Indexing:
    """Indexes entries by their words.

    Raises:
        PluginError: The engine is bm25s, which is not installed.
        ArtefactError: What training found cannot be read.
    """

    def __init__(self, options: BM25Options, context: Context) -> None:
        self._options = options = _with_tuned(options, context)
        self._context = context
        self._split = splitter(context.create("analyzer", options.analyzer))
        self._scorings = {passages: Scoring.of(options, passages=passages) for passages in KINDS}
        if options.engine == "bm25s":
            require_bm25s()

    def key(self) -> Mapping[str, Any]:
        """Return what makes the index what it is."""
        settings = self._options.model_dump(mode="json", include={"analyzer", "variant", "k1", "b", "delta", "fields"})
        return {**settings, "language": self._context.language, "files": FORMAT}

    def build(self, entries: Iterable[Numbered], base: "Searcher | None") -> "Searcher":
        """Index entries in memory."""
        from dialog_retrieval.bm25.collecting import Collector  # brings numpy
        from dialog_retrieval.bm25.index import Index
        from dialog_retrieval.bm25.large import LargeIndex
        from dialog_retrieval.bm25.searcher import BM25Searcher

        by_kind: dict[bool, list[Numbered]] = {passages: [] for passages in KINDS}
        for item in entries:
            by_kind[item.entry.passage].append(item)
        indexes: dict[bool, KindIndex] = {}
        for passages, items in by_kind.items():
            scoring = self._scorings[passages]
            known = base.indexes.get(passages) if isinstance(base, BM25Searcher) else None
            # A phrasing is a document, and so is a passage.
            engine = self._engine(sum(1 if passages else len(item.entry.questions) for item in items))
            if engine == "bm25s":
                collector = Collector(scoring, known)
                for item in items:
                    collector.add(item.number, self._documents(item))
                indexes[passages] = LargeIndex(scoring, collector.stored(engine), known)
            else:
                indexes[passages] = Index(((item.number, self._documents(item)) for item in items), scoring, known)
        return BM25Searcher(self._split, indexes)

    def write(self, library: "Library", directory: Path, progress: "Progress") -> Mapping[str, Any]:
        """Index all entries of a library on the disk, those of each kind in a directory."""
        from dialog_retrieval.bm25.collecting import Collector

        collectors = {passages: Collector(scoring) for passages, scoring in self._scorings.items()}
        progress.stage("counting words", len(library))
        for item in library.after(-1):
            collectors[item.entry.passage].add(item.number, self._documents(item))
            progress.advance()
        told: dict[str, Any] = {"engine": self._engine(max(map(len, collectors.values())))}
        for passages, name in KINDS.items():
            progress.stage(f"scoring {name}")
            collector = collectors.pop(passages)
            stored = collector.stored(self._engine(len(collector)))
            if stored.size:
                (directory / name).mkdir()
                stored.save(directory / name, self._scorings[passages])
                told[name] = {"documents": stored.size, "terms": len(stored.vocabulary)}
        told["bytes"] = sum(file.stat().st_size for file in directory.rglob("*") if file.is_file())
        return told

    def load(self, artefact: "Artefact") -> "Searcher":
        """Read what `write` wrote, mapped into memory.

        Raises:
            ArtefactError: It is damaged.
        """
        from dialog_retrieval.bm25.large import LargeIndex
        from dialog_retrieval.bm25.searcher import BM25Searcher
        from dialog_retrieval.bm25.stored import Stored

        indexes: dict[bool, KindIndex] = {}
        for passages, name in KINDS.items():
            if name in artefact.manifest.details:
                directory = artefact.path(name)
                scoring = self._scorings[passages]
                try:
                    engine = self._engine(artefact.manifest.details[name]["documents"])
                    indexes[passages] = LargeIndex(scoring, Stored.load(directory, scoring, engine))
                except (OSError, ValueError, KeyError, TypeError, EOFError) as error:
                    raise ArtefactError(
                        f"the index in {directory} is damaged: {error}",
                        component=artefact.manifest.component,
                        remedy=f"Run: {build_command(self._context)}",
                    ) from error
        return BM25Searcher(self._split, indexes)

    def _documents(self, item: Numbered) -> list[Document]:
        return documents_of(item.entry, self._split, self._scorings[item.entry.passage].weights)

    def _engine(self, documents: int) -> str:
        """Return what is to count and add up an index of so many documents."""
        if self._options.engine != "auto":
            return self._options.engine
        return "bm25s" if documents >= LARGE and has_bm25s() else "rank-bm25"


def _with_tuned(options: BM25Options, context: Context) -> BM25Options:
    """Return the options, with what training found better in place of theirs."""
    found = tuned(context)
    settings = {name: value for name, value in found.settings.get(NAME, {}).items() if name in TUNED} if found else {}
    if not settings:
        return options
    try:
        return type(options).model_validate({**options.model_dump(mode="json"), **settings})
    except ValidationError as error:
        raise ArtefactError(
            f"what training found for {context.name!r} cannot be used: {SETTINGS} has {error.errors()[0]['msg']!r}",
            component=context.name,
        ) from error
