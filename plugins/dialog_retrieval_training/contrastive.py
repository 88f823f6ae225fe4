"""Fine-tuning a sentence encoder on pairs, so that what is asked lies near what answers it and far from the rest.

The losses are those of sentence-transformers: MultipleNegativesRankingLoss (Henderson et al. 2017), its cached form
(Gao et al. 2021) and MatryoshkaLoss (Kusupati et al. 2022). The loop is our own, for that library's trainer keeps its
optimizer in pickles and does not come to the same after a kill.
"""

import copy
import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from sentence_transformers.sentence_transformer.losses import (
    CachedMultipleNegativesRankingLoss,
    MatryoshkaLoss,
    MultipleNegativesRankingLoss,
)

from dialog_core.training import Progress
from dialog_retrieval_training.batches import Example, make_batches
from dialog_retrieval_training.checkpoint import Checkpoint
from dialog_retrieval_training.learning import Course, learn
from dialog_retrieval_training.options import EncoderTraining

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

SCALE = 20.0  # of similarities before the softmax: a temperature of .05, as in SimCSE
LONGEST_TOKEN = 16  # characters; a text is cut at so many for each token before the tokenizer walks through it
PORTION = 16  # texts that the cached loss computes together
# Half of a small model's weights are its vocabulary. There are never enough pairs to learn words from.
VOCABULARY = "embeddings.word_embeddings"

Preprocess = Callable[[Sequence[str]], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Prefixes:
    """What an encoder wants before what is asked, and before what is found."""

    question: str = ""
    passage: str = ""


def tune(
    model: "SentenceTransformer",
    examples: Sequence[Example],
    options: EncoderTraining,
    prefixes: Prefixes,
    seed: int,
    checkpoints: Path,
    progress: Progress,
) -> "SentenceTransformer":
    """Return a fine-tuned copy of a model.

    Args:
        model: The model.
        examples: What it learns from.
        options: How.
        prefixes: What stands before texts.
        seed: For the order of the pairs, and what is dropped out.
        checkpoints: Where to leave how far it got.
        progress: Where to say that.
    """
    model = trainable(model, options)
    loss = make_loss(model, options)
    batches = make_batches(examples, options.batch_size, options.epochs, seed)
    learning = parameters_of(model, vocabulary=False)

    def step(number: int, backward: Callable[[torch.Tensor], None]) -> None:
        batch = [examples[place] for place in batches[number]]
        backward(loss(columns(model, batch, prefixes), torch.empty(0)))

    how = [options.model_dump(mode="json", include=_MATTERS), seed, prefixes.question, prefixes.passage]
    file = checkpoints / f"pairs-{digest([_told(examples), weights_of(model), how])}.safetensors"
    course = Course("fine-tuning the encoder", len(batches), options.learning_rate, seed)
    learn(course, learning, step, Checkpoint(file), progress)
    return finished(model)


def trainable(model: "SentenceTransformer", options: EncoderTraining) -> "SentenceTransformer":
    """Return a copy of a model that can be trained: in full precision, where it is to be trained."""
    model = copy.deepcopy(model).float().to(find_device(options.device)).train()
    model.max_seq_length = min(model.max_seq_length or options.max_tokens, options.max_tokens)
    return model


def finished(model: "SentenceTransformer") -> "SentenceTransformer":
    """Return a model as it serves."""
    model.eval()
    for parameter in model.parameters():
        parameter.requires_grad_(False)
    return model


def parameters_of(model: torch.nn.Module, *, vocabulary: bool) -> dict[str, torch.nn.Parameter]:
    """Return the parameters that are to learn, by name, and have only those learn.

    Args:
        model: What they belong to.
        vocabulary: Whether the vectors of words are among them.
    """
    learning = {name: one for name, one in model.named_parameters() if vocabulary or VOCABULARY not in name}
    for parameter in model.parameters():
        parameter.requires_grad_(False)
    for parameter in learning.values():
        parameter.requires_grad_(True)
    return learning


def make_loss(model: "SentenceTransformer", options: EncoderTraining) -> torch.nn.Module:
    """Return the loss the options name."""
    loss: torch.nn.Module
    if options.loss == "cached":
        loss = CachedMultipleNegativesRankingLoss(model, scale=SCALE, mini_batch_size=PORTION)
    else:
        loss = MultipleNegativesRankingLoss(model, scale=SCALE)
    full = dimension_of(model)
    shorter = sorted({full, *(length for length in options.dimensions if length < full)}, reverse=True)
    return MatryoshkaLoss(model, loss, shorter) if len(shorter) > 1 else loss


def columns(model: "SentenceTransformer", batch: Sequence[Example], prefixes: Prefixes) -> list[dict[str, Any]]:
    """Return what the model is given: what is asked, what is found, and as many negatives as all have."""
    count = min(len(example.wrong) for example in batch)
    texts = [
        [prefixes.question + example.pair.asked for example in batch],
        [prefixes.passage + example.pair.found for example in batch],
        *([prefixes.passage + example.wrong[number] for example in batch] for number in range(count)),
    ]
    return [features(model, column) for column in texts]


def features(model: "SentenceTransformer", texts: Sequence[str]) -> dict[str, Any]:
    """Return texts as a model takes them."""
    cut = LONGEST_TOKEN * int(model.max_seq_length or 0) or None
    # Half a surrogate pair is no text to a tokenizer.
    found = model.preprocess([text[:cut].encode(errors="replace").decode() for text in texts])
    device = next(model.parameters()).device
    return {name: value.to(device) if isinstance(value, torch.Tensor) else value for name, value in found.items()}


def find_device(wanted: str) -> str:
    """Return where to train: `cpu` or `cuda`."""
    if wanted == "cpu" or (wanted == "auto" and not torch.cuda.is_available()):
        return "cpu"
    return "cuda"


def dimension_of(model: "SentenceTransformer") -> int:
    """Return how long a model's vectors are."""
    with torch.inference_mode():
        return int(model(features(model, ["a"]))["sentence_embedding"].shape[1])


def digest(value: Any) -> str:
    """Return what tells JSON values from others."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]


def weights_of(model: torch.nn.Module) -> str:
    """Return what tells a model's weights from others."""
    hashed = hashlib.sha256()
    for name, parameter in sorted(model.named_parameters()):
        hashed.update(name.encode())
        hashed.update(parameter.detach().cpu().contiguous().numpy().tobytes())
    return hashed.hexdigest()


_MATTERS = {"epochs", "learning_rate", "batch_size", "loss", "dimensions", "max_tokens"}


def _told(examples: Sequence[Example]) -> list[list[Any]]:
    return [[example.pair.asked, example.pair.found, list(example.wrong)] for example in examples]
