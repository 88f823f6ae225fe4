"""Annotators that label messages, trained on the spot."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from dialog_core.testing import make_context, make_job
from dialog_core.training import Progress, TrainingResult
from dialog_nlu.label_annotators import IntentsAnnotator
from dialog_nlu.options import IntentsOptions
from dialog_nlu_training.label_trainers import IntentsTrainer
from dialog_nlu_training.options import IntentsTraining

Rows = Iterable[tuple[str, str]]

EXAMPLES = {
    "cancel": [
        "cancel my order",
        "please cancel it",
        "I want to cancel the order",
        "stop the order, I do not need it",
        "can you cancel order 77",
        "取消订单",
        "我想取消这个订单",
        "不要了，取消吧",
        "帮我取消一下",
    ],
    "refund": [
        "give me the money back",
        "I want a refund",
        "when do I get my money back",
        "refund me please",
        "how do I get my money",
        "退款",
        "我要退钱",
        "把钱退给我",
        "什么时候能退款",
    ],
    "track": [
        "where is my order",
        "has my parcel been sent",
        "track my parcel",
        "when does the parcel arrive",
        "my parcel has not arrived",
        "我的包裹在哪里",
        "订单到哪了",
        "什么时候发货",
        "包裹还没到",
    ],
    "hours": [
        "when are you open",
        "opening hours",
        "are you open on Sunday",
        "until when is the shop open",
        "do you close at noon",
        "几点开门",
        "你们周日营业吗",
        "营业时间",
        "几点关门",
    ],
    "greet": ["hello", "hi there", "good morning", "hey", "good evening", "你好", "早上好", "您好", "嗨"],
}
SHOP = [(text, label) for label, texts in EXAMPLES.items() for text in texts]


def write_rows(file: Path, rows: Rows) -> Path:
    """Write examples as JSON lines."""
    lines = [json.dumps({"text": text, "intent": label}, ensure_ascii=False) for text, label in rows]
    file.write_text("\n".join(lines), encoding="utf-8")
    return file


def train(
    directory: Path,
    rows: Rows,
    *,
    component: IntentsOptions | None = None,
    progress: Progress | None = None,
    **options: Any,
) -> tuple[Path, TrainingResult]:
    """Train `intents` on examples; return where the model is and what the trainer says of it."""
    directory.mkdir(parents=True, exist_ok=True)
    if "validation" in options:
        options["validation"] = write_rows(directory / "validation.jsonl", options["validation"])
    training = IntentsTraining(data=(write_rows(directory / "data.jsonl", rows),), **options)
    job = make_job(directory, training, component or IntentsOptions(), name="intents", progress=progress)
    return job.directory, IntentsTrainer(training, job.context).train(job)


def serve(model: Path, **options: Any) -> IntentsAnnotator:
    """Return an annotator that uses a trained model."""
    return IntentsAnnotator(IntentsOptions(**options), make_context("intents", artefact=model))
