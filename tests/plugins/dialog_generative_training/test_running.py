"""Running a training: killed, damaged, short of memory, gone wrong, and the same each time."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dialog_core import TrainingError
from dialog_core.training import SilentProgress
from dialog_generative_training import bases, callbacks
from tests.language_models import save_gpt2
from tests.plugins.dialog_generative_training.talks import (
    files_of,
    losses,
    make_options,
    shop_talks,
    train,
    write_talks,
)

pytestmark = pytest.mark.slow

PICKLES = (".bin", ".pt", ".pth", ".pkl", ".pickle", ".ckpt")
WEIGHTS = "model/model.safetensors"
KILLED = """
import sys
from pathlib import Path
import torch
torch.set_num_threads(1)
from dialog_generative_training import callbacks
callbacks.KEPT_EVERY = 0.0
from tests.plugins.dialog_generative_training.talks import make_options, train
train(Path(sys.argv[1]), make_options(Path(sys.argv[2]), epochs=8))
"""


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    """Have torch use one thread: two that wait for each other take longer over a model this small."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def talks(tmp_path: Path) -> Path:
    return write_talks(tmp_path / "talks.jsonl", shop_talks(60))


def test_a_training_that_is_killed_goes_on_and_comes_to_the_same(tmp_path: Path, talks: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    command = [sys.executable, "-c", KILLED, str(tmp_path / "killed"), str(talks)]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE) as process:
        place = tmp_path / "killed" / "checkpoints"
        deadline = time.monotonic() + 100
        while not list(place.glob("scratch-*/checkpoint-1[0-9]")):
            assert process.poll() is None, process.stderr and process.stderr.read().decode()
            assert time.monotonic() < deadline
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
    assert not files_of(tmp_path / "killed" / "artefact")

    options = make_options(talks, epochs=8)
    resumed, resumed_result = train(tmp_path / "killed", options)
    whole, whole_result = train(tmp_path / "whole", options)
    assert resumed_result.details["resumed_at"] >= 10
    assert losses(resumed_result) == losses(whole_result)
    assert resumed_result.metrics == whole_result.metrics
    assert (resumed.directory / WEIGHTS).read_bytes() == (whole.directory / WEIGHTS).read_bytes()
    assert not files_of(resumed.directory, PICKLES) | files_of(resumed.checkpoints, PICKLES)


def test_a_damaged_checkpoint_is_passed_over_for_the_one_before(
    tmp_path: Path, talks: Path, caplog: pytest.LogCaptureFixture
) -> None:
    whole, first = train(tmp_path, make_options(talks))
    (run,) = whole.checkpoints.iterdir()
    steps = sorted(int(place.name.rpartition("-")[2]) for place in run.glob("checkpoint-*"))
    newest = run / f"checkpoint-{steps[-1]}" / "optimizer.safetensors"
    content = bytearray(newest.read_bytes())
    content[-5] ^= 0xFF
    newest.write_bytes(content)
    (run / "unfinished-3").mkdir()  # as a kill in the middle of writing leaves it
    shutil.rmtree(whole.directory)

    _, second = train(tmp_path, make_options(talks))
    assert second.details["resumed_at"] == steps[-2]
    assert "optimizer.safetensors was damaged" in caplog.text
    assert losses(second) == losses(first)
    assert second.metrics == first.metrics


def test_a_checkpoint_of_other_data_or_options_is_not_gone_on_from(tmp_path: Path, talks: Path) -> None:
    train(tmp_path, make_options(talks, epochs=1))
    _, other = train(tmp_path, make_options(talks, epochs=1, learning_rate=1e-3))
    assert other.details["resumed_at"] == 0
    _, other = train(tmp_path, make_options(write_talks(tmp_path / "more.jsonl", shop_talks(61)), epochs=1))
    assert other.details["resumed_at"] == 0
    _, same = train(tmp_path, make_options(talks, epochs=1, report_to=("tensorboard",)))
    assert same.details["resumed_at"] == same.details["steps"]


def test_the_same_seed_gives_the_same_model_and_randomness_elsewhere_is_left_alone(tmp_path: Path, talks: Path) -> None:
    import random

    import torch

    random.seed(5)
    torch.manual_seed(5)
    before = random.getstate(), torch.get_rng_state().tolist()
    one, _ = train(tmp_path / "one", make_options(talks, epochs=1), seed=1)
    assert (random.getstate(), torch.get_rng_state().tolist()) == before
    two, _ = train(tmp_path / "two", make_options(talks, epochs=1), seed=1)
    other, _ = train(tmp_path / "other", make_options(talks, epochs=1), seed=2)
    weights = [(job.directory / WEIGHTS).read_bytes() for job in (one, two, other)]
    assert weights[0] == weights[1]
    assert weights[0] != weights[2]


class Breaking:
    """Makes models whose loss becomes no number, or which take more memory than there is."""

    def __init__(self, make: Any, *, after: int = 10**9, room: int = 10**9) -> None:
        self._make, self._after, self._room = make, after, room
        self.batches: list[int] = []

    def __call__(self, *args: Any) -> Any:
        import torch

        model = self._make(*args)
        trained = 0

        def watch(module: Any, given: Any, named: dict[str, Any]) -> None:
            nonlocal trained
            if not module.training:
                return
            trained += 1
            rows = named["input_ids"].shape[0]
            self.batches.append(rows)
            if rows > self._room:
                raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 GiB")
            if trained > self._after:
                with torch.no_grad():
                    module.lm_head.weight.fill_(float("nan"))

        model.register_forward_pre_hook(watch, with_kwargs=True)
        return model


def test_a_loss_that_is_no_number_ends_the_training_with_a_message(
    tmp_path: Path, talks: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bases, "make_model", Breaking(bases.make_model, after=2))
    with pytest.raises(TrainingError, match=r"at step 3 its loss was no number any more.*Lower `learning_rate`"):
        train(tmp_path, make_options(talks, evaluate_every=4))
    assert not files_of(tmp_path / "artefact")


def test_what_was_good_before_the_loss_went_wrong_is_kept(
    tmp_path: Path, talks: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bases, "make_model", Breaking(bases.make_model, after=13))
    _, result = train(tmp_path, make_options(talks, evaluate_every=4))
    told = "At step 14 the loss was no number any more. The model is as it was at step 12, where it was best."
    assert any(told in remark for remark in result.remarks)
    assert result.details["best_step"] == 12
    monkeypatch.undo()
    _, good = train(tmp_path / "good", make_options(talks, evaluate_every=4))
    assert dict(good.details["held_out_loss"])[12] == dict(result.details["held_out_loss"])[12]
    assert 1 < result.metrics["perplexity"] < 400


def test_where_memory_does_not_suffice_batches_get_smaller_and_steps_stay_the_same(
    tmp_path: Path, talks: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = make_options(talks, epochs=2, learning_rate=1e-3)
    _, usual = train(tmp_path / "usual", options)
    monkeypatch.setattr(bases, "make_model", narrow := Breaking(bases.make_model, room=2))
    progress = SilentProgress()
    _, found = train(tmp_path / "narrow", options, progress=progress)
    assert set(narrow.batches) == {8, 4, 2}
    assert (found.details["batch_size"], found.details["accumulation"]) == (2, 4)
    told = "Memory did not suffice: batches have 2 examples instead, and 4 of them make a step"
    assert any(told in note for note in progress.notes)
    assert any(told in remark for remark in found.remarks)
    assert found.details["steps"] == usual.details["steps"]
    assert losses(found) == pytest.approx(losses(usual), rel=1e-3)


@pytest.mark.parametrize(
    "saving", [{"gradient_checkpointing": True}, {"batch_size": 4, "accumulation": 2}], ids=["checkpointing", "parts"]
)
def test_what_saves_memory_changes_nothing_about_what_is_learnt(
    tmp_path: Path, talks: Path, saving: dict[str, Any]
) -> None:
    options = {"epochs": 1, "learning_rate": 1e-3, "packing": True}
    _, usual = train(tmp_path / "usual", make_options(talks, **options))
    _, found = train(tmp_path / "saving", make_options(talks, **{**options, **saving}))
    assert losses(found) == pytest.approx(losses(usual), rel=1e-3)


def test_in_half_precision_about_the_same_is_learnt(tmp_path: Path, talks: Path) -> None:
    _, usual = train(tmp_path / "usual", make_options(talks, epochs=2))
    job, found = train(tmp_path / "half", make_options(talks, epochs=2, precision="bfloat16"))
    assert found.metrics["perplexity"] == pytest.approx(usual.metrics["perplexity"], rel=0.1)
    from safetensors import safe_open

    with safe_open(job.directory / WEIGHTS, framework="pt") as weights:
        assert {str(weights.get_tensor(name).dtype) for name in weights.keys()} == {"torch.float32"}  # noqa: SIM118


def test_an_adapter_and_tokens_of_its_own_go_on_after_a_kill(tmp_path: Path, talks: Path) -> None:
    base = str(save_gpt2(tmp_path / "gpt2"))
    options = make_options(talks, method="lora", base=base, max_length=192, epochs=2, learning_rate=1e-2)
    whole, first = train(tmp_path, options)
    (run,) = whole.checkpoints.iterdir()
    newest = max(run.glob("checkpoint-*"), key=lambda place: int(place.name.rpartition("-")[2]))
    shutil.rmtree(newest)
    expected = (whole.directory / WEIGHTS).read_bytes()
    shutil.rmtree(whole.directory)
    again, second = train(tmp_path, options)
    assert 0 < second.details["resumed_at"] < second.details["steps"]
    assert losses(second) == losses(first)
    assert (again.directory / WEIGHTS).read_bytes() == expected


def test_a_report_that_cannot_be_made_is_told(tmp_path: Path, talks: Path) -> None:
    _, result = train(tmp_path, make_options(talks, steps=2, report_to=("neptune",)))
    assert "Nothing was reported to 'neptune': it is not installed." in result.remarks


def test_where_not_even_one_example_fits_it_says_what_to_change(
    tmp_path: Path, talks: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bases, "make_model", Breaking(bases.make_model, room=0))
    with pytest.raises(TrainingError, match=r"for one example.*`max_length`.*`gradient_checkpointing: true`.*lora"):
        train(tmp_path, make_options(talks))


def test_a_training_that_gets_no_better_stops_and_the_best_model_is_kept(tmp_path: Path, talks: Path) -> None:
    options = make_options(talks, epochs=40, evaluate_every=7, patience=2, learning_rate=2e-2)
    _, result = train(tmp_path, options)
    held = dict(result.details["held_out_loss"])
    assert result.details["steps"] < 40 * 7
    assert result.details["best_step"] == min(held, key=lambda step: held[step])
    assert any("had not fallen 2 times in a row" in remark for remark in result.remarks)


def test_packed_examples_are_kept_apart(tmp_path: Path) -> None:
    import torch

    from dialog_generative_training.chats import Row
    from dialog_generative_training.methods.supervised import Batches, dataset_of
    from dialog_generative_training.sizes import Size, make_config
    from dialog_generative_training.tokenizing import train_tokenizer

    tokenizer = train_tokenizer(["a few words"], 300, 64)
    rows = [Row(ids, ids) for ids in ((10, 11, 12, 13, 14), (20, 21, 22), (30, 31, 32, 33))]
    packed = dataset_of(rows, packed=8)
    assert sorted(packed["seq_lengths"]) == [[4], [5, 3]]
    for gpt2 in (False, True):
        from transformers import AutoModelForCausalLM

        torch.manual_seed(0)
        config = make_config(Size(layers=2, width=32, heads=2, inner=64, gpt2=gpt2), tokenizer, 64)
        model = AutoModelForCausalLM.from_config(config).eval()
        batch = Batches(tokenizer.pad_token_id)([*packed])
        alone = Batches(tokenizer.pad_token_id)([*dataset_of(rows)])

        def loss(given: dict[str, Any], model: Any = model) -> float:
            logits = model(input_ids=given["input_ids"], position_ids=given["position_ids"], use_cache=False).logits
            flat = logits[:, :-1].flatten(0, 1), given["labels"][:, 1:].flatten()
            return float(torch.nn.functional.cross_entropy(*flat, ignore_index=-100, reduction="sum"))

        with torch.no_grad():
            assert loss(batch) == pytest.approx(loss(alone), rel=1e-5)


def test_progress_tells_loss_speed_and_time_left(tmp_path: Path, talks: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(callbacks, "TOLD_EVERY", 0.0)
    progress = SilentProgress()
    train(tmp_path, make_options(talks, epochs=1), progress=progress)
    assert progress.stages == [
        "reading",
        "opening the model",
        "preparing",
        "training",
        "measuring",
        "writing the model",
    ]
    assert any("loss" in note and "tokens/s" in note and note.endswith("left") for note in progress.notes)


def test_curves_are_left_for_tensorboard(tmp_path: Path, talks: Path) -> None:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    job, result = train(tmp_path, make_options(talks, epochs=1, report_to=("tensorboard",)))
    curves = EventAccumulator(str(job.directory / "curves"))
    curves.Reload()
    shown = {event.step: event.value for event in curves.Scalars("train/loss")}
    assert shown == pytest.approx(losses(result), rel=1e-4)
    assert "TENSORBOARD_LOGGING_DIR" not in os.environ
