"""How well a model foretells what was said: perplexity and bits per byte, over replies that were held out."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch

from dialog_generative_training.chats import IGNORED, Row

MOST = 64_000_000  # logits at once


@dataclass(frozen=True, slots=True)
class Measured:
    """What there is to measure on.

    Attributes:
        rows: The examples; what is not measured is not labelled.
        bytes: How long, in UTF-8, what is measured is.
    """

    rows: Sequence[Row]
    bytes: int


def measure(model: Any, measured: Measured, pad_id: int) -> Mapping[str, float]:
    """Return a model's perplexity, each token counting alike, and its bits per byte; empty if there is nothing.

    Args:
        model: A decoder.
        measured: What to measure on.
        pad_id: What fills up rows.
    """
    count = sum(label != IGNORED for row in measured.rows for label in row.labels[1:])
    if not count:
        return {}
    nats = log_loss(model, measured.rows, pad_id)
    return {
        "perplexity": math.exp(min(nats / count, 700.0)),
        "bits_per_byte": nats / math.log(2) / max(measured.bytes, 1),
    }


def log_loss(model: Any, rows: Sequence[Row], pad_id: int) -> float:
    """Return the negative logarithm of how likely a model finds what is labelled, summed."""
    device = next(model.parameters()).device
    vocabulary = int(model.get_input_embeddings().weight.shape[0])
    before = model.training
    model.eval()
    total = 0.0
    try:
        with torch.inference_mode():
            for batch in _batches(rows, max(MOST // vocabulary, 1)):
                longest = max(len(row.ids) for row in batch)
                ids = torch.tensor([[*row.ids, *[pad_id] * (longest - len(row.ids))] for row in batch], device=device)
                labels = torch.tensor(
                    [[*row.labels, *[IGNORED] * (longest - len(row.labels))] for row in batch], device=device
                )
                mask = torch.tensor(
                    [[1] * len(row.ids) + [0] * (longest - len(row.ids)) for row in batch], device=device
                )
                logits = model(input_ids=ids, attention_mask=mask, use_cache=False).logits
                total += float(
                    torch.nn.functional.cross_entropy(
                        logits[:, :-1].flatten(0, 1).float(),
                        labels[:, 1:].flatten(),
                        ignore_index=IGNORED,
                        reduction="sum",
                    )
                )
    finally:
        model.train(before)
    return total


def _batches(rows: Sequence[Row], most: int) -> Iterator[list[Row]]:
    """Yield rows of about the same length, so many that they have few enough tokens together."""
    batch: list[Row] = []
    for row in sorted(rows, key=lambda row: len(row.ids)):
        if batch and len(row.ids) * (len(batch) + 1) > most:
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch
