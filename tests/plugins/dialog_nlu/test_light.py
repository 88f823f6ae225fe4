"""The light engine: what is served with numpy is what scikit-learn has fitted, and damage is noticed."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.sparse import hstack
from sklearn.svm import LinearSVC

from dialog_core import ArtefactError
from dialog_core.training import Artefact
from dialog_nlu.calibration import Calibration
from dialog_nlu.engine import load_engine
from dialog_nlu.light import LightEngine
from dialog_nlu_training.fitting import fit_linear, vectorizers, weigh
from tests.plugins.dialog_nlu.labelling import EXAMPLES, SHOP
from tests.plugins.dialog_nlu_training.datasets import clinc

NEW = [
    "could you cancel my order please",
    "my money back, now!",
    "is the shop open on sunday at noon",
    "parcel parcel parcel",
    "请取消订单然后退款",
    "你们几点开门？",
    "something else entirely",
    "",
    "👍",
]


def fitted(rows: list[tuple[str, str]]) -> tuple[LightEngine, Any, Any]:
    """Return the engine, and scikit-learn's own vectorizers and classifier on the same rows."""
    texts, labels = [text for text, _ in rows], [label for _, label in rows]
    engine = LightEngine(fit_linear(texts, labels, regularisation=1.0, seed=7), Calibration())
    words, pieces = vectorizers(len(texts), len(set(labels)))
    svm = LinearSVC(C=1.0, dual=True, max_iter=5000, random_state=7)
    svm.fit(hstack([weigh(words, texts), weigh(pieces, texts)], format="csr"), labels)
    return engine, (words, pieces), svm


def scores_of(engine: LightEngine, texts: list[str]) -> Any:
    return np.array([engine.scores(text)[0] for text in texts])


def decided_by_scikit_learn(vectors: Any, svm: Any, texts: list[str]) -> Any:
    return svm.decision_function(hstack([part.transform(texts) for part in vectors], format="csr"))


def test_scores_are_those_of_scikit_learn_as_closely_as_half_precision_holds_them() -> None:
    engine, vectors, svm = fitted(SHOP)
    expected = decided_by_scikit_learn(vectors, svm, NEW)
    assert list(engine.labels) == sorted(EXAMPLES)
    np.testing.assert_allclose(scores_of(engine, NEW), expected, atol=2e-3)


def test_between_two_labels_it_decides_as_scikit_learn_does() -> None:
    rows = [row for row in SHOP if row[1] in ("cancel", "hours")]
    engine, vectors, svm = fitted(rows)
    scores, expected = scores_of(engine, NEW), decided_by_scikit_learn(vectors, svm, NEW)
    np.testing.assert_allclose(scores[:, 1], expected, atol=2e-3)
    np.testing.assert_allclose(scores[:, 0], -expected, atol=2e-3)


def test_on_real_queries_it_decides_as_scikit_learn_does() -> None:
    labels = sorted({label for _, label in clinc("train")})[:30]
    engine, vectors, svm = fitted([row for row in clinc("train") if row[1] in labels])
    texts = [text for text, label in clinc("val") if label in labels]
    expected = decided_by_scikit_learn(vectors, svm, texts)
    np.testing.assert_allclose(scores_of(engine, texts), expected, atol=4e-3)
    assert (scores_of(engine, texts).argmax(axis=1) == expected.argmax(axis=1)).mean() > 0.998


def test_out_of_scope_examples_become_a_signal_and_no_label() -> None:
    rows = [*SHOP, *((f"tell me about {what}", "out_of_scope") for what in ("the moon", "war", "physics", "cats"))]
    engine, _, _ = fitted(rows)
    assert "out_of_scope" not in engine.labels
    about_dogs, about_orders = engine.scores("tell me about dogs")[1], engine.scores("cancel my order")[1]
    assert about_dogs["foreign"] > 0 > about_orders["foreign"]


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    engine, _, _ = fitted(SHOP)
    LightEngine(engine._model, Calibration(0.2, {"highest": -2.0}, 0.5), 0.6).save(tmp_path)
    return tmp_path


def test_it_is_read_as_it_was_written_and_the_same_model_gives_the_same_bytes(saved: Path, tmp_path: Path) -> None:
    read = load_engine(Artefact.at(saved))
    original, _, _ = fitted(SHOP)
    assert isinstance(read, LightEngine)
    assert (list(read.labels), read.threshold) == (list(original.labels), 0.6)
    np.testing.assert_array_equal(scores_of(read, NEW), scores_of(original, NEW))
    again = tmp_path / "again"
    again.mkdir()
    read.save(again)
    for file in again.iterdir():
        assert file.read_bytes() == (saved / file.name).read_bytes()


def change(file: Path, **values: Any) -> None:
    content = json.loads(file.read_text("utf-8"))
    file.write_text(json.dumps({**content, **values}), encoding="utf-8")


def flip(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 0xFF
    file.write_bytes(content)


@pytest.mark.parametrize(
    "damage",
    [
        lambda at: flip(at / "weights.npz"),
        lambda at: (at / "weights.npz").write_bytes(b""),
        lambda at: (at / "weights.npz").write_bytes((at / "weights.npz").read_bytes()[:-200]),
        lambda at: (at / "weights.npz").unlink(),
        lambda at: change(at / "vocabulary.json", words=["one"]),
        lambda at: change(at / "labels.json", labels=["one"]),
        lambda at: change(at / "labels.json", calibration={}),
        lambda at: change(at / "labels.json", engine="steam"),
        lambda at: (at / "labels.json").write_text("[]"),
        lambda at: (at / "labels.json").write_text("{"),
        lambda at: np.savez(at / "weights.npz", idf=np.array([object()], dtype=object)),
    ],
)
def test_files_that_do_not_belong_together_are_refused_with_what_to_do(saved: Path, damage: Any) -> None:
    damage(saved)
    with pytest.raises(ArtefactError, match=r"dialog-core train|has no file|cannot be read"):
        load_engine(Artefact.at(saved))
