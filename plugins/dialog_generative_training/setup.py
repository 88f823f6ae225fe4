"""What a method of training is given, and what it returns: the border between the trainer and its methods."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from dialog_generative_training.options import LanguageModelTraining

if TYPE_CHECKING:
    from datasets import Dataset
    from transformers import PreTrainedTokenizerBase, Trainer, TrainerCallback


@dataclass(frozen=True, slots=True)
class Setup:
    """Everything a method needs to make its `transformers.Trainer`.

    Attributes:
        options: The options of the training entry.
        make_model: Makes the model to begin with, anew each time it is called: a search needs several.
        tokenizer: Its tokenizer, with a chat template and a pad token.
        train: What is learnt from, as the method's `examples` made it.
        validation: What is measured on, made likewise; may be empty.
        arguments: What all methods set alike of `transformers.TrainingArguments`: batches, steps, rates, precision,
            checkpoints, evaluation, seeds, reports.
        new_tokens: The tokens the model did not know before: they have to learn even where the weights do not.
        callbacks: Progress, stopping, guarding against losses that are no number.
        checkpoints: Where checkpoints stand; what a killed run goes on from.
    """

    options: LanguageModelTraining
    make_model: Callable[[], Any]
    tokenizer: "PreTrainedTokenizerBase"
    train: "Dataset"
    validation: "Dataset"
    arguments: Mapping[str, Any]
    checkpoints: Path
    new_tokens: tuple[int, ...] = ()
    callbacks: "Sequence[TrainerCallback]" = field(default_factory=tuple)


class TrainingMethod(Protocol):
    """One way to train: a module of `methods/` with these functions."""

    learning_rate: float

    def examples(self, material: Any, tokenizer: Any, options: LanguageModelTraining) -> "Dataset":
        """Return what there is to learn as rows the method's trainer takes."""
        ...

    def trainer(self, setup: Setup) -> "Trainer":
        """Return a trainer of transformers or TRL, ready to run; its class has been through `checkpoints.resumable`."""
        ...

    def figures(
        self, model: Any, reference: Callable[[], Any], material: Any, tokenizer: Any, options: LanguageModelTraining
    ) -> Mapping[str, float]:
        """Return how good a model is, in figures of this method.

        Args:
            model: The model, before or after it was trained.
            reference: Makes the model it began with.
            material: What was held out.
            tokenizer: Its tokenizer.
            options: Of the training entry.
        """
        ...
