"""Any number of short documents that read like real ones: beginnings and ends of real sentences, put together anew.

So their words are as unevenly common as those of real text. The sentences are those of SciFact's abstracts, MedQuAD's
questions and answers, and CLINC150's training queries.
"""

import json
import random
import re
from collections.abc import Iterator
from pathlib import Path

from benchmarks._data import DATA, read_lines

SOURCES = (
    DATA / "scifact_beir" / "corpus.jsonl",
    DATA / "medquad" / "dev_slice_NIDDK_NINDS_CDC.jsonl",
    DATA / "clinc150" / "data_full.json",
)
_END = re.compile(r"(?<=[.?!])\s+")
PART = (3, 8)  # words, from each of the two sentences


def sentences() -> list[list[str]]:
    """Return the words of each sentence that is long enough to take a part of."""
    scifact, medquad, clinc = SOURCES
    texts = [row["text"] for row in read_lines(scifact)]
    texts += [text for row in read_lines(medquad) for text in (row["question"], row["answer"])]
    texts += [text for text, _ in json.loads(clinc.read_text("utf-8"))["train"]]
    found = (sentence.split() for text in texts for sentence in _END.split(text))
    return [words for words in found if len(words) >= PART[0]]


def documents(count: int, seed: int) -> Iterator[str]:
    """Yield documents, the same ones for the same seed."""
    rng = random.Random(seed)
    pool = sentences()
    for _ in range(count):
        begin, end = rng.choice(pool), rng.choice(pool)
        yield " ".join(begin[: rng.randint(*PART)] + end[-rng.randint(*PART) :])


def reworded(document: str, rng: random.Random) -> str:
    """Return about two thirds of a document's words, as somebody asks who remembers it vaguely."""
    words = document.split()
    kept = sorted(rng.sample(range(len(words)), max(2, round(len(words) * 0.65))))
    return " ".join(words[at] for at in kept).lower()


def write_knowledge(texts: Iterator[str], file: Path) -> None:
    """Write a source of knowledge with an entry for each text; every answer has a word in it that no other has."""
    with open(file, "w", encoding="utf-8") as stream:
        for number, text in enumerate(texts):
            row = {"id": str(number), "question": text, "answer": f"See page P{number}."}
            stream.write(json.dumps(row) + "\n")
