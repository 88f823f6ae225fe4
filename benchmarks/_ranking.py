"""How good rankings are, and how a bot is asked for them."""

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ir_measures
import yaml

from benchmarks._data import Paragraph, Relevant, read_lines
from benchmarks._table import percentile
from dialog_core import Bot, Component, Registry, hookimpl
from dialog_core.bot_reader import read_bot_file
from dialog_core.configuration import Options
from dialog_core.datasets import KnowledgeEntry
from dialog_core.plugins import PluginSet
from dialog_core.training import SilentProgress, TrainingRunner, plan

Search = Callable[[str], Sequence[str]]
"""From a question to the ids of what was found, best first."""

Run = Mapping[str, Sequence[str]]
"""For each question's id what was found."""


@dataclass(frozen=True, slots=True)
class Questions:
    """Questions by id, and for each the ids of the entries that are right."""

    texts: Mapping[str, str]
    right: Relevant

    def write(self, file: Path) -> None:
        """Write them as labelled questions."""
        rows = [{"question": text, "entry": entry} for id, text in self.texts.items() for entry in self.right[id]]
        file.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")


def ask(search: Search, questions: Mapping[str, str]) -> tuple[Run, list[float]]:
    """Return what is found for each question, and how long it took; the first is asked once before."""
    search(next(iter(questions.values())))
    run, times = {}, []
    for id, text in questions.items():
        started = time.perf_counter()
        run[id] = search(text)
        times.append(time.perf_counter() - started)
    return run, times


def figures(run: Run, relevant: Relevant, measures: Sequence[str]) -> list[float]:
    """Return what ir-measures says of a run, over the questions that are in it."""
    wanted = [ir_measures.parse_measure(name) for name in measures]
    # A score for each place: equally good ones keep the order they were given in.
    scored = {id: {each: -float(place) for place, each in enumerate(found)} for id, found in run.items()}
    found = ir_measures.calc_aggregate(wanted, {id: dict(relevant[id]) for id in run}, scored)
    return [found[measure] for measure in wanted]


def times_of(times: Sequence[float]) -> tuple[str, str]:
    """Return the 50th and the 95th percentile in milliseconds."""
    return f"{percentile(times, 0.5) * 1e3:.2f}", f"{percentile(times, 0.95) * 1e3:.2f}"


class _ParagraphReader(Component[Options]):
    """Reads lines of `Paragraph`s as passages."""

    def read(self, path: Path) -> Iterator[KnowledgeEntry]:
        for row in read_lines(path):
            questions = (row["title"],) if row["title"] else ()
            yield KnowledgeEntry(row["id"], questions, row["text"], passage=True)


class _Plugin:
    """The reader of paragraphs, as a third party would bring one."""

    @staticmethod
    @hookimpl
    def dialog_register(registry: Registry) -> None:
        registry.reader("paragraphs", "benchmarks._ranking:_ParagraphReader")


@contextmanager
def bot_of(
    directory: Path,
    knowledge: Sequence[Paragraph | KnowledgeEntry],
    policies: Sequence[Mapping[str, Any]],
    language: str,
    *,
    training: Mapping[str, Questions] | None = None,
) -> Iterator[Bot]:
    """Write a bot file whose policies search `knowledge`, train what is to be trained, and load it.

    Args:
        directory: Where to; indexes that were built there before are used again.
        knowledge: Passages, or questions and answers.
        policies: As they stand in the file, without `knowledge`.
        language: Of the bot.
        training: What policies learn from, by their names.
    """
    directory.mkdir(parents=True, exist_ok=True)
    rows = [_row(each) for each in knowledge]
    (directory / "knowledge.jsonl").write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    for name, questions in (training or {}).items():
        questions.write(directory / f"{name}.jsonl")
    passages = isinstance(knowledge[0], Paragraph)
    file = directory / "bot.yaml"
    written = {
        "version": 1,
        "bot": {"name": "Benchmark", "language": language},
        "knowledge": {"all": {"path": "knowledge.jsonl", **({"use": "paragraphs"} if passages else {})}},
        "policies": [{**policy, "knowledge": "all"} for policy in policies],
        "training": [{"component": name, "data": f"{name}.jsonl"} for name in training or ()],
        "store": {"use": "memory"},
    }
    file.write_text(yaml.safe_dump(written, sort_keys=False), encoding="utf-8")
    plugins = PluginSet.load()
    plugins.add("benchmarks", _Plugin)
    if training:
        spec = read_bot_file(file, plugins=plugins)
        runner = TrainingRunner(spec)
        for entry in plan(spec):
            runner.run(entry, SilentProgress())
    with Bot.load(file, plugins=plugins) as bot:
        yield bot


def _row(each: Paragraph | KnowledgeEntry) -> dict[str, Any]:
    if isinstance(each, Paragraph):
        return {"id": each.id, "title": each.title, "text": each.text}
    return {"id": each.id, "questions": each.questions, "answer": each.answer}


def search_of(bot: Bot, policy: str, top_k: int) -> Search:
    """Return what a bot's policy finds."""
    return lambda text: [hit.entry.id for hit in bot.search(text, policy, top_k=top_k)]
