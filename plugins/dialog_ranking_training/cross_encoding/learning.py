"""The loop in which a cross-encoder learns: AdamW, a learning rate that rises and falls, checkpoints, seeds.

What it comes to does not depend on whether it was interrupted: each step has a seed of its own, and all that changes
from step to step is in the checkpoint.
"""

import hashlib
import json
import time
from collections.abc import Sequence
from dataclasses import astuple
from pathlib import Path

import torch
from torch.nn.functional import softplus

from dialog_core import TrainingError
from dialog_core.training import Progress
from dialog_ranking.cross_encoder.pair_model import PairModel
from dialog_ranking_training.cross_encoding.checkpoint import keep, restore
from dialog_ranking_training.cross_encoding.pairs import Balance, Pair, batches_of
from dialog_ranking_training.options import CrossEncoderTraining

WEIGHT_DECAY = 0.01
WARM_UP = 0.1  # the part of all steps in which the learning rate rises
CLIP = 1.0  # the longest gradient
SEEDS = 1_000_003  # a prime, so that steps of different seeds do not share theirs
EVERY = 60.0  # seconds between checkpoints within an epoch
# Half of a small model's weights are its vocabulary. There are never enough replies to learn words from.
VOCABULARY = "embeddings.word_embeddings"


def fine_tune(
    reader: PairModel,
    pairs: Sequence[Pair],
    balance: Balance,
    options: CrossEncoderTraining,
    seed: int,
    checkpoints: Path,
    progress: Progress,
) -> None:
    """Have a cross-encoder learn which pairs are right.

    Args:
        reader: What learns.
        pairs: What it learns from.
        balance: How much right and wrong pairs count.
        options: How.
        seed: For the order of the pairs, and what is dropped out.
        checkpoints: Where to leave how far it got.
        progress: Where to say that.

    Raises:
        TrainingError: It came to nothing: a loss was no number.
    """
    learning = _learning(reader.model)
    optimizer = _optimizer(learning)
    batches = batches_of(pairs, options.batch_size, options.epochs, seed)
    an_epoch = len(batches) // options.epochs
    usual = sum(pair.weight for pair in pairs) / len(pairs)
    file = checkpoints / f"cross-encoder-{_identity(reader, pairs, options, seed)}.safetensors"

    def state() -> dict[str, torch.Tensor]:
        found: dict[str, torch.Tensor] = {}
        for name, parameter in learning.items():
            found[f"{name}/weights"] = parameter.data
            found |= {f"{name}/{part}": value for part, value in optimizer.state[parameter].items()}
        return found

    progress.stage("fine-tuning the cross-encoder", len(batches))
    done = restore(file, state())
    progress.advance(done)
    written_at = time.monotonic()
    reader.model.train()
    device = reader.model.device
    with torch.random.fork_rng(devices=[device] if device.type == "cuda" else []):
        for number in range(done, len(batches)):
            for group in optimizer.param_groups:
                group["lr"] = options.learning_rate * _rate(number, len(batches))
            torch.manual_seed(seed * SEEDS + number)
            optimizer.zero_grad(set_to_none=True)
            loss = _loss(reader, [pairs[place] for place in batches[number]], balance, usual)
            if not bool(torch.isfinite(loss)):
                raise TrainingError(
                    "the training came to nothing: its loss is no number any more. Lower `learning_rate`"
                )
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(learning.values(), CLIP)
            optimizer.step()
            progress.advance()
            if (number + 1) % an_epoch == 0 or time.monotonic() - written_at > EVERY:
                keep(file, number + 1, state())
                written_at = time.monotonic()
    reader.model.eval()
    for parameter in reader.model.parameters():
        parameter.grad = None
        parameter.requires_grad_(False)


def _loss(reader: PairModel, batch: Sequence[Pair], balance: Balance, usual: float) -> torch.Tensor:
    """Return the cross-entropy of pairs, weighted by what they count."""
    logits = reader.model(**reader.encode([(pair.context, pair.reply) for pair in batch])).logits.float().reshape(-1)
    right = torch.tensor([pair.right for pair in batch], device=logits.device)
    weight = torch.tensor([pair.weight / usual for pair in batch], device=logits.device)
    each = balance.right * right * softplus(-logits) + balance.wrong * (1.0 - right) * softplus(logits)
    return (weight * each).mean()


def _learning(model: torch.nn.Module) -> dict[str, torch.nn.Parameter]:
    for name, parameter in model.named_parameters():
        parameter.requires_grad_(VOCABULARY not in name)
    return {name: parameter for name, parameter in model.named_parameters() if parameter.requires_grad}


def _optimizer(learning: dict[str, torch.nn.Parameter]) -> torch.optim.Optimizer:
    matrices = [weights for weights in learning.values() if weights.ndim > 1]
    others = [weights for weights in learning.values() if weights.ndim <= 1]
    groups = [{"params": matrices, "weight_decay": WEIGHT_DECAY}, {"params": others, "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW([group for group in groups if group["params"]], fused=True)
    for learnt in learning.values():
        # What AdamW makes at its first step; made now, a checkpoint has somewhere to be read into.
        step = {"step": torch.zeros((), dtype=torch.float32, device=learnt.device)}
        optimizer.state[learnt] = step | {name: torch.zeros_like(learnt) for name in ("exp_avg", "exp_avg_sq")}
    return optimizer


def _rate(step: int, steps: int) -> float:
    """Return the part of the highest learning rate that a step has: rising first, then falling to nothing."""
    warm = max(1, round(WARM_UP * steps))
    return (step + 1) / warm if step < warm else (steps - step) / (steps - warm)


def _identity(reader: PairModel, pairs: Sequence[Pair], options: CrossEncoderTraining, seed: int) -> str:
    """Return what tells a training from every other."""
    hashed = hashlib.sha256()
    for name, parameter in sorted(reader.model.named_parameters()):
        hashed.update(name.encode())
        hashed.update(parameter.detach().cpu().contiguous().numpy().tobytes())
    how = options.model_dump(mode="json", include={"epochs", "batch_size", "learning_rate"})
    hashed.update(json.dumps([how, seed, reader.max_length, [astuple(pair) for pair in pairs]]).encode())
    return hashed.hexdigest()[:16]
