"""The trainer of what `dialog_generative` serves."""

from dialog_core import Registry, hookimpl


@hookimpl
def dialog_register(registry: Registry) -> None:
    """Register the trainer under the name of the policy it trains."""
    registry.trainer(
        "transformers",
        "dialog_generative_training.trainer:LanguageModelTrainer",
        options="dialog_generative_training.options:LanguageModelTraining",
        extra="dialog-core[generative,train]",
    )
