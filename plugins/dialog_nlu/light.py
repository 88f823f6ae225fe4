"""The light engine: a linear model over words and pieces of words, served with numpy alone."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialog_core.training import Artefact
from dialog_nlu.calibration import Calibration, Judgement
from dialog_nlu.engine import DESCRIPTION
from dialog_nlu.model_files import reading
from dialog_nlu.ngrams import terms
from dialog_nlu.tfidf import TfIdf

WEIGHTS = "weights.npz"
VOCABULARY = "vocabulary.json"

Floats = NDArray[Any]


@dataclass(frozen=True, slots=True)
class LinearModel:
    """What training exports.

    Attributes:
        labels: The labels, out of scope not among them.
        words: The word terms that are known.
        pieces: The character terms that are known.
        idf: The inverse document frequency of each: words, then pieces.
        weights: For each term, how much it speaks for each label; where it was trained with messages out of scope,
            how much it speaks for those comes last.
        bias: What each label has to begin with, in the same order.
    """

    labels: Sequence[str]
    words: Sequence[str]
    pieces: Sequence[str]
    idf: Floats
    weights: Floats
    bias: Floats


class LightEngine:
    """Judges messages by a linear model.

    Attributes:
        labels: The labels it knows.
        threshold: From which probability on a message counts as out of scope.
    """

    def __init__(self, model: LinearModel, calibration: Calibration | None = None, threshold: float = 0.5) -> None:
        self.labels = tuple(model.labels)
        self.threshold = threshold
        self._model = model
        self._calibration = calibration or Calibration()
        self._words = TfIdf(model.words, model.idf[: len(model.words)])
        self._pieces = TfIdf(model.pieces, model.idf[len(model.words) :])

    def calibrated(self, calibration: Calibration, threshold: float) -> "LightEngine":
        """Return the same engine with another calibration."""
        return LightEngine(self._model, calibration, threshold)

    def judge(self, texts: Sequence[str]) -> Sequence[Judgement]:
        """Return what it makes of each text."""
        return [self._calibration.judge(*self.scores(text)) for text in texts]

    def score(self, texts: Sequence[str]) -> Iterator[tuple[Floats, Mapping[str, float]]]:
        """Return, for each text, the score of each label, and the signals that tell a message out of scope."""
        return map(self.scores, texts)

    def scores(self, text: str) -> tuple[Floats, Mapping[str, float]]:
        """Return the score of each label, and the signals that tell a message out of scope."""
        word_terms, character_terms = terms(text)
        words, pieces = self._words.weigh(word_terms), self._pieces.weigh(character_terms)
        places = [*words.places, *(place + len(self._words) for place in pieces.places)]
        weights = np.concatenate([words.weights, pieces.weights])
        scores = weights @ self._model.weights[places].astype(np.float32) + self._model.bias
        signals = {"known_words": words.known, "known_pieces": pieces.known}
        if len(scores) > len(self.labels):
            signals["foreign"] = float(scores[-1])
        return scores[: len(self.labels)], signals

    def save(self, directory: Path) -> None:
        """Write the model into a directory; the same model gives the same bytes."""
        import json

        model = self._model
        description = {
            "engine": "light",
            "labels": list(self.labels),
            "threshold": self.threshold,
            "calibration": self._calibration.as_json(),
        }
        vocabulary = {"words": list(model.words), "pieces": list(model.pieces)}
        for name, value in ((DESCRIPTION, description), (VOCABULARY, vocabulary)):
            text = json.dumps(value, ensure_ascii=False, indent=1 if name == DESCRIPTION else None)
            (directory / name).write_text(f"{text}\n", encoding="utf-8")
        np.savez(
            directory / WEIGHTS,
            idf=model.idf.astype(np.float32),
            weights=model.weights.astype(np.float16),
            bias=model.bias.astype(np.float32),
        )

    @classmethod
    def load(cls, artefact: Artefact, description: Mapping[str, Any]) -> "LightEngine":
        """Read what `save` wrote.

        Raises:
            ArtefactError: The files do not belong together.
        """
        vocabulary = artefact.load_json(VOCABULARY)
        with reading(artefact):
            with artefact.path(WEIGHTS).open("rb") as file, np.load(file, allow_pickle=False) as arrays:
                model = LinearModel(
                    labels=tuple(map(str, description["labels"])),
                    words=vocabulary["words"],
                    pieces=vocabulary["pieces"],
                    idf=arrays["idf"],
                    weights=arrays["weights"],
                    bias=arrays["bias"],
                )
            _check_shapes(model)
            calibration = Calibration.from_json(description["calibration"])
            return cls(model, calibration, float(description["threshold"]))


def _check_shapes(model: LinearModel) -> None:
    terms_known, columns = len(model.words) + len(model.pieces), len(model.bias)
    if model.idf.shape != (terms_known,) or model.weights.shape != (terms_known, columns):
        raise ValueError(f"its weights are {model.weights.shape}, and it has {terms_known} terms and {columns} columns")
    if not model.labels or columns - len(model.labels) not in (0, 1):
        raise ValueError(f"it has {len(model.labels)} labels and {columns} columns")
