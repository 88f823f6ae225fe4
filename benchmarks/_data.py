"""The public data the benchmarks of retrieval read, and where they keep what takes long to compute."""

import csv
import json
import os
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
DATA = Path(os.environ.get("DIALOG_CORE_DATA", ROOT.parent / "shared" / "data"))
CACHE = Path(os.environ.get("DIALOG_CORE_BENCHMARKS", Path(tempfile.gettempdir()) / "dialog-core-benchmarks"))

Relevant = Mapping[str, Mapping[str, int]]
"""For each question's id the ids of what answers it, with how well."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A piece of running text under a heading, which may be empty."""

    id: str
    title: str
    text: str


def missing(name: str, path: Path) -> bool:
    """Say so, if the data of a benchmark is not there."""
    if path.exists():
        return False
    print(f"{name}: skipped, there is no {path}. Set DIALOG_CORE_DATA to where the data lies.")
    return True


def read_lines(path: Path) -> Iterator[Any]:
    """Yield the objects of a file of JSON lines."""
    with open(path, encoding="utf-8") as stream:
        for line in stream:
            yield json.loads(line)


def scifact(directory: Path = DATA / "scifact_beir") -> tuple[list[Paragraph], dict[str, str], Relevant]:
    """Return SciFact's abstracts, its training queries (claims) by id, and which abstracts are evidence for each."""
    abstracts = [Paragraph(row["_id"], row["title"], row["text"]) for row in read_lines(directory / "corpus.jsonl")]
    relevant: dict[str, dict[str, int]] = defaultdict(dict)
    with open(directory / "qrels_train.tsv", encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream, delimiter="\t"):
            relevant[row["query-id"]][row["corpus-id"]] = int(row["score"])
    queries = {
        row["_id"]: row["text"] for row in read_lines(directory / "queries_train.jsonl") if row["_id"] in relevant
    }
    return abstracts, queries, relevant


def xquad(language: str, directory: Path = DATA / "xquad_zh_en") -> tuple[list[Paragraph], dict[str, str], Relevant]:
    """Return XQuAD's paragraphs, its questions by id, and the paragraph of each; ids are the same in all languages."""
    paragraphs: list[Paragraph] = []
    questions: dict[str, str] = {}
    relevant: dict[str, dict[str, int]] = {}
    for article in json.loads((directory / f"xquad.{language}.json").read_text("utf-8"))["data"]:
        for paragraph in article["paragraphs"]:
            id = str(len(paragraphs))
            paragraphs.append(Paragraph(id, "", paragraph["context"]))
            for question in paragraph["qas"]:
                questions[question["id"]] = question["question"]
                relevant[question["id"]] = {id: 1}
    return paragraphs, questions, relevant
