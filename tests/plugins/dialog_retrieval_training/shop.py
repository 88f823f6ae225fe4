"""A shop's knowledge and questions about it, for tests of training retrieval."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from dialog_core import Context
from dialog_core.datasets import KnowledgeEntry
from dialog_core.testing import make_context, make_job
from dialog_core.training import SilentProgress, TrainingJob, TrainingResult
from dialog_retrieval.knowledge.entries import Numbered

WARES = "lamp desk chair shelf sofa carpet mirror clock vase candle pillow blanket".split()

# Three phrasings each that share the ware and little else.
PHRASINGS = ("How much is the {}?", "{} price", "What do you charge for a {}")
ENTRIES = [KnowledgeEntry(ware, tuple(text.format(ware) for text in PHRASINGS), f"A {ware} it is.") for ware in WARES]

Rows = Sequence[tuple[str, str]]
ASKED: Rows = [
    (text.format(ware), ware)
    for ware in WARES
    for text in ("is the {} expensive", "tell me what the {} costs", "{} how much", "may I buy one {}")
]
OUTSIDE: Rows = [(f"who won the {what}", "out_of_scope") for what in "war race match game cup lottery".split()]


def write_rows(file: Path, rows: Iterable[tuple[str, str]]) -> Path:
    """Write labelled questions."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("".join(json.dumps({"question": text, "entry": id}) + "\n" for text, id in rows), encoding="utf-8")
    return file


def faq(entries: Iterable[KnowledgeEntry]) -> str:
    """Return entries as a YAML file has them."""
    return json.dumps([{"id": one.id, "questions": list(one.questions), "answer": one.answer} for one in entries])


def numbered(entries: Iterable[KnowledgeEntry]) -> list[Numbered]:
    """Return entries by number."""
    return [Numbered(number, "faq", entry) for number, entry in enumerate(entries)]


def context_of(directory: Path, entries: Sequence[KnowledgeEntry] = ENTRIES, **more: Any) -> Context:
    """Return a context with one knowledge, `faq`, whose models stand in a directory."""
    return make_context("faq", knowledge={"faq": entries}, models=directory / "models", seed=3, **more)


def train(
    trainer: Any,
    directory: Path,
    options: Any,
    component: Any,
    entries: Sequence[KnowledgeEntry] = ENTRIES,
    progress: SilentProgress | None = None,
) -> tuple[TrainingJob, TrainingResult]:
    """Train, and return the job, in whose directory the artefact stands, with the result."""
    context = context_of(directory, entries)
    job = make_job(directory, options, component, name="faq", context=context, progress=progress)
    return job, trainer(options, context).train(job)
