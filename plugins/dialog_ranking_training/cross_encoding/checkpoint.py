"""What a training that is killed goes on from: tensors in a file, and how many steps they took.

It is written in safetensors: reading it runs no code, wherever it comes from. What it is of stands in its name, so that
a checkpoint of other pairs or options is never gone on from.
"""

import logging
import os
from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file

logger = logging.getLogger(__name__)


def restore(file: Path, tensors: Mapping[str, torch.Tensor]) -> int:
    """Read into tensors what was kept, and return after how many steps that was; 0 if there is nothing.

    A file that cannot be read, or holds other tensors, counts as none: then the training begins anew.
    """
    if not file.exists():
        return 0
    try:
        with safe_open(file, framework="pt") as kept:
            found = {name: kept.get_tensor(name) for name in kept.keys()}  # noqa: SIM118 - it is no mapping
            steps = int(kept.metadata()["steps"])
    except (OSError, SafetensorError, ValueError, KeyError, TypeError) as error:
        logger.warning("%s cannot be read, so the training begins anew: %s", file, error)
        return 0
    if {name: value.shape for name, value in found.items()} != {name: one.shape for name, one in tensors.items()}:
        logger.warning("%s is of another model, so the training begins anew", file)
        return 0
    with torch.no_grad():
        for name, tensor in tensors.items():
            tensor.copy_(found[name])
    return steps


def keep(file: Path, steps: int, tensors: Mapping[str, torch.Tensor]) -> None:
    """Write tensors down; a kill in between leaves what was there before."""
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_suffix(".tmp")
    # Copies, since safetensors writes no tensors that share memory, as tied weights do.
    save_file({name: value.detach().clone() for name, value in tensors.items()}, unfinished, {"steps": str(steps)})
    os.replace(unfinished, file)
