"""A GPT-2 of 124 million parameters trained from nothing on all the public dialogues, as fast as one GPU can.

The model has the size of GPT-2 (Radford et al. 2019): 12 layers, 768 wide, 1,024 positions, 50,257 tokens, of which
a vocabulary learnt from so little text uses fewer. Weights and optimiser are float32, matrices are multiplied in
bfloat16.
"""

import csv
import json
import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks._data import DATA
from benchmarks._dialogues import CHINESE, ENGLISH, splits
from dialog_core.datasets import Dialogue, DialogueTurn

END = "<|endoftext|>"
PEAK_RATE, LOWEST_RATE = 6e-4, 6e-5  # as nanoGPT trains this size
WARM_UP = 50
DECAY, BETAS = 0.1, (0.9, 0.95)
MATRIX = 8_192
FLOPS_PER_TOKEN = 6  # for each parameter: two forwards, four backwards (Kaplan et al. 2020, section 2.1)


@dataclass(frozen=True, slots=True)
class Size:
    """How large everything is.

    Attributes:
        layers: Of the model.
        width: Of the model.
        heads: Of the model.
        positions: Tokens of a row.
        vocabulary: Tokens the model knows.
        learnt: Tokens the tokenizer learns at most.
        rows: Rows of a step.
        seconds: How long to train.
    """

    layers: int = 12
    width: int = 768
    heads: int = 12
    positions: int = 1_024
    vocabulary: int = 50_257
    learnt: int = 32_000
    rows: int = 32
    seconds: float = 150.0


TINY = Size(layers=2, width=32, heads=2, positions=64, vocabulary=512, learnt=400, rows=4, seconds=3.0)


def multidogo(directory: Path = DATA / "multidogo" / "splits_annotated_at_turn_level") -> Iterator[Dialogue]:
    """Yield MultiDoGO's training and development conversations: English, what customers say, not what they are told."""
    for file in sorted(directory.glob("*/*.tsv")):
        if file.stem == "test":
            continue
        said: dict[str, list[DialogueTurn]] = {}
        with open(file, encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE):
                if text := (row["utterance"] or "").strip():  # a few rows break off
                    said.setdefault(row["conversationId"], []).append(DialogueTurn("user", text))
        for id, turns in said.items():
            yield Dialogue(f"multidogo-{file.parent.name}-{id}", tuple(turns), {"language": "en"})


def cima(file: Path = DATA / "cima" / "dataset.json") -> Iterator[Dialogue]:
    """Yield CIMA's tutoring talks: English, about Italian; tutor and student take turns, the tutor begins."""
    for part, rows in json.loads(file.read_text("utf-8")).items():
        for id, row in rows.items():
            turns = [
                DialogueTurn(("bot", "user")[place % 2], text.strip()) for place, text in enumerate(row["past_convo"])
            ]
            if turns:
                yield Dialogue(f"cima-{part}-{id}", tuple(turns), {"language": "en"})


SOURCES = {**ENGLISH, **CHINESE, "multidogo": multidogo, "cima": cima}


def texts() -> tuple[list[str], list[str]]:
    """Return the dialogues to learn from and those to measure on, as text."""
    found = splits({name: read for name, read in SOURCES.items() if (DATA / name).exists()})
    return [_text(one) for one in found.train], [_text(one) for one in found.validation]


def tokenizer_of(lines: list[str], size: Size) -> Any:
    """Return a byte-level BPE tokenizer that has learnt from text."""
    from tests.language_models import byte_level_tokenizer

    settings = {"eos_token": END, "bos_token": END, "unk_token": END, "pad_token": END}
    return byte_level_tokenizer(lines, size.learnt, special=(END,), **settings)


def new_model(size: Size) -> Any:
    """Return a model that has learnt nothing."""
    import torch
    from transformers import GPT2Config, GPT2LMHeadModel

    torch.manual_seed(0)
    config = GPT2Config(
        vocab_size=size.vocabulary,
        n_positions=size.positions,
        n_embd=size.width,
        n_layer=size.layers,
        n_head=size.heads,
        resid_pdrop=0.0,
        embd_pdrop=0.0,
        attn_pdrop=0.0,
        bos_token_id=0,
        eos_token_id=0,
        pad_token_id=0,
    )
    return GPT2LMHeadModel(config)


def matrix_rate(device: Any, side: int = MATRIX) -> float:
    """Return how many operations per second multiplying bfloat16 matrices does here, at best."""
    import torch

    one, other = (torch.randn(side, side, device=device, dtype=torch.bfloat16) for _ in range(2))
    best = math.inf
    for _ in range(12):
        _wait(device)
        started = time.perf_counter()
        for _ in range(4):
            one @ other
        _wait(device)
        best = min(best, (time.perf_counter() - started) / 4)
    return float(2 * side**3 / best)


def train(model: Any, tokens: Any, validation: Any, size: Size) -> dict[str, Any]:
    """Train for as long as the size says, and return what was measured; the model is left as it was best.

    Args:
        model: The model, on its device.
        tokens: All tokens to learn from, one after the other, on the device.
        validation: Those to measure on.
        size: How large everything is.
    """
    import torch

    decayed = [weight for weight in model.parameters() if weight.dim() > 1]
    others = [weight for weight in model.parameters() if weight.dim() <= 1]
    groups = [{"params": decayed, "weight_decay": DECAY}, {"params": others, "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups, lr=PEAK_RATE, betas=BETAS, fused=True)
    step = torch.compile(lambda rows: _loss(model, rows))
    chance = torch.Generator().manual_seed(0)
    length = min(size.positions, len(tokens) - 2)
    _one_step(step, optimizer, _rows(tokens, length, size.rows, chance))  # compiles
    compiled = _timed(lambda: _one_step(step, optimizer, _rows(tokens, length, size.rows, chance)), tokens.device)
    epoch = max(len(tokens) // (size.rows * length), 1)
    planned = max(int(size.seconds / compiled), 2)
    best, best_step, weights, seen, spent = math.inf, 0, None, 0, 0.0
    for number in range(planned):
        for group in optimizer.param_groups:
            group["lr"] = _rate(number, planned)
        _wait(tokens.device) if number % epoch == 0 else None
        started = time.perf_counter()
        _one_step(step, optimizer, _rows(tokens, length, size.rows, chance))
        if (number + 1) % epoch == 0 or number == planned - 1:
            _wait(tokens.device)
        spent += time.perf_counter() - started
        seen += size.rows * length
        if (number + 1) % epoch == 0 or number == planned - 1:
            loss = measure(model, validation, size)
            if loss < best:
                best, best_step = loss, number + 1
                weights = {name: value.detach().clone() for name, value in model.state_dict().items()}
            elif number + 1 > 3 * best_step and spent > size.seconds / 3:
                break  # it learns by heart now, and the rate is known
    if weights is not None:
        model.load_state_dict(weights)
    return {
        "steps": number + 1,
        "best_step": best_step,
        "epochs": round(seen / len(tokens), 1),
        "seconds": round(spent, 1),
        "tokens_per_second": round(seen / spent),
        "validation_perplexity": round(math.exp(best), 2),
    }


def measure(model: Any, tokens: Any, size: Size) -> float:
    """Return the mean loss over all tokens that are not the first of a row."""
    import torch

    length = min(size.positions, len(tokens) - 1)
    count = max((len(tokens) - 1) // length, 1)
    rows = torch.stack([tokens[place * length : place * length + length + 1] for place in range(count)])
    model.eval()
    with torch.no_grad():
        losses = [float(_loss(model, part)) * len(part) for part in rows.split(size.rows)]
    model.train()
    return sum(losses) / len(rows)


def stream(lines: list[str], tokenizer: Any, device: Any) -> Any:
    """Return texts as one long row of tokens, each with its end."""
    import torch

    encoded = tokenizer(lines)["input_ids"]
    return torch.tensor([token for ids in encoded for token in (*ids, tokenizer.eos_token_id)], device=device)


def _text(dialogue: Dialogue) -> str:
    return "\n".join(f"{turn.role}: {turn.text}" for turn in dialogue.turns)


def _rows(tokens: Any, length: int, count: int, chance: Any) -> Any:
    import torch

    starts = torch.randint(len(tokens) - length - 1, (count,), generator=chance)
    places = starts[:, None] + torch.arange(length + 1)
    return tokens[places.to(tokens.device)]


def _loss(model: Any, rows: Any) -> Any:
    import torch

    with torch.autocast(rows.device.type, torch.bfloat16):
        logits = model(input_ids=rows[:, :-1], use_cache=False).logits
    return torch.nn.functional.cross_entropy(logits.flatten(0, 1).float(), rows[:, 1:].flatten())


def _one_step(step: Any, optimizer: Any, rows: Any) -> None:
    import torch

    loss = step(rows)
    loss.backward()
    torch.nn.utils.clip_grad_norm_([weight for group in optimizer.param_groups for weight in group["params"]], 1.0)
    optimizer.step()
    optimizer.zero_grad(set_to_none=True)


def _rate(number: int, planned: int) -> float:
    """Return the learning rate of a step: rising at first, then along half a cosine."""
    if number < WARM_UP:
        return PEAK_RATE * (number + 1) / WARM_UP
    along = (number - WARM_UP) / max(planned - WARM_UP, 1)
    return LOWEST_RATE + (PEAK_RATE - LOWEST_RATE) * (1 + math.cos(math.pi * along)) / 2


def _timed(run: Any, device: Any, times: int = 10) -> float:
    run()
    _wait(device)
    started = time.perf_counter()
    for _ in range(times):
        run()
    _wait(device)
    return (time.perf_counter() - started) / times


def _wait(device: Any) -> None:
    """Wait until the device has done what it was asked."""
    import torch

    if torch.device(device).type == "cuda":
        torch.cuda.synchronize()
