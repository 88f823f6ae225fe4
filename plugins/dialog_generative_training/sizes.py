"""How large models that are trained from nothing are."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from transformers import PreTrainedConfig, PreTrainedTokenizerBase

WINDOW = 512  # tokens a model can read at least, however short the examples are


@dataclass(frozen=True, slots=True)
class Size:
    """The shape of a decoder.

    Attributes:
        layers: How many layers it has.
        width: How wide they are.
        heads: How many heads attention has.
        inner: How wide the feed-forward parts are.
        dropout: How much is left out at random while it learns. On a CPU it costs a quarter of the speed, and decay of
            the weights keeps small models from learning by heart as well.
        gpt2: Whether it is built as GPT-2 is, otherwise as Llama is.
    """

    layers: int
    width: int
    heads: int
    inner: int
    dropout: float = 0.0
    gpt2: bool = False


SIZES: Mapping[str, Size] = {
    "nano": Size(layers=2, width=128, heads=4, inner=352),
    "tiny": Size(layers=4, width=256, heads=4, inner=704),
    "small": Size(layers=6, width=384, heads=6, inner=1024),
    "base": Size(layers=8, width=512, heads=8, inner=1408),
    "gpt2": Size(layers=12, width=768, heads=12, inner=3072, dropout=0.1, gpt2=True),  # Radford et al. 2019
}


def window_of(max_length: int) -> int:
    """Return how much a model reads that is trained with examples of a length."""
    return max(max_length, WINDOW)


def make_config(size: Size, tokenizer: "PreTrainedTokenizerBase", max_length: int) -> "PreTrainedConfig":
    """Return the configuration of a model of a size, for a tokenizer and examples of a length."""
    from transformers import GPT2Config, LlamaConfig

    tokens: dict[str, Any] = {
        "vocab_size": len(tokenizer),
        "bos_token_id": None,
        "eos_token_id": tokenizer.eos_token_id,
        "pad_token_id": tokenizer.pad_token_id,
        "use_cache": True,
    }
    window = window_of(max_length)
    if size.gpt2:
        return GPT2Config(
            n_layer=size.layers,
            n_embd=size.width,
            n_head=size.heads,
            n_inner=size.inner,
            n_positions=max(window, 1024),
            resid_pdrop=size.dropout,
            embd_pdrop=size.dropout,
            attn_pdrop=size.dropout,
            **tokens,
        )
    return LlamaConfig(
        num_hidden_layers=size.layers,
        hidden_size=size.width,
        num_attention_heads=size.heads,
        num_key_value_heads=size.heads,
        intermediate_size=size.inner,
        max_position_embeddings=window,
        attention_dropout=size.dropout,
        tie_word_embeddings=True,  # half of a small model would be its vocabulary, twice
        **tokens,
    )


def make_model(size: Size, tokenizer: "PreTrainedTokenizerBase", max_length: int, seed: int) -> Any:
    """Return a model of a size with random weights, the same for the same seed."""
    import torch
    from transformers import AutoModelForCausalLM

    config = make_config(size, tokenizer, max_length)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return AutoModelForCausalLM.from_config(config)  # type: ignore[no-untyped-call]


def count(model: Any) -> int:
    """Return how many parameters a model has; those in two places count once."""
    return sum(weights.numel() for weights in model.parameters())
