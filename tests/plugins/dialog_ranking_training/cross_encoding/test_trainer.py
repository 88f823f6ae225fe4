"""Training the cross-encoder: on small data, through a kill, with nothing to learn, and with something."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from dialog_core import Bot, TrainingError, read_bot_file
from dialog_core.testing import make_context, make_job, write_bot
from dialog_core.training import SilentProgress, TrainingJob, TrainingResult, TrainingRunner, plan
from dialog_ranking.choices import Choice, Label
from dialog_ranking.cross_encoder.finding import FOLDER
from dialog_ranking.cross_encoder.ranker import CrossEncoderRanker
from dialog_ranking.options import CrossEncoderOptions
from dialog_ranking_training.cross_encoding.fitting import fit_cross_encoder
from dialog_ranking_training.cross_encoding.trainer import CrossEncoderTrainer
from dialog_ranking_training.options import CrossEncoderTraining
from tests.plugins.dialog_ranking_training.cross_encoding.small_world import make_choices, write_world

pytest.importorskip("transformers")


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    """More threads only wait for each other with so small a model."""
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


class Killed(SilentProgress):
    """Is interrupted after some steps of fine-tuning."""

    def __init__(self, after: int) -> None:
        super().__init__()
        self.left = after

    def advance(self, steps: int = 1) -> None:
        if self.stages[-1].startswith("fine-tuning"):
            self.left -= steps
            if self.left < 0:
                raise KeyboardInterrupt


def job_in(
    directory: Path, choices: list[Choice], progress: SilentProgress | None = None, **how: object
) -> TrainingJob:
    directory.mkdir(exist_ok=True)
    data, encoder = write_world(directory, choices)
    options = CrossEncoderTraining.model_validate(
        {"data": data, "epochs": 2, "batch_size": 8, "learning_rate": 1e-3, **how}
    )
    return make_job(directory, options, CrossEncoderOptions(model=encoder, max_length=32), progress=progress)


def train(job: TrainingJob) -> TrainingResult:
    return CrossEncoderTrainer(job.options, job.context).train(job)


def served(job: TrainingJob) -> CrossEncoderRanker:
    return CrossEncoderRanker(job.component, make_context("ranking", artefact=job.directory))


def test_a_few_labels_that_teach_nothing_leave_the_default_as_it_is_and_say_so(tmp_path: Path) -> None:
    job = job_in(tmp_path, make_choices(12))
    result = train(job)
    assert "no better than the default, which stays," in result.remarks[-1]
    assert result.metrics == result.before
    assert not served(job).calibrated
    assert not (job.directory / FOLDER / "model.safetensors").exists()


@pytest.mark.parametrize(("right", "word"), [(1.0, "right"), (0.0, "wrong")])
def test_labels_of_one_kind_teach_nothing_and_cost_no_training(tmp_path: Path, right: float, word: str) -> None:
    choices = [replace(choice, labels=(Label(right),) * 3) for choice in make_choices(10)]
    job = job_in(tmp_path, choices)
    result = train(job)
    assert (
        f"judged replies are {word}, so that there is nothing to tell apart: the default stays." in result.remarks[-1]
    )
    assert not served(job).calibrated


def test_without_labels_the_default_stays(tmp_path: Path) -> None:
    job = job_in(tmp_path, [replace(choice, labels=(None,) * 3) for choice in make_choices(3)])
    assert "0 judged replies" in train(job).remarks[-1]
    assert not served(job).calibrated


def test_without_a_model_to_begin_with_nothing_can_be_trained(tmp_path: Path) -> None:
    job = job_in(tmp_path, make_choices(12))
    with pytest.raises(TrainingError, match="no model to begin with"):
        train(replace(job, component=CrossEncoderOptions()))


def test_a_bot_has_it_trained_by_name_and_loads_what_it_left(tmp_path: Path) -> None:
    write_world(tmp_path, make_choices(12))
    bot = write_bot(
        tmp_path,
        """
        version: 1
        policies: [{use: rules, path: rules.yaml}]
        ranking: {use: cross_encoder, model: encoder, max_length: 32}
        training: [{component: ranking, data: x.choices.jsonl, epochs: 1}]
        """,
        **{"rules.yaml": "rules: [{name: hello, when: hello, say: Hello!}]"},
    )
    spec = read_bot_file(bot)
    (entry,) = plan(spec)
    manifest = TrainingRunner(spec).run(entry, SilentProgress()).artefact.manifest
    assert manifest.details["pairs"] > 0
    assert set(manifest.before) == set(manifest.metrics)
    with Bot.load(bot) as loaded:
        reply = loaded.reply("hello")
    assert reply.text == "Hello!"
    assert reply.trace is not None
    assert reply.trace["ranker"].startswith("cross_encoder")


def test_a_rate_of_learning_that_is_far_too_high_is_told(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="Lower `learning_rate`"):
        train(job_in(tmp_path, make_choices(60), learning_rate=1e30))


def test_a_training_that_was_killed_comes_to_the_same_as_one_that_was_not(tmp_path: Path) -> None:
    choices = make_choices(80, candidates=2)  # ten steps an epoch
    job = job_in(tmp_path, choices, epochs=4, batch_size=16)

    def fit(checkpoints: Path, progress: SilentProgress) -> dict[str, list[float]]:
        fitted = fit_cross_encoder(choices, job.component, job.options, 7, checkpoints, progress)
        return {name: tensor.flatten().tolist() for name, tensor in fitted.reader.model.state_dict().items()}

    whole = fit(tmp_path / "whole", SilentProgress())
    with pytest.raises(KeyboardInterrupt):
        fit(tmp_path / "killed", Killed(after=25))
    again = Killed(after=40)
    assert fit(tmp_path / "killed", again) == whole
    assert again.left == 0  # the steps that were done already are told as done


@pytest.mark.parametrize("content", [b"", b"no safetensors"])
def test_a_checkpoint_that_is_damaged_is_not_gone_on_from(
    tmp_path: Path, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    choices = make_choices(20, candidates=2)
    job = job_in(tmp_path, choices)
    with pytest.raises(KeyboardInterrupt):
        fit_cross_encoder(choices, job.component, job.options, 7, job.checkpoints, Killed(after=5))
    (checkpoint,) = job.checkpoints.iterdir()
    checkpoint.write_bytes(content)
    fit_cross_encoder(choices, job.component, job.options, 7, job.checkpoints, SilentProgress())
    assert "the training begins anew" in caplog.text


@pytest.fixture(scope="module")
def learnt(tmp_path_factory: pytest.TempPathFactory) -> tuple[TrainingJob, TrainingResult]:
    job = job_in(tmp_path_factory.mktemp("learnt"), make_choices(250), epochs=25, batch_size=32, learning_rate=2e-3)
    return job, train(job)


@pytest.mark.slow
def test_it_learns_which_replies_are_about_what_was_asked(learnt: tuple[TrainingJob, TrainingResult]) -> None:
    _, result = learnt
    assert result.details["taken"], result.details
    assert result.metrics["accuracy"] > result.before["accuracy"] + 0.2
    assert result.metrics["brier"] < result.before["brier"]
    assert "better than the default on" in result.remarks[-1]


@pytest.mark.slow
def test_what_it_learnt_is_served_as_it_was_measured(learnt: tuple[TrainingJob, TrainingResult]) -> None:
    job, result = learnt
    ranker = served(job)
    assert ranker.calibrated
    choices = make_choices(100, seed=2)
    ranked = [ranker.rank(choice.turn, choice.candidates) for choice in choices]
    accuracy = sum(
        choice.labels[choice.candidates.index(verdicts[0].candidate)] == Label(1.0)
        for choice, verdicts in zip(choices, ranked, strict=True)
    ) / len(choices)
    assert accuracy == pytest.approx(result.metrics["accuracy"], abs=0.15)
    every = [verdict.probability for verdicts in ranked for verdict in verdicts]
    assert sum(every) / len(every) == pytest.approx(1 / 3, abs=0.1)  # one of three is right
