"""How fast training is beside TRL's own trainer, and whether a run that is killed comes to the same.

Both train the same model on the same rows with the same settings, in processes of their own and in turns; each process
tells how many tokens a second it looked at between two of its steps, its first ones left out. Then a run is killed with
SIGKILL at a step nobody knows beforehand, goes on, and its last losses are compared with those of one that was not.

Two minutes on two cores. `--quick` only tries whether everything runs.
"""

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks._table import median, print_table
from dialog_core.datasets import Dialogue, DialogueTurn
from dialog_core.testing import make_context, make_job

ROUNDS, STEPS, LEFT_OUT = 5, 40, 5  # steps that are left out since caches and threads are made in them
DIALOGUES, TURNS = 400, 8
KILLED_STEPS = 60
SETTINGS: Mapping[str, Any] = {
    "method": "scratch",
    "size": "tiny",
    "vocabulary": 2000,
    "max_length": 256,
    "batch_size": 8,
    "learning_rate": 1e-3,
    "precision": "float32",
    "device": "cpu",
    "report_to": (),
    "patience": 0,
}
KINDS = ("dialog-core", "TRL")


def main(quick: bool = False) -> None:
    rounds, steps = (1, LEFT_OUT + 3) if quick else (ROUNDS, STEPS)
    speeds: dict[str, list[float]] = {kind: [] for kind in KINDS}
    for number in range(rounds):
        for kind in KINDS if number % 2 == 0 else KINDS[::-1]:
            speeds[kind].append(_speed(kind, steps))
    ratios = [own / other for own, other in zip(speeds[KINDS[0]], speeds[KINDS[1]], strict=True)]
    print_table(
        f"training speed: {SETTINGS['size']}, batches of {SETTINGS['batch_size']}, {rounds} rounds in turns",
        ("trainer", "tokens/s (median)", "each round"),
        [(kind, f"{median(found):,.0f}", ", ".join(f"{one:,.0f}" for one in found)) for kind, found in speeds.items()],
    )
    print(f"  ratio (median of rounds): {median(ratios):.2f}; goal: at least 0.95\n")
    _killed(20 if quick else KILLED_STEPS)


def _speed(kind: str, steps: int) -> float:
    command = [sys.executable, "-m", "benchmarks.training_speed", "--child", kind, "--steps", str(steps)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    return float(done.stdout.splitlines()[-1])


def _killed(steps: int) -> None:
    """Print how the losses of a run that was killed and went on compare with those of one that was not."""
    with tempfile.TemporaryDirectory() as directory:
        place = Path(directory, "killed")
        command = [sys.executable, "-m", "benchmarks.training_speed", "--child", str(place), "--steps", str(steps)]
        at = random.randrange(steps // 4, steps * 3 // 4)
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
            while _last_step(place) < at:
                if process.poll() is not None:
                    raise SystemExit(process.stderr.read().decode() if process.stderr else "it ended by itself")
                time.sleep(0.01)
            process.send_signal(signal.SIGKILL)
        resumed = _train(place, steps)
        whole = _train(Path(directory, "whole"), steps)
    last, expected = resumed["loss"][-1][1], whole["loss"][-1][1]
    print(
        f"  killed after step {at} of {steps}, went on after step {resumed['resumed_at']}: last loss {last:.5f} beside "
        f"{expected:.5f} ({abs(last / expected - 1):.3%} apart; goal: at most 1 %)"
    )


def _last_step(place: Path) -> int:
    return max((int(one.name.rpartition("-")[2]) for one in place.glob("checkpoints/*/checkpoint-*")), default=0)


def _train(place: Path, steps: int) -> Mapping[str, Any]:
    from benchmarks._dialogues import write
    from dialog_generative.local.options import TransformersOptions
    from dialog_generative_training import callbacks
    from dialog_generative_training.options import LanguageModelTraining
    from dialog_generative_training.trainer import LanguageModelTrainer

    callbacks.KEPT_EVERY = 0.5
    place.mkdir(parents=True, exist_ok=True)
    talks = write(_dialogues(), place / "talks.jsonl")
    options = LanguageModelTraining(**{**SETTINGS, "size": "nano"}, data=[{"path": str(talks)}], steps=steps)
    context = make_context("llm")
    shutil.rmtree(place / "artefact", ignore_errors=True)
    job = make_job(place, options, TransformersOptions(), context=context)
    return LanguageModelTrainer(options, context).train(job).details


def _child(kind: str, steps: int) -> None:
    """Train, and print how many tokens a second were looked at."""
    from transformers import TrainerCallback

    from dialog_generative_training import sizes
    from dialog_generative_training.material import Material
    from dialog_generative_training.methods import find_method
    from dialog_generative_training.options import LanguageModelTraining
    from dialog_generative_training.quiet import quiet
    from dialog_generative_training.running import fit, prepare
    from dialog_generative_training.tokenizing import train_tokenizer

    options = LanguageModelTraining(**SETTINGS, steps=steps)
    material = Material(dialogues=tuple(_dialogues()))
    method = find_method(options.method)
    tokenizer = train_tokenizer(
        (turn.text for one in material.dialogues for turn in one.turns), options.vocabulary, options.max_length
    )

    class Clock(TrainerCallback):
        began, tokens, seconds = 0.0, 0, 0.0

        def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
            if state.global_step == LEFT_OUT:
                self.began, self.tokens = time.perf_counter(), state.num_input_tokens_seen
            elif state.global_step == steps:
                self.seconds = time.perf_counter() - self.began
                self.tokens = state.num_input_tokens_seen - self.tokens

    clock = Clock()
    with tempfile.TemporaryDirectory() as directory, quiet():
        job = make_job(Path(directory), options, context=make_context("llm"))

        def make_model() -> Any:
            return sizes.make_model(sizes.SIZES[options.size], tokenizer, options.max_length, job.seed)

        rows = method.examples(material, tokenizer, options)
        setup = prepare(method, options, job, make_model, tokenizer, rows, rows.select(()))
        if kind == KINDS[0]:
            from dataclasses import replace

            fit(replace(setup, callbacks=(clock,)), method, job)
        else:
            _trl(make_model(), tokenizer, rows, {**setup.arguments, "save_strategy": "no"}, clock)
    print(clock.tokens / clock.seconds)


def _trl(model: Any, tokenizer: Any, rows: Any, arguments: Mapping[str, Any], clock: Any) -> None:
    """Train with TRL as it is."""
    from trl.trainer.sft_config import SFTConfig
    from trl.trainer.sft_trainer import SFTTrainer

    os.environ["HF_HUB_OFFLINE"] = "1"  # it would tell its maker
    config = SFTConfig(**arguments, max_length=None, adam_beta2=0.95)
    SFTTrainer(model=model, args=config, train_dataset=rows, processing_class=tokenizer, callbacks=[clock]).train()


def _dialogues() -> Sequence[Dialogue]:
    """Return dialogues of made-up words: what is said makes no difference to how fast it is learnt."""
    rng = random.Random(3)
    words = ["".join(rng.choices("abcdefghijklmnopqrstuvwxyz", k=rng.randint(2, 9))) for _ in range(900)]
    return [
        Dialogue(
            f"d{number}",
            tuple(
                DialogueTurn("user" if place % 2 == 0 else "bot", " ".join(rng.choices(words, k=rng.randint(4, 14))))
                for place in range(TURNS)
            ),
        )
        for number in range(DIALOGUES)
    ]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="only try whether everything runs")
    parser.add_argument("--child", default="", help=argparse.SUPPRESS)
    parser.add_argument("--steps", type=int, default=STEPS, help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    if wanted.child in KINDS:
        _child(wanted.child, wanted.steps)
    elif wanted.child:
        print(json.dumps(_train(Path(wanted.child), wanted.steps)["loss"][-1]))
    else:
        main(wanted.quick)
