"""Real data sets, where they lie on this machine: beside the checkout, or where DIALOG_CORE_DATA says."""

import csv
import json
import os
import random
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import Any

import pytest

DATA = Path(os.environ.get("DIALOG_CORE_DATA", Path(__file__).parents[4] / "shared" / "data"))

Rows = list[tuple[str, str]]


def data_file(*parts: str) -> Path:
    """Return a file of a data set, or skip the test."""
    file = DATA.joinpath(*parts)
    if not file.exists():
        pytest.skip(f"set DIALOG_CORE_DATA: there is no {file}")
    return file


@cache
def _clinc() -> dict[str, Any]:
    return json.loads(data_file("clinc150", "data_full.json").read_text("utf-8"))


def clinc(part: str) -> Rows:
    """Return texts and intents of CLINC150: `train`, `val`, `test`, or `oos_train` and so on."""
    return [(text, "out_of_scope" if label == "oos" else label) for text, label in _clinc()[part]]


def banking(part: str) -> Rows:
    """Return texts and intents of Banking77: `train` or `test`."""
    with data_file("banking77", f"{part}.csv").open(encoding="utf-8", newline="") as stream:
        return [(row["text"], row["category"]) for row in csv.DictReader(stream)]


def few(rows: Rows, count: int, seed: int) -> Rows:
    """Return so many examples of each label."""
    by_label: dict[str, Rows] = defaultdict(list)
    for row in rows:
        by_label[row[1]].append(row)
    rng = random.Random(seed)
    return [row for label in sorted(by_label) for row in rng.sample(by_label[label], count)]
