"""Intents of Rasa projects: how well the imported annotator understands, beside linear models of scikit-learn.

For each bot of `../shared/rasa_bots/bots`, five-fold cross-validation over its examples (each text once, stratified by
intent; of retrieval intents the part before the slash), with several seeds. On the same folds:

- ours: the annotator `intents` with the light engine, trained as an import writes it; once its likeliest intent, and
  once what it decides, where taking a message for out of scope is wrong, too;
- the baseline: TF-IDF of words (1-2) and of character n-grams (2-5, within words), with logistic regression (C = 10)
  and with a linear SVM (C = 1); the better one of the two on that bot counts.

The difference of ours and the baseline is paired: the mean over examples of how much oftener ours was right, with the
95 % interval of a bootstrap over the examples (each one's mean over the seeds).

    python -m benchmarks.rasa_intents                    all bots, five seeds: some minutes
    python -m benchmarks.rasa_intents --bot moodbot

Set DIALOG_CORE_RASA_BOTS if the bots do not lie in `../shared/rasa_bots`.
"""

import argparse
import json
import os
import tempfile
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks._table import print_table
from dialog_core.testing import make_context, make_job
from dialog_nlu.label_annotators import IntentsAnnotator
from dialog_nlu.options import IntentsOptions
from dialog_nlu_training.label_trainers import IntentsTrainer
from dialog_nlu_training.options import IntentsTraining
from dialog_rasa.project.reading import read_project

ROOT = Path(__file__).parent.parent
BOTS = Path(os.environ.get("DIALOG_CORE_RASA_BOTS", ROOT.parent / "shared" / "rasa_bots")) / "bots"
FOLDS, SEEDS = 5, 5
SAMPLES = 2_000  # of the bootstrap
OUT_OF_SCOPE = "out_of_scope"
HEADER = (
    "bot",
    "examples",
    "intents",
    "ours",
    "logistic",
    "SVM",
    "ours - better",
    "decided",
    "rejected",
    "of the rest",
)

Rows = Sequence[tuple[str, str]]
Right = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Measured:
    """How often each was right about each example, over the seeds."""

    likeliest: Right
    decided: Right
    answered: Right
    logistic: Right
    svm: Right

    @property
    def baseline(self) -> Right:
        return max(self.logistic, self.svm, key=lambda right: float(right.mean()))


def main(bots: Sequence[str] = (), seeds: int = SEEDS) -> None:
    if not BOTS.is_dir():
        print(f"Skipped: there is no {BOTS}. Set DIALOG_CORE_RASA_BOTS to where Rasa's bots lie.")
        return
    rows = []
    for place in sorted(BOTS.iterdir()):
        if place.is_dir() and (not bots or place.name in bots):
            examples = examples_of(place)
            rows.append(_row(place.name, examples, measure(examples, seeds)))
    print_table(f"Accuracy of intents, {FOLDS} folds, {seeds} seeds", HEADER, rows)


def examples_of(project: Path) -> Rows:
    """Return every text once with its intent; texts under two intents are left out."""
    found: dict[str, dict[str, str]] = {}
    for intent in read_project(project).understanding.intents:
        for example in intent.examples:
            key = " ".join(example.text.casefold().split())
            found.setdefault(key, {}).setdefault(intent.intent.partition("/")[0], example.text)
    return [(text, label) for labels in found.values() if len(labels) == 1 for label, text in labels.items()]


def measure(examples: Rows, seeds: int) -> Measured:
    """Cross-validate ours and the baselines on the same folds."""
    from sklearn.model_selection import StratifiedKFold

    labels = [label for _, label in examples]
    sums = {name: np.zeros(len(examples)) for name in ("likeliest", "decided", "answered", "logistic", "svm")}
    for seed in range(seeds):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # an intent of fewer examples than there are folds
            folds = list(StratifiedKFold(FOLDS, shuffle=True, random_state=seed).split(labels, labels))
        for train, test in folds:
            known, asked = [examples[place] for place in train], [examples[place] for place in test]
            for name in ("logistic", "svm"):
                sums[name][test] += _right(_baseline(name, known, asked), asked)
            annotations = _ours(known, asked)
            likeliest = [found["ranked"][0]["label"] if _inside(found, row) else None for found, row in annotations]
            sums["likeliest"][test] += _right([label or OUT_OF_SCOPE for label in likeliest], asked)
            sums["decided"][test] += _right([found["label"] or OUT_OF_SCOPE for found, _ in annotations], asked)
            sums["answered"][test] += [found["label"] is not None for found, _ in annotations]
    return Measured(**{name: total / seeds for name, total in sums.items()})


def _inside(found: Any, row: tuple[str, str]) -> bool:
    """Return whether the likeliest intent counts: not for a message out of scope that was taken for one."""
    return not (row[1] == OUT_OF_SCOPE and found["label"] is None)


def _ours(known: Rows, asked: Rows) -> list[tuple[Any, tuple[str, str]]]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "nlu.jsonl"
        file.write_text("\n".join(json.dumps({"text": text, "intent": label}) for text, label in known), "utf-8")
        options = IntentsTraining(data=(file,), contradictions="drop", fewest=1, everyday=True)
        job = make_job(Path(folder), options, IntentsOptions(), name="intents")
        IntentsTrainer(options, job.context).train(job)
        annotator = IntentsAnnotator(IntentsOptions(), make_context("intents", artefact=job.directory))
        return [(annotator.label(row[0]), row) for row in asked]


def _baseline(name: str, known: Rows, asked: Rows) -> list[str]:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline, make_union
    from sklearn.svm import LinearSVC

    words = TfidfVectorizer(token_pattern=r"(?u)\b\w+\b", ngram_range=(1, 2), sublinear_tf=True)
    pieces = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True)
    judge = LogisticRegression(C=10, max_iter=1000) if name == "logistic" else LinearSVC(C=1)
    model = make_pipeline(make_union(words, pieces), judge)
    model.fit([text for text, _ in known], [label for _, label in known])
    return [str(label) for label in model.predict([text for text, _ in asked])]


def _right(labels: Sequence[str], asked: Rows) -> list[bool]:
    return [label == truth for label, (_, truth) in zip(labels, asked, strict=True)]


def _row(name: str, examples: Rows, found: Measured) -> tuple[str, ...]:
    difference = found.likeliest - found.baseline
    rng = np.random.default_rng(0)
    drawn = difference[rng.integers(len(difference), size=(SAMPLES, len(difference)))].mean(axis=1)
    low, high = np.percentile(drawn, [2.5, 97.5])
    return (
        name,
        str(len(examples)),
        str(len({label for _, label in examples})),
        f"{found.likeliest.mean():.1%}",
        f"{found.logistic.mean():.1%}",
        f"{found.svm.mean():.1%}",
        f"{difference.mean() * 100:+.1f} ({low * 100:+.1f} to {high * 100:+.1f})",
        f"{found.decided.mean():.1%}",
        f"{1 - found.answered.mean():.1%}",
        f"{found.decided.sum() / found.answered.sum():.1%}",
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.rasa_intents", description=__doc__.splitlines()[0])
    parser.add_argument("--bot", action="append", default=[], help="this bot alone")
    parser.add_argument("--seeds", type=int, default=SEEDS, help=f"how often the folds are dealt (default: {SEEDS})")
    given = parser.parse_args()
    main(given.bot, given.seeds)
