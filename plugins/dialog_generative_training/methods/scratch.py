"""`scratch`: a small model learns from nothing."""

from typing import TYPE_CHECKING

from dialog_generative_training.methods import supervised
from dialog_generative_training.methods.supervised import examples, figures
from dialog_generative_training.setup import Setup

if TYPE_CHECKING:
    from transformers import Trainer

__all__ = ["examples", "figures", "learning_rate", "trainer"]

learning_rate = 1e-3
ADAM_BETA2 = 0.95  # Brown et al. 2020, appendix B


def trainer(setup: Setup) -> "Trainer":
    """Return a trainer of all weights."""
    return supervised.trainer(setup, adam_beta2=ADAM_BETA2)
