"""The ways to train, one module each; see `setup.TrainingMethod`."""

from importlib import import_module
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from dialog_generative_training.setup import TrainingMethod

METHODS = {
    "scratch": "scratch",
    "continue": "continued",
    "full": "full",
    "lora": "lora",
    "dpo": "preference",
    "seq2seq": "sequences",
}
"""Each method with the module it is in."""


def find_method(name: str) -> "TrainingMethod":
    """Return a method by the name options call it by; what it needs is imported now."""
    return cast("TrainingMethod", import_module(f"{__name__}.{METHODS[name]}"))
