"""Several processes train one model: as one would, with one artefact, and none of them is left waiting."""

import json
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from dialog_core import TrainingError
from dialog_core.bot_reader import read_bot_file
from dialog_core.testing import write_bot
from dialog_core.training import SilentProgress, TrainingRunner, plan
from tests.language_models import save_llama

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]
PATIENCE = 240  # seconds, before a run counts as hanging
BOT = """
version: 1
bot: {name: Aria}
policies:
  - {name: llm, use: transformers, device: cpu}
training:
  - component: llm
    method: scratch
    size: nano
    vocabulary: 400
    data: said.jsonl
    steps: 12
    batch_size: 8
    max_length: 64
    evaluate_every: 6
    report_to: []
    device: cpu
"""


def bot_in(directory: Path, data: str | None = None) -> Path:
    rows = (
        [
            {"role": "user", "content": f"How much is number {number}?"},
            {"role": "assistant", "content": f"It is {number * 7} euros, since {number} is on sale today."},
        ]
        for number in range(150)
    )
    said = "".join(json.dumps({"messages": row}) + "\n" for row in rows) if data is None else data
    directory.mkdir(parents=True)
    return write_bot(directory, BOT, **{"said.jsonl": said})


def together(bot: Path, *more: str, processes: int = 2) -> tuple[int, str]:
    """Train with several processes on this machine, and return the exit status with what was printed."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    launched = [sys.executable, "-m", "torch.distributed.run", f"--nproc-per-node={processes}"]
    launched += ["--master-addr=127.0.0.1", f"--master-port={port}", "-m", "dialog_generative_training", str(bot)]
    done = subprocess.run([*launched, *more], capture_output=True, text=True, timeout=PATIENCE, check=False)
    return done.returncode, done.stdout + done.stderr


def manifests(bot: Path) -> list[dict[str, Any]]:
    return [json.loads(file.read_text()) for file in (bot.parent / "models").glob("*/llm/*/manifest.json")]


def test_two_processes_learn_what_one_learns_and_leave_one_model(tmp_path: Path) -> None:
    one = bot_in(tmp_path / "one")
    spec = read_bot_file(one)
    TrainingRunner(spec).run(plan(spec)[0], SilentProgress())
    (alone,) = manifests(one)

    two = bot_in(tmp_path / "two")
    status, told = together(two)
    assert status == 0, told
    assert told.count("llm: trained") == 1
    (shared,) = manifests(two)
    for curve in ("loss", "held_out_loss"):
        steps, losses = zip(*shared["details"][curve], strict=True)
        expected_steps, expected = zip(*alone["details"][curve], strict=True)
        assert steps == expected_steps
        assert losses == pytest.approx(expected, rel=0.01)
    assert shared["metrics"]["perplexity"] == pytest.approx(alone["metrics"]["perplexity"], rel=0.01)
    assert shared["remarks"][-1].startswith("2 processes trained together, with batches of 4 each: 8 examples a step")

    # There is nothing to do any more, and nobody waits for it.
    status, told = together(two)
    assert status == 0, told
    assert "Nothing to do: llm trained already" in told


def test_wrong_data_is_told_once_and_all_processes_end(tmp_path: Path) -> None:
    bot = bot_in(tmp_path / "bot", data='{"messages": 7}\n')
    status, told = together(bot)
    assert status == 1
    assert told.count("said.jsonl:1") == 1
    assert manifests(bot) == []


def test_batches_are_divided_so_that_a_step_stays_what_it_is() -> None:
    from dialog_generative_training.distributed import divided

    def shared(batch: int, accumulation: int, size: int) -> tuple[int, int, int]:
        names = ("per_device_train_batch_size", "gradient_accumulation_steps", "per_device_eval_batch_size")
        found, _ = divided(dict(zip(names, (batch, accumulation, batch), strict=True)), size)
        assert found[names[0]] * found[names[1]] * size == batch * accumulation
        return tuple(found[name] for name in names)  # type: ignore[return-value]

    assert shared(8, 1, 2) == (4, 1, 4)
    assert shared(8, 2, 4) == (2, 2, 2)
    assert shared(6, 2, 4) == (1, 3, 1)
    assert shared(1, 8, 4) == (1, 2, 1)
    with pytest.raises(TrainingError, match=r"8 examples .* 3 processes cannot share out evenly. Take a multiple of 3"):
        shared(8, 1, 3)


def test_one_process_trains_with_one_gpu_however_many_there_are(tmp_path: Path) -> None:
    from datasets import Dataset
    from transformers import AutoModelForCausalLM, Trainer, TrainingArguments

    from dialog_generative_training.checkpoints import resumable
    from dialog_generative_training.quiet import quiet

    with quiet():
        model = AutoModelForCausalLM.from_pretrained(save_llama(tmp_path / "base", hidden=32))
        arguments = TrainingArguments(output_dir=str(tmp_path), use_cpu=True, report_to="none")
        assert arguments.n_gpu == 0
        arguments._n_gpu = 4
        trainer = resumable(Trainer)(model=model, args=arguments, train_dataset=Dataset.from_dict({"input_ids": [[1]]}))
    assert trainer.args.n_gpu == 1


@pytest.mark.parametrize("method", ["full", "lora"])
def test_a_model_in_parts_is_whole_again_once_it_was_saved(tmp_path: Path, method: str) -> None:
    import torch
    from datasets import Dataset
    from transformers import AutoModelForCausalLM, AutoTokenizer

    from dialog_generative_training.distributed import reopened
    from dialog_generative_training.methods import lora
    from dialog_generative_training.options import LanguageModelTraining
    from dialog_generative_training.quiet import quiet
    from dialog_generative_training.setup import Setup

    with quiet():
        base = save_llama(tmp_path / "base", hidden=32)
        setup = Setup(
            options=LanguageModelTraining(method=method),  # type: ignore[arg-type]
            make_model=lambda: AutoModelForCausalLM.from_pretrained(base),
            tokenizer=AutoTokenizer.from_pretrained(base),
            train=Dataset.from_dict({}),
            validation=Dataset.from_dict({}),
            arguments={},
            checkpoints=tmp_path,
        )
        model = setup.make_model() if method == "full" else lora.adapted(setup, setup.make_model())
        with torch.no_grad():
            for weights in model.parameters():
                if weights.requires_grad:
                    weights.add_(0.5)
        model.save_pretrained(tmp_path / "saved")
        again = reopened(tmp_path / "saved", setup)
    assert {name: weights.sum().item() for name, weights in again.named_parameters()} == {
        name: weights.sum().item() for name, weights in model.named_parameters()
    }


@pytest.mark.parametrize("name", ["ddp", "fsdp"])
def test_the_files_for_accelerate_say_nothing_it_does_not_know(name: str) -> None:
    from accelerate.commands.config.config_args import load_config_from_file
    from accelerate.commands.launch import launch_command_parser

    file = ROOT / "configs" / "accelerate" / f"{name}.yaml"
    config = load_config_from_file(str(file))  # refuses keys it does not know, but for those below `fsdp_config`
    assert config.num_processes == 2
    known = {action.dest for action in launch_command_parser()._actions}
    assert set(yaml.safe_load(file.read_text()).get("fsdp_config", {})) <= known
