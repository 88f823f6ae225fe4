"""The loop in which an encoder learns: AdamW, a learning rate that rises and falls, checkpoints, seeds.

What it comes to does not depend on whether it was interrupted: each step has a seed of its own, and all that changes
from step to step is in the checkpoint.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch

from dialog_core import TrainingError
from dialog_core.training import Progress
from dialog_retrieval_training.checkpoint import Checkpoint

WEIGHT_DECAY = 0.01
WARM_UP = 0.1  # the part of all steps in which the learning rate rises
CLIP = 1.0  # the longest gradient
SEEDS = 1_000_003  # a prime, so that steps of different seeds do not share theirs


@dataclass(frozen=True, slots=True)
class Course:
    """How something is learnt.

    Attributes:
        stage: What it is called where progress is shown.
        steps: How many steps it takes.
        learning_rate: The highest one.
        seed: For what is dropped out.
    """

    stage: str
    steps: int
    learning_rate: float
    seed: int


def learn(
    course: Course,
    learning: Mapping[str, torch.nn.Parameter],
    step: Callable[[int, Callable[[torch.Tensor], None]], None],
    checkpoint: Checkpoint,
    progress: Progress,
) -> None:
    """Have parameters learn; those that were there before are as they end up, whatever happened in between.

    Args:
        course: How.
        learning: The parameters, by name.
        step: Computes the loss of the step of a number, and hands it to the function it is given.
        checkpoint: Where to begin, and where to leave how far it got.
        progress: Where to say how far it is.

    Raises:
        TrainingError: It came to nothing: a loss was no number.
    """
    optimizer = _optimizer(learning)

    def tensors() -> dict[str, torch.Tensor]:
        found: dict[str, torch.Tensor] = {}
        for name, parameter in learning.items():
            found[f"{name}/weights"] = parameter.data
            found |= {f"{name}/{part}": value for part, value in optimizer.state[parameter].items()}
        return found

    progress.stage(course.stage, course.steps)
    done = checkpoint.restore(tensors())
    progress.advance(done)
    device = next(iter(learning.values())).device

    def backward(loss: torch.Tensor) -> None:
        if not bool(torch.isfinite(loss)):
            raise TrainingError("the training came to nothing: its loss is no number any more. Lower `learning_rate`")
        loss.backward()  # type: ignore[no-untyped-call]

    with torch.random.fork_rng(devices=[device] if device.type == "cuda" else []):
        for number in range(done, course.steps):
            for group in optimizer.param_groups:
                group["lr"] = course.learning_rate * _rate(number, course.steps)
            torch.manual_seed(course.seed * SEEDS + number)
            optimizer.zero_grad(set_to_none=True)
            step(number, backward)
            torch.nn.utils.clip_grad_norm_(learning.values(), CLIP)
            optimizer.step()
            progress.advance()
            checkpoint.keep(number + 1, tensors)
    checkpoint.keep(course.steps, tensors, now=course.steps > done)
    for parameter in learning.values():
        parameter.grad = None


def _optimizer(learning: Mapping[str, torch.nn.Parameter]) -> torch.optim.Optimizer:
    matrices = [weights for weights in learning.values() if weights.ndim > 1]
    others = [weights for weights in learning.values() if weights.ndim <= 1]
    groups = [{"params": matrices, "weight_decay": WEIGHT_DECAY}, {"params": others, "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW([group for group in groups if group["params"]], fused=True)
    for learnt in learning.values():
        # What AdamW makes at its first step; made now, a checkpoint has somewhere to be read into.
        state = {"step": torch.zeros((), dtype=torch.float32, device=learnt.device)}
        optimizer.state[learnt] = state | {name: torch.zeros_like(learnt) for name in ("exp_avg", "exp_avg_sq")}
    return optimizer


def _rate(step: int, steps: int) -> float:
    """Return the part of the highest learning rate that a step has: rising first, then falling to nothing."""
    warm = max(1, round(WARM_UP * steps))
    return (step + 1) / warm if step < warm else (steps - step) / (steps - warm)
