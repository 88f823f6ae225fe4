"""The encoder engine: a transformer turns a message into a vector, and a small head judges that."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from dialog_core.training import Artefact
from dialog_nlu.calibration import Calibration, Judgement
from dialog_nlu.encoder_head import Head, read_head
from dialog_nlu.encoder_model import EncoderError, SentenceEncoder, find_device
from dialog_nlu.engine import DESCRIPTION, check_installed
from dialog_nlu.model_files import reading

ENCODER = "encoder"  # the directory of the encoder's own files
HEAD = "head.safetensors"

Floats = NDArray[Any]


class Encoding(Protocol):
    """Turns texts into vectors, and can be kept."""

    def encode(self, texts: Sequence[str]) -> Floats:
        """Return a vector for each text."""
        ...

    def save(self, directory: Path) -> None:
        """Write it into a directory."""
        ...


class EncoderEngine:
    """Judges messages by their vectors.

    Attributes:
        labels: The labels it knows.
        threshold: From which probability on a message counts as out of scope.
    """

    def __init__(
        self,
        encoder: Encoding,
        head: Head,
        labels: Sequence[str],
        calibration: Calibration | None = None,
        threshold: float = 0.5,
    ) -> None:
        if not labels or head.columns - len(labels) not in (0, 1):
            raise ValueError(f"it has {len(labels)} labels, and its head has {head.columns} columns")
        self.labels = tuple(labels)
        self.threshold = threshold
        self._encoder = encoder
        self._head = head
        self._calibration = calibration or Calibration()

    def calibrated(self, calibration: Calibration, threshold: float) -> "EncoderEngine":
        """Return the same engine with another calibration."""
        return EncoderEngine(self._encoder, self._head, self.labels, calibration, threshold)

    def judge(self, texts: Sequence[str]) -> Sequence[Judgement]:
        """Return what it makes of each text."""
        return [self._calibration.judge(scores, signals) for scores, signals in self.score(texts)]

    def score(self, texts: Sequence[str]) -> Iterator[tuple[Floats, Mapping[str, float]]]:
        """Yield, for each text, the score of each label, and the signals that tell a message out of scope."""
        if not texts:
            return
        for scores in self._head.scores(self._encoder.encode(texts)):
            foreign = {"foreign": float(scores[-1])} if len(scores) > len(self.labels) else {}
            yield scores[: len(self.labels)], foreign

    def save(self, directory: Path) -> None:
        """Write everything it needs into a directory."""
        from safetensors.numpy import save_file

        description = {
            "engine": "encoder",
            "labels": list(self.labels),
            "threshold": self.threshold,
            "calibration": self._calibration.as_json(),
            "head": self._head.name,
        }
        text = json.dumps(description, ensure_ascii=False, indent=1)
        (directory / DESCRIPTION).write_text(f"{text}\n", encoding="utf-8")
        save_file({name: np.ascontiguousarray(array) for name, array in self._head.arrays().items()}, directory / HEAD)
        self._encoder.save(directory / ENCODER)

    @classmethod
    def load(cls, artefact: Artefact, description: Mapping[str, Any], device: str = "auto") -> "EncoderEngine":
        """Read what `save` wrote.

        Raises:
            ArtefactError: The files do not belong together.
            PluginError: A package is missing, or a GPU that is asked for.
        """
        check_installed("encoder")
        from safetensors import SafetensorError
        from safetensors.numpy import load_file

        with reading(artefact, SafetensorError, EncoderError):
            head = read_head(str(description["head"]), load_file(artefact.path(HEAD)))
            encoder = SentenceEncoder.load(artefact.path(ENCODER), find_device(device))
            if encoder.dimension != head.dimension:
                raise ValueError(f"its encoder gives {encoder.dimension} numbers, and its head takes {head.dimension}")
            labels = [str(label) for label in description["labels"]]
            calibration = Calibration.from_json(description["calibration"])
            return cls(encoder, head, labels, calibration, float(description["threshold"]))
