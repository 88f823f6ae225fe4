"""Running a training: what all methods set alike, going on after a kill, too little memory, losses gone wrong."""

import gc
import hashlib
import importlib.util
import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import torch
from transformers import PrinterCallback

from dialog_core import TrainingError
from dialog_core.training import Progress, TrainingJob
from dialog_generative_training.callbacks import Kept, Patience, Shown, Sound
from dialog_generative_training.checkpoints import find_checkpoint
from dialog_generative_training.distributed import follows, share, team, whole_model
from dialog_generative_training.options import LanguageModelTraining
from dialog_generative_training.quiet import own_randomness, quiet
from dialog_generative_training.setup import Setup, TrainingMethod

if TYPE_CHECKING:
    from datasets import Dataset
    from transformers import PreTrainedTokenizerBase

MEASUREMENTS = 0.1  # of all steps: ten in all
CLIP = 1.0  # the longest gradient
CURVES = "curves"  # what TensorBoard reads, beside the checkpoints
CURVES_VARIABLE = "TENSORBOARD_LOGGING_DIR"
BATCH, ACCUMULATION = "per_device_train_batch_size", "gradient_accumulation_steps"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a training.

    Attributes:
        model: The model, as good as it was at any measurement.
        history: What was logged, step after step: `step`, `loss`, `learning_rate`, and with measurements `eval_loss`.
        steps: How many steps it took.
        resumed_at: After which step it went on; 0: it began anew.
        best_step: The step the model is from.
        tokens: How many it looked at since it began or went on, padding left out.
        seconds: How long that took, measuring left out.
        arguments: What it was run with in the end.
        remarks: For the person who trains.
    """

    model: Any
    history: tuple[Mapping[str, Any], ...]
    steps: int
    resumed_at: int
    best_step: int
    tokens: int
    seconds: float
    arguments: Mapping[str, Any]
    remarks: tuple[str, ...]

    @property
    def best_loss(self) -> float | None:
        """The lowest loss that was measured; None where nothing was."""
        return min((row["eval_loss"] for row in self.history if "eval_loss" in row), default=None)


def prepare(
    method: TrainingMethod,
    options: LanguageModelTraining,
    job: TrainingJob,
    make_model: Callable[[], Any],
    tokenizer: "PreTrainedTokenizerBase",
    train: "Dataset",
    validation: "Dataset",
    new_tokens: tuple[int, ...] = (),
) -> Setup:
    """Return what a method makes its trainer of.

    Args:
        method: The method.
        options: Of the training entry.
        job: The job; its checkpoints are kept apart from those of other data or another model.
        make_model: Makes the model to begin with.
        tokenizer: Its tokenizer.
        train: What is learnt from.
        validation: What is measured on; may be empty.
        new_tokens: Tokens the model did not know before.
    """
    place = job.checkpoints / f"{options.method}-{_key(options, make_model, train, job.seed)}"
    return Setup(
        options=options,
        make_model=make_model,
        tokenizer=tokenizer,
        train=train,
        validation=validation,
        arguments=_arguments(method, options, job.seed, place, measured=len(validation) > 0),
        checkpoints=place,
        new_tokens=new_tokens,
    )


class Watched(Protocol):
    """What a training needs of its job."""

    @property
    def seed(self) -> int:
        """The seed for everything random."""
        ...

    @property
    def progress(self) -> Progress:
        """Where to say how far it is."""
        ...


def fit(setup: Setup, method: TrainingMethod, job: Watched) -> Outcome:
    """Train, from the newest checkpoint on if there is one, and with other processes if there are any.

    Args:
        setup: What to train; its callbacks are kept, and those that watch over it are added.
        method: How.
        job: For the seed and the progress.

    Raises:
        TrainingError: Memory does not suffice even for batches of one, or the loss became no number before anything
            was measured.
    """
    with quiet():
        setup, remarks = share(setup, job.seed)
    unused = 0 if team() is not None or setup.arguments.get("use_cpu") else torch.cuda.device_count() - 1
    if unused > 0:
        remarks.append(
            f"One GPU was used, and {unused} were not. To use all of them, start the training with `torchrun` or "
            "`accelerate launch`: -m dialog_generative_training."
        )
    with own_randomness(job.seed), quiet(), _reported_to(setup.checkpoints / CURVES):
        while True:
            try:
                return _run(setup, method, job, remarks)
            except (RuntimeError, MemoryError) as error:
                if not _out_of_memory(error) or follows():  # of several processes none can begin again alone
                    raise
                smaller = _halved(setup.arguments) if team() is None else None
                if smaller is None:
                    raise TrainingError(
                        f"memory does not suffice, {_told(setup.arguments)}. Lower `max_length`, set "
                        "`gradient_checkpointing: true`, take `method: lora` or a smaller model"
                    ) from error
            setup = replace(setup, arguments=smaller)
            _free()
            remarks.append(
                f"Memory did not suffice: batches have {smaller[BATCH]} examples instead, and {smaller[ACCUMULATION]} "
                "of them make a step, so that what is learnt stays the same."
            )
            job.progress.note(remarks[-1])


def _run(setup: Setup, method: TrainingMethod, job: Watched, remarks: list[str]) -> Outcome:
    sound, shown = Sound(), Shown(job.progress)
    watching = (sound, shown, Kept(), Patience(setup.options.patience))
    job.progress.stage("preparing")
    trainer = method.trainer(replace(setup, callbacks=(*setup.callbacks, *watching)))
    trainer.remove_callback(PrinterCallback)
    checkpoint = find_checkpoint(setup.checkpoints)
    trainer.train(resume_from_checkpoint=None if checkpoint is None else str(checkpoint))
    state = trainer.state
    found = list(remarks)
    if sound.broken_at:
        if state.best_model_checkpoint is None:
            raise TrainingError(
                f"the training came to nothing: at step {sound.broken_at:,} its loss was no number any more, before "
                "anything good was measured. Lower `learning_rate`, or raise `warmup`"
            )
        found.append(
            f"At step {sound.broken_at:,} the loss was no number any more. The model is as it was at step "
            f"{state.best_global_step:,}, where it was best. A lower `learning_rate` may help."
        )
    elif state.global_step < state.max_steps:
        found.append(
            f"Stopped after {state.global_step:,} of {state.max_steps:,} steps: the loss on what is held out had not "
            f"fallen {setup.options.patience} times in a row."
        )
    return Outcome(
        model=whole_model(trainer, setup),
        history=tuple(state.log_history),
        steps=state.global_step,
        resumed_at=_step_of(checkpoint),
        best_step=(state.best_global_step or 0) if state.best_model_checkpoint else state.global_step,
        tokens=shown.tokens,
        seconds=shown.seconds,
        arguments=dict(setup.arguments),
        remarks=tuple(found),
    )


def unreported(options: LanguageModelTraining) -> list[str]:
    """Return where nothing can be reported, for want of a package."""
    return [name for name in options.report_to if importlib.util.find_spec(name) is None]


def _arguments(
    method: TrainingMethod, options: LanguageModelTraining, seed: int, place: Path, *, measured: bool
) -> dict[str, Any]:
    cpu = options.device == "cpu" or not torch.cuda.is_available()
    precision = options.precision
    if precision == "auto":
        precision = "bfloat16" if not cpu and torch.cuda.is_bf16_supported() else "float32"
    every = options.evaluate_every or MEASUREMENTS
    missing = unreported(options)
    reports = [name for name in options.report_to if name not in missing]
    return {
        "output_dir": str(place),
        BATCH: options.batch_size,
        "per_device_eval_batch_size": options.batch_size,
        ACCUMULATION: options.accumulation,
        "num_train_epochs": options.epochs,
        "max_steps": options.steps or -1,
        "learning_rate": options.learning_rate or method.learning_rate,
        "lr_scheduler_type": "cosine",
        "warmup_steps": options.warmup,  # below 1 it is a share of all steps
        "weight_decay": options.weight_decay,
        "max_grad_norm": CLIP,
        "bf16": precision == "bfloat16",
        "fp16": precision == "float16",
        "use_cpu": cpu,
        "gradient_checkpointing": options.gradient_checkpointing,
        "eval_strategy": "steps" if measured else "no",
        "eval_steps": every,
        "save_strategy": "steps",
        "save_steps": every,
        "load_best_model_at_end": measured,
        "metric_for_best_model": "eval_loss" if measured else None,
        "greater_is_better": False if measured else None,
        "logging_steps": 1,
        "logging_nan_inf_filter": False,
        "include_num_input_tokens_seen": "non_padding",
        "report_to": reports or "none",
        "seed": seed,
        "data_seed": seed,
        "disable_tqdm": True,
        "dataloader_pin_memory": not cpu,
    }


def _key(options: LanguageModelTraining, make_model: Callable[[], Any], train: "Dataset", seed: int) -> str:
    """Return what tells this training from others: what is set, what is learnt from, what it begins with."""
    hashed = hashlib.sha256()
    # What makes no difference to what is learnt: a training may go on elsewhere.
    files = {"data", "split", "validation", "validation_split", "logs"}
    told = options.model_dump(mode="json", exclude={"device", "report_to", "license", *files})
    hashed.update(json.dumps([told, seed], sort_keys=True).encode())
    for row in train:
        hashed.update(json.dumps(row, sort_keys=True, default=str).encode())
    for name, weights in sorted(make_model().named_parameters()):
        hashed.update(f"{name}{tuple(weights.shape)}".encode())
        hashed.update(weights.detach().float().sum(dtype=torch.float64).cpu().numpy().tobytes())
    return hashed.hexdigest()[:16]


def _halved(arguments: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return arguments for smaller batches of which more make a step, as many examples as before; None if none are."""
    batch, accumulation = arguments[BATCH], arguments[ACCUMULATION]
    smaller = next((size for size in range(batch // 2, 0, -1) if batch % size == 0), 0)
    if not smaller:
        return None
    return {
        **arguments,
        BATCH: smaller,
        "per_device_eval_batch_size": min(smaller, arguments["per_device_eval_batch_size"]),
        ACCUMULATION: accumulation * (batch // smaller),
    }


def _told(arguments: Mapping[str, Any]) -> str:
    if arguments[BATCH] == 1:
        return "even for one example at a time"
    return f"for batches of {arguments[BATCH]} in each process; have more `accumulation` and a smaller `batch_size`"


def _out_of_memory(error: BaseException) -> bool:
    told = str(error).lower()
    return (
        isinstance(error, torch.OutOfMemoryError | MemoryError)
        or "out of memory" in told
        or "can't allocate memory" in told  # torch on a CPU
    )


def _free() -> None:
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


def _step_of(checkpoint: Path | None) -> int:
    return 0 if checkpoint is None else int(checkpoint.name.rpartition("-")[2])


@contextmanager
def _reported_to(place: Path) -> Iterator[None]:
    """Have TensorBoard's curves written to a place; the environment is the only way to say so."""
    before = os.environ.get(CURVES_VARIABLE)
    os.environ[CURVES_VARIABLE] = str(place)
    try:
        yield
    finally:
        if before is None:
            os.environ.pop(CURVES_VARIABLE)
        else:
            os.environ[CURVES_VARIABLE] = before
