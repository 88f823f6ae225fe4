"""A language model for the benchmarks of generation, what is said to it, and the plain loop to compare with.

Its weights are random: what it says means nothing, but takes as long as if it did, and is the same each time.
"""

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.language_models import save_llama

if TYPE_CHECKING:
    from dialog_generative.local.jobs import Job
    from dialog_generative.local.model import LoadedModel

WINDOW = 4096
REPLY_TOKENS = 40
WORDS = 9_000
SECONDS = 600.0  # no benchmark is to be cut short by a deadline

_SYLLABLES = [first + second for first in "bdfgklmnprstvz" for second in ("a", "e", "i", "o", "u", "ar", "en")]


@dataclass(frozen=True, slots=True)
class Said:
    """What a model said, and when.

    Attributes:
        ids: Its tokens.
        first: Seconds to the first of them.
        seconds: Seconds to the last.
        cached: How many tokens of the chat it did not have to read.
    """

    ids: tuple[int, ...]
    first: float
    seconds: float
    cached: int = 0


def save_model(directory: Path) -> Path:
    """Save a Llama of 30 million parameters, with a vocabulary of about 8,000 tokens."""
    words = [_word(number) for number in range(WORDS)] * 2
    lines = [" ".join(words[place : place + 20]) for place in range(0, len(words), 20)]
    return save_llama(
        directory,
        layers=8,
        hidden=512,
        vocabulary=8_192,
        window=WINDOW,
        lines=lines,
        intermediate_size=1_376,
        num_attention_heads=8,
        num_key_value_heads=8,
        tie_word_embeddings=True,
        initializer_range=0.05,
    )


def sentence(chance: random.Random, words: int) -> str:
    """Return so many made-up words."""
    return " ".join(_word(chance.randrange(WORDS)) for _ in range(words))


def threads() -> str:
    """Return how many threads torch uses: one for each core, unless OMP_NUM_THREADS says otherwise."""
    import torch

    count = torch.get_num_threads()
    return f"{count} threads" if count > 1 else "one thread"


def load_model(directory: Path) -> "LoadedModel":
    """Load a saved model for the engine."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer
    from transformers.utils import logging

    from dialog_generative.local.model import LoadedModel

    logging.disable_progress_bar()
    tokenizer = AutoTokenizer.from_pretrained(directory)
    model = AutoModelForCausalLM.from_pretrained(directory).eval()
    ends, pad = (tokenizer.eos_token_id,), tokenizer.pad_token_id
    return LoadedModel(model, tokenizer, torch.device("cpu"), False, WINDOW, ends, pad, "the benchmark's model")


def job(key: str, ids: Sequence[int], tokens: int = REPLY_TOKENS) -> "Job":
    """Return a job for exactly so many tokens, the likeliest each time."""
    from dialog_generative.local.jobs import Job
    from dialog_generative.local.options import Decoding

    decoding = Decoding(max_tokens=tokens, min_tokens=tokens)
    return Job(key, tuple(ids), decoding, 1, 0, time.monotonic() + SECONDS)


def plain(loaded: "LoadedModel", ids: Sequence[int], tokens: int = REPLY_TOKENS) -> Said:
    """Have `generate` of transformers read a whole chat and say exactly so many tokens."""
    import torch
    from transformers import GenerationConfig
    from transformers.generation.streamers import BaseStreamer

    came: list[float] = []

    class Clock(BaseStreamer):
        """Notes when each token comes; the first that is put is the chat."""

        def put(self, value: Any) -> None:
            came.append(time.monotonic())

        def end(self) -> None:
            pass

    config = GenerationConfig(
        max_new_tokens=tokens,
        min_new_tokens=tokens,
        do_sample=False,
        eos_token_id=list(loaded.end_ids),
        pad_token_id=loaded.pad_id,
    )
    read = torch.tensor([list(ids)], device=loaded.device)
    started = time.monotonic()
    with torch.inference_mode():
        rows = loaded.model.generate(
            read, attention_mask=torch.ones_like(read), generation_config=config, streamer=Clock()
        )
    ended = time.monotonic()
    return Said(tuple(rows[0, len(ids) :].tolist()), came[1] - started, ended - started)


def spread(values: Sequence[float], digits: int = 1) -> str:
    """Return the middle of some figures and how far they are apart."""
    ordered = sorted(values)
    middle = ordered[len(ordered) // 2]
    return f"{middle:.{digits}f} ({ordered[0]:.{digits}f} to {ordered[-1]:.{digits}f})"


def _word(number: int) -> str:
    """Return the word of a number."""
    word = ""
    while True:
        word += _SYLLABLES[number % len(_SYLLABLES)]
        number //= len(_SYLLABLES)
        if not number:
            return word
