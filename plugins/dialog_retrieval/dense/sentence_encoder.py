"""The encoder `sentence-transformers`: any model of that library, read from its files alone."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from dialog_core import Context, PluginError
from dialog_retrieval.confidence import Confidence
from dialog_retrieval.dense.model_files import check_modules, content_of, find_model
from dialog_retrieval.dense.options import SentenceTransformersOptions
from dialog_retrieval.model_loading import LONGEST_TOKEN, clean, find_device, no_progress_bars

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

    from dialog_retrieval.dense.sparse import Floats

VERSION = 1  # of what a text becomes; another one is another encoder
PROBE = "a"


class SentenceTransformersEncoder:
    """Turns texts into vectors of length 1; the model is read when the first text comes, for that takes seconds.

    Raises:
        PluginError: The model is not here and nothing may be fetched, or it is none that may be used.
    """

    # What a cosine is worth where there is too little knowledge to find out: as with three phrasings of each of
    # CLINC150's intents.
    fallback = Confidence({"cosine": 11.0, "margin": 3.7}, -6.6)

    def __init__(self, options: SentenceTransformersOptions, context: Context) -> None:
        self._options = options
        self._directory = find_model(options.model, fetch=False)
        self._model: SentenceTransformer | None = None
        self._device = ""
        self._dimension = 0
        self._loading = Lock()
        self._tokenizing = Lock()  # a tokenizer changes while it works

    @property
    def dimension(self) -> int:
        """How long the vectors are."""
        self._loaded()
        return self._dimension

    @property
    def identity(self) -> str:
        """Tells it from encoders that give other vectors: by the content of the model's files."""
        options = self._options
        how = [VERSION, options.question_prefix, options.passage_prefix, options.max_tokens, options.precision]
        how += [] if options.dimensions is None else [options.dimensions]
        told = hashlib.sha256(json.dumps([content_of(self._found()), *how]).encode()).hexdigest()[:20]
        return f"sentence-transformers:{told}"

    @property
    def model(self) -> "SentenceTransformer":
        """The model itself, for those who train it; in full precision as long as nothing was encoded on a GPU."""
        return self._loaded()

    def encode(self, texts: Sequence[str]) -> "Floats":
        """Return the vectors of what may be found."""
        return self._encode(texts, self._options.passage_prefix)

    def encode_questions(self, texts: Sequence[str]) -> "Floats":
        """Return the vectors of questions."""
        return self._encode(texts, self._options.question_prefix)

    def save(self, directory: Path) -> None:
        """Write the model into a directory: safetensors, JSON and the tokenizer's files."""
        with no_progress_bars():
            self._loaded().save(str(directory), create_model_card=False, safe_serialization=True)

    def restore(self, directory: Path) -> None:
        """Take the model in a directory instead of the one the options name.

        Raises:
            ValueError: There is none that may be used.
        """
        try:
            check_modules(directory)
        except PluginError as error:
            raise ValueError(str(error)) from error
        with self._loading:
            self._directory, self._model = directory, None

    def _found(self) -> Path:
        if self._directory is None:
            self._directory = find_model(self._options.model, fetch=True)
        assert self._directory is not None  # with `fetch` it is found, or there is an error
        return self._directory

    def _loaded(self) -> "SentenceTransformer":
        with self._loading:
            if self._model is None:
                self._model = self._load(self._found())
                self._dimension = int(self._forward(self._model, [PROBE]).shape[1])
            return self._model

    def _load(self, directory: Path) -> "SentenceTransformer":
        try:
            from sentence_transformers import SentenceTransformer  # brings torch: seconds
        except ModuleNotFoundError as error:
            raise PluginError(
                f"the encoder 'sentence-transformers' needs the package {error.name!r}, which is not installed. "
                "Run: pip install 'dialog-core[encoders]'"
            ) from error
        self._device = find_device(self._options.device)
        try:
            with no_progress_bars():
                model = SentenceTransformer(
                    str(directory),
                    device=self._device,
                    trust_remote_code=False,
                    local_files_only=True,
                    model_kwargs={"use_safetensors": True},
                )
        except Exception as error:  # whatever a damaged file makes of any of a dozen readers
            raise PluginError(
                f"the encoder in {directory} cannot be read: {type(error).__name__}: {error}. Fetch or save it again."
            ) from error
        most = self._options.max_tokens
        model.max_seq_length = min(model.max_seq_length or most, most)
        model.eval()
        if self._device == "cuda":
            return model.half()
        return model.bfloat16() if self._options.precision == "bfloat16" else model

    def _encode(self, texts: Sequence[str], prefix: str) -> "Floats":
        import numpy as np
        import torch

        model = self._loaded()
        vectors = np.zeros((len(texts), self._dimension), dtype=np.float32)
        cut = self._options.max_tokens * LONGEST_TOKEN
        wanted = [(place, text[:cut]) for place, text in enumerate(texts) if text.strip()]
        # Texts of like length beside each other: a batch is as long as its longest text.
        wanted.sort(key=lambda item: len(item[1]))
        size = self._options.batch_size
        with torch.inference_mode():
            for first in range(0, len(wanted), size):
                batch = wanted[first : first + size]
                found = self._forward(model, [prefix + text for _, text in batch])
                vectors[[place for place, _ in batch]] = np.nan_to_num(found.float().cpu().numpy(), copy=False)
        return vectors

    def _forward(self, model: "SentenceTransformer", texts: Sequence[str]) -> Any:
        import torch

        with self._tokenizing:
            features = model.preprocess(list(map(clean, texts)))
        features = {
            name: value.to(self._device) if isinstance(value, torch.Tensor) else value
            for name, value in features.items()
        }
        with torch.inference_mode():
            vectors = model(features)["sentence_embedding"][:, : self._options.dimensions].float()
            return torch.nn.functional.normalize(vectors, dim=-1)
