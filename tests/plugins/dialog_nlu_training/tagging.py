"""Entities learnt from marked examples, on the spot."""

from itertools import pairwise
from pathlib import Path
from typing import Any

from dialog_core.testing import make_context, make_job
from dialog_core.training import TrainingResult
from dialog_nlu.entities import EntitiesAnnotator
from dialog_nlu.entity_options import EntitiesOptions
from dialog_nlu_training.entity_options import EntityTrainingOptions
from dialog_nlu_training.entity_trainer import EntitiesTrainer

CITIES = "Berlin Paris Rome Madrid Oslo Vienna Prague Dublin Lisbon Athens".split()
JOURNEYS = [
    *(f"fly from [{city}](city:from) to [{other}](city:to)" for city, other in pairwise(CITIES)),
    *(f"I want to go to [{city}](city:to) please" for city in CITIES[::2]),
    *(f"a ticket from [{city}](city:from)" for city in CITIES[1::2]),
    "to [NYC](city:to=New York) from [LA](city:from=Los Angeles)",
    "how are you",
    "thanks a lot",
    "what does it cost",
]


def train(directory: Path, lines: list[str], **options: Any) -> tuple[EntitiesAnnotator, TrainingResult]:
    """Train on lines of text; return the annotator and what the trainer says of it."""
    file = directory / "nlu.txt"
    file.write_text("\n".join(lines), encoding="utf-8")
    training = EntityTrainingOptions(data=(file,), **options)
    job = make_job(directory, training, EntitiesOptions(trained=True), name="entities")
    result = EntitiesTrainer(training, job.context).train(job)
    return serve(job.directory), result


def serve(model: Path, **entities: Any) -> EntitiesAnnotator:
    """Return an annotator that uses a trained model, and finds what else is named."""
    options = EntitiesOptions.model_validate({"trained": True, "entities": entities, "timezone": "UTC"})
    return EntitiesAnnotator(options, make_context("entities", artefact=model))
