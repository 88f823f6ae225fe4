"""The trainer of what `dialog_rasa` predicts with where no story says what comes next."""

from dialog_core import Registry, hookimpl


@hookimpl
def dialog_register(registry: Registry) -> None:
    """Register the trainer under the name of the policy it trains."""
    registry.trainer(
        "stories",
        "dialog_rasa_training.trainer:StoriesTrainer",
        options="dialog_rasa_training.options:StoriesTraining",
        extra="dialog-core[train]",
    )
