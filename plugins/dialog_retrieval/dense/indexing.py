"""How the index of `faiss` is made and read.

Where there are few vectors, numpy looks at all of them; FAISS, which takes longer to import than to search them, does
so for more, and searches the indexes on the disk.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dialog_core import ArtefactError, Context
from dialog_core.interfaces import FittableEncoder
from dialog_retrieval.dense.options import FaissOptions
from dialog_retrieval.dense.phrasings import texts_of
from dialog_retrieval.knowledge.entries import Numbered
from dialog_retrieval.options import RetrievalOptions
from dialog_retrieval.tuned import tuned

if TYPE_CHECKING:
    from dialog_core.training import Artefact, Progress
    from dialog_retrieval.confidence import Confidence
    from dialog_retrieval.knowledge.library import Library
    from dialog_retrieval.searching import Searcher

VECTORS = "vectors.sqlite"  # in the directory of a bot's models
SETTINGS = "faiss"  # whose settings, among those that were tuned


class FaissIndexing:
    """Indexes entries by the vectors of their phrasings."""

    def __init__(self, options: FaissOptions, context: Context) -> None:
        self._options = options
        self._context = context
        self._tuned = tuned(context)
        self._encoder = self._new_encoder()

    def key(self) -> Mapping[str, Any]:
        """Return what makes the index what it is."""
        how = self._options.model_dump(mode="json", exclude={"encoder", *RetrievalOptions.model_fields})
        return {"encoder": self._encoder.identity, "index": how}

    def build(self, entries: Iterable[Numbered], base: "Searcher | None") -> "Searcher":
        """Index entries in memory."""
        from dialog_retrieval.dense.building import index_in_memory
        from dialog_retrieval.dense.searcher import DenseSearcher

        listed = list(entries)
        kept_in = self._context.models / VECTORS
        if isinstance(base, DenseSearcher):
            return index_in_memory(listed, base.encoder, base.confidence, self._context.seed, kept_in)
        encoder = self._fresh_encoder()
        if self._is_to_be_fitted(encoder):
            encoder.fit([text for item in listed for text in texts_of(item.entry)])
        return index_in_memory(listed, encoder, self._tuned_confidence(), self._context.seed, kept_in)

    def write(self, library: "Library", directory: Path, progress: "Progress") -> Mapping[str, Any]:
        """Index all entries of a library on the disk."""
        from dialog_retrieval.dense.disk import write_index

        encoder = self._fresh_encoder()
        return write_index(
            library,
            directory,
            encoder,
            fit=self._is_to_be_fitted(encoder),
            options=self._options,
            confidence=self._tuned_confidence(),
            seed=self._context.seed,
            kept_in=self._context.models / VECTORS,
            progress=progress,
        )

    def load(self, artefact: "Artefact") -> "Searcher":
        """Read what `write` wrote."""
        from dialog_retrieval.dense.disk import load_index

        return load_index(artefact, self._fresh_encoder(), self._tuned_confidence())

    def _new_encoder(self) -> Any:
        encoder = self._context.create("encoder", self._options.encoder)
        if self._tuned is not None and self._tuned.encoder is not None:
            restore(encoder, self._tuned.encoder, self._context.name)
        return encoder

    def _fresh_encoder(self) -> Any:
        """Return an encoder; of those that learn another one each time, as others may still be in use."""
        return self._new_encoder() if isinstance(self._encoder, FittableEncoder) else self._encoder

    def _is_to_be_fitted(self, encoder: Any) -> bool:
        return isinstance(encoder, FittableEncoder) and (self._tuned is None or self._tuned.encoder is None)

    def _tuned_confidence(self) -> "Confidence | None":
        from dialog_retrieval.confidence import Confidence

        settings = {} if self._tuned is None else self._tuned.settings.get(SETTINGS, {})
        if "confidence" not in settings:
            return None
        try:
            return Confidence.from_json(settings["confidence"])
        except (ValueError, KeyError, TypeError) as error:
            raise ArtefactError(f"the trained settings are damaged: {error}", component=self._context.name) from error


def restore(encoder: Any, directory: Path, component: str) -> None:
    """Have an encoder read what was saved of one.

    Raises:
        ArtefactError: It cannot.
    """
    try:
        encoder.restore(directory)
    except (OSError, ValueError, KeyError) as error:
        raise ArtefactError(f"the encoder in {directory} cannot be read: {error}", component=component) from error
