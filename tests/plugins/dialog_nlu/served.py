"""A trained annotator in a process of its own, without anything that trains."""

from pathlib import Path

from dialog_core.component import Context
from dialog_nlu.label_annotators import IntentsAnnotator
from dialog_nlu.options import IntentsOptions


def annotator(model: str | Path) -> IntentsAnnotator:
    """Return the annotator of a model."""
    return IntentsAnnotator(IntentsOptions(), Context(name="intents", artefact=Path(model)))


def served(model: str | Path, text: str) -> str | None:
    """Return what it labels a text."""
    return annotator(model).label(text)["label"]
