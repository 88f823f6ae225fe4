"""Finding settings by trying (Optuna): short trainings, of which the one with the lowest loss says what to train with.

The loss is that on a part of what is learnt from, held out for the search, so that what the model is measured on in the
end has had no say. What was tried is written down after each trial: a search that was cut off goes on there, and comes
to the same, for the sampler of each trial has a seed of its own.
"""

import gc
import json
import logging
import math
import os
import random
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from dialog_core import TrainingError
from dialog_core.training import Progress, TrainingJob
from dialog_generative_training.options import SearchOptions
from dialog_generative_training.running import BATCH, fit
from dialog_generative_training.setup import Setup, TrainingMethod

if TYPE_CHECKING:
    from datasets import Dataset
    from optuna import Study
    from optuna.trial import Trial

FEWEST = 10  # examples; of fewer none can be held out that say anything
HELD_OUT = 0.1
MOST_HELD_OUT = 500  # examples: each trial measures on them, and several times
RUN = 10  # examples that are held out together: neighbours may be parts of one dialogue
MEASUREMENTS = 5  # in each trial
GUESSED = 4  # the first trials are guesses; then the sampler goes by what it knows (10, its default, would be all)
COMPARED = 3  # trials that must have ended well before one is stopped for being worse than their median
BORDER = 1.25  # a best rate so near an end of the range may have a better one beyond it
FILE = "trials.json"

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Tried:
    """A trial that has ended.

    Attributes:
        settings: What was tried.
        state: Whether it ran to its end, was stopped as worse than others, or came to nothing.
        loss: The lowest loss it had; None if none.
        losses: After how many steps it had which loss.
        reason: Why it came to nothing.
    """

    settings: Mapping[str, Any]
    state: Literal["complete", "stopped", "failed"]
    loss: float | None = None
    losses: Sequence[tuple[int, float]] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """What a search came to.

    Attributes:
        setup: What is to be trained, with the best settings.
        details: For the manifest: every trial.
        remarks: For the person who trains.
    """

    setup: Setup
    details: Mapping[str, Any] = field(default_factory=dict)
    remarks: Sequence[str] = ()


def search(setup: Setup, method: TrainingMethod, job: TrainingJob) -> Found:
    """Try settings, and return what is to be trained with the best.

    Args:
        setup: What is to be trained, with the options as they are; only its training part is looked at.
        method: How.
        job: For the seed and the progress.

    Raises:
        TrainingError: No trial came to anything, or there are too few examples.
    """
    wanted = setup.options.search
    if wanted is None or (wanted.learning_rate is None and not wanted.batch_size):
        return Found(setup)
    place = setup.checkpoints / "search"
    tried = _read(place / FILE)[: wanted.trials]
    if tried:
        job.progress.note(f"{len(tried)} of {wanted.trials} trials were made before")
    learnt, held_out = _split(setup.train, job.seed)
    for number in range(len(tried), wanted.trials):
        study = _study(wanted, tried, job.seed + number)
        trial = study.ask()
        settings = _suggest(trial, wanted)
        own = place / f"trial-{number + 1}"
        parts = replace(setup, train=learnt, validation=held_out, checkpoints=own)
        shown = _TrialProgress(job.progress, f"trial {number + 1} of {wanted.trials}")
        trial_setup = _trial_setup(parts, settings, wanted.steps)
        tried.append(_try(trial, settings, trial_setup, method, replace(job, progress=shown)))
        _write(place / FILE, tried)
        shutil.rmtree(own, ignore_errors=True)
        job.progress.note(f"trial {number + 1} of {wanted.trials}: {_told(tried[-1])}{_best_so_far(tried)}")
    return _found(setup, wanted, tried, len(held_out))


def _try(trial: "Trial", settings: Mapping[str, Any], setup: Setup, method: TrainingMethod, job: TrainingJob) -> Tried:
    """Make one trial; what goes wrong in it, a loss that is no number or too little memory, is its outcome."""
    watching = _Watching(trial)
    setup = replace(setup, callbacks=(*setup.callbacks, watching))
    try:
        outcome = fit(setup, method, job)
    except TrainingError as error:
        return Tried(settings, "failed", losses=watching.losses, reason=str(error))
    finally:
        gc.collect()
    loss = outcome.best_loss
    if loss is None or not math.isfinite(loss):
        return Tried(settings, "failed", losses=watching.losses, reason="no loss was measured")
    return Tried(settings, "stopped" if watching.stopped else "complete", loss, watching.losses)


class _Watching(TrainerCallback):
    """Tells a trial the losses, and stops it once it is worse than others were."""

    def __init__(self, trial: "Trial") -> None:
        self.losses: list[tuple[int, float]] = []
        self.stopped = False
        self._trial = trial

    def on_evaluate(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        metrics: dict[str, float] | None = None,
        **kwargs: Any,
    ) -> None:
        loss = (metrics or {}).get("eval_loss", math.nan)
        if not math.isfinite(loss):
            return
        self.losses.append((state.global_step, loss))
        self._trial.report(loss, state.global_step)
        # One of several processes must not stop alone.
        if args.world_size == 1 and state.global_step < state.max_steps and self._trial.should_prune():
            self.stopped = control.should_training_stop = True


class _TrialProgress:
    """Shows the steps of one trial, under its number; what the training notes of itself would be too much."""

    def __init__(self, progress: Progress, name: str) -> None:
        self._progress = progress
        self._name = name

    def stage(self, name: str, total: int | None = None) -> None:
        self._progress.stage(self._name, total)

    def advance(self, steps: int = 1) -> None:
        self._progress.advance(steps)

    def note(self, text: str) -> None:
        """Leave it out."""


def _study(wanted: SearchOptions, tried: Sequence[Tried], seed: int) -> "Study":
    """Return a study that knows what was tried."""
    import optuna
    from optuna.trial import TrialState, create_trial

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(
        sampler=optuna.samplers.TPESampler(seed=seed, n_startup_trials=GUESSED),
        pruner=optuna.pruners.MedianPruner(n_startup_trials=COMPARED, n_warmup_steps=wanted.steps // 3),
    )
    ranges = _ranges(wanted)
    for one in tried:
        complete = one.state == "complete"
        study.add_trial(
            create_trial(
                state=TrialState.COMPLETE if complete else TrialState.PRUNED,
                value=one.loss if complete else None,
                params={name: value for name, value in one.settings.items() if name in ranges},
                distributions=ranges,
                intermediate_values=dict(one.losses),
            )
        )
    return study


def _ranges(wanted: SearchOptions) -> dict[str, Any]:
    from optuna.distributions import CategoricalDistribution, FloatDistribution

    ranges: dict[str, Any] = {}
    if wanted.learning_rate is not None:
        ranges["learning_rate"] = FloatDistribution(*wanted.learning_rate, log=True)
    if wanted.batch_size:
        ranges["batch_size"] = CategoricalDistribution(tuple(dict.fromkeys(wanted.batch_size)))
    return ranges


def _suggest(trial: "Trial", wanted: SearchOptions) -> dict[str, Any]:
    settings: dict[str, Any] = {}
    if wanted.learning_rate is not None:
        settings["learning_rate"] = trial.suggest_float("learning_rate", *wanted.learning_rate, log=True)
    if wanted.batch_size:
        settings["batch_size"] = trial.suggest_categorical("batch_size", tuple(dict.fromkeys(wanted.batch_size)))
    return settings


def _trial_setup(setup: Setup, settings: Mapping[str, Any], steps: int) -> Setup:
    """Return what a trial trains: with its settings, only so many steps, and nothing kept of it."""
    setup = _set(setup, settings)
    arguments = {
        **setup.arguments,
        "output_dir": str(setup.checkpoints),
        "max_steps": steps,
        "eval_strategy": "steps",
        "eval_steps": max(1, steps // MEASUREMENTS),
        "save_strategy": "no",
        "load_best_model_at_end": False,
        "metric_for_best_model": "eval_loss",
        "greater_is_better": False,
        "report_to": "none",
    }
    return replace(setup, options=setup.options.model_copy(update={"patience": 0}), arguments=arguments)


def _set(setup: Setup, settings: Mapping[str, Any]) -> Setup:
    """Return what is to be trained with other settings."""
    arguments = dict(setup.arguments)
    if "learning_rate" in settings:
        arguments["learning_rate"] = settings["learning_rate"]
    if "batch_size" in settings:
        arguments |= {BATCH: settings["batch_size"], "per_device_eval_batch_size": settings["batch_size"]}
    options = setup.options.model_copy(update={**settings, "search": None})
    return replace(setup, options=options, arguments=arguments)


def _split(rows: "Dataset", seed: int) -> "tuple[Dataset, Dataset]":
    """Return examples to learn from in trials, and those they are measured on: some runs of neighbours."""
    count = len(rows)
    if count < FEWEST:
        raise TrainingError(
            f"there are only {count} examples to search settings with, and it takes {FEWEST}. Give more `data`, or set "
            "`learning_rate` instead of `search`"
        )
    length = max(1, min(RUN, count // (2 * FEWEST)))
    starts = list(range(0, count, length))
    random.Random(seed).shuffle(starts)
    wanted = min(max(1, round(HELD_OUT * count)), MOST_HELD_OUT)
    held = sorted(place for start in starts[: math.ceil(wanted / length)] for place in range(start, start + length))
    chosen = set(held)
    return (
        rows.select([place for place in range(count) if place not in chosen]),
        rows.select([place for place in held if place < count]),
    )


def _found(setup: Setup, wanted: SearchOptions, tried: Sequence[Tried], measured_on: int) -> Found:
    best = _best(tried)
    if best is None:
        reasons = list(dict.fromkeys(one.reason for one in tried))
        raise TrainingError(
            f"none of the {len(tried)} trials came to anything: {'; '.join(reasons[:3])}. Give `search` lower learning "
            "rates or smaller batches"
        )
    return Found(
        setup=_set(setup, best.settings),
        details={"trials": [asdict(one) for one in tried], "best": dict(best.settings), "loss": best.loss},
        remarks=tuple(_remarks(wanted, tried, best, measured_on)),
    )


def _remarks(wanted: SearchOptions, tried: Sequence[Tried], best: Tried, measured_on: int) -> Iterator[str]:
    states = [one.state for one in tried]
    told = (
        f"Of {len(tried)} trials with {wanted.steps:,} steps each, the best had {_settings(best.settings)}: a loss of "
        f"{best.loss:.4g} on {measured_on:,} examples held out of the training data."
    )
    if stopped := states.count("stopped"):
        told += f" {stopped} were stopped early, being worse than the others."
    if failed := states.count("failed"):
        why = "; ".join(dict.fromkeys(one.reason for one in tried if one.reason))
        told += f" {failed} came to nothing: {why}."
    yield told
    rate = best.settings.get("learning_rate")
    if rate is not None and wanted.learning_rate is not None:
        lowest, highest = wanted.learning_rate
        if rate < lowest * BORDER or rate > highest / BORDER:
            yield (
                f"The best learning rate, {rate:.2g}, lies at the end of the range that was searched: there may be a "
                "better one beyond it. Widen `search.learning_rate`."
            )


def _best(tried: Sequence[Tried]) -> Tried | None:
    complete = [one for one in tried if one.state == "complete" and one.loss is not None]
    return min(complete, key=lambda one: one.loss or 0.0, default=None)


def _best_so_far(tried: Sequence[Tried]) -> str:
    best = _best(tried)
    return "" if best is None else f"; the best so far: {best.loss:.4g} with {_settings(best.settings)}"


def _told(one: Tried) -> str:
    if one.state == "failed":
        return f"{_settings(one.settings)} came to nothing ({one.reason})"
    early = ", stopped early" if one.state == "stopped" else ""
    return f"a loss of {one.loss:.4g} with {_settings(one.settings)}{early}"


def _settings(settings: Mapping[str, Any]) -> str:
    names = {"learning_rate": "learning rate {:.2g}", "batch_size": "batches of {}"}
    return " and ".join(names[name].format(value) for name, value in settings.items())


def _read(file: Path) -> list[Tried]:
    """Return the trials of a search that was cut off; none if there was no such."""
    try:
        rows = json.loads(file.read_text(encoding="utf-8"))
        return [Tried(**{**row, "losses": [(int(step), float(loss)) for step, loss in row["losses"]]}) for row in rows]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, TypeError, KeyError) as error:
        logger.warning("%s cannot be read, so the search begins anew: %s", file, error)
        return []


def _write(file: Path, tried: Sequence[Tried]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_suffix(".tmp")
    unfinished.write_text(json.dumps([asdict(one) for one in tried], indent=1), encoding="utf-8")
    os.replace(unfinished, file)
