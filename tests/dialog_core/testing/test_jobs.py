"""A trainer alone, and what it leaves served at once."""

from pathlib import Path

from dialog_core.testing import make_context, make_job
from dialog_core.training import SilentProgress
from tests.training_parts import CountsAnnotator, CountsOptions, CountsTrainer, CountsTrainerOptions


def test_a_trainer_is_tested_without_a_bot(tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_text("a rose is\na rose\n")
    progress = SilentProgress()
    options = CountsTrainerOptions(data=tmp_path / "words.txt")
    job = make_job(tmp_path, options, CountsOptions(), context=make_context("words", seed=3), progress=progress)

    result = CountsTrainer(job.options, job.context).train(job)

    assert result.metrics == {"words": 3.0}
    assert (job.seed, progress.stages, progress.notes) == (3, ["counting"], [])
    served = CountsAnnotator(job.component, make_context(artefact=job.directory))
    assert served.counts == {"a": 2, "rose": 2, "is": 1}
