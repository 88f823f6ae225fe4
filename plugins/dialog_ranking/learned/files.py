"""The files of a learned model: what it is in JSON, its numbers in an npz."""

import json
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from dialog_core import ArtefactError
from dialog_core.training import Artefact
from dialog_ranking.learned.logistic import LogisticWeights
from dialog_ranking.learned.model import LearnedModel, Platt
from dialog_ranking.learned.trees import Trees

FORMAT = 1
DESCRIPTION, NUMBERS = "ranking.json", "ranking.npz"
REMEDY = "Run: dialog-core train BOT --only ranking --force"
DAMAGED = (
    LookupError,
    TypeError,
    ValueError,
    ArithmeticError,
    AttributeError,
    OSError,
    EOFError,
    BadZipFile,
    zlib.error,
)
"""What reading a damaged model may raise."""
ENGINES: Mapping[str, type[LogisticWeights] | type[Trees]] = {"logistic": LogisticWeights, "boosted": Trees}


def save(model: LearnedModel, directory: Path) -> None:
    """Write a model; the same model gives the same bytes."""
    told: dict[str, Any] = {
        "format": FORMAT,
        "calibration": {"slope": model.calibration.slope, "intercept": model.calibration.intercept},
        "expected": {policy: sorted(names) for policy, names in model.expected.items()},
        "kinds": sorted(model.kinds),
        "fingerprints": dict(model.fingerprints),
        "engine": None,
    }
    if model.engine is not None:
        name = next(name for name, engine in ENGINES.items() if isinstance(model.engine, engine))
        description, arrays = model.engine.to_files()
        told["engine"] = {"name": name, **description}
        told["usual"] = [*model.usual]
        usual = np.array([*model.usual.values()]).reshape(len(model.usual), len(model.engine.names))
        np.savez(directory / NUMBERS, **arrays, usual=usual)
    (directory / DESCRIPTION).write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def load(artefact: Artefact) -> LearnedModel:
    """Read what `save` wrote.

    Raises:
        ArtefactError: Something is missing, damaged, of another format, or does not belong together.
    """
    told = artefact.load_json(DESCRIPTION)
    with _reading(artefact):
        if told["format"] != FORMAT:
            raise ValueError(f"its format is {told['format']!r}, and this version reads {FORMAT}")
        calibration = Platt(float(told["calibration"]["slope"]), float(told["calibration"]["intercept"]))
        expected = {str(policy): frozenset(map(str, names)) for policy, names in told["expected"].items()}
        model = LearnedModel(
            calibration=calibration,
            expected=expected,
            kinds=frozenset(map(str, told["kinds"])),
            fingerprints={str(policy): str(value) for policy, value in told["fingerprints"].items()},
        )
        return model if told["engine"] is None else _with_engine(model, artefact, told)


def _with_engine(model: LearnedModel, artefact: Artefact, told: Any) -> LearnedModel:
    with artefact.path(NUMBERS).open("rb") as file, np.load(file, allow_pickle=False) as arrays:
        engine = ENGINES[told["engine"]["name"]].from_files(told["engine"], arrays)
        rows = np.asarray(arrays["usual"], np.float64)
    if rows.shape != (len(told["usual"]), len(engine.names)) or not np.isfinite(rows).all():
        raise ValueError("what is usual does not belong to its features")
    return replace(model, engine=engine, usual=dict(zip(map(str, told["usual"]), rows, strict=True)))


@contextmanager
def _reading(artefact: Artefact) -> Iterator[None]:
    try:
        yield
    except DAMAGED as error:
        wrong = f"it has no {error}" if isinstance(error, KeyError) else error
        raise ArtefactError(
            f"the learned ranking in {artefact.directory} cannot be used: {wrong}",
            component=artefact.manifest.component,
            remedy=REMEDY,
        ) from error
