"""What training found for a retrieval policy: settings, and an encoder of its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dialog_core import ArtefactError, Context

VERSION = 1  # of the artefacts; the trainers write it, and what is of another version is not read
SETTINGS = "settings.json"
ENCODER = "encoder"  # the directory an encoder was saved into


@dataclass(frozen=True, slots=True)
class Tuned:
    """An artefact of training, as a policy and its parts look into it.

    Attributes:
        fingerprint: Of the artefact.
        settings: What was tuned, by the registered name of the policy it is for: `{"bm25": {"k1": 1.2, ...}}`.
        encoder: The directory of the trained encoder; None if none was trained.
    """

    fingerprint: str
    settings: Mapping[str, Mapping[str, Any]]
    encoder: Path | None


def tuned(context: Context) -> Tuned | None:
    """Return what training found for a component, or for the one it is a part of; None if the bot file trains neither.

    Raises:
        ArtefactError: It is to be trained and is not, or a file is damaged.
    """
    if not context.trained:
        return None
    artefact = context.artefact(VERSION)
    settings = artefact.load_json(SETTINGS)
    if not isinstance(settings, dict) or not all(isinstance(own, dict) for own in settings.values()):
        raise ArtefactError(f"{artefact.path(SETTINGS)} is damaged", component=context.name)
    has_encoder = any(name.startswith(f"{ENCODER}/") for name in artefact.names)
    return Tuned(artefact.manifest.fingerprint, settings, artefact.path(ENCODER) if has_encoder else None)
