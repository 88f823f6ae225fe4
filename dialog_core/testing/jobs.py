"""Jobs for tests of one trainer, without a bot file around it."""

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dialog_core.component import Context
from dialog_core.testing.turns import make_context
from dialog_core.training.job import Progress, SilentProgress, TrainingJob

if TYPE_CHECKING:
    from dialog_core.bot import Bot


def make_job(
    directory: Path,
    options: Any,
    component: Any = None,
    *,
    name: str = "test",
    context: Context | None = None,
    progress: Progress | None = None,
    previous: Path | None = None,
    bot: Path | None = None,
) -> TrainingJob:
    """Return a job as the runner would make it.

        job = make_job(tmp_path, MyTrainerOptions(data=...), MyOptions())
        result = MyTrainer(job.options, job.context).train(job)
        part = MyAnnotator(job.component, make_context(artefact=job.directory))

    Args:
        directory: Where: `artefact` and `checkpoints` are made there unless they are there already.
        options: The trainer's options.
        component: The options of the component that is trained.
        name: What the component is called.
        context: What it is built with; default: `make_context()`.
        progress: Where the trainer says how far it is; default: nowhere.
        previous: The artefact in use so far.
        bot: The bot file that `job.open_bot()` loads.
    """
    artefact, checkpoints = directory / "artefact", directory / "checkpoints"
    for place in (artefact, checkpoints):
        place.mkdir(parents=True, exist_ok=True)
    job = TrainingJob(
        name=name,
        options=options,
        component=component,
        context=context or make_context(name),
        directory=artefact,
        checkpoints=checkpoints,
        progress=progress or SilentProgress(),
        previous=previous,
    )
    return job if bot is None else replace(job, open_bot=partial(_open, bot))


def _open(path: Path) -> "Bot":
    from dialog_core.bot import Bot
    from dialog_core.configuration import Options
    from dialog_core.stores.memory import MemoryStore

    store = MemoryStore(Options(), make_context("store"))
    return Bot.load(path, store=store, default_ranking=True, default_thresholds=True)
