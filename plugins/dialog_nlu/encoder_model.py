"""The sentence encoder of the encoder engine: any model of sentence-transformers, read from its files alone."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dialog_core import DialogError, PluginError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

MODULES = "modules.json"
TRUSTED = "sentence_transformers."  # the modules a model may be made of: none brings code of its own
MAX_TOKENS = 128  # of a message; the rest of a longer one is not looked at
BATCH = 64

Floats = NDArray[Any]


class EncoderError(DialogError):
    """An encoder cannot be used: which, why, and what to do."""


class SentenceEncoder:
    """Turns texts into vectors of length 1; safe to call from any thread.

    Attributes:
        model: The model itself, for those who train it.
        device: Where it computes: `cpu` or `cuda`.
    """

    def __init__(self, model: "SentenceTransformer", device: str) -> None:
        self.model = model.to(device).eval()
        self.device = device
        self._tokenizing = Lock()  # a tokenizer changes while it works

    @classmethod
    def load(cls, directory: Path, device: str) -> "SentenceEncoder":
        """Read a model that lies in a directory; nothing is fetched, and no code that came with it is run.

        Raises:
            EncoderError: It is damaged, or not one of sentence-transformers.
        """
        check_modules(directory)
        from sentence_transformers import SentenceTransformer  # brings torch: seconds

        try:
            with _no_progress_bars():
                model = SentenceTransformer(
                    str(directory),
                    device=device,
                    trust_remote_code=False,
                    local_files_only=True,
                    model_kwargs={"use_safetensors": True},
                )
        except Exception as error:  # whatever a damaged file makes of any of a dozen readers
            raise EncoderError(f"the encoder in {directory} cannot be read: {type(error).__name__}: {error}") from error
        model.max_seq_length = min(model.max_seq_length or MAX_TOKENS, MAX_TOKENS)
        return cls(model, device)

    @property
    def dimension(self) -> int:
        """How long its vectors are."""
        return int(self.encode(["a"]).shape[1])

    def encode(self, texts: Sequence[str]) -> Floats:
        """Return a vector for each text."""
        import torch

        found: list[Floats] = []
        # Texts of like length beside each other: a batch is as long as its longest text.
        order = sorted(range(len(texts)), key=lambda place: len(texts[place]))
        with torch.inference_mode():
            for start in range(0, len(order), BATCH):
                vectors = self.forward([texts[place] for place in order[start : start + BATCH]])
                found.append(vectors.float().cpu().numpy())
        together = np.concatenate(found)
        return together[np.argsort(order)]

    def forward(self, texts: Sequence[str]) -> Any:
        """Return the vectors of one batch as a tensor, which remembers what it was computed from."""
        import torch

        with self._tokenizing:
            features = self.model.preprocess(list(texts))
        features = {
            name: value.to(self.device) if isinstance(value, torch.Tensor) else value
            for name, value in features.items()
        }
        return torch.nn.functional.normalize(self.model(features)["sentence_embedding"], dim=-1)

    def save(self, directory: Path) -> None:
        """Write the model into a directory: safetensors, JSON and the tokenizer's files."""
        with _no_progress_bars():
            self.model.save(str(directory), create_model_card=False, safe_serialization=True)


def find_device(wanted: str) -> str:
    """Return where to compute: `cpu` or `cuda`.

    Raises:
        PluginError: A GPU is wanted, and there is none.
    """
    import torch

    there = torch.cuda.is_available()
    if wanted == "cuda" and not there:
        raise PluginError("`device: cuda` asks for a GPU, and torch finds none here. Set `device: auto`.")
    return "cuda" if there and wanted != "cpu" else "cpu"


def check_modules(directory: Path) -> None:
    """See that a directory holds a model of sentence-transformers, made of that library's own modules.

    Raises:
        EncoderError: It does not.
    """
    file = directory / MODULES
    try:
        types = [str(module["type"]) for module in json.loads(file.read_text(encoding="utf-8"))]
    except (OSError, ValueError, TypeError, KeyError) as error:
        reason = f"there is no {MODULES} in it" if isinstance(error, FileNotFoundError) else f"{MODULES}: {error}"
        raise EncoderError(
            f"{directory} is not a model of sentence-transformers: {reason}. "
            "Name the directory that `SentenceTransformer.save` wrote, or a hub id."
        ) from error
    foreign = [name for name in types if not name.startswith(TRUSTED)]
    if foreign:
        raise EncoderError(
            f"{file} names {foreign[0]!r}, which is code of the model's own, and is not run. "
            "Take a model that is made of sentence-transformers' modules alone."
        )


@contextmanager
def _no_progress_bars() -> Iterator[None]:
    """Keep transformers from drawing into a chat, and leave its setting as it was."""
    from transformers.utils import logging

    shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        yield
    finally:
        if shown:
            logging.enable_progress_bar()  # type: ignore[no-untyped-call]
