"""What tuning a small model to another field is worth, and what it costs: not at all, by LoRA, or with all weights.

The base is made from nothing out of CamRest (restaurants) and the MultiWOZ dialogues about restaurants and hotels; what
it is tuned to are MultiWOZ's other dialogues (trains, taxis, attractions), split by dialogue. Perplexity and bits per
byte count over the bot's replies that were held out, BLEU (sacrebleu) compares what a model says to the first user
messages with what was answered. Each kind trains in a process of its own, whose peak memory is told.

Some ten minutes on two cores. `--quick` only tries whether everything runs. Set DIALOG_CORE_DATA if the data does not
lie in `../shared/data`.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks._dialogues import absent, camrest, multiwoz, split, write
from benchmarks._table import print_table
from dialog_core.datasets import Dialogue
from dialog_core.testing import make_context, make_job, make_turn

KNOWN = {"restaurant", "hotel"}
ASKED = 60  # replies that are generated
LONGEST = 60  # tokens of a reply
BASE: Mapping[str, Any] = {
    "method": "scratch",
    "size": "tiny",
    "vocabulary": 2000,
    "max_length": 512,
    "batch_size": 4,
    "packing": True,
    "epochs": 5,
    "learning_rate": 3e-3,
    "weight_decay": 0.1,
    "precision": "bfloat16",
    "patience": 0,
}
TUNED: Mapping[str, Mapping[str, Any]] = {
    "none": {},
    "lora": {"method": "lora", "learning_rate": 2e-3, "epochs": 3},
    "full": {"method": "full", "learning_rate": 5e-4, "epochs": 3},
}
SHARED: Mapping[str, Any] = {"max_length": 512, "batch_size": 4, "packing": True, "precision": "bfloat16"}
HEADER = ("tuning", "weights that learn", "perplexity", "bits per byte", "BLEU", "seconds", "peak memory, MB")


def main(quick: bool = False) -> None:
    if missing := absent(("multiwoz21", "camrest676")):
        print(f"fine-tuning: skipped, there is no {missing[0]}. Set DIALOG_CORE_DATA.")
        return
    with tempfile.TemporaryDirectory() as directory:
        place = Path(directory)
        known, other = _fields()
        parts = split(other)
        write(known, place / "known.jsonl")
        write(parts.train, place / "train.jsonl")
        write(parts.validation, place / "validation.jsonl")
        steps = {"steps": 3} if quick else {}
        _child(place, "base", {**BASE, **steps})
        rows = []
        for name, settings in TUNED.items():
            found = _child(place, name, {**SHARED, **settings, **(steps if settings else {})})
            figures = (found["perplexity"], found["bits_per_byte"], found["bleu"])
            shown = ("{:.2f}", "{:.4f}", "{:.2f}")
            rows.append(
                (
                    name,
                    f"{found['learning']:,}",
                    *(form.format(value) for form, value in zip(shown, figures, strict=True)),
                    f"{found['seconds']:.0f}" if settings else "-",
                    f"{found['memory']:,}" if settings else "-",
                )
            )
        title = (
            f"fine-tuning: a base of {len(known):,} dialogues about {' and '.join(sorted(KNOWN))}s, tuned to "
            f"{len(parts.train):,} others, measured on {len(parts.validation):,}"
        )
        print_table(title, HEADER, rows)


def _fields() -> tuple[list[Dialogue], list[Dialogue]]:
    """Return the dialogues the base learns, and those it is tuned to."""
    found = list(multiwoz())
    known = [one for one in found if set(one.metadata["domains"]) & KNOWN]
    return [*camrest(), *known], [one for one in found if not set(one.metadata["domains"]) & KNOWN]


def _child(place: Path, name: str, settings: Mapping[str, Any]) -> Mapping[str, Any]:
    command = [sys.executable, "-m", "benchmarks.finetuning_table", "--child", str(place), name, json.dumps(settings)]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env={**os.environ, "HF_HUB_OFFLINE": "1"}
    )
    if done.returncode:
        raise SystemExit(done.stderr)
    found: Mapping[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _run(place: Path, name: str, settings: Mapping[str, Any]) -> Mapping[str, Any]:
    """Train, and return what came of it."""
    from dialog_generative.local.options import TransformersOptions
    from dialog_generative_training.options import LanguageModelTraining
    from dialog_generative_training.trainer import LanguageModelTrainer

    base = {} if name == "base" else {"model": str(place / "base" / "artefact" / "model")}
    component = TransformersOptions(**base, device="cpu", decoding={"max_tokens": LONGEST})
    context = make_context("llm")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    if "method" not in settings:  # nothing is tuned: the base as it is
        return {**_measured(place, component), "learning": 0, "seconds": 0.0, "memory": 0}
    data, validation = ("known", None) if name == "base" else ("train", "validation")
    options = LanguageModelTraining(
        data=[{"path": str(place / f"{data}.jsonl")}],
        validation=[{"path": str(place / f"{validation}.jsonl")}] if validation else [],
        report_to=(),
        device="cpu",
        **settings,
    )
    job = make_job(place / name, options, component, context=context)
    began = time.monotonic()
    result = LanguageModelTrainer(options, context).train(job)
    seconds = time.monotonic() - began
    memory = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024
    if name == "base":
        return dict(result.metrics)
    said = _bleu(place, component, job.directory)
    learning = result.details["trained_parameters"]
    return {**result.metrics, "bleu": said, "learning": learning, "seconds": seconds, "memory": memory}


def _measured(place: Path, component: Any) -> Mapping[str, float]:
    """Return the figures of the base as it is, measured as those of tuned models are."""
    from transformers import AutoModelForCausalLM, AutoTokenizer

    from dialog_generative_training.material import Material
    from dialog_generative_training.measuring import measure
    from dialog_generative_training.methods.supervised import measured
    from dialog_generative_training.serving import as_told

    tokenizer = AutoTokenizer.from_pretrained(component.model)
    model = AutoModelForCausalLM.from_pretrained(component.model)
    held = as_told(Material(dialogues=tuple(_read(place / "validation.jsonl"))), component, make_context("llm"))
    figures = measure(model, measured(held, tokenizer, SHARED["max_length"]), tokenizer.pad_token_id)
    return {**figures, "bleu": _bleu(place, component, None)}


def _bleu(place: Path, component: Any, artefact: Path | None) -> float:
    """Return BLEU of what a model says to the first messages of the dialogues that were held out."""
    import asyncio

    from sacrebleu.metrics import BLEU

    from dialog_generative.local.policy import TransformersPolicy

    context = make_context("llm", artefact=artefact).named("llm", trained=artefact is not None)
    policy = TransformersPolicy(component, context)
    policy.warm()
    talks = _read(place / "validation.jsonl")[:ASKED]

    async def say(text: str) -> str:
        proposed: Any = await policy.propose(make_turn(text, seconds=600))
        candidates = getattr(proposed, "candidates", proposed)
        return str(candidates[0].text) if candidates else ""

    async def ask() -> list[str]:
        return [await say(talk.turns[0].text) for talk in talks]

    said = asyncio.run(ask())
    return float(BLEU().corpus_score(said, [[talk.turns[1].text for talk in talks]]).score)


def _read(file: Path) -> Sequence[Dialogue]:
    reader = make_context("llm").create("reader", {"use": "dialogues"})
    return [*reader.read(file)]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="only try whether everything runs")
    parser.add_argument("--child", nargs=3, help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    if wanted.child:
        print(json.dumps(_run(Path(wanted.child[0]), wanted.child[1], json.loads(wanted.child[2]))))
    else:
        main(wanted.quick)
