"""Jobs for the engine that runs language models, and what plain `generate` says to the same tokens."""

import random
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from dialog_generative.local.jobs import Finished, Job
from dialog_generative.local.model import LoadedModel
from dialog_generative.local.options import BatchOptions, CacheOptions, Decoding
from tests.language_models import save_gpt2, save_llama, save_t5

WINDOW = 512


def load(directory: Path, *, encoder_decoder: bool = False, **settings: Any) -> LoadedModel:
    """Load a model that was saved for a test."""
    import torch
    from transformers import AutoModelForCausalLM, AutoModelForSeq2SeqLM, AutoTokenizer

    kind = AutoModelForSeq2SeqLM if encoder_decoder else AutoModelForCausalLM
    model = kind.from_pretrained(directory, **settings).eval()
    return loaded(model, AutoTokenizer.from_pretrained(directory), torch.device("cpu"), encoder_decoder)


def loaded(model: Any, tokenizer: Any, device: Any, encoder_decoder: bool = False) -> LoadedModel:
    """Return a model in memory with what the engine wants to know of it."""
    end = tokenizer.eos_token_id
    pad = end if tokenizer.pad_token_id is None else tokenizer.pad_token_id
    return LoadedModel(model, tokenizer, device, encoder_decoder, WINDOW, (end,), pad, "the model")


def save(kind: str, directory: Path) -> Path:
    """Save a small model of a kind: `llama`, `gpt2`, `t5`, or of one whose layers look back 16 tokens only."""
    if kind == "llama":
        return save_llama(directory, window=WINDOW)
    if kind == "gpt2":
        return save_gpt2(directory, window=WINDOW)
    if kind == "t5":
        return save_t5(directory)
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer, Gemma2Config, LlamaConfig, MistralConfig

    save_llama(directory, window=WINDOW)
    tokenizer = AutoTokenizer.from_pretrained(directory)
    configs: dict[str, Callable[..., Any]] = {"llama": LlamaConfig, "mistral": MistralConfig, "gemma2": Gemma2Config}
    config = configs[kind](
        vocab_size=len(tokenizer),
        hidden_size=64,
        intermediate_size=128,
        num_hidden_layers=4,
        num_attention_heads=4,
        num_key_value_heads=2,
        head_dim=16,
        max_position_embeddings=WINDOW,
        sliding_window=16,
        initializer_range=0.2,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
        bos_token_id=None,
    )
    torch.manual_seed(0)
    AutoModelForCausalLM.from_config(config, attn_implementation="eager").save_pretrained(directory)
    return directory


def tokens(seed: int, count: int, vocabulary: int = 300) -> list[int]:
    """Return tokens that are no special ones."""
    chance = random.Random(seed)
    return [chance.randrange(20, vocabulary) for _ in range(count)]


def job(ids: Sequence[int], key: str = "a", *, seconds: float = 60, count: int = 1, seed: int = 0, **given: Any) -> Job:
    """Return a job; what is not of the job itself is of its decoding."""
    own = {name: given.pop(name) for name in ("on_token", "cancelled") if name in given}
    decoding = Decoding(**{"max_tokens": 12, **given})
    return Job(key, tuple(ids), decoding, count, seed, time.monotonic() + seconds, **own)


def plain(model: LoadedModel, ids: Sequence[int], **settings: Any) -> tuple[int, ...]:
    """Return what `generate` of transformers says after all the tokens, without the token that ends it."""
    import torch
    from transformers import GenerationConfig

    asked = {"max_new_tokens": 12, "do_sample": False, "pad_token_id": model.pad_id, **settings}
    read = torch.tensor([list(ids)])
    said = model.model.generate(
        read,
        attention_mask=torch.ones_like(read),
        generation_config=GenerationConfig(eos_token_id=list(model.end_ids), **asked),
    )
    row = said[0, 1 if model.encoder_decoder else len(ids) :].tolist()
    return tuple(row[: row.index(model.end_ids[0])] if model.end_ids[0] in row else row)


class Rounds:
    """Does jobs in the thread of the test, round by round.

    Args:
        model: The model.
        size: How many rows there are at once.
        compile: Whether to compile the model.
        together: Whether chats are read together, as they are on a GPU.
    """

    def __init__(self, model: LoadedModel, *, size: int = 8, compile: bool = False, together: bool = False) -> None:
        from dialog_generative.local.engine.scheduling import Scheduler

        options = CacheOptions(), BatchOptions(size=size, wait=0)
        self.scheduler = Scheduler(model, *options, lambda: None, compile=compile)
        self.scheduler.prefill.together = together

    def add(self, job: Job) -> "Future[Finished]":
        future: Future[Finished] = Future()
        self.scheduler.add(job, future)
        return future

    def round(self, times: int = 1) -> None:
        import torch

        with torch.inference_mode():
            for _ in range(times):
                self.scheduler.round()

    def prepare(self) -> None:
        """Compile what can be compiled."""
        import torch

        with torch.inference_mode():
            self.scheduler.prepare()

    def end(self) -> None:
        """Go on until nothing is left to do."""
        while not self.scheduler.idle:
            self.round()

    def run(self, *jobs: Job) -> list[Finished]:
        """Do jobs at the same time."""
        futures = [self.add(job) for job in jobs]
        self.end()
        return [future.result(0) for future in futures]

    def said(self, *jobs: Job) -> list[tuple[int, ...]]:
        """Do jobs at the same time, and return the first completion of each."""
        return [finished.completions[0].ids for finished in self.run(*jobs)]
