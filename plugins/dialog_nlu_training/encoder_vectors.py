"""Keeping the vectors of texts, so that no text is encoded twice, not even after a training was killed."""

import hashlib
import logging
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from dialog_core.training import Progress
from dialog_nlu.encoder_model import SentenceEncoder

BLOCK = 1024  # texts encoded between two steps of the progress, and kept in a file of their own

Floats = NDArray[Any]

logger = logging.getLogger(__name__)


class KeptVectors:
    """An encoder that remembers.

    Attributes:
        encoder: The encoder.
    """

    def __init__(self, encoder: SentenceEncoder, directory: Path | None = None) -> None:
        """Make one.

        Args:
            encoder: The encoder.
            directory: Where vectors are kept beyond this training; None: nowhere.
        """
        self.encoder = encoder
        self._directory = directory
        self._vectors: dict[bytes, Floats] = {}
        if directory is not None and directory.exists():
            for file in sorted(directory.glob("*.safetensors")):
                self._read(file)

    def encode(self, texts: Sequence[str]) -> Floats:
        """Return a vector for each text."""
        self.prepare(texts)
        return np.stack([self._vectors[_key(text)] for text in texts])

    def prepare(self, texts: Sequence[str], progress: Progress | None = None) -> None:
        """Encode the texts that have not been encoded, and say how far that is."""
        missing = [text for text in dict.fromkeys(texts) if _key(text) not in self._vectors]
        if progress is not None and missing:
            progress.stage("encoding", len(missing))
        for start in range(0, len(missing), BLOCK):
            block = missing[start : start + BLOCK]
            keys, vectors = [_key(text) for text in block], self.encoder.encode(block)
            self._vectors.update(zip(keys, vectors, strict=True))
            if self._directory is not None:
                self._write(self._directory / f"{keys[0].hex()}.safetensors", keys, vectors)
            if progress is not None:
                progress.advance(len(block))

    def save(self, directory: Path) -> None:
        """Write the encoder into a directory."""
        self.encoder.save(directory)

    def _write(self, file: Path, keys: Sequence[bytes], vectors: Floats) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        unfinished = file.with_suffix(".tmp")
        save_file({"keys": np.frombuffer(b"".join(keys), dtype=np.uint8), "vectors": vectors}, unfinished)
        os.replace(unfinished, file)

    def _read(self, file: Path) -> None:
        try:
            found = load_file(file)
            keys, vectors = found["keys"].reshape(len(found["vectors"]), -1), found["vectors"]
        except (OSError, SafetensorError, KeyError, ValueError) as error:
            logger.warning("%s cannot be read, so its texts are encoded again: %s", file, error)
            return
        self._vectors.update(zip((key.tobytes() for key in keys), vectors, strict=True))


def _key(text: str) -> bytes:
    return hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=16).digest()
