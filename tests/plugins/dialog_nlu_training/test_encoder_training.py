"""Training `intents` with the encoder engine: frozen, fine-tuned, killed half-way, given what it cannot use."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file

from dialog_core import PluginError, TrainingError
from dialog_core.testing import make_job
from dialog_core.training import SilentProgress
from dialog_nlu.options import IntentsOptions
from dialog_nlu_training import encoder_checkpoint
from dialog_nlu_training.encoder_source import load_encoder
from dialog_nlu_training.label_trainers import IntentsTrainer
from dialog_nlu_training.options import IntentsTraining
from tests.plugins.dialog_nlu.labelling import SHOP, serve, train, write_rows
from tests.plugins.dialog_nlu.tiny_encoder import make_encoder

ENCODER = IntentsOptions(engine="encoder")
VALIDATION = [
    ("please cancel the order", "cancel"),
    ("I want the money back", "refund"),
    ("where is the parcel", "track"),
    ("are you open at noon", "hours"),
    ("good day", "greet"),
    ("when is the moon full", "out_of_scope"),
]


class Killed(BaseException):
    """What a killed process looks like from the inside."""


class DiesAfter(SilentProgress):
    """Kills the training after so many steps of fine-tuning."""

    def __init__(self, steps: int) -> None:
        super().__init__()
        self._left = steps

    def advance(self, steps: int = 1) -> None:
        if self.stages[-1] == "fine-tuning":
            self._left -= steps
            if self._left <= 0:
                raise Killed


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_encoder(tmp_path_factory.mktemp("encoder"), [text for text, _ in SHOP])


def test_a_frozen_encoder_is_kept_as_it_is_and_asked_about_each_text_once(tmp_path: Path, encoder: Path) -> None:
    progress = SilentProgress()
    model, result = train(tmp_path, SHOP, component=ENCODER, encoder=encoder, validation=VALIDATION, progress=progress)
    kept, original = (load_file(place / "model.safetensors") for place in (model / "encoder", encoder))
    assert all(np.array_equal(kept[name], original[name]) for name in original if name in kept)
    assert progress.stages.count("encoding") == 1
    assert result.details["engine"] == "encoder"
    assert result.metrics["accuracy"] > result.before["accuracy"]


@pytest.mark.parametrize("head", ["linear", "nearest"])
def test_fine_tuning_changes_the_encoder_and_does_better_on_what_it_has_not_seen(
    tmp_path: Path, encoder: Path, head: str
) -> None:
    options: dict[str, Any] = {"encoder": encoder, "head": head, "validation": VALIDATION}
    _, frozen = train(tmp_path / "frozen", SHOP, component=ENCODER, **options)
    tuning = {"fine_tune": True, "epochs": 30, "learning_rate": 1e-3}
    model, tuned = train(tmp_path / "tuned", SHOP, component=ENCODER, **options, **tuning)
    assert tuned.metrics["in_scope_accuracy"] >= frozen.metrics["in_scope_accuracy"]
    found = [serve(model, engine="encoder").label(text)["ranked"][0]["label"] for text, _ in SHOP]
    assert np.mean([label == truth for label, (_, truth) in zip(found, SHOP, strict=True)]) == 1
    kept, original = (load_file(place / "model.safetensors") for place in (model / "encoder", encoder))
    changed = {name for name in original if name in kept and not np.array_equal(kept[name], original[name])}
    assert any("attention" in name for name in changed)
    assert not any("word_embeddings" in name for name in changed)


def test_a_killed_fine_tuning_goes_on_where_it_was_and_comes_to_the_same(
    tmp_path: Path, encoder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encoder_checkpoint, "EVERY", 0.0)
    options = {"encoder": encoder, "fine_tune": True, "epochs": 4, "validation": VALIDATION}
    whole, _ = train(tmp_path / "whole", SHOP, component=ENCODER, **options)
    with pytest.raises(Killed):
        train(tmp_path / "killed", SHOP, component=ENCODER, progress=DiesAfter(5), **options)
    (left,) = (tmp_path / "killed" / "checkpoints").glob("*.safetensors")
    steps = IntCount()
    resumed, _ = train(tmp_path / "killed", SHOP, component=ENCODER, progress=steps, **options)
    assert steps.jumped == 4  # the fifth was not written down
    assert left.exists()
    for name in ("head.safetensors", "encoder/model.safetensors", "labels.json"):
        assert (resumed / name).read_bytes() == (whole / name).read_bytes()


class IntCount(SilentProgress):
    """Remembers how many steps a fine-tuning began with."""

    jumped = 0

    def advance(self, steps: int = 1) -> None:
        if self.stages[-1] == "fine-tuning" and not self.jumped:
            self.jumped = steps


def test_the_mean_of_several_models_is_another_one_and_costs_no_more_to_serve(tmp_path: Path, encoder: Path) -> None:
    progress = SilentProgress()
    options = {"encoder": encoder, "fine_tune": True, "epochs": 5, "validation": VALIDATION}
    one, _ = train(tmp_path / "one", SHOP, component=ENCODER, **options)
    mean, _ = train(tmp_path / "two", SHOP, component=ENCODER, models=2, progress=progress, **options)
    told = [stage for stage in progress.stages if "fine-tuning" in stage]
    assert told == ["fine-tuning, model 1 of 2", "fine-tuning, model 2 of 2"]
    files = [model / "encoder" / "model.safetensors" for model in (one, mean)]
    assert files[0].stat().st_size == files[1].stat().st_size
    assert files[0].read_bytes() != files[1].read_bytes()
    found = [serve(mean, engine="encoder").label(text)["ranked"][0]["label"] for text, _ in SHOP]
    assert np.mean([label == truth for label, (_, truth) in zip(found, SHOP, strict=True)]) > 0.9


def test_a_damaged_checkpoint_costs_time_and_nothing_else(tmp_path: Path, encoder: Path) -> None:
    options = {"encoder": encoder, "fine_tune": True, "epochs": 2, "validation": VALIDATION}
    whole, _ = train(tmp_path, SHOP, component=ENCODER, **options)
    expected = (whole / "head.safetensors").read_bytes()
    files = [*(tmp_path / "checkpoints").rglob("*.safetensors")]
    assert len(files) >= 2
    for file in files:
        file.write_bytes(file.read_bytes()[:100])
    again, _ = train(tmp_path, SHOP, component=ENCODER, **options)
    assert (again / "head.safetensors").read_bytes() == expected


def test_without_validation_data_one_part_is_held_out_and_everything_is_learnt_in_the_end(
    tmp_path: Path, encoder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dialog_nlu_training.encoder_fitting.TUNED_IN_TURNS_UP_TO", 10)
    progress = SilentProgress()
    options = {"encoder": encoder, "fine_tune": True, "epochs": 1, "progress": progress}
    _, result = train(tmp_path, SHOP, component=ENCODER, **options)
    # Without what is held out, with everything, and without some of the labels.
    assert progress.stages.count("fine-tuning") == 3
    assert result.details["measured_on"] == pytest.approx(len(SHOP) / 5, abs=1)


def test_two_labels_can_be_told(tmp_path: Path, encoder: Path) -> None:
    rows = [(text, label) for text, label in SHOP if label in ("cancel", "track")]
    model, _ = train(tmp_path, rows, component=ENCODER, encoder=encoder, out_of_scope=False)
    annotator = serve(model, engine="encoder")
    assert np.mean([annotator.label(text)["label"] == label for text, label in rows]) > 0.9


def test_the_same_seed_gives_the_same_model_and_leaves_torch_as_it_was(tmp_path: Path, encoder: Path) -> None:
    import torch

    options = {"encoder": encoder, "fine_tune": True, "epochs": 1, "validation": VALIDATION}
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    one, _ = train(tmp_path / "one", SHOP, component=ENCODER, **options)
    assert torch.equal(torch.rand(3), expected)
    two, _ = train(tmp_path / "two", SHOP, component=ENCODER, **options)
    assert (one / "encoder/model.safetensors").read_bytes() == (two / "encoder/model.safetensors").read_bytes()


def test_a_hub_id_that_is_not_to_be_had_is_named_with_what_to_do(tmp_path: Path) -> None:
    program = (
        "import sys\n"
        "from dialog_core import TrainingError\n"
        "from dialog_nlu_training.encoder_source import load_encoder\n"
        "try:\n"
        "    load_encoder('nobody/no-such-encoder', 'cpu')\n"
        "except TrainingError as error:\n"
        "    print(error)\n"
    )
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env=environment)
    assert "'nobody/no-such-encoder' is neither a directory here nor to be had from the hub" in done.stdout
    assert "name a directory that holds a model of sentence-transformers" in done.stdout


def test_a_directory_without_a_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match=r"there is no modules\.json in it\. Name the directory"):
        load_encoder(tmp_path, "cpu")


def test_weights_that_would_have_to_be_unpickled_are_not_read(tmp_path: Path, encoder: Path) -> None:
    pickled = shutil.copytree(encoder, tmp_path / "pickled")
    (pickled / "model.safetensors").rename(pickled / "pytorch_model.bin")
    with pytest.raises(TrainingError, match="cannot be read"):
        load_encoder(pickled, "cpu")


def test_where_the_encoder_lies_is_relative_to_the_bot_file_and_a_slip_is_told(
    tmp_path: Path, encoder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = write_rows(tmp_path / "data.jsonl", SHOP)
    assert IntentsTraining(data=(data,), encoder=str(encoder)).encoder == encoder
    assert IntentsTraining(data=(data,)).encoder == "sentence-transformers/all-MiniLM-L6-v2"
    for wrong in ("./no/such/directory", "/nowhere", "a/b/c", "http://hub/a"):
        with pytest.raises(ValueError, match="there is no folder"):
            IntentsTraining(data=(data,), encoder=wrong)


def test_without_the_package_training_says_what_to_install(
    tmp_path: Path, encoder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dialog_nlu.engine.find_spec", lambda name: None if name == "torch" else name)
    with pytest.raises(PluginError, match=r"'torch'.*pip install 'dialog-core\[encoders\]'"):
        train(tmp_path, SHOP, component=ENCODER, encoder=encoder)


def test_the_model_in_use_is_compared_with_whichever_engine_made_it(tmp_path: Path, encoder: Path) -> None:
    light, _ = train(tmp_path / "light", SHOP)
    data, validation = write_rows(tmp_path / "data.jsonl", SHOP), write_rows(tmp_path / "v.jsonl", VALIDATION)
    training = IntentsTraining(data=(data,), validation=validation, encoder=encoder)
    job = make_job(tmp_path / "now", training, ENCODER, name="intents", previous=light)
    result = IntentsTrainer(training, job.context).train(job)
    assert result.details["compared_with"] == "the model in use so far"
