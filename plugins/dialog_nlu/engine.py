"""What a label annotator needs of an engine, and which engine it gets."""

from collections.abc import Iterable, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from dialog_core import ArtefactError, PluginError
from dialog_core.training import Artefact
from dialog_nlu.model_files import RETRAIN

if TYPE_CHECKING:
    from dialog_nlu.calibration import Calibration, Judgement

VERSION = 1  # of the artefacts of `intents` and `classifier`; training writes it, serving refuses another
DESCRIPTION = "labels.json"
PACKAGES = {"encoder": ("torch", "sentence_transformers")}  # beyond the base install, to serve


class Engine(Protocol):
    """Judges messages."""

    @property
    def labels(self) -> Sequence[str]:
        """The labels it knows, out of scope not among them."""
        ...

    @property
    def threshold(self) -> float:
        """From which probability on a message counts as out of scope."""
        ...

    def judge(self, texts: Sequence[str]) -> "Sequence[Judgement]":
        """Return what it makes of each text."""
        ...


class TrainableEngine(Engine, Protocol):
    """An engine as training makes it: what it scores is calibrated afterwards, and then it is kept."""

    def score(self, texts: Sequence[str]) -> "Iterable[tuple[Any, Mapping[str, float]]]":
        """Return, for each text, the score of each label, and the signals that tell a message out of scope."""
        ...

    def calibrated(self, calibration: "Calibration", threshold: float) -> "TrainableEngine":
        """Return the same engine with another calibration."""
        ...

    def save(self, directory: Path) -> None:
        """Write everything it needs into a directory."""
        ...


def check_installed(engine: str) -> None:
    """See that the packages an engine needs are there, without importing them.

    Raises:
        PluginError: One is missing.
    """
    for package in PACKAGES.get(engine, ()):
        if find_spec(package) is None:
            raise PluginError(
                f"the engine {engine!r} needs the package {package!r}, which is not installed. "
                "Run: pip install 'dialog-core[encoders]', or set `engine: light`."
            )


def load_engine(artefact: Artefact, device: str = "auto") -> Engine:
    """Return the engine an artefact was trained for.

    Args:
        artefact: What training left behind.
        device: Where the encoder engine computes: `auto`, `cpu` or `cuda`.

    Raises:
        ArtefactError: Its files do not belong together.
        PluginError: A package it needs is missing, or a GPU that is asked for.
    """
    description = artefact.load_json(DESCRIPTION)
    name = description.get("engine") if isinstance(description, dict) else None
    if name == "light":
        from dialog_nlu.light import LightEngine  # brings numpy

        return LightEngine.load(artefact, description)
    if name == "encoder":
        from dialog_nlu.encoder import EncoderEngine  # brings torch, when it is loaded

        return EncoderEngine.load(artefact, description, device)
    raise ArtefactError(
        f"{artefact.path(DESCRIPTION)} was made for an engine that is not known here: {name!r}",
        component=artefact.manifest.component,
        remedy=RETRAIN,
    )
