"""One GPU: training a GPT-2 of 124 million parameters from nothing, and how fast it then answers. Under ten minutes.

Training, in bfloat16, on all the public dialogues: tokens per second; model FLOP utilisation, which is 6 x parameters x
tokens per second over the rate at which this GPU multiplies bfloat16 matrices, measured here; validation perplexity.

Answering, at 1, 8 and 32 conversations: the time to the first token (the middle of all) and tokens per second of the
engine of `transformers` policies, as it is and compiled, of plain `generate`, and of `generate_batch`.

Results are written as JSON and as Markdown, by default to the current folder. Without a GPU it says so and stops;
`python -m benchmarks.gpu_generation --device cpu --tiny` tries on a CPU whether everything runs.
"""

import argparse
import gc
import json
import logging
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks import _gpu_training as training
from benchmarks._table import print_table

BATCHES = (1, 8, 32)
PROMPT_TOKENS = 512
NEW_TOKENS = 128
NAME = "gpu_generation"
MFU_GOAL = 40

Figures = dict[str, Any]


def main(device: str = "cuda", tiny: bool = False, out: Path = Path()) -> None:
    import torch

    if device == "cuda" and not torch.cuda.is_available():
        print(f"{NAME}: skipped, there is no CUDA GPU.")
        return
    began = time.perf_counter()
    logging.getLogger("transformers").setLevel(logging.ERROR)
    torch.set_float32_matmul_precision("high")
    size = training.TINY if tiny else training.Size()
    lines, held_out = training.texts()
    if not lines:
        print(f"{NAME}: skipped, there is no data in {training.DATA}. Set DIALOG_CORE_DATA to where the data lies.")
        return
    if tiny:
        lines, held_out = lines[:200], held_out[:20]
    figures: Figures = {
        "device": torch.cuda.get_device_name() if device == "cuda" else "CPU",
        "torch": torch.__version__,
        "training": {},
        "answering": [],
    }
    print(f"{NAME}: {figures['device']}, {len(lines):,} dialogues", flush=True)
    tokenizer = training.tokenizer_of(lines, size)
    model = _train(figures, size, tokenizer, lines, held_out, device)
    _write(figures, out)
    del lines
    gc.collect()
    if device == "cuda":
        torch.cuda.empty_cache()
    _answer(figures, model, tokenizer, held_out, device, tiny)
    figures["seconds"] = round(time.perf_counter() - began)
    _write(figures, out)
    print(f"in all {figures['seconds']} s; written to {(out / f'{NAME}.json').resolve()} and .md")


def _train(
    figures: Figures, size: training.Size, tokenizer: Any, lines: list[str], held_out: list[str], device: str
) -> Any:
    tokens = training.stream(lines, tokenizer, device)
    validation = training.stream(held_out, tokenizer, device)
    model = training.new_model(size).to(device)
    parameters = sum(weight.numel() for weight in model.parameters())
    rate = training.matrix_rate(device, 256 if size is training.TINY else training.MATRIX)
    found = training.train(model, tokens, validation, size)
    used = training.FLOPS_PER_TOKEN * parameters * found["tokens_per_second"] / rate
    figures["training"] = {
        "parameters": parameters,
        "training_tokens": len(tokens),
        "rows": size.rows,
        "length": size.positions,
        **found,
        "matrix_tflops": round(rate / 1e12, 1),
        "mfu_percent": round(100 * used, 1),
    }
    rows = [(name.replace("_", " "), f"{value:,}") for name, value in figures["training"].items()]
    print_table("Training", ("what", "figure"), [*rows, ("goal for mfu percent", MFU_GOAL)])
    return model


def _answer(figures: Figures, model: Any, tokenizer: Any, held_out: list[str], device: str, tiny: bool) -> None:
    import torch

    model = model.to(torch.bfloat16 if device == "cuda" else torch.float32).eval()
    prompt, new = (24, 8) if tiny else (PROMPT_TOKENS, NEW_TOKENS)
    every = [token for ids in tokenizer(held_out)["input_ids"] for token in ids]
    # Prompts of different lengths, the longest twice the shortest.
    lengths = [prompt // 2 + (prompt // 2 * place) // max(BATCHES) for place in range(1, max(BATCHES) + 1)]
    prompts = [every[place * 97 : place * 97 + length] for place, length in enumerate(lengths)]
    assert all(len(ids) == length for ids, length in zip(prompts, lengths, strict=True))
    ways: dict[str, Callable[[list[list[int]]], Answers]] = {
        "generate": lambda asked: _generate(model, asked, new),
        "generate_batch": lambda asked: _generate_batch(model, asked, new),
    }
    engines = {
        "engine": _engine(model, tokenizer, device, False),
        "engine, compiled": _engine(model, tokenizer, device, True),
    }
    for name, engine in engines.items():
        ways[name] = lambda asked, engine=engine: _ask(engine, asked, new)  # type: ignore[misc]
    for batch in BATCHES:
        asked = prompts[-batch:]
        expected = ways["generate"](asked)[0]
        for name, way in ways.items():
            try:
                way(asked)  # the first time compiles, records or chooses kernels
                ids, first, seconds = min((way(asked) for _ in range(2)), key=lambda answers: answers[2])
            except Exception as error:  # one way that does not work here is no reason to lose the others
                print(f"{name}, {batch}: {type(error).__name__}: {error}", file=sys.stderr)
                figures["answering"].append({"way": name, "batch": batch, "error": f"{type(error).__name__}: {error}"})
                continue
            figures["answering"].append(
                {
                    "way": name,
                    "batch": batch,
                    "first_token_ms": round(1000 * statistics.median(first), 1) if first else None,
                    "last_first_token_ms": round(1000 * max(first), 1) if first else None,
                    "tokens_per_second": round(sum(map(len, ids)) / seconds),
                    "same_as_generate": sum(one == other for one, other in zip(ids, expected, strict=True)),
                }
            )
    for engine in engines.values():
        engine.close()
    print_table("Answering", HEADER, [_cells(row) for row in figures["answering"]])


Answers = tuple[list[tuple[int, ...]], list[float], float]
"""What was said, how long each first token took, and how long everything took."""


def _generate(model: Any, asked: Sequence[Sequence[int]], new: int) -> Answers:
    import torch
    from transformers import LogitsProcessor, LogitsProcessorList

    longest = max(map(len, asked))
    ids = torch.tensor([[0] * (longest - len(one)) + list(one) for one in asked], device=model.device)
    mask = torch.tensor([[0] * (longest - len(one)) + [1] * len(one) for one in asked], device=model.device)
    came: list[float] = []

    class Clock(LogitsProcessor):
        """Notes when the model has said what comes first: all rows get it at the same time."""

        def __call__(self, input_ids: Any, scores: Any) -> Any:
            if not came:
                training._wait(model.device)
                came.append(time.perf_counter())
            return scores

    started = time.perf_counter()
    with torch.inference_mode():
        rows = model.generate(
            ids,
            attention_mask=mask,
            max_new_tokens=new,
            min_new_tokens=new,
            do_sample=False,
            pad_token_id=0,
            logits_processor=LogitsProcessorList([Clock()]),
        )
    training._wait(model.device)
    ended = time.perf_counter()
    return [tuple(row[longest:].tolist()) for row in rows], [came[0] - started] * len(asked), ended - started


def _generate_batch(model: Any, asked: Sequence[Sequence[int]], new: int) -> Answers:
    from transformers import ContinuousBatchingConfig, GenerationConfig

    config = GenerationConfig(max_new_tokens=new, do_sample=False, eos_token_id=-1, pad_token_id=0)
    # On a GPU it sees itself what there is; on a CPU it takes all memory, and minutes.
    room = None if model.device.type == "cuda" else ContinuousBatchingConfig(num_blocks=32, max_batch_tokens=512)
    started = time.perf_counter()
    found = model.generate_batch(
        inputs=[list(one) for one in asked],
        generation_config=config,
        continuous_batching_config=room,
        record_timestamps=True,
        progress_bar=False,
    )
    ended = time.perf_counter()
    results = sorted(found.values(), key=lambda one: int(one.request_id.rsplit("_", 1)[-1]))
    if failed := next((one.error for one in results if one.error), None):
        raise RuntimeError(failed)
    # Its times leave out what it sets up for each call; the seconds do not.
    first = [one.timestamps[0] - one.created_time for one in results if one.timestamps]
    return [tuple(one.generated_tokens) for one in results], first, ended - started


def _engine(model: Any, tokenizer: Any, device: str, compiled: bool) -> Any:
    import torch

    from dialog_generative.local.engine.engine import Engine
    from dialog_generative.local.model import LoadedModel
    from dialog_generative.local.options import BatchOptions, CacheOptions

    loaded = LoadedModel(
        model, tokenizer, torch.device(device), False, model.config.n_positions, (tokenizer.eos_token_id,), 0, "GPT-2"
    )
    # Nothing is kept, so that every run reads all of it, as the others do.
    return Engine(loaded, CacheOptions(conversations=0), BatchOptions(size=max(BATCHES)), compile=compiled)


def _ask(engine: Any, asked: Sequence[Sequence[int]], new: int) -> Answers:
    from benchmarks._language_models import SECONDS, job

    started = time.perf_counter()
    futures = [engine.submit(job(str(place), ids, new)) for place, ids in enumerate(asked)]
    finished = [future.result(SECONDS) for future in futures]
    ended = time.perf_counter()
    first = [one.first_token_seconds for one in finished]
    return [one.completions[0].ids for one in finished], first, ended - started


HEADER = ("way", "at once", "first token, ms", "the last one's", "tokens/s", "same as generate")


def _cells(row: Figures) -> tuple[str, ...]:
    if "error" in row:
        return (row["way"], str(row["batch"]), "does not run", "", "", "")
    return (
        row["way"],
        str(row["batch"]),
        str(row["first_token_ms"]),
        str(row["last_first_token_ms"]),
        f"{row['tokens_per_second']:,}",
        f"{row['same_as_generate']} of {row['batch']}",
    )


def _write(figures: Figures, out: Path) -> None:
    """Write what is known so far."""
    out.mkdir(parents=True, exist_ok=True)
    (out / f"{NAME}.json").write_text(json.dumps(figures, indent=2) + "\n", "utf-8")
    trained = figures["training"]
    lines = [
        f"Measured on one {figures['device']}, torch {figures['torch']}.",
        "",
        "| training | |",
        "|---|---|",
        *(f"| {name.replace('_', ' ')} | {value:,} |" for name, value in trained.items()),
        "",
        f"| {' | '.join(HEADER)} |",
        f"|{'---|' * len(HEADER)}",
        *(f"| {' | '.join(_cells(row))} |" for row in figures["answering"]),
    ]
    (out / f"{NAME}.md").write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", choices=("cuda", "cpu"), default="cuda", help="where to run it")
    parser.add_argument("--tiny", action="store_true", help="only try whether everything runs")
    parser.add_argument("--out", type=Path, default=Path(), help="the folder for the results")
    arguments = parser.parse_args()
    main(arguments.device, arguments.tiny, arguments.out)
