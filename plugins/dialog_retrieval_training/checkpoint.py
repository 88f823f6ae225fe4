"""What a training that is killed goes on from: tensors in a file, and how many steps they took.

It is written by the training itself, in safetensors: reading it runs no code, wherever it comes from. What it is of
stands in its name, so that a checkpoint of other texts or options is never gone on from.
"""

import logging
import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file

EVERY = 30.0  # seconds; what a kill costs at most

logger = logging.getLogger(__name__)


class Checkpoint:
    """Keeps how far a training got."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._written_at = time.monotonic()

    def restore(self, tensors: Mapping[str, torch.Tensor]) -> int:
        """Read into tensors what was kept, and return after how many steps that was; 0 if there is nothing.

        A file that cannot be read, or holds other tensors, counts as none: then the training begins anew.
        """
        if not self._file.exists():
            return 0
        try:
            with safe_open(self._file, framework="pt") as kept:
                found = {name: kept.get_tensor(name) for name in kept.keys()}  # noqa: SIM118 - it is no mapping
                steps = int(kept.metadata()["steps"])
        except (OSError, SafetensorError, ValueError, KeyError, TypeError) as error:
            logger.warning("%s cannot be read, so the training begins anew: %s", self._file, error)
            return 0
        if {name: value.shape for name, value in found.items()} != {name: one.shape for name, one in tensors.items()}:
            logger.warning("%s is of another model, so the training begins anew", self._file)
            return 0
        with torch.no_grad():
            for name, tensor in tensors.items():
                tensor.copy_(found[name])
        return steps

    def keep(self, steps: int, tensors: Callable[[], Mapping[str, torch.Tensor]], *, now: bool = False) -> None:
        """Write tensors down, if it is time to.

        Args:
            steps: How many steps they took.
            tensors: Returns them.
            now: Whether it is time, whenever they were written last.
        """
        if not now and time.monotonic() - self._written_at < EVERY:
            return
        self._file.parent.mkdir(parents=True, exist_ok=True)
        unfinished = self._file.with_suffix(".tmp")
        # Copies, since safetensors writes no tensors that share memory, as tied weights do.
        save_file(
            {name: value.detach().clone() for name, value in tensors().items()}, unfinished, {"steps": str(steps)}
        )
        os.replace(unfinished, self._file)
        self._written_at = time.monotonic()
