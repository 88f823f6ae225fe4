"""A language model in memory, with everything needed to run it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedTokenizerBase


@dataclass(frozen=True, slots=True, eq=False)
class LoadedModel:
    """A model and its tokenizer.

    Attributes:
        model: The model, in evaluation mode, on `device`.
        tokenizer: Its tokenizer. It changes while it works: use it under a lock, or from one thread.
        device: Where the model is.
        encoder_decoder: Whether it reads with one half and writes with the other, as T5 does.
        window: How many tokens a chat and its completion may have together; of an encoder-decoder, the chat alone.
        end_ids: The tokens that end a completion.
        pad_id: What fills up the shorter rows of a batch.
        name: What the bot file calls it, for error messages.
    """

    model: Any
    tokenizer: "PreTrainedTokenizerBase"
    device: "torch.device"
    encoder_decoder: bool
    window: int
    end_ids: tuple[int, ...]
    pad_id: int
    name: str
