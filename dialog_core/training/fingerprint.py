"""The fingerprint of a training: of everything that makes its outcome what it is."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from dialog_core.bot_file import BotSpec, TrainingSpec
from dialog_core.training.manifest import InputRecord
from dialog_core.training.options_json import OptionsDescriber

LENGTH = 20  # hexadecimal digits: 80 bits, and still a name one can read out


@dataclass(frozen=True, slots=True)
class Recipe:
    """What an artefact is made from.

    Attributes:
        use: Which registered component it is for.
        plugin: The plugin of the trainer.
        trainer_version: The version of the trainer.
        component_options: The component's options, a path as its content's checksum.
        options: The trainer's options, likewise.
        knowledge: The sources of knowledge that either of them names, likewise.
        builds_on: Fingerprints of the trained components it builds on.
        language: The bot's language.
        seed: The seed.
        inputs: The files and directories behind the checksums.
    """

    use: str
    plugin: str
    trainer_version: int
    component_options: Mapping[str, Any]
    options: Mapping[str, Any]
    knowledge: Mapping[str, Any]
    builds_on: Mapping[str, str]
    language: str
    seed: int
    inputs: Mapping[str, InputRecord]

    @property
    def fingerprint(self) -> str:
        """Return the fingerprint: the same recipe has the same one, on every machine."""
        facts = {
            "use": self.use,
            "plugin": self.plugin,
            "trainer_version": self.trainer_version,
            "component_options": self.component_options,
            "options": self.options,
            "knowledge": self.knowledge,
            "builds_on": self.builds_on,
            "language": self.language,
            "seed": self.seed,
        }
        return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:LENGTH]


def recipe(
    spec: BotSpec, entry: TrainingSpec, *, trainer_version: int, builds_on: Mapping[str, str], seed: int
) -> Recipe:
    """Return what an entry of `training:` says its artefact is made from, every file it names read and hashed.

    Args:
        spec: The bot.
        entry: The entry.
        trainer_version: The version of its trainer.
        builds_on: Fingerprints of the trained components it builds on.
        seed: The seed.

    Raises:
        OSError: A file could not be read.
    """
    describer = OptionsDescriber(spec.plugins.registry, spec.path.parent)
    component = entry.component
    return Recipe(
        use=component.registration.name,
        plugin=entry.trainer.plugin,
        trainer_version=trainer_version,
        component_options=describer.describe(component.registration, component.options, "component"),
        options=describer.describe(entry.trainer, entry.options, "training"),
        knowledge={
            name: describer.describe(
                spec.knowledge[name].registration, spec.knowledge[name].options, f"knowledge.{name}"
            )
            for name in sorted(set(_knowledge(entry)))
            if name in spec.knowledge
        },
        builds_on=builds_on,
        language=spec.file.bot.language,
        seed=seed,
        inputs=describer.inputs,
    )


def _knowledge(entry: TrainingSpec) -> Iterator[str]:
    for options in (entry.component.options, entry.options):
        named = getattr(options, "knowledge", None) or ()
        yield from (named,) if isinstance(named, str) else map(str, named)
