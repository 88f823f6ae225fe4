"""Tokenizers: one made from nothing, and what is missing from one that comes with a model."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

ROLES = ("system", "user", "assistant", "tool")
END, PAD = "<|end|>", "<|pad|>"
SPECIAL = (PAD, END, *(f"<|{role}|>" for role in ROLES))

# A message is its role, its text and an end. What an assistant says is marked as learnt, and its end with it, so that a
# model learns to stop. Calls of actions and their results are JSON.
TEMPLATE = """\
{%- for message in messages -%}
{%- if message['role'] == 'assistant' -%}
{{- '<|assistant|>' -}}
{%- generation -%}
{{- message['content'] or '' -}}
{%- for call in message['tool_calls'] or [] -%}
{{- '<tool_call>' + (call['function'] | tojson) + '</tool_call>' -}}
{%- endfor -%}
{{- '<|end|>' -}}
{%- endgeneration -%}
{%- elif message['role'] == 'system' -%}
{{- '<|system|>' + message['content'] + '<|end|>' -}}
{%- elif message['role'] == 'tool' -%}
{{- '<|tool|>' + message['content'] + '<|end|>' -}}
{%- else -%}
{{- '<|user|>' + message['content'] + '<|end|>' -}}
{%- endif -%}
{%- endfor -%}
{%- if add_generation_prompt -%}{{- '<|assistant|>' -}}{%- endif -%}
"""


def train_tokenizer(texts: Iterable[str], vocabulary: int, window: int) -> "PreTrainedTokenizerBase":
    """Return a byte-level BPE tokenizer (Sennrich et al. 2016; Radford et al. 2019) that knows every text.

    Args:
        texts: What it learns from.
        vocabulary: How many tokens it may have, the 256 bytes and the special ones among them.
        window: How much its model reads.
    """
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        special_tokens=list(SPECIAL),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=tokenizer,
        pad_token=PAD,
        eos_token=END,
        extra_special_tokens=[token for token in SPECIAL if token not in (PAD, END)],
        clean_up_tokenization_spaces=False,
        chat_template=TEMPLATE,
        model_max_length=window,
    )


def complete(tokenizer: "PreTrainedTokenizerBase", *, template: bool = True) -> tuple[int, list[str]]:
    """Give a tokenizer what training needs and it does not have: a token to pad with, a template of chats.

    Args:
        tokenizer: The tokenizer; it is changed.
        template: Whether it needs a template.

    Returns:
        How many tokens it knows that it did not know before, and what was done, for the person who trains.
    """
    remarks = []
    before = len(tokenizer)
    if template and not tokenizer.chat_template:
        tokenizer.add_special_tokens(
            {"additional_special_tokens": list(SPECIAL[1:])}, replace_extra_special_tokens=False
        )
        tokenizer.chat_template = TEMPLATE
        if tokenizer.pad_token is None:
            tokenizer.add_special_tokens({"pad_token": PAD})
        tokenizer.eos_token = END  # generation stops at it, and it ends what is learnt
        remarks.append(
            "The model's tokenizer has no template of chats and was given one, with tokens for roles and ends that the "
            "model has to learn."
        )
    elif tokenizer.pad_token is None:
        # One that ends texts would do, if ends were not to be learnt.
        tokenizer.add_special_tokens({"pad_token": PAD})
        remarks.append("The model's tokenizer has no token to pad with and was given one.")
    return len(tokenizer) - before, remarks


def resize(model: Any, tokenizer: "PreTrainedTokenizerBase", seed: int) -> None:
    """Have a model know all tokens of its tokenizer; one it did not know begins near the mean of the others."""
    import torch

    if model.get_input_embeddings().weight.shape[0] < len(tokenizer):
        with torch.random.fork_rng(devices=[]):  # how near is random, and has to be the same after a kill
            torch.manual_seed(seed)
            model.resize_token_embeddings(len(tokenizer), mean_resizing=True)
    model.config.pad_token_id = tokenizer.pad_token_id
    model.config.eos_token_id = tokenizer.eos_token_id
    if model.generation_config is not None:
        model.generation_config.pad_token_id = tokenizer.pad_token_id
        model.generation_config.eos_token_id = tokenizer.eos_token_id
