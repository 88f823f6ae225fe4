"""What a training that is killed goes on from: tensors in safetensors, everything else in JSON.

The checkpoints of transformers hold pickles, and a kill in the middle of writing one leaves half of it. Here one takes
its place in a single step once it is whole and on the disk, with the checksum of each file, so that one that was
damaged later is passed over in favour of the one before it.
"""

import hashlib
import json
import logging
import os
import random
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import numpy as np
import torch
from safetensors import safe_open
from safetensors.torch import save_file
from transformers import Trainer

if TYPE_CHECKING:
    _Base = Trainer
else:
    _Base = object

STATE = "trainer_state.json"
SUMS = "checksums.json"
OPTIMIZER = "optimizer"
RANDOMNESS = "randomness"
PICKLE = "training_args.bin"  # written with every model that is saved
KEPT = 2  # checkpoints, and the best one if it is none of them

logger = logging.getLogger(__name__)

T = TypeVar("T", bound=type[Trainer])


def resumable(trainer: T) -> T:
    """Return a kind of trainer whose checkpoints can be trusted; methods make theirs from what this returns.

    resumable(SFTTrainer)(model=..., ...)
    """
    return cast(T, type(trainer.__name__, (_Resumable, trainer), {"__module__": trainer.__module__}))


def find_checkpoint(directory: Path) -> Path | None:
    """Return the newest checkpoint in a directory that is whole; None if there is none."""
    for place in sorted(directory.glob("checkpoint-*"), key=_step_of, reverse=True):
        if (reason := _damage(place)) == "":
            return place
        logger.warning("the checkpoint %s is not gone on from: %s", place, reason)
    return None


def without_pickles(directory: Path) -> None:
    """Remove what transformers pickles beside a model."""
    for place in directory.rglob(PICKLE):
        place.unlink()


class _Resumable(_Base):
    """Writes and reads checkpoints in place of `Trainer`."""

    def __init__(self, *args: Any, **settings: Any) -> None:
        arguments = settings["args"]
        if arguments.n_gpu > 1:
            arguments._n_gpu = 1  # several within one process are slow, and TRL refuses them: see `distributed`
        super().__init__(*args, **settings)

    def _send_telemetry(self) -> None:
        """Tell nobody that something is trained; TRL would."""

    def create_model_card(self, *args: Any, **kwargs: Any) -> None:
        """Write no card into each checkpoint, as TRL would."""

    def _save(self, output_dir: str | None = None, state_dict: dict[str, Any] | None = None) -> None:
        super()._save(output_dir, state_dict)
        without_pickles(Path(output_dir or cast(str, self.args.output_dir)))

    def _save_checkpoint(self, model: Any, trial: Any) -> None:
        run = Path(self._get_output_dir(trial=trial))
        place = run / f"checkpoint-{self.state.global_step}"
        unfinished = run / f"unfinished-{self.state.global_step}"
        writes = self.args.should_save
        if writes:
            shutil.rmtree(unfinished, ignore_errors=True)  # a kill may have left it
            unfinished.mkdir(parents=True)
        self.store_flos()
        self.accelerator.wait_for_everyone()
        self.save_model(str(unfinished), _internal_call=True)
        best = self.state.best_global_step
        if best is not None and best == self.state.global_step:
            self.state.best_model_checkpoint = str(place)
        self._save_optimizer_and_scheduler(str(unfinished))
        self._save_rng_state(str(unfinished))
        if writes:
            self.state.save_to_json(str(unfinished / STATE))
        self.accelerator.wait_for_everyone()
        if writes:
            _seal(unfinished)
            shutil.rmtree(place, ignore_errors=True)
            os.replace(unfinished, place)
            _sync(run)
            self._forget(run)
        self.accelerator.wait_for_everyone()

    def _forget(self, run: Path) -> None:
        """Remove older checkpoints, but not the best one."""
        found = sorted(run.glob("checkpoint-*"), key=_step_of)
        for place in found[:-KEPT]:
            if str(place) != self.state.best_model_checkpoint:
                shutil.rmtree(place, ignore_errors=True)

    def _save_optimizer_and_scheduler(self, output_dir: str) -> None:
        if self.is_deepspeed_enabled or self.is_fsdp_enabled:
            super()._save_optimizer_and_scheduler(output_dir)
            return
        if not self.args.should_save:
            return
        optimizer = cast(Any, self.optimizer).state_dict()
        scheduler = {name: value for name, value in _scheduler(self).state_dict().items() if _plain(value)}
        tensors, rest = _apart(optimizer["state"])
        facts = {"groups": optimizer["param_groups"], "rest": rest, "scheduler": scheduler}
        scaler = getattr(self.accelerator, "scaler", None)
        if scaler is not None:
            facts["scaler"] = scaler.state_dict()
        _write(Path(output_dir, OPTIMIZER), tensors, facts)

    def _save_scaler(self, output_dir: str) -> None:
        """Do nothing: it is written beside the optimizer."""

    def _load_optimizer_and_scheduler(self, checkpoint: str | None) -> None:
        if checkpoint is None:
            return
        if self.is_deepspeed_enabled or self.is_fsdp_enabled:
            super()._load_optimizer_and_scheduler(checkpoint)
            return
        tensors, facts = _read(Path(checkpoint, OPTIMIZER), str(self.args.device))
        state = _together(tensors, facts["rest"])
        cast(Any, self.optimizer).load_state_dict({"state": state, "param_groups": facts["groups"]})
        _scheduler(self).load_state_dict(facts["scheduler"])
        if "scaler" in facts and getattr(self.accelerator, "scaler", None) is not None:
            self.accelerator.scaler.load_state_dict(facts["scaler"])

    def _load_scaler(self, checkpoint: str | None) -> None:
        """Do nothing: it is read with the optimizer."""

    def _save_rng_state(self, output_dir: str) -> None:
        tensors = {"cpu": torch.random.get_rng_state()}
        if torch.cuda.is_available():
            tensors["cuda"] = torch.cuda.random.get_rng_state()
        kind, keys, position, has_gauss, gauss = np.random.get_state(legacy=True)
        numpy_state = [kind, np.asarray(keys).tolist(), position, has_gauss, gauss]
        os.makedirs(output_dir, exist_ok=True)
        _write(self._randomness(output_dir), tensors, {"python": random.getstate(), "numpy": numpy_state})

    def _load_rng_state(self, checkpoint: str | None) -> None:
        if checkpoint is None or not self._randomness(checkpoint).with_suffix(".json").exists():
            return  # another number of processes: each has a seed of its own then
        tensors, facts = _read(self._randomness(checkpoint), "cpu")
        version, numbers, gauss = facts["python"]
        random.setstate((version, tuple(numbers), gauss))
        kind, keys, position, has_gauss, cached = facts["numpy"]
        np.random.set_state((kind, np.array(keys, dtype=np.uint32), position, has_gauss, cached))
        torch.random.set_rng_state(tensors["cpu"])
        if torch.cuda.is_available() and "cuda" in tensors:
            torch.cuda.random.set_rng_state(tensors["cuda"])

    def _randomness(self, directory: str) -> Path:
        return Path(directory, f"{RANDOMNESS}-{self.args.process_index}")


def _scheduler(trainer: Any) -> Any:
    return trainer.lr_scheduler


def _apart(state: Mapping[int, Mapping[str, Any]]) -> tuple[dict[str, torch.Tensor], dict[str, dict[str, Any]]]:
    tensors: dict[str, torch.Tensor] = {}
    rest: dict[str, dict[str, Any]] = {}
    for number, values in state.items():
        rest[str(number)] = {}
        for name, value in values.items():
            if isinstance(value, torch.Tensor):
                tensors[f"{number}/{name}"] = value
            else:
                rest[str(number)][name] = value
    return tensors, rest


def _together(tensors: Mapping[str, torch.Tensor], rest: Mapping[str, Mapping[str, Any]]) -> dict[int, dict[str, Any]]:
    state: dict[int, dict[str, Any]] = {int(number): dict(values) for number, values in rest.items()}
    for name, tensor in tensors.items():
        number, _, part = name.partition("/")
        state[int(number)][part] = tensor
    return state


def _plain(value: Any) -> bool:
    try:
        json.dumps(value)
    except TypeError:
        return False
    return True


def _write(place: Path, tensors: Mapping[str, torch.Tensor], facts: Mapping[str, Any]) -> None:
    # Copies, since safetensors writes no tensors that share memory.
    save_file(
        {name: value.detach().cpu().clone() for name, value in tensors.items()}, place.with_suffix(".safetensors")
    )
    place.with_suffix(".json").write_text(json.dumps(facts), encoding="utf-8")


def _read(place: Path, device: str) -> tuple[dict[str, torch.Tensor], Any]:
    with safe_open(place.with_suffix(".safetensors"), framework="pt", device=device) as kept:
        tensors = {name: kept.get_tensor(name) for name in kept.keys()}  # noqa: SIM118 - it is no mapping
    return tensors, json.loads(place.with_suffix(".json").read_text(encoding="utf-8"))


def _seal(place: Path) -> None:
    """See that every file is on the disk, and write down their checksums."""
    sums = {file.relative_to(place).as_posix(): _sum(file) for file in _files(place)}
    (place / SUMS).write_text(json.dumps(sums, indent=2, sort_keys=True), encoding="utf-8")
    for file in _files(place):
        _sync(file)
    _sync(place)


def _damage(place: Path) -> str:
    """Return what is wrong with a checkpoint; empty if nothing is."""
    try:
        sums = json.loads((place / SUMS).read_text(encoding="utf-8"))
        wrong = [name for name, expected in sums.items() if _sum(place / name) != expected]
    except (OSError, ValueError, AttributeError) as error:
        return str(error)
    return f"{', '.join(wrong)} was damaged" if wrong else ""


def _sum(file: Path) -> str:
    with open(file, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _files(place: Path) -> Iterable[Path]:
    return sorted(file for file in place.rglob("*") if file.is_file())


def _sync(place: Path) -> None:
    handle = os.open(place, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _step_of(place: Path) -> int:
    step = place.name.rpartition("-")[2]
    return int(step) if step.isdigit() else -1
