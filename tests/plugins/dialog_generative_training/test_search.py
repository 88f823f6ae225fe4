"""Settings found by trying: the best is taken, what fails is passed over, what was tried is not tried again."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dialog_core import TrainingError
from dialog_core.datasets import Dialogue, DialogueTurn
from dialog_core.testing import make_context, make_job
from dialog_core.training import SilentProgress, TrainingJob
from dialog_generative_training.material import Material
from dialog_generative_training.options import LanguageModelTraining
from dialog_generative_training.quiet import quiet
from dialog_generative_training.setup import Setup
from tests.language_models import save_llama

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def libraries_keep_quiet() -> Iterator[None]:
    with quiet():
        yield


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_llama(tmp_path_factory.mktemp("base"), hidden=32, initializer_range=0.02)


def job_of(directory: Path) -> TrainingJob:
    return make_job(directory, None, context=make_context("llm", seed=3), progress=SilentProgress())


def setup_of(base: Path, job: TrainingJob, rows: int = 40, **search: Any) -> Setup:
    from transformers import AutoModelForCausalLM, AutoTokenizer

    from dialog_generative_training.methods import full
    from dialog_generative_training.running import prepare

    options = LanguageModelTraining(
        method="full",
        device="cpu",
        report_to=(),
        batch_size=4,
        search={"trials": 4, "steps": 6, "learning_rate": (1e-5, 1e-2), **search},  # type: ignore[arg-type]
    )
    tokenizer = AutoTokenizer.from_pretrained(base)
    dialogues = tuple(
        Dialogue(str(number), (DialogueTurn("user", f"How much is {number}?"), DialogueTurn("bot", "Ten euros.")))
        for number in range(rows)
    )
    rows_of = full.examples(Material(dialogues=dialogues), tokenizer, options)
    return prepare(
        full, options, job, lambda: AutoModelForCausalLM.from_pretrained(base), tokenizer, rows_of, rows_of.select([])
    )


def notes(job: TrainingJob) -> Sequence[str]:
    assert isinstance(job.progress, SilentProgress)
    return job.progress.notes


def test_the_settings_with_the_lowest_loss_are_trained_with(base: Path, tmp_path: Path) -> None:
    from dialog_generative_training.methods import full
    from dialog_generative_training.search import search

    job = job_of(tmp_path)
    setup = setup_of(base, job, batch_size=(2, 4))
    found = search(setup, full, job)
    trials = found.details["trials"]
    assert len(trials) == 4
    best = min((trial for trial in trials if trial["state"] == "complete"), key=lambda trial: trial["loss"])
    chosen = found.setup
    assert chosen.options.learning_rate == chosen.arguments["learning_rate"] == best["settings"]["learning_rate"]
    assert chosen.options.batch_size == best["settings"]["batch_size"]
    assert chosen.arguments["per_device_train_batch_size"] == best["settings"]["batch_size"]
    assert chosen.options.search is None
    assert chosen.train is setup.train
    assert chosen.arguments["num_train_epochs"] == setup.options.epochs
    assert "on 4 examples held out of the training data" in found.remarks[0]
    assert [note.partition(":")[0] for note in notes(job)] == [f"trial {number} of 4" for number in range(1, 5)]
    # A rate that does nothing is not the best one.
    assert best["settings"]["learning_rate"] > 1e-4
    json.dumps(found.details)


def test_a_search_that_was_cut_off_goes_on_where_it_was_and_comes_to_the_same(
    base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dialog_generative_training import running
    from dialog_generative_training import search as searching
    from dialog_generative_training.methods import full

    whole_job = job_of(tmp_path / "whole")
    whole = searching.search(setup_of(base, whole_job), full, whole_job)

    job = job_of(tmp_path / "cut")
    setup = setup_of(base, job)
    fit, made = running.fit, []

    def interrupted(*args: Any) -> Any:
        made.append(1)
        if len(made) == 3:
            raise KeyboardInterrupt
        return fit(*args)

    monkeypatch.setattr(searching, "fit", interrupted)
    with pytest.raises(KeyboardInterrupt):
        searching.search(setup, full, job)
    found = searching.search(setup, full, job)
    assert len(made) == 3 + 2
    assert "2 of 4 trials were made before" in notes(job)
    assert found.details["best"] == whole.details["best"]


def test_what_was_tried_is_tried_anew_where_the_file_is_damaged(base: Path, tmp_path: Path) -> None:
    from dialog_generative_training.methods import full
    from dialog_generative_training.search import search

    job = job_of(tmp_path)
    setup = setup_of(base, job, trials=1)
    (setup.checkpoints / "search").mkdir(parents=True)
    (setup.checkpoints / "search" / "trials.json").write_text('[{"settings": ')
    assert len(search(setup, full, job).details["trials"]) == 1


def test_a_trial_that_comes_to_nothing_costs_only_itself(base: Path, tmp_path: Path) -> None:
    from dialog_generative_training.methods import full
    from dialog_generative_training.search import search

    job = job_of(tmp_path)
    setup = setup_of(base, job, trials=6)
    broken: list[int] = []

    def make_model() -> Any:
        import torch

        model = setup.make_model()
        if not broken:
            broken.append(1)
            with torch.no_grad():
                next(model.parameters()).fill_(float("nan"))
        return model

    found = search(replace(setup, make_model=make_model), full, job)
    trials = found.details["trials"]
    assert trials[0]["state"] == "failed"
    assert "no number" in trials[0]["reason"]
    assert "1 came to nothing" in found.remarks[0]
    # Once some have ended well, one that is worse than most is stopped.
    assert {trial["state"] for trial in trials[1:4]} == {"complete"}


def test_where_nothing_comes_to_anything_it_is_told_why(base: Path, tmp_path: Path) -> None:
    from dialog_generative_training.methods import full
    from dialog_generative_training.search import search

    job = job_of(tmp_path)
    setup = setup_of(base, job, trials=2)

    def make_model() -> Any:
        import torch

        model = setup.make_model()
        with torch.no_grad():
            next(model.parameters()).fill_(float("nan"))
        return model

    with pytest.raises(TrainingError, match="none of the 2 trials came to anything: the training came to nothing"):
        search(replace(setup, make_model=make_model), full, job)


def test_of_few_examples_none_are_held_out(base: Path, tmp_path: Path) -> None:
    from dialog_generative_training.methods import full
    from dialog_generative_training.search import search

    job = job_of(tmp_path)
    with pytest.raises(TrainingError, match="only 9 examples to search settings with"):
        search(setup_of(base, job, rows=9), full, job)
