"""`intents` and `classifier` with the encoder engine, on a small encoder that was never trained."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from dialog_core import ArtefactError, PluginError
from dialog_core.testing import AnnotatorContract, make_context, make_job
from dialog_core.training import Artefact
from dialog_nlu.encoder_model import EncoderError, SentenceEncoder, check_modules
from dialog_nlu.label_annotators import ClassifierAnnotator, IntentsAnnotator
from dialog_nlu.options import ClassifierOptions, IntentsOptions
from dialog_nlu_training.label_trainers import ClassifierTrainer
from dialog_nlu_training.options import ClassifierTraining
from tests.plugins.dialog_nlu.labelling import SHOP, serve, train, write_rows
from tests.plugins.dialog_nlu.tiny_encoder import make_encoder

ENCODER = IntentsOptions(engine="encoder")


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_encoder(tmp_path_factory.mktemp("encoder"), [text for text, _ in SHOP])


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory, encoder: Path) -> Path:
    return train(tmp_path_factory.mktemp("shop"), SHOP, component=ENCODER, encoder=encoder)[0]


@pytest.fixture
def copy(model: Path, tmp_path: Path) -> Path:
    return shutil.copytree(model, tmp_path / "copy")


class TestContract(AnnotatorContract):
    @pytest.fixture(autouse=True)
    def _trained(self, model: Path) -> None:
        self.model = model

    def make_annotator(self, tmp_path: Path) -> IntentsAnnotator:
        return serve(self.model, engine="encoder")


def test_it_judges_by_words_it_has_seen_and_runs_beside_the_event_loop(model: Path) -> None:
    annotator = serve(model, engine="encoder")
    found = [annotator.label(text)["ranked"][0]["label"] for text, _ in SHOP]
    assert np.mean([label == truth for label, (_, truth) in zip(found, SHOP, strict=True)]) > 0.9
    assert not annotator.inline


def test_a_moved_model_needs_neither_its_encoder_nor_a_network_nor_training_code(tmp_path: Path, encoder: Path) -> None:
    borrowed = shutil.copytree(encoder, tmp_path / "borrowed")
    model, _ = train(tmp_path / "here", SHOP, component=ENCODER, encoder=borrowed)
    expected = serve(model, engine="encoder").label("cancel my order")
    shutil.rmtree(borrowed)
    moved = shutil.move(model, tmp_path / "there")
    program = (
        "import json, sys\n"
        "from pathlib import Path\n"
        "from dialog_core.testing import make_context\n"
        "from dialog_nlu.label_annotators import IntentsAnnotator\n"
        "from dialog_nlu.options import IntentsOptions\n"
        "context = make_context('intents', artefact=Path(sys.argv[1]))\n"
        "annotator = IntentsAnnotator(IntentsOptions(engine='encoder'), context)\n"
        "print(json.dumps(annotator.label('cancel my order')))\n"
        "print('dialog_nlu_training' in sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(moved)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "HF_HUB_OFFLINE": "1"},
    )
    found, training_imported = done.stdout.splitlines()
    assert training_imported == "False"
    assert json.loads(found)["label"] == expected["label"]
    assert "Loading" not in done.stderr


def test_there_is_no_pickle_in_it(model: Path) -> None:
    endings = {file.suffix for file in model.rglob("*") if file.is_file()}
    assert endings <= {".json", ".safetensors", ".txt"}


@pytest.mark.parametrize("name", ["head.safetensors", "encoder/model.safetensors", "encoder/modules.json"])
def test_a_damaged_file_is_named_and_the_remedy_with_it(copy: Path, name: str) -> None:
    content = (copy / name).read_bytes()
    (copy / name).write_bytes(content[: len(content) // 2])
    with pytest.raises(ArtefactError, match=r"cannot be used: .*Run: dialog-core train BOT --force"):
        serve(copy, engine="encoder")


def test_a_head_of_another_encoder_is_refused(copy: Path) -> None:
    arrays = load_file(copy / "head.safetensors")
    save_file({**arrays, "weights": np.ascontiguousarray(arrays["weights"][:10])}, copy / "head.safetensors")
    with pytest.raises(ArtefactError, match="its encoder gives 64 numbers, and its head takes 10"):
        serve(copy, engine="encoder")


def test_labels_that_do_not_fit_the_head_are_refused(copy: Path) -> None:
    description = json.loads((copy / "labels.json").read_text("utf-8"))
    (copy / "labels.json").write_text(json.dumps({**description, "labels": ["one"]}), encoding="utf-8")
    with pytest.raises(ArtefactError, match="it has 1 labels, and its head has 5 columns"):
        serve(copy, engine="encoder")


def test_a_model_that_brings_code_of_its_own_is_not_run(copy: Path) -> None:
    file = copy / "encoder" / "modules.json"
    (copy / "encoder" / "evil.py").write_text("raise SystemExit('it ran')", encoding="utf-8")
    modules = json.loads(file.read_text("utf-8"))
    modules[0]["type"] = "evil.Transformer"
    file.write_text(json.dumps(modules), encoding="utf-8")
    with pytest.raises(ArtefactError, match=r"'evil\.Transformer', which is code of the model's own, and is not run"):
        serve(copy, engine="encoder")


def test_a_directory_that_is_no_model_is_told_from_one(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match=r"is not a model of sentence-transformers: there is no modules\.json in it"):
        check_modules(tmp_path)


def test_without_the_package_the_bot_says_what_to_install(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dialog_nlu.engine.find_spec", lambda name: None if name == "sentence_transformers" else name)
    with pytest.raises(PluginError, match=r"'sentence_transformers'.*pip install 'dialog-core\[encoders\]'"):
        serve(model, engine="encoder")
    serve(model, engine="light")  # which needs none of it


def test_a_gpu_that_is_not_there_is_missed(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    with pytest.raises(PluginError, match=r"torch finds none here\. Set `device: auto`"):
        serve(model, engine="encoder", device="cuda")


def test_texts_keep_their_order_whatever_their_length(encoder: Path) -> None:
    read = SentenceEncoder.load(encoder, "cpu")
    texts = ["where is my parcel and when does it arrive", "hello", "", "refund me please " * 40, "hello"]
    vectors = read.encode(texts)
    assert np.allclose(vectors, np.concatenate([read.encode([text]) for text in texts]), atol=1e-5)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_a_classifier_has_the_same_engine(tmp_path: Path, encoder: Path) -> None:
    tones = {"angry": "I do not need it", "calm": "please"}
    rows = [(f"{tone} {text}", label) for label, tone in tones.items() for text, _ in SHOP[:20]]
    training = ClassifierTraining(data=(write_rows(tmp_path / "tones.jsonl", rows),), encoder=encoder, head="nearest")
    job = make_job(tmp_path, training, ClassifierOptions(engine="encoder"), name="tone")
    result = ClassifierTrainer(training, job.context).train(job)
    assert result.metrics["accuracy"] > 0.8
    context = make_context("tone", artefact=Artefact.at(job.directory))
    found = ClassifierAnnotator(ClassifierOptions(engine="encoder"), context).label("I do not need it hello")
    assert found["label"] == "angry"
