"""A learned model on the disk."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dialog_core import ArtefactError
from dialog_core.testing import make_turn
from dialog_core.testing.rankers import CANDIDATES
from dialog_core.training import Artefact
from dialog_ranking.learned.files import DESCRIPTION, NUMBERS
from dialog_ranking.learned.logistic import LogisticWeights
from dialog_ranking.learned.model import LearnedModel, Platt
from dialog_ranking.learned.trees import Trees
from tests.plugins.dialog_ranking.learned.models import model_of, wild_trees, wild_weights

Engine = LogisticWeights | Trees | None
ENGINES: list[Engine] = [wild_weights(1), wild_trees(2), None]
IDS = ["logistic", "boosted", "nothing learnt"]
TURN = make_turn("how long does it take?")


def model_with(engine: Engine) -> LearnedModel:
    return model_of(
        engine,
        candidates=CANDIDATES,
        calibration=Platt(0.123456789012345, -0.1),
        fingerprints={"faq": "abc", "问": "x"},
    )


@pytest.mark.parametrize("engine", ENGINES, ids=IDS)
def test_what_is_read_judges_exactly_as_what_was_written(engine: Engine, tmp_path: Path) -> None:
    model = model_with(engine)
    model.save(tmp_path)
    found = LearnedModel.load(Artefact.at(tmp_path))
    assert found.rank(TURN, CANDIDATES) == model.rank(TURN, CANDIDATES)
    assert (found.expected, found.kinds, found.fingerprints) == (model.expected, model.kinds, model.fingerprints)
    assert found.facing({"faq": "abd"}).stale == {"faq"}


@pytest.mark.parametrize("engine", ENGINES, ids=IDS)
def test_the_same_model_gives_the_same_bytes(engine: Engine, tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        model_with(engine).save(tmp_path / name)
    written = [{file.name: file.read_bytes() for file in (tmp_path / name).iterdir()} for name in ("one", "two")]
    assert written[0] == written[1]
    assert len(written[0]) == (1 if engine is None else 2)


def change(**changes: Any) -> Callable[[Path], None]:
    def damage(directory: Path) -> None:
        told = json.loads((directory / DESCRIPTION).read_text())
        (directory / DESCRIPTION).write_text(json.dumps({**told, **changes}))

    return damage


def drop(name: str) -> Callable[[Path], None]:
    def damage(directory: Path) -> None:
        told = json.loads((directory / DESCRIPTION).read_text())
        del told[name]
        (directory / DESCRIPTION).write_text(json.dumps(told))

    return damage


def cut_numbers(directory: Path) -> None:
    (directory / NUMBERS).write_bytes((directory / NUMBERS).read_bytes()[:500])


def other_numbers(directory: Path) -> None:
    np.savez(directory / NUMBERS, center=np.zeros(3), scale=np.ones(3), weights=np.zeros(3), by_policy=np.zeros((0, 3)))


def no_number(directory: Path) -> None:
    with np.load(directory / NUMBERS) as arrays:
        told = dict(arrays)
    told["weights"][0] = np.nan
    np.savez(directory / NUMBERS, **told)


def pickled(directory: Path) -> None:
    np.savez(directory / NUMBERS, weights=np.array([{"a": 1}], object))


@pytest.mark.parametrize(
    ("damage", "complaint"),
    [
        (lambda directory: (directory / DESCRIPTION).unlink(), "has no file 'ranking.json'"),
        (lambda directory: (directory / DESCRIPTION).write_text("{"), "cannot be read"),
        (lambda directory: (directory / DESCRIPTION).write_text("[]"), "cannot be used"),
        (lambda directory: (directory / NUMBERS).unlink(), "has no file 'ranking.npz'"),
        (cut_numbers, "cannot be used"),
        (other_numbers, "cannot be used"),
        (no_number, "finite weights"),
        (pickled, "cannot be used"),
        (change(format=2), "its format is 2, and this version reads 1"),
        (change(calibration={"slope": -1, "intercept": 0}), "slope above 0"),
        (change(calibration={"slope": 10**400, "intercept": 0}), "too large"),
        (change(engine={"name": "magic"}), "it has no 'magic'"),
        (change(usual=["faq"]), "what is usual does not belong to its features"),
        (drop("expected"), "it has no 'expected'"),
        (drop("calibration"), "it has no 'calibration'"),
    ],
)
def test_what_is_damaged_is_refused_with_a_reason(
    damage: Callable[[Path], object], complaint: str, tmp_path: Path
) -> None:
    model_with(ENGINES[0]).save(tmp_path)
    damage(tmp_path)
    with pytest.raises(ArtefactError, match=complaint):
        LearnedModel.load(Artefact.at(tmp_path))


def test_the_reason_names_the_directory_and_what_to_do(tmp_path: Path) -> None:
    model_with(ENGINES[1]).save(tmp_path)
    cut_numbers(tmp_path)
    with pytest.raises(ArtefactError) as caught:
        LearnedModel.load(Artefact.at(tmp_path))
    assert str(tmp_path) in str(caught.value)
    assert "Run: dialog-core train BOT --only ranking --force" in str(caught.value)
