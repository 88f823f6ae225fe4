"""Trying out what was trained with the code that will serve it."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dialog_core import Context
from dialog_core.training import Artefact
from dialog_retrieval.tuned import SETTINGS


def untrained(context: Context) -> Context:
    """Return the context of a component as if nothing had been trained for it."""
    return context.named(context.name, trained=False)


def trained_with(context: Context, directory: Path) -> Context:
    """Return the context of a component as if what stands in a directory were in use."""
    artefact = Artefact.at(directory)
    return context.named(context.name, artefact=lambda version: artefact, trained=True)


def save_settings(directory: Path, settings: Mapping[str, Mapping[str, Any]]) -> None:
    """Write what was tuned into a directory, as policies read it."""
    text = json.dumps(settings, indent=2, sort_keys=True, allow_nan=False)
    (directory / SETTINGS).write_text(text + "\n", encoding="utf-8")
