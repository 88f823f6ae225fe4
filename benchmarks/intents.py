"""How well `intents` understands: CLINC150 beside the published figures, and Banking77.

In-scope accuracy is counted with rejection on: a query that has an intent and is taken for out of scope is wrong, as in
Larson et al. 2019. One threshold, chosen by training on validation data; the test data is looked at here alone.

Without `--engine` every engine is measured. Set DIALOG_CORE_DATA if the data does not lie in `../shared/data`.
"""

import argparse
import csv
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from benchmarks._table import median, percentile, print_table
from dialog_core.annotations import LabelAnnotation
from dialog_core.component import Context
from dialog_core.testing import make_context
from dialog_core.training import SilentProgress, TrainingJob
from dialog_nlu.label_annotators import IntentsAnnotator
from dialog_nlu.options import IntentsOptions
from dialog_nlu_training.label_trainers import IntentsTrainer
from dialog_nlu_training.options import IntentsTraining

ROOT = Path(__file__).parent.parent
DATA = Path(os.environ.get("DIALOG_CORE_DATA", ROOT.parent / "shared" / "data"))
CLINC = DATA / "clinc150" / "data_full.json"
BANKING = DATA / "banking77"
SEED = 20_261
BINS = 15
OUT_OF_SCOPE = "out_of_scope"
ENGINES = ("light",)

# Larson et al. 2019, table 2: full data, trained with the 100 out-of-scope examples; or with a threshold instead.
PUBLISHED = (
    ("FastText", 89.0, 9.7),
    ("SVM", 91.0, 14.5),
    ("CNN", 91.2, 18.9),
    ("Dialogflow", 91.7, 14.0),
    ("Rasa", 91.5, 45.3),
    ("MLP", 93.5, 47.4),
    ("BERT", 96.9, 40.3),
    ("Rasa, threshold", 90.9, 31.2),
    ("MLP, threshold", 93.4, 49.1),
    ("BERT, threshold", 96.2, 52.3),
)

Rows = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Measured:
    """The figures of one setting."""

    in_scope: float
    recall: float | None
    precision: float | None
    ece: float
    training: float
    times: list[float]
    load: float
    megabytes: float

    def row(self, setting: str) -> tuple[str, ...]:
        return (
            setting,
            f"{self.in_scope:.1%}",
            _percent(self.recall),
            _percent(self.precision),
            f"{self.ece:.4f}",
            f"{self.training:.1f}",
            f"{median(self.times) * 1e3:.2f} / {percentile(self.times, 0.95) * 1e3:.2f}",
            f"{self.load:.2f}",
            f"{self.megabytes:.1f}",
        )


HEADER = ("setting", "in-scope", "OOS recall", "OOS precision", "ECE", "train s", "p50/p95 ms", "load s", "MB")


def main(engines: Sequence[str] = ENGINES) -> None:
    for engine in engines:
        _clinc(engine)
        _banking(engine)


def _clinc(engine: str) -> None:
    if not CLINC.exists():
        print(f"CLINC150: skipped, there is no {CLINC}. Set DIALOG_CORE_DATA to where the data lies.")
        return
    rows = []
    for setting in ("OOS examples", "OOS in validation only", "no OOS at all"):
        data, validation, test = clinc(setting)
        rows.append(measure(data, validation, test, engine=engine).row(f"{engine}, {setting}"))
    rows += [(f"published: {name}", f"{inside}%", f"{recall}%", *[""] * 6) for name, inside, recall in PUBLISHED]
    print_table(f"CLINC150, full data (seed {SEED})", HEADER, rows)


def _banking(engine: str) -> None:
    if not BANKING.exists():
        print(f"Banking77: skipped, there is no {BANKING}. Set DIALOG_CORE_DATA to where the data lies.")
        return
    data, test = banking("train"), banking("test")
    rows = [
        measure(part, [], test, engine=engine, out_of_scope=False).row(f"{engine}, {name}")
        for name, part in (("full", data), ("10-shot", few_shot(data, 10)), ("5-shot", few_shot(data, 5)))
    ]
    rows += [("published: BERT, full", "93.7%", *[""] * 7), ("published: USE+ConveRT, 10-shot", "85.2%", *[""] * 7)]
    print_table(f"Banking77 (seed {SEED})", HEADER, rows)


def clinc(setting: str) -> tuple[Rows, Rows, Rows]:
    """Return training, validation and test data."""
    found: dict[str, Rows] = {
        name: [(text, OUT_OF_SCOPE if label == "oos" else label) for text, label in rows]
        for name, rows in json.loads(CLINC.read_text("utf-8")).items()
    }
    training = found["train"] + (found["oos_train"] if setting == "OOS examples" else [])
    validation = found["val"] + (found["oos_val"] if setting != "no OOS at all" else [])
    return training, validation, found["test"] + found["oos_test"]


def banking(part: str) -> Rows:
    with open(BANKING / f"{part}.csv", encoding="utf-8", newline="") as stream:
        return [(row["text"], row["category"]) for row in csv.DictReader(stream)]


def few_shot(rows: Rows, count: int, seed: int = SEED) -> Rows:
    """Return so many examples of each label."""
    by_label: dict[str, Rows] = defaultdict(list)
    for row in rows:
        by_label[row[1]].append(row)
    rng = random.Random(seed)
    return [row for label in sorted(by_label) for row in rng.sample(by_label[label], count)]


def measure(data: Rows, validation: Rows, test: Rows, *, engine: str, out_of_scope: bool = True) -> Measured:
    """Train on data and validation, and measure on test."""
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        model, training = train(data, validation, directory, engine=engine, out_of_scope=out_of_scope)
        load = float(subprocess.run(_load_command(model), check=True, capture_output=True, text=True).stdout)
        annotator = IntentsAnnotator(IntentsOptions(engine=engine), Context(artefact=model))  # type: ignore[arg-type]
        annotator.warm()
        found, times = [], []
        for text, _ in test:
            started = time.perf_counter()
            found.append(annotator.label(text))
            times.append(time.perf_counter() - started)
        size = sum(file.stat().st_size for file in model.iterdir()) / 1e6
    return _figures(test, found, training=training, times=times, load=load, megabytes=size)


def train(
    data: Rows, validation: Rows, directory: Path, *, engine: str, out_of_scope: bool = True
) -> tuple[Path, float]:
    """Return where the model is, and how long training took."""
    files = [_write(directory / "data.jsonl", data)]
    extra = {"validation": _write(directory / "validation.jsonl", validation)} if validation else {}
    options = IntentsTraining(data=tuple(files), contradictions="drop", out_of_scope=out_of_scope, **extra)
    model = directory / "model"
    model.mkdir()
    context = make_context("intents", seed=SEED)
    component = IntentsOptions(engine=engine)  # type: ignore[arg-type]
    job = TrainingJob(
        "intents", options, component, context, model, directory / "checkpoints", progress=SilentProgress()
    )
    started = time.perf_counter()
    IntentsTrainer(options, context).train(job)
    return model, time.perf_counter() - started


def _write(file: Path, rows: Rows) -> Path:
    lines = [json.dumps({"text": text, "intent": label}) for text, label in rows]
    file.write_text("\n".join(lines), encoding="utf-8")
    return file


def _load_command(model: Path) -> list[str]:
    """Return a command that prints how long reading the model takes in a new process, numpy's import included."""
    code = (
        "import sys, time\n"
        "from pathlib import Path\n"
        "from dialog_core.component import Context\n"
        "from dialog_nlu.label_annotators import IntentsAnnotator\n"
        "from dialog_nlu.options import IntentsOptions\n"
        "started = time.perf_counter()\n"
        "IntentsAnnotator(IntentsOptions(), Context(artefact=Path(sys.argv[1]))).warm()\n"
        "print(time.perf_counter() - started)\n"
    )
    return [sys.executable, "-c", code, str(model)]


def _figures(
    test: Rows, found: list[LabelAnnotation], *, training: float, times: list[float], load: float, megabytes: float
) -> Measured:
    decided = [annotation["label"] or OUT_OF_SCOPE for annotation in found]
    right = [label == truth for label, (_, truth) in zip(decided, test, strict=True)]
    inside = [good for good, (_, truth) in zip(right, test, strict=True) if truth != OUT_OF_SCOPE]
    outside = [good for good, (_, truth) in zip(right, test, strict=True) if truth == OUT_OF_SCOPE]
    rejected = sum(label == OUT_OF_SCOPE for label in decided)
    return Measured(
        in_scope=sum(inside) / len(inside),
        recall=sum(outside) / len(outside) if outside else None,
        precision=sum(outside) / rejected if outside and rejected else None,
        ece=calibration_error([annotation["probability"] for annotation in found], right),
        training=training,
        times=times,
        load=load,
        megabytes=megabytes,
    )


def calibration_error(probabilities: Sequence[float], right: Sequence[bool]) -> float:
    """Return the expected calibration error over bins of equal mass, out of scope included."""
    ordered = sorted(zip(probabilities, right, strict=True))
    edges = [round(number * len(ordered) / BINS) for number in range(BINS + 1)]
    total = 0.0
    for start, end in pairwise(edges):
        part = ordered[start:end]
        total += abs(sum(probability for probability, _ in part) - sum(good for _, good in part))
    return total / len(ordered)


def _percent(value: float | None) -> str:
    return "" if value is None else f"{value:.1%}"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.intents", description=__doc__)
    parser.add_argument("--engine", choices=ENGINES, action="append", help="measure this engine alone")
    main(parser.parse_args().engine or ENGINES)
