"""Trainers of what `dialog_nlu` serves."""

from dialog_core import Registry, hookimpl


@hookimpl
def dialog_register(registry: Registry) -> None:
    """Register the trainers, each under the name of the annotator it trains."""
    registry.trainer(
        "intents",
        "dialog_nlu_training.label_trainers:IntentsTrainer",
        options="dialog_nlu_training.options:IntentsTraining",
        extra="dialog-core[train]",
    )
    registry.trainer(
        "classifier",
        "dialog_nlu_training.label_trainers:ClassifierTrainer",
        options="dialog_nlu_training.options:ClassifierTraining",
        extra="dialog-core[train]",
    )
    registry.trainer(
        "entities",
        "dialog_nlu_training.entity_trainer:EntitiesTrainer",
        options="dialog_nlu_training.entity_options:EntityTrainingOptions",
        extra="dialog-core[train]",
    )
