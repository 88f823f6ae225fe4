"""Training by several processes, on one machine or several, that `torchrun` or `accelerate launch` has started.

The first one leads: it does what `dialog-core train` does, and whenever there is a model to be fitted, it writes down
what the others need to fit it too, on a disk they all see, and tells them where. They do nothing else, and end when it
ends. What they are told is JSON, and what lies on the disk safetensors, JSON and Arrow: nothing is unpickled.
"""

import json
import os
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from torch.distributed import destroy_process_group, is_initialized
from torch.distributed.distributed_c10d import PrefixStore
from torch.distributed.rendezvous import rendezvous

from dialog_core import TrainingError
from dialog_core.training import Progress, SilentProgress
from dialog_generative_training.options import LanguageModelTraining
from dialog_generative_training.setup import Setup

if TYPE_CHECKING:
    from transformers import Trainer

BATCH, EVALUATION_BATCH = "per_device_train_batch_size", "per_device_eval_batch_size"
ACCUMULATION = "gradient_accumulation_steps"
PREFIX = "dialog-core"  # of what processes tell each other, apart from what torch tells
ASKED_EVERY = 0.2  # seconds
LEAVING = 60.0  # seconds the first process waits for the others to have heard that it is over
MODEL, TRAIN, VALIDATION, ORDER = "model", "train", "validation", "order.json"
LEFT_OUT = {"data", "validation", "logs", "base", "search"}  # what only the first process looks at


class Team:
    """The processes that train together.

    Attributes:
        rank: Which of them this is; 0 leads.
        size: How many they are.
    """

    def __init__(self, store: Any, rank: int, size: int) -> None:
        self.rank = rank
        self.size = size
        self._store = store
        self._number = 0

    @classmethod
    def from_environment(cls) -> "Team | None":
        """Return the processes `torchrun` has started; None if this is the only one."""
        if int(os.environ.get("WORLD_SIZE", "1")) == 1:
            return None
        store, rank, size = next(rendezvous("env://"))
        return cls(PrefixStore(PREFIX, store), rank, size)

    def lead(self, place: Path, seed: int) -> None:
        """Tell the others what to fit."""
        self._tell({"place": str(place.absolute()), "seed": seed})

    def dismiss(self) -> None:
        """Tell the others that it is over, and wait until they have heard it: the store they ask may end with this."""
        self._tell({})
        until = time.monotonic() + LEAVING
        left = [f"left/{rank}" for rank in range(1, self.size)]
        while time.monotonic() < until and not self._store.check(left):
            time.sleep(ASKED_EVERY)

    def fail(self) -> None:
        """Tell the others that it is over, without waiting: they may wait for this one somewhere else."""
        self._tell({})

    def next_order(self) -> Mapping[str, Any] | None:
        """Wait until there is something to fit, however long that takes, and return it; None: it is over."""
        self._number += 1
        key = f"order/{self._number}"
        while not self._store.check([key]):
            time.sleep(ASKED_EVERY)
        order: Mapping[str, Any] = json.loads(self._store.get(key))
        if not order:
            self._store.set(f"left/{self.rank}", "")
            return None
        return order

    def _tell(self, order: Mapping[str, Any]) -> None:
        self._number += 1
        self._store.set(f"order/{self._number}", json.dumps(order))


@dataclass(frozen=True, slots=True)
class Follower:
    """What stands for a job where there is none of one's own.

    Attributes:
        seed: For everything random.
        progress: Where nobody looks.
    """

    seed: int
    progress: Progress


_team: Team | None = None


def join(team: Team | None) -> None:
    """Have this process train with others from now on; None: alone."""
    global _team
    _team = team


def team() -> Team | None:
    """Return the processes this one trains with; None if it is alone."""
    return _team


def follows() -> bool:
    """Return whether another process leads this one."""
    return _team is not None and _team.rank != 0


def share(setup: Setup, seed: int) -> tuple[Setup, list[str]]:
    """Have all processes fit the same.

    Args:
        setup: What is to be fitted, as one process would.
        seed: For everything random.

    Returns:
        What this process is to fit, and what there is to say about it.

    Raises:
        TrainingError: A step's examples cannot be shared out evenly.
    """
    if _team is None or follows():
        return setup, []
    arguments, remarks = divided(setup.arguments, _team.size)
    setup = replace(setup, arguments=arguments)
    place = setup.checkpoints / "shared"
    _write(setup, place)
    _team.lead(place, seed)
    return setup, remarks


def follow(team: Team) -> None:
    """Fit what the first process fits, until it says that it is over."""
    from dialog_generative_training.methods import find_method
    from dialog_generative_training.quiet import quiet
    from dialog_generative_training.running import fit

    while (order := team.next_order()) is not None:
        with quiet():
            setup = _read(Path(order["place"]))
        try:
            fit(setup, find_method(setup.options.method), Follower(order["seed"], SilentProgress()))
        except TrainingError:
            continue  # it came to nothing for all of them; the first one tells, and may try something else


def whole_model(trainer: "Trainer", setup: Setup) -> Any:
    """Return the model of a trainer; all of it also where each process has had a part (FSDP)."""
    if not trainer.is_fsdp_enabled:
        return trainer.accelerator.unwrap_model(trainer.model, keep_torch_compile=False)
    place = setup.checkpoints / "whole"
    trainer.save_model(str(place))  # all processes bring their parts together, and the first one writes
    trainer.accelerator.wait_for_everyone()
    return reopened(place, setup)


def reopened(place: Path, setup: Setup) -> Any:
    """Return a model that was saved: its weights, or matrices beside those it began with."""
    model = setup.make_model()
    if (place / "adapter_config.json").exists():
        from peft import PeftModel

        return PeftModel.from_pretrained(model, str(place), is_trainable=True)
    device = next(model.parameters()).device
    return type(model).from_pretrained(str(place), dtype=model.dtype).to(device)


def leave() -> None:
    """End what torch has set up between the processes."""
    join(None)
    if is_initialized():
        destroy_process_group()


def divided(arguments: Mapping[str, Any], size: int) -> tuple[dict[str, Any], list[str]]:
    """Return the arguments of each of several processes, so that a step looks at as many examples as one process would.

    Raises:
        TrainingError: They cannot be shared out evenly.
    """
    batch, accumulation = arguments[BATCH], arguments[ACCUMULATION]
    together = batch * accumulation
    if together % size:
        raise TrainingError(
            f"a step looks at {together} examples (`batch_size` × `accumulation`), which {size} processes cannot share "
            f"out evenly. Take a multiple of {size}"
        )
    each = together // size
    own = next(number for number in range(max(batch // size, 1), 0, -1) if each % number == 0)
    changed = {
        **arguments,
        BATCH: own,
        ACCUMULATION: each // own,
        EVALUATION_BATCH: max(arguments[EVALUATION_BATCH] // size, 1),
        "ddp_find_unused_parameters": False,  # there are none, and looking for them takes time
        "log_level_replica": "error",
    }
    told = f"{size} processes trained together, with batches of {own} each"
    more = f", of which {each // own} make a step" if each // own > 1 else ""
    return changed, [f"{told}{more}: {together} examples a step, as one process would have."]


def _write(setup: Setup, place: Path) -> None:
    """Write down what other processes need."""
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    model = setup.make_model()
    model.save_pretrained(str(place / MODEL), safe_serialization=True)
    setup.tokenizer.save_pretrained(str(place / MODEL))
    setup.train.save_to_disk(str(place / TRAIN))
    setup.validation.save_to_disk(str(place / VALIDATION))
    order = {
        "options": setup.options.model_dump(mode="json", include=set(LanguageModelTraining.model_fields) - LEFT_OUT),
        "arguments": dict(setup.arguments),
        "checkpoints": str(setup.checkpoints.absolute()),
        "new_tokens": list(setup.new_tokens),
    }
    (place / ORDER).write_text(json.dumps(order), encoding="utf-8")


def _read(place: Path) -> Setup:
    """Read what the first process wrote down."""
    from datasets import Dataset
    from transformers import AutoConfig, AutoModelForCausalLM, AutoModelForSeq2SeqLM, AutoTokenizer

    order = json.loads((place / ORDER).read_text(encoding="utf-8"))
    folder = str(place / MODEL)
    kind = AutoModelForSeq2SeqLM if AutoConfig.from_pretrained(folder).is_encoder_decoder else AutoModelForCausalLM
    return Setup(
        options=LanguageModelTraining.model_validate(order["options"]),
        make_model=lambda: kind.from_pretrained(folder, dtype="auto").train(),
        tokenizer=AutoTokenizer.from_pretrained(folder),
        train=Dataset.load_from_disk(str(place / TRAIN)),
        validation=Dataset.load_from_disk(str(place / VALIDATION)),
        arguments=order["arguments"],
        checkpoints=Path(order["checkpoints"]),
        new_tokens=tuple(order["new_tokens"]),
    )
