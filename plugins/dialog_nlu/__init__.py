"""Annotators that understand a message: intents and other labels, entities, the language."""

from dialog_core import Registry, hookimpl


@hookimpl
def dialog_register(registry: Registry) -> None:
    """Register the annotators."""
    registry.annotator(
        "intents", "dialog_nlu.label_annotators:IntentsAnnotator", options="dialog_nlu.options:IntentsOptions"
    )
    registry.annotator(
        "classifier", "dialog_nlu.label_annotators:ClassifierAnnotator", options="dialog_nlu.options:ClassifierOptions"
    )
    registry.annotator(
        "entities",
        "dialog_nlu.entities:EntitiesAnnotator",
        options="dialog_nlu.entity_options:EntitiesOptions",
        check="dialog_nlu.entity_values:check",
    )
    registry.annotator(
        "language", "dialog_nlu.language:LanguageAnnotator", options="dialog_nlu.language_options:LanguageOptions"
    )
