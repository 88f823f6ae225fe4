"""The ranker `cross_encoder`: a small transformer reads what was said and each reply together."""

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from dialog_core import ArtefactError, Candidate, Component, Context, PluginError, Ranked, Turn
from dialog_core.configuration import ConfigurationError, Problem
from dialog_core.training import Artefact
from dialog_ranking.calibrated.maps import clip, sigmoid
from dialog_ranking.calibrated.model import CalibratedModel
from dialog_ranking.cross_encoder.reading import context_of, reply_of
from dialog_ranking.options import ENCODER, EXAMPLE, CrossEncoderOptions

if TYPE_CHECKING:
    from dialog_ranking.cross_encoder.pair_model import PairModel

FOLDER = "cross_encoder"  # of an artefact, be it this ranker's own or that of one it is a part of
SETTINGS = f"{FOLDER}/ranking.json"
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


class CrossEncoderRanker(Component[CrossEncoderOptions]):
    """Judges every candidate by how well it follows what was said; all candidates of a turn are read at once.

    The model is read when it is first needed, for that takes seconds: call `warm` to do it beforehand.

    Attributes:
        calibrated: Whether it was trained for this bot.
    """

    inline = False

    def __init__(self, options: CrossEncoderOptions, context: Context) -> None:
        """Find the model.

        Raises:
            ArtefactError: The ranking is to be trained and is not, or what training left behind cannot be used.
            ConfigurationError: It is not to be trained, and there is no model either.
        """
        super().__init__(options, context)
        self._found = _find(options, context)
        self.calibrated = self._found.scale is not None
        self._model: PairModel | None = None
        self._loading = Lock()

    def warm(self) -> None:
        """Read the model now, unless it is there.

        Raises:
            PluginError: It is not here and cannot be fetched, cannot be read, or a package it needs is missing.
        """
        if self._found.source is not None:
            self._loaded().logits([("warm", "up")])

    def rank(self, turn: Turn, candidates: Sequence[Candidate]) -> Sequence[Ranked]:
        """Return the candidates, most probable first."""
        if self._found.source is None:
            return CalibratedModel().rank(turn, candidates).ranked  # it has no maps: this is the default
        if not candidates:
            return []
        context = context_of(turn, self.options.messages)
        logits = self._loaded().logits([(context, reply_of(candidate)) for candidate in candidates])
        scale = self._found.scale or Scale()
        found = [scale.probability(logit) for logit in logits]
        ranked = [
            Ranked(candidate, probability, {"cross-encoder": probability})
            for candidate, probability in zip(candidates, found, strict=True)
        ]
        ranked.sort(key=lambda verdict: -verdict.probability)
        return ranked

    def _loaded(self) -> "PairModel":
        with self._loading:
            if self._model is None:
                self._model = self._load()
            return self._model

    def _load(self) -> "PairModel":
        try:
            from dialog_ranking.cross_encoder.pair_model import PairModel  # brings torch: seconds
        except ModuleNotFoundError as error:
            raise PluginError(
                f"the ranker {self.context.name!r} needs the package {error.name!r}, which is not installed. "
                "Run: pip install 'dialog-core[encoders]'"
            ) from error
        assert self._found.source is not None
        return PairModel.load(self._found.source, max_length=self.options.max_length, device=self.options.device)


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
class _Found:
    """Where the model is, and on which scale its figures are.

    Attributes:
        source: A folder or a hub id; None where what was trained turned out no better than the default.
        scale: That of a trained one.
    """

    source: Path | str | None
    scale: Scale | None = None


def _find(options: CrossEncoderOptions, context: Context) -> _Found:
    if not context.trained:
        if problems := list(check(options, context)):
            raise ConfigurationError(problems)
        return _Found(options.model)
    try:
        artefact = context.artefact()
    except ArtefactError as error:
        if not error.missing or not options.model or _fault(options.model):
            raise
        return _Found(options.model)
    if any(name.startswith(f"{FOLDER}/") for name in artefact.names):
        return _trained(artefact)
    if not options.model:
        raise ArtefactError(
            f"what was trained for {context.name!r} has no cross-encoder",
            component=artefact.manifest.component,
            remedy="Name one with `model:`, or run: dialog-core train BOT --only ranking --force",
        )
    return _Found(options.model)


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


def _trained(artefact: Artefact) -> _Found:
    told: Any = artefact.load_json(SETTINGS)
    try:
        if told["version"] != VERSION:
            raise ValueError(f"it is of version {told['version']}, not {VERSION}")
        if not told["taken"]:
            return _Found(None)
        return _Found(artefact.path(FOLDER), Scale(float(told["temperature"]), float(told["offset"])))
    except (KeyError, TypeError, ValueError) as error:
        raise ArtefactError(
            f"{artefact.path(SETTINGS)} cannot be used: {error}",
            component=artefact.manifest.component,
            remedy="Run: dialog-core train BOT --only ranking --force",
        ) from error
