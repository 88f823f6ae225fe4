"""The versions of what took part in a training, for its manifest."""

import platform
import sys
from importlib.metadata import PackageNotFoundError, version

LIBRARIES = {  # by what they are imported as
    "numpy": "numpy",
    "scipy": "scipy",
    "sklearn": "scikit-learn",
    "bm25s": "bm25s",
    "faiss": "faiss-cpu",
    "torch": "torch",
    "transformers": "transformers",
    "sentence_transformers": "sentence-transformers",
    "tokenizers": "tokenizers",
    "safetensors": "safetensors",
    "datasets": "datasets",
    "accelerate": "accelerate",
    "peft": "peft",
    "trl": "trl",
    "optuna": "optuna",
}


def versions() -> dict[str, str]:
    """Return the versions of Python, of dialog-core and of those known libraries that have been imported."""
    from dialog_core import __version__

    found = {"python": platform.python_version(), "dialog-core": __version__}
    for module, distribution in LIBRARIES.items():
        if module in sys.modules:
            try:
                found[distribution] = version(distribution)
            except PackageNotFoundError:  # faiss-gpu, say: the same module from another distribution
                found[distribution] = str(getattr(sys.modules[module], "__version__", "?"))
    return found
