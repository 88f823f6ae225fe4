"""`continue`: a model goes on with plain text of the domain, before it is tuned to dialogues."""

from typing import TYPE_CHECKING

from dialog_generative_training.methods import supervised
from dialog_generative_training.methods.lora import adapted
from dialog_generative_training.methods.supervised import examples, figures
from dialog_generative_training.setup import Setup

if TYPE_CHECKING:
    from transformers import Trainer

__all__ = ["examples", "figures", "learning_rate", "trainer"]

learning_rate = 5e-5


def trainer(setup: Setup) -> "Trainer":
    """Return a trainer of all weights, or of matrices beside them."""
    return supervised.trainer(setup, adapted=adapted if setup.options.adapter else None)
