"""Training the encoder of `faiss`: from pairs, from plain texts, killed half-way, and never for the worse."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dialog_core import TrainingError
from dialog_core.configuration import ConfigurationError
from dialog_core.testing import make_turn
from dialog_core.training import SilentProgress, TrainingJob, TrainingResult
from dialog_retrieval.dense.options import FaissOptions
from dialog_retrieval.dense.policy import FaissPolicy
from dialog_retrieval_training.faiss_trainer import FaissTrainer
from dialog_retrieval_training.options import Adaptation, FaissTraining
from tests.plugins.dialog_nlu.tiny_encoder import make_encoder
from tests.plugins.dialog_retrieval_training.shop import (
    ASKED,
    ENTRIES,
    OUTSIDE,
    PHRASINGS,
    context_of,
    train,
    write_rows,
)

TEXTS = [*(text for text, _ in (*ASKED, *OUTSIDE)), *(text for entry in ENTRIES for text in entry.questions)]
PICKLES = {".bin", ".pt", ".pth", ".pkl", ".pickle", ".ckpt"}
KILLED = """
import sys
from pathlib import Path
import torch
from dialog_retrieval_training import checkpoint
torch.set_num_threads(1)
checkpoint.EVERY = 0.0
from tests.plugins.dialog_retrieval_training.test_faiss_trainer import train_tiny
train_tiny(Path(sys.argv[1]), Path(sys.argv[2]), epochs=40)
"""


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    """Have torch use one thread: two that wait for each other take longer over a model this small."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_encoder(tmp_path_factory.mktemp("encoder"), TEXTS, size=32)


def train_tiny(
    directory: Path, encoder: Path, progress: SilentProgress | None = None, **options: Any
) -> tuple[TrainingJob, TrainingResult]:
    data = write_rows(directory / "data.jsonl", [*ASKED, *OUTSIDE])
    training = FaissTraining(**{"data": (data,), "epochs": 4, "learning_rate": 2e-3, "device": "cpu", **options})
    return train(FaissTrainer, directory, training, component_of(encoder), progress=progress)


def component_of(encoder: Path) -> FaissOptions:
    return FaissOptions(knowledge=("faq",), encoder={"use": "sentence-transformers", "model": str(encoder)})


def test_from_pairs_the_encoder_learns_what_belongs_together(tmp_path: Path, encoder: Path) -> None:
    job, result = train_tiny(tmp_path, encoder, epochs=20)
    assert result.metrics["mrr"] > result.before["mrr"] + 0.1
    assert result.details["encoder"] == "trained"
    assert {file.suffix for file in job.directory.rglob("*")} & PICKLES == set()
    assert {file.suffix for file in job.checkpoints.rglob("*") if file.is_file()} == {".safetensors"}
    served = FaissPolicy(component_of(encoder), context_of(tmp_path, artefact=job.directory))
    right = [served.search(make_turn(text), 1)[0].entry.id == id for text, id in ASKED]
    assert np.mean(right) > 0.8


@pytest.mark.parametrize("method", ["mlm", "tsdae"])
def test_it_may_be_adapted_to_plain_texts_first_and_its_vectors_may_be_cut(
    tmp_path: Path, encoder: Path, method: str
) -> None:
    texts = tmp_path / "texts.txt"
    texts.write_text("\n".join(TEXTS), encoding="utf-8")
    progress = SilentProgress()
    adapt = Adaptation(method=method, data=(texts,), epochs=1)
    job, result = train_tiny(
        tmp_path, encoder, progress, adapt=adapt, loss="cached", dimensions=(32, 16), epochs=2, hard_negatives=2
    )
    assert progress.stages.index("adapting the encoder") < progress.stages.index("fine-tuning the encoder")
    assert result.details["texts"] == len(set(TEXTS))
    assert {file.name.partition("-")[0] for file in job.checkpoints.glob("*.safetensors")} == {"texts", "pairs"}


def test_an_encoder_that_got_worse_is_not_kept(tmp_path: Path, encoder: Path) -> None:
    good, _ = train_tiny(tmp_path / "good", encoder, epochs=20)
    job, result = train_tiny(tmp_path / "worse", good.directory / "encoder", epochs=1, learning_rate=1.0)
    assert result.details["encoder"] == "as before"
    assert not (job.directory / "encoder").exists()
    assert result.metrics == result.before
    assert any("no better on questions it has not seen: the one before is kept" in remark for remark in result.remarks)


@pytest.mark.slow
def test_a_training_that_is_killed_goes_on_and_comes_to_the_same(tmp_path: Path, encoder: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    command = [sys.executable, "-c", KILLED, str(tmp_path / "killed"), str(encoder)]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE) as process:
        place = tmp_path / "killed" / "checkpoints"
        deadline = time.monotonic() + 100
        while not list(place.glob("pairs-*.safetensors")):
            assert process.poll() is None, process.stderr and process.stderr.read().decode()
            assert time.monotonic() < deadline
            time.sleep(0.05)
        process.send_signal(signal.SIGKILL)
    assert not list((tmp_path / "killed" / "artefact").iterdir())

    steps = Steps()
    resumed, _ = train_tiny(tmp_path / "killed", encoder, steps, epochs=40)
    assert steps.first > 0  # it did not begin anew
    whole, _ = train_tiny(tmp_path / "whole", encoder, epochs=40)
    name = "encoder/model.safetensors"
    assert (resumed.directory / name).read_bytes() == (whole.directory / name).read_bytes()


class Steps(SilentProgress):
    """Remembers with how many steps a fine-tuning began."""

    first = -1

    def advance(self, steps: int = 1) -> None:
        if self.stages[-1].startswith("fine-tuning") and self.first < 0:
            self.first = steps


def test_a_damaged_checkpoint_costs_time_and_nothing_else(tmp_path: Path, encoder: Path) -> None:
    whole, _ = train_tiny(tmp_path, encoder)
    expected = (whole.directory / "encoder/model.safetensors").read_bytes()
    (kept,) = whole.checkpoints.glob("*.safetensors")
    kept.write_bytes(kept.read_bytes()[:500])
    steps = Steps()
    again, _ = train_tiny(tmp_path, encoder, steps)
    assert steps.first == 0
    assert (again.directory / "encoder/model.safetensors").read_bytes() == expected


def test_a_checkpoint_of_other_texts_is_not_gone_on_from(tmp_path: Path, encoder: Path) -> None:
    train_tiny(tmp_path, encoder)
    steps = Steps()
    train_tiny(tmp_path, encoder, steps, pairs=("answers",))
    assert steps.first == 0


def test_lsa_is_fitted_to_more_texts_and_other_lengths_are_tried(tmp_path: Path) -> None:
    data = write_rows(tmp_path / "data.jsonl", [*ASKED, *OUTSIDE])
    texts = tmp_path / "texts.txt"
    texts.write_text("\n".join(TEXTS), encoding="utf-8")
    training = FaissTraining(data=(data,), texts=(texts,), dimensions=(4, 8))
    options = FaissOptions(knowledge=("faq",))
    job, result = train(FaissTrainer, tmp_path, training, options)
    assert {attempt["texts"] for attempt in result.details["attempts"]} == {"knowledge", "all"}
    assert len({attempt["dimension"] for attempt in result.details["attempts"]}) >= 3
    assert result.metrics["mrr"] >= result.before["mrr"]
    served = FaissPolicy(options, context_of(tmp_path, artefact=job.directory))
    assert served.search(make_turn("How much is the lamp?"), 1)[0].entry.id == "lamp"


def test_too_few_pairs_are_refused(tmp_path: Path, encoder: Path) -> None:
    two = [ENTRIES[0], ENTRIES[1]]
    validation = write_rows(tmp_path / "validation.jsonl", [row for row in ASKED if row[1] in ("lamp", "desk")])
    training = FaissTraining(validation=validation, pairs=())
    with pytest.raises(TrainingError, match=r"there are only \d pairs of a question and what answers it"):
        train(FaissTrainer, tmp_path, training, component_of(encoder), entries=two)


def test_an_entry_there_is_none_of_is_told_before_anything_is_trained(tmp_path: Path, encoder: Path) -> None:
    data = write_rows(tmp_path / "data.jsonl", [*ASKED, ("how much", "lmap")])
    with pytest.raises(ConfigurationError, match=r"data\.jsonl:49: the knowledge has no entry 'lmap'"):
        train(FaissTrainer, tmp_path, FaissTraining(data=(data,)), component_of(encoder))


def test_a_learning_rate_that_breaks_the_model_is_told(tmp_path: Path, encoder: Path) -> None:
    from sentence_transformers import SentenceTransformer

    from dialog_retrieval_training.batches import Example
    from dialog_retrieval_training.contrastive import Prefixes, tune
    from dialog_retrieval_training.pairs import Pair

    model = SentenceTransformer(str(encoder), device="cpu")
    next(model.parameters()).data.fill_(float("nan"))
    pairs = [Example(Pair(text, text + "!", frozenset({n}), "phrasing")) for n, text in enumerate(PHRASINGS)]
    with pytest.raises(TrainingError, match=r"its loss is no number any more\. Lower `learning_rate`"):
        tune(model, pairs, FaissTraining(device="cpu"), Prefixes(), 1, tmp_path, SilentProgress())
