"""Where a cross-encoder's model is, and on which scale its figures are: as it is, or as training left it."""

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dialog_core import ArtefactError, Context, PluginError
from dialog_core.configuration import ConfigurationError, Problem
from dialog_core.training import Artefact
from dialog_ranking.calibrated.maps import clip, sigmoid
from dialog_ranking.options import ENCODER, EXAMPLE, CrossEncoderOptions

FOLDER = "cross_encoder"  # of an artefact, be it this ranker's own or that of one it is a part of
FILE = "ranking.json"  # in that folder
SETTINGS = f"{FOLDER}/{FILE}"
VERSION = 1  # of what stands in that folder
DIGITS = 6  # of probabilities: what is beyond depends on which pairs are read together


@dataclass(frozen=True, slots=True)
class Scale:
    """What makes a probability of a model's figure: sigmoid(figure / temperature + offset).

    Guo et al. 2017, "On calibration of modern neural networks", section 4.2; the offset undoes that right and wrong
    replies were given the same weight in training.

    Attributes:
        temperature: Above 1 where the model is surer than it is right.
        offset: What is added.
    """

    temperature: float = 1.0
    offset: float = 0.0

    def __post_init__(self) -> None:
        if not (math.isfinite(self.temperature) and self.temperature > 0 and math.isfinite(self.offset)):
            raise ValueError(f"there is no scale of temperature {self.temperature} with the offset {self.offset}")

    def probability(self, logit: float) -> float:
        """Return the probability for a model's figure; for none that is a number, that of even odds."""
        return round(clip(sigmoid((logit if math.isfinite(logit) else 0.0) / self.temperature + self.offset)), DIGITS)


def check(options: CrossEncoderOptions, context: Context) -> Iterable[Problem]:
    """Yield what is wrong with the options."""
    if not options.model:
        remedy = f"Name one with `model:`, such as {EXAMPLE}."
        if context.trained:
            remedy = f"Name one with `model:`, such as {ENCODER}, or {EXAMPLE}."
        yield Problem("there is no model: none is named to use, or to begin training with", path="model", remedy=remedy)
    elif not context.trained and (fault := _fault(options.model)):
        remedy = "Name a model made for reranking, or add `- {component: ranking, ...}` under `training:`."
        yield Problem(f"{str(options.model)!r} cannot be used as it is: {fault}", path="model", remedy=remedy)


@dataclass(frozen=True, slots=True)
class Found:
    """Where the model is, and on which scale its figures are.

    Attributes:
        source: A folder or a hub id; None where what was trained turned out no better than the default.
        scale: That of a trained one.
    """

    source: Path | str | None
    scale: Scale | None = None


def find(options: CrossEncoderOptions, context: Context) -> Found:
    """Return what a ranker is to read with.

    Raises:
        ArtefactError: The ranking is to be trained and is not, or what training left behind cannot be used.
        ConfigurationError: It is not to be trained, and there is no model that could be used as it is.
        PluginError: The settings beside a model cannot be read.
    """
    if not context.trained:
        if problems := list(check(options, context)):
            raise ConfigurationError(problems)
        return _named(options.model)
    try:
        artefact = context.artefact()
    except ArtefactError as error:
        if not error.missing or not options.model or _fault(options.model):
            raise
        return _named(options.model)
    if any(name.startswith(f"{FOLDER}/") for name in artefact.names):
        return _trained(artefact)
    if not options.model:
        raise ArtefactError(
            f"what was trained for {context.name!r} has no cross-encoder",
            component=artefact.manifest.component,
            remedy="Name one with `model:`, or run: dialog-core train BOT --only ranking --force",
        )
    return _named(options.model)


def _fault(model: Path | str) -> str:
    """Return why a model cannot be used as it is, as far as that can be told without reading its weights."""
    if not isinstance(model, Path):
        return ""
    try:
        config = json.loads((model / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        return f"its config.json cannot be read: {error}"
    names = config.get("architectures") if isinstance(config, dict) else None
    classifies = isinstance(names, list) and any("SequenceClassification" in str(name) for name in names)
    return "" if classifies else "it is no cross-encoder, as it gives no figure for a pair of texts"


def _named(model: Path | str) -> Found:
    """Return a model the options name; in a folder that training left behind, its scale stands as well."""
    if not isinstance(model, Path) or not (model / FILE).is_file():
        return Found(model)
    try:
        return _read(json.loads((model / FILE).read_text(encoding="utf-8")), model)
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise PluginError(f"{model / FILE} cannot be used: {error}. Train the ranking anew that it is from.") from error


def _trained(artefact: Artefact) -> Found:
    told: Any = artefact.load_json(SETTINGS)
    try:
        return _read(told, artefact.path(FOLDER))
    except (KeyError, TypeError, ValueError) as error:
        raise ArtefactError(
            f"{artefact.path(SETTINGS)} cannot be used: {error}",
            component=artefact.manifest.component,
            remedy="Run: dialog-core train BOT --only ranking --force",
        ) from error


def _read(told: Any, folder: Path) -> Found:
    if told["version"] != VERSION:
        raise ValueError(f"it is of version {told['version']}, not {VERSION}")
    if not told["taken"]:
        return Found(None)
    return Found(folder, Scale(float(told["temperature"]), float(told["offset"])))
