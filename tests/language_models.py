"""Small language models for tests: of real architectures, with seeded random weights and a tokenizer of their own."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

LINES = (
    "Hello, how can I help you today?",
    "Where is my order? It should have come on Monday.",
    "The table is booked for seven o'clock, thank you very much.",
    "I would like to return these shoes, because they are too small.",
    "What are your opening hours on Sunday? We are open from ten to four.",
    "System: You are a helpful assistant. User: What can you do? Assistant: I answer questions.",
    "你好，请问有什么可以帮您？我想订一张桌子。谢谢！",
)
"""What the tokenizers are trained on."""

ROLE_TOKENS = ("<|system|>", "<|user|>", "<|assistant|>", "<|tool|>")
END, PAD = "<|end|>", "<|pad|>"

CHAT_TEMPLATE = (
    "{% for message in messages %}"
    "{{ '<|' + message['role'] + '|>' }}"
    "{% if message['role'] == 'assistant' %}{% generation %}{{ message['content'] + '<|end|>' }}{% endgeneration %}"
    "{% else %}{{ message['content'] + '<|end|>' }}{% endif %}"
    "{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}"
)


def save_llama(
    directory: Path,
    *,
    chat_template: bool | str = True,
    layers: int = 2,
    hidden: int = 64,
    vocabulary: int = 400,
    window: int = 512,
    lines: Sequence[str] = LINES,
    seed: int = 0,
    **config: Any,
) -> Path:
    """Save a decoder as it is trained from nothing: role tokens, an end-of-turn token, a padding token.

    Args:
        directory: Where; made if it is not there.
        chat_template: Whether the tokenizer has a template, or which.
        layers: How many layers.
        hidden: How wide they are.
        vocabulary: How many tokens the tokenizer learns at most.
        window: How many positions there are.
        lines: What the tokenizer is trained on.
        seed: Of the weights.
        config: Further fields of the model's configuration.
    """
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    tokenizer = byte_level_tokenizer(
        lines,
        vocabulary,
        special=(PAD, END, *ROLE_TOKENS),
        pad_token=PAD,
        eos_token=END,
        model_max_length=window,
    )
    if chat_template:
        tokenizer.chat_template = CHAT_TEMPLATE if chat_template is True else chat_template
    torch.manual_seed(seed)
    model = LlamaForCausalLM(
        LlamaConfig(
            **{
                "vocab_size": len(tokenizer),
                "hidden_size": hidden,
                "intermediate_size": 2 * hidden,
                "num_hidden_layers": layers,
                "num_attention_heads": 4,
                "num_key_value_heads": 2,
                "max_position_embeddings": window,
                "bos_token_id": None,
                "eos_token_id": tokenizer.eos_token_id,
                "pad_token_id": tokenizer.pad_token_id,
                "initializer_range": 0.2,  # as narrow as usual, all tokens would be about equally likely
                **config,
            }
        )
    )
    return _save(directory, model, tokenizer)


def save_gpt2(directory: Path, *, window: int = 256, seed: int = 0, **config: Any) -> Path:
    """Save a decoder as DialoGPT is: no padding token, no template, one token for the end of a text.

    Args:
        directory: Where; made if it is not there.
        window: How many positions there are.
        seed: Of the weights.
        config: Further fields of the model's configuration.
    """
    import torch
    from transformers import GPT2Config, GPT2LMHeadModel

    end = "<|endoftext|>"
    tokenizer = byte_level_tokenizer(LINES, 400, special=(end,), eos_token=end, bos_token=end, unk_token=end)
    torch.manual_seed(seed)
    model = GPT2LMHeadModel(
        GPT2Config(
            **{
                "vocab_size": len(tokenizer),
                "n_embd": 64,
                "n_layer": 2,
                "n_head": 4,
                "n_positions": window,
                "bos_token_id": tokenizer.eos_token_id,
                "eos_token_id": tokenizer.eos_token_id,
                "initializer_range": 0.2,
                **config,
            }
        )
    )
    return _save(directory, model, tokenizer)


def save_t5(directory: Path, *, seed: int = 0, **config: Any) -> Path:
    """Save an encoder-decoder as T5 is: `</s>` ends what it reads and what it writes.

    Args:
        directory: Where; made if it is not there.
        seed: Of the weights.
        config: Further fields of the model's configuration.
    """
    import torch
    from tokenizers.processors import TemplateProcessing
    from transformers import T5Config, T5ForConditionalGeneration

    tokenizer = byte_level_tokenizer(
        LINES, 400, special=("<pad>", "</s>", "<unk>"), pad_token="<pad>", eos_token="</s>", unk_token="<unk>"
    )
    tokenizer.backend_tokenizer.post_processor = TemplateProcessing(
        single="$A </s>", pair="$A </s> $B </s>", special_tokens=[("</s>", tokenizer.eos_token_id)]
    )
    torch.manual_seed(seed)
    model = T5ForConditionalGeneration(
        T5Config(
            **{
                "vocab_size": len(tokenizer),
                "d_model": 64,
                "d_ff": 128,
                "d_kv": 16,
                "num_layers": 2,
                "num_heads": 4,
                "decoder_start_token_id": tokenizer.pad_token_id,
                "pad_token_id": tokenizer.pad_token_id,
                "eos_token_id": tokenizer.eos_token_id,
                "initializer_factor": 2.0,
                **config,
            }
        )
    )
    return _save(directory, model, tokenizer)


def teach(
    directory: Path,
    pairs: Sequence[tuple[str, str]],
    *,
    prompts: Sequence[Sequence[int]] = (),
    steps: int = 150,
    seed: int = 0,
) -> Path:
    """Train a saved decoder with a template until it knows replies by heart, and save it again.

    Args:
        directory: Where the model is.
        pairs: What users say, and what is answered.
        prompts: What the model is told in each case, as tokens; default: what users say and nothing else.
        steps: How many passes over all pairs.
        seed: For what is random in it.
    """
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    with _quiet():
        tokenizer = AutoTokenizer.from_pretrained(directory)
        model = AutoModelForCausalLM.from_pretrained(directory)
    torch.manual_seed(seed)
    rows, wanted = [], []
    for number, (said, reply) in enumerate(pairs):
        asked = [{"role": "user", "content": said}]
        prompt = tokenizer.apply_chat_template(asked, add_generation_prompt=True, return_dict=False)
        prompt = list(prompts[number]) if prompts else prompt
        answer = [*tokenizer.encode(reply, add_special_tokens=False), tokenizer.eos_token_id]
        rows.append([*prompt, *answer])
        wanted.append([-100] * len(prompt) + answer)
    longest = max(map(len, rows))
    ids = torch.tensor([[*row, *[tokenizer.pad_token_id] * (longest - len(row))] for row in rows])
    labels = torch.tensor([[*row, *[-100] * (longest - len(row))] for row in wanted])
    mask = torch.tensor([[1] * len(row) + [0] * (longest - len(row)) for row in rows])
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
    model.train()
    for _ in range(steps):
        optimizer.zero_grad()
        model(input_ids=ids, attention_mask=mask, labels=labels).loss.backward()
        optimizer.step()
    model.eval()
    return _save(directory, model, tokenizer)


def byte_level_tokenizer(lines: Sequence[str], vocabulary: int, *, special: Sequence[str], **settings: Any) -> Any:
    """Return a byte-level BPE tokenizer that was trained on some lines.

    Args:
        lines: The lines.
        vocabulary: How many tokens it may have, the 256 bytes and the special ones among them.
        special: The special tokens, which come first.
        settings: What `PreTrainedTokenizerFast` is to know: which token pads, and so on.
    """
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        special_tokens=list(special),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(lines, trainer)
    others = [token for token in special if token not in settings.values()]
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        extra_special_tokens=others,
        clean_up_tokenization_spaces=False,
        **settings,
    )


def _save(directory: Path, model: Any, tokenizer: Any) -> Path:
    with _quiet():
        model.save_pretrained(directory)
        tokenizer.save_pretrained(directory)
    return directory


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep progress bars out of what tests print."""
    from transformers.utils import logging

    shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        if shown:
            logging.enable_progress_bar()
