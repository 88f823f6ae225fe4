"""The ways to train, one module each; see `setup.TrainingMethod`."""

from importlib import import_module
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from dialog_core.training import TrainingJob
    from dialog_generative_training.bases import Base
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


def as_served(method: "TrainingMethod", base: "Base", job: "TrainingJob") -> "TrainingMethod":
    """Return a method for one model and policy, if what is learnt depends on how the policy feeds its model."""
    make = getattr(method, "as_served", None)
    return method if make is None else cast("TrainingMethod", make(base, job))


def find_method(name: str) -> "TrainingMethod":
    """Return a method by the name options call it by; what it needs is imported now."""
    return cast("TrainingMethod", import_module(f"{__name__}.{METHODS[name]}"))
