"""Ordinary messages of public data sets, for the guard `emergencies`: what it learns from, and what it is tried on.

What is not there is left out. Of each set the guard learns from one part and is tried on another.
"""

import csv
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks._data import DATA

SEED = 20_261
LEARNT = {"clinc150": 2500, "multidogo": 600, "medquad": 300, "banking77": 1000, "multiwoz21": 1000}
LEARNT |= {"crosswoz": 1200, "kdconv": 800, "xquad": 300}
TRIED = {"clinc150": 2000, "banking77": 2000, "multiwoz21": 2000, "medquad": 300, "crosswoz": 1200, "kdconv": 1200}
TRIED |= {"xquad": 300}


def ordinary(language: str, *, to_learn: bool) -> dict[str, list[str]]:
    """Return messages by data set; those to learn from and those to try share none."""
    wanted = LEARNT if to_learn else TRIED
    found = {}
    for name in SETS[language]:
        if name in wanted and (DATA / FOLDERS.get(name, name)).exists():
            texts = sorted({text.strip() for text in _read(name, language, to_learn) if text.strip()})
            random.Random(SEED).shuffle(texts)
            if name in ("medquad", "xquad", "banking77"):  # questions without parts of their own: halves
                texts = texts[: len(texts) // 2] if to_learn else texts[len(texts) // 2 :]
            found[name] = texts[: wanted[name]]
    return found


SETS = {
    "en": ("clinc150", "multidogo", "medquad", "banking77", "multiwoz21"),
    "zh": ("crosswoz", "kdconv", "xquad"),
}
FOLDERS = {"xquad": "xquad_zh_en"}


def _read(name: str, language: str, to_learn: bool) -> Iterator[str]:
    match name:
        case "clinc150":
            data = json.loads((DATA / "clinc150" / "data_full.json").read_text("utf-8"))
            yield from (text for text, _ in data["train" if to_learn else "val"])
        case "banking77":
            with open(DATA / "banking77" / "train.csv", encoding="utf-8", newline="") as stream:
                yield from (row["text"] for row in csv.DictReader(stream))
        case "multidogo":
            for file in sorted((DATA / "multidogo").rglob("train.tsv")):
                with open(file, encoding="utf-8", newline="") as stream:
                    yield from (row["utterance"] for row in csv.DictReader(stream, delimiter="\t") if row["utterance"])
        case "medquad":
            yield from (row["question"] for row in _lines(DATA / "medquad" / "dev_slice_NIDDK_NINDS_CDC.jsonl"))
        case "xquad":
            data = json.loads((DATA / "xquad_zh_en" / f"xquad.{language}.json").read_text("utf-8"))
            for article in data["data"]:
                for paragraph in article["paragraphs"]:
                    yield from (question["question"] for question in paragraph["qas"])
        case "multiwoz21" | "crosswoz":
            for number, dialogue in enumerate(_lines(DATA / name / "val.compact.jsonl")):
                if (number % 2 == 0) == to_learn:
                    yield from (said["content"] if "content" in said else said["text"] for said in _turns(dialogue))
        case "kdconv":
            for topic in ("film",) if to_learn else ("music", "travel"):
                for dialogue in json.loads((DATA / "kdconv" / topic / "dev.json").read_text("utf-8")):
                    yield from (said["message"] for said in dialogue["messages"])


def _turns(dialogue: Any) -> list[Any]:
    turns = dialogue.get("messages") or dialogue.get("turns") or dialogue.get("log") or []
    return [turn for turn in turns if isinstance(turn, dict) and ("content" in turn or "text" in turn)]


def _lines(file: Path) -> Iterator[Any]:
    with open(file, encoding="utf-8") as stream:
        for line in stream:
            yield json.loads(line)
