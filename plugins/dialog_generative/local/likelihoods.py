"""How likely a model finds replies it did not write: one pass over chat and reply, many of them together.

Imports torch: import it late.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch

from dialog_core.interfaces import Likelihood
from dialog_generative.errors import GenerationError
from dialog_generative.local.model import LoadedModel

BATCH_TOKENS = 8192  # in one pass, padding included; what is kept of each are numbers for the whole vocabulary
MOST_LOGITS = 1 << 26  # numbers the vocabulary's scores may take in one pass: 256 MB as float32


@dataclass(frozen=True, slots=True)
class Asked:
    """A chat and a reply to it, as tokens.

    Attributes:
        chat: The chat, up to where the reply begins.
        reply: The reply, and the token that ends it.
    """

    chat: tuple[int, ...]
    reply: tuple[int, ...]


Run = Callable[[Callable[[], list[float]]], list[float]]


def likelihoods(loaded: LoadedModel, asked: Sequence[Asked], run: Run = lambda score: score()) -> list[Likelihood]:
    """Return how likely each reply is, given its chat: what the model says itself, at temperature 1.

    Args:
        loaded: The model.
        asked: Chats and replies.
        run: Calls what runs the model, once for each batch: in the thread that may run it, if others use it too.

    Raises:
        GenerationError: One of them is longer than the model can read.
    """
    found: dict[int, Likelihood] = {}
    for batch in _batches(loaded, asked):
        rows = [asked[place] for place in batch]
        for place, value in zip(batch, run(partial(_score, loaded, rows)), strict=True):
            found[place] = Likelihood(value, len(asked[place].reply))
    return [found[place] for place in range(len(asked))]


def _batches(loaded: LoadedModel, asked: Sequence[Asked]) -> "list[list[int]]":
    """Return which are looked at together: of like length, so that little of a batch is padding."""
    vocabulary = int(loaded.model.get_input_embeddings().weight.shape[0])

    def length(place: int) -> int:
        return len(asked[place].chat) + len(asked[place].reply)

    batches: list[list[int]] = []
    for place in sorted(range(len(asked)), key=length, reverse=True):
        whole, longest = length(place), length(batches[-1][0]) if batches else 0
        read = len(asked[place].chat) if loaded.encoder_decoder else whole
        if read > loaded.window:
            raise GenerationError(
                f"{loaded.name}: a chat and its reply have {read} tokens, and the model reads {loaded.window}"
            )
        size = len(batches[-1]) + 1 if batches else 0
        if not batches or longest * size > BATCH_TOKENS or longest * size * vocabulary > MOST_LOGITS:
            batches.append([])
        batches[-1].append(place)
    return batches


@torch.inference_mode()
def _score(loaded: LoadedModel, batch: Sequence[Asked]) -> list[float]:
    score = _score_encoder_decoder if loaded.encoder_decoder else _score_decoder
    return score(loaded, batch)


def _score_decoder(loaded: LoadedModel, batch: Sequence[Asked]) -> list[float]:
    # Padded on the right: what comes behind a row has no bearing on it, and its places count as if it were alone.
    rows = [[*item.chat, *item.reply] for item in batch]
    begins = [len(item.chat) for item in batch]
    if not all(begins):
        raise GenerationError(f"{loaded.name}: there is a reply to an empty chat, which the model cannot begin with")
    ids, mask = _padded(loaded, [row[:-1] for row in rows])
    # Scores are only needed from where the first reply begins.
    kept = ids.shape[1] - min(begins) + 1
    logits = loaded.model(input_ids=ids, attention_mask=mask, use_cache=False, logits_to_keep=kept).logits
    first = ids.shape[1] - logits.shape[1]  # models that do not know `logits_to_keep` return everything
    found = []
    for number, (item, begin) in enumerate(zip(batch, begins, strict=True)):
        start = begin - 1 - first
        found.append(_sum(logits[number, start : start + len(item.reply)], item.reply))
    return found


def _score_encoder_decoder(loaded: LoadedModel, batch: Sequence[Asked]) -> list[float]:
    start = loaded.model.generation_config.decoder_start_token_id
    start = loaded.model.config.decoder_start_token_id if start is None else start
    ids, mask = _padded(loaded, [item.chat for item in batch])
    written, _ = _padded(loaded, [[start, *item.reply[:-1]] for item in batch])
    logits = loaded.model(input_ids=ids, attention_mask=mask, decoder_input_ids=written, use_cache=False).logits
    return [_sum(logits[number, : len(item.reply)], item.reply) for number, item in enumerate(batch)]


def _padded(loaded: LoadedModel, rows: Sequence[Sequence[int]]) -> tuple[torch.Tensor, torch.Tensor]:
    longest = max(map(len, rows))
    ids = torch.tensor([[*row, *[loaded.pad_id] * (longest - len(row))] for row in rows], device=loaded.device)
    mask = torch.tensor([[1] * len(row) + [0] * (longest - len(row)) for row in rows], device=loaded.device)
    return ids, mask


def _sum(logits: torch.Tensor, reply: Sequence[int]) -> float:
    wanted = torch.tensor(reply, device=logits.device)
    likely: Any = logits.float().log_softmax(-1).gather(-1, wanted[:, None])
    return float(likely.double().sum())
