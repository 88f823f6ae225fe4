"""`lora`: small matrices beside the weights learn from dialogues (Hu et al. 2021)."""

from typing import TYPE_CHECKING, Any

from dialog_generative_training.methods import supervised
from dialog_generative_training.methods.supervised import examples, figures
from dialog_generative_training.options import LoraOptions
from dialog_generative_training.setup import Setup

if TYPE_CHECKING:
    from transformers import Trainer

__all__ = ["adapted", "examples", "figures", "learning_rate", "make_config", "trainer"]

learning_rate = 2e-4
ALL = "all-linear"  # what PEFT calls every linear layer but the last


def trainer(setup: Setup) -> "Trainer":
    """Return a trainer of the matrices."""
    return supervised.trainer(setup, adapted=adapted)


def adapted(setup: Setup, model: Any) -> Any:
    """Return a model with matrices that learn instead of its weights.

    Where it has to learn tokens that it did not know, their vectors learn with all others: TRL computes the loss from
    them directly, and would pass over what PEFT puts beside some of them. PEFT keeps them with its matrices.
    """
    from peft import get_peft_model

    found = get_peft_model(model, make_config(setup.options.lora))
    if setup.new_tokens:
        for layer in (found.get_input_embeddings(), found.get_output_embeddings()):
            layer.weight.requires_grad_(True)
    return found


def make_config(options: LoraOptions, task: str = "CAUSAL_LM") -> Any:
    """Return what PEFT is told.

    Args:
        options: The options.
        task: What the model does: `CAUSAL_LM`, or `SEQ_2_SEQ_LM` for encoder-decoders.
    """
    from peft import LoraConfig

    return LoraConfig(
        r=options.rank,
        lora_alpha=options.alpha,  # type: ignore[arg-type] # it need not be whole
        lora_dropout=options.dropout,
        target_modules=ALL if tuple(options.targets) == (ALL,) else list(options.targets),
        task_type=task,
    )
