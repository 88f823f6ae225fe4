"""Small dialogues for tests of training, and a trainer run on them."""

import json
import random
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from dialog_core.datasets import Dialogue, DialogueTurn
from dialog_core.testing import make_context, make_job
from dialog_core.training import SilentProgress, TrainingJob, TrainingResult
from dialog_generative.local.options import TransformersOptions
from dialog_generative_training.options import LanguageModelTraining
from dialog_generative_training.trainer import LanguageModelTrainer

ITEMS = ("pizza", "soup", "salad", "tea", "coffee", "cake", "bread", "rice", "fish", "pasta")
PLACES = ("here", "to go", "for two", "for four", "on the terrace", "at the window")


def shop_talks(count: int, seed: int = 0) -> list[Dialogue]:
    """Return dialogues in a restaurant: two questions and two answers each."""
    rng = random.Random(seed)
    found = []
    for number in range(count):
        item, place, price = rng.choice(ITEMS), rng.choice(PLACES), rng.randint(3, 19)
        said = (
            ("user", f"I would like a {item} {place}, number {number}."),
            ("bot", f"One {item} {place}. Anything else?"),
            ("user", "No thanks. What does it cost?"),
            ("bot", f"The {item} is {price} euros."),
        )
        found.append(Dialogue(f"talk-{number}", tuple(DialogueTurn(role, text) for role, text in said)))
    return found


def write_talks(file: Path, dialogues: Iterable[Dialogue]) -> Path:
    """Write dialogues as JSON lines."""
    rows = [
        {"id": one.id, "turns": [{"role": turn.role, "text": turn.text} for turn in one.turns]} for one in dialogues
    ]
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return file


def make_options(file: Path, **options: Any) -> LanguageModelTraining:
    """Return options of a small model made from nothing, unless they are told otherwise."""
    usual = {
        "method": "scratch",
        "size": "nano",
        "vocabulary": 400,
        "max_length": 96,
        "batch_size": 8,
        "epochs": 4,
        "learning_rate": 3e-3,
        "device": "cpu",
        "report_to": (),
    }
    return LanguageModelTraining(**{**usual, "data": [{"path": str(file)}], **options})


def train(
    directory: Path,
    options: LanguageModelTraining,
    component: TransformersOptions | None = None,
    progress: SilentProgress | None = None,
    seed: int = 0,
) -> tuple[TrainingJob, TrainingResult]:
    """Train in a directory, where checkpoints may stand already."""
    context = make_context("llm", seed=seed)
    job = make_job(directory, options, component or TransformersOptions(), context=context, progress=progress)
    return job, LanguageModelTrainer(options, context).train(job)


def losses(result: TrainingResult) -> dict[int, float]:
    """Return the loss of each step."""
    return dict(result.details["loss"])


def files_of(directory: Path, suffixes: Sequence[str] = ()) -> set[str]:
    """Return the files below a directory, those of some endings."""
    return {
        file.relative_to(directory).as_posix()
        for file in directory.rglob("*")
        if file.is_file() and (not suffixes or file.suffix in suffixes)
    }
