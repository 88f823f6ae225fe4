"""Leaving a trained model where the policy finds it: safetensors and JSON, nothing that has to be unpickled."""

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dialog_generative_training.checkpoints import without_pickles

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

MODEL, ADAPTER, BASE, CURVES = "model", "adapter", "base.json", "curves"


def save_model(model: Any, tokenizer: "PreTrainedTokenizerBase", directory: Path) -> None:
    """Write a model with all its weights."""
    place = directory / MODEL
    model.eval()
    model.save_pretrained(str(place), safe_serialization=True)
    tokenizer.save_pretrained(str(place))
    without_pickles(directory)


def save_adapter(
    model: Any, tokenizer: "PreTrainedTokenizerBase", directory: Path, *, base: str, revision: str = ""
) -> None:
    """Write matrices that work beside the weights of a base, and which base that is.

    Args:
        model: A model of PEFT.
        tokenizer: The tokenizer.
        directory: Of the artefact.
        base: The folder of the base, or its name on a hub.
        revision: Of a base on a hub.
    """
    place = directory / ADAPTER
    model.eval()
    model.save_pretrained(str(place), safe_serialization=True)
    (place / "README.md").unlink(missing_ok=True)  # PEFT's empty form; the card stands beside
    tokenizer.save_pretrained(str(place))
    told = json.dumps({"model": base, "revision": revision}, indent=2)
    (directory / BASE).write_text(told + "\n", encoding="utf-8")
    without_pickles(directory)


def merged(model: Any) -> Any:
    """Return a model of PEFT with its matrices added to the weights; any other as it is."""
    return model.merge_and_unload(safe_merge=True) if is_adapted(model) else model


def is_adapted(model: Any) -> bool:
    """Return whether a model is one of PEFT."""
    return hasattr(model, "peft_config") and hasattr(model, "merge_and_unload")


def save_curves(source: Path, directory: Path) -> None:
    """Copy what TensorBoard shows, if anything was written for it."""
    if source.is_dir():
        shutil.copytree(source, directory / CURVES)
