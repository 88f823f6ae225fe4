"""What FAISS's kinds of indexes cost and find at 1,000,000 vectors of 384 dimensions, as `faiss` makes them.

The vectors are those `lsa`, trained on the sentences of MedQuAD's answers and SciFact's abstracts, gives to texts of
two to four sentences of one document, drawn with a seed; such a vector is the sum of those of its sentences. So they
lie in clusters, as those of real texts do. The questions are sentences that have lost some of their words.

The time of a search is the processor time of its one thread, so that other work on the machine counts little. `effort`
is efSearch or nprobe: the least that reaches the wanted recall, chosen on half of the questions; recall is told of the
other half. `private` is memory that is not the mapped file, after searching.

Fewer vectors: `python -m benchmarks.faiss_million --size 100000`. Set DIALOG_CORE_DATA if the data does not lie in
`../shared/data`.
"""

import argparse
import random
import re
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks._data import DATA, missing, read_lines
from benchmarks._table import median, percentile, print_table
from dialog_core.datasets import KnowledgeEntry
from dialog_core.testing import make_context, make_turn
from dialog_core.training import SilentProgress
from dialog_retrieval.dense.effort import measure
from dialog_retrieval.dense.faiss_vectors import FaissVectors
from dialog_retrieval.dense.kinds import build_index
from dialog_retrieval.dense.lsa import LsaEncoder
from dialog_retrieval.dense.options import FaissOptions, LsaOptions
from dialog_retrieval.dense.policy import FaissPolicy

SIZE = 1_000_000
DIMENSIONS = 384
QUESTIONS = 400
SEED = 20_262
POLICY_SIZE = 100_000
MEDQUAD = DATA / "medquad" / "dev_slice_NIDDK_NINDS_CDC.jsonl"
SCIFACT = DATA / "scifact_beir" / "corpus.jsonl"
KINDS = ("flat", "hnsw", "ivf")

Floats = NDArray[np.float32]
_SENTENCE = re.compile(r"(?<=[.!?])\s+")


def main(size: int = SIZE) -> None:
    if missing("faiss", MEDQUAD) or missing("faiss", SCIFACT):
        return
    import faiss

    faiss.omp_set_num_threads(1)
    vectors, questions = make_vectors(size)
    rows: list[tuple[str, ...]] = []
    flat = 0.0
    for kind in KINDS:
        found = _measure(kind, vectors, questions)
        print(f"{kind}: {found}", file=sys.stderr, flush=True)  # the next kind may take long
        flat = found["p50"] if kind == "flat" else flat
        target = {"hnsw": "recall >= .95, >= 10 x flat"}.get(kind, "")
        rows.append(
            (
                kind,
                f"{found['recall']:.3f}",
                f"{found['p50'] * 1e3:.2f} ms",
                f"{found['p95'] * 1e3:.2f} ms",
                f"{flat / found['p50']:.1f} x",
                str(found["effort"] or ""),
                f"{found['build']:.0f} s",
                f"{found['load'] * 1e3:.0f} ms",
                f"{found['bytes'] / 1e9:.2f} GB",
                f"{found['private'] / 1e6:.0f} MB",
                target,
            )
        )
    header = "index", "recall@10", "p50", "p95", "as fast as flat", "effort", "build", "load", "on disk", "private", ""
    print_table(f"FAISS at {size:,} x {DIMENSIONS} (LSA of real text; load < 1,000 ms, memory-mapped)", header, rows)
    print()
    _policy_overhead(vectors[:POLICY_SIZE], questions)


def make_vectors(size: int) -> tuple[Floats, Floats]:
    """Return vectors of knowledge and of questions."""
    documents = [sentences for sentences in _documents() if len(sentences) > 1]
    sentences = [sentence for document in documents for sentence in document]
    encoder = LsaEncoder(LsaOptions(dimensions=DIMENSIONS), make_context())
    encoder.fit(sentences)
    encoded = encoder.encode(sentences)
    starts = np.cumsum([0, *map(len, documents)])
    random_numbers = np.random.default_rng(SEED)
    chosen = random_numbers.integers(len(documents), size=size)
    lengths = np.diff(starts)[chosen]
    vectors = np.zeros((size, encoder.dimension), dtype=np.float32)
    more = random_numbers.integers(2, 5, size=size)  # sentences of each text
    for turn in range(4):
        taken = more > turn
        places = starts[chosen[taken]] + (random_numbers.random(int(taken.sum())) * lengths[taken]).astype(np.int64)
        vectors[taken] += encoded[places]
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    rng = random.Random(SEED)
    asked = [_shortened(sentence, rng) for sentence in rng.sample(sentences, QUESTIONS)]
    return vectors, encoder.encode_questions(asked)


def _documents() -> Iterator[list[str]]:
    for path, key in ((MEDQUAD, "answer"), (SCIFACT, "text")):
        for row in read_lines(path):
            yield [sentence for sentence in _SENTENCE.split(row[key]) if 20 < len(sentence) < 400]


def _shortened(sentence: str, rng: random.Random) -> str:
    words = sentence.split()
    kept = rng.sample(range(len(words)), max(3, min(len(words), 12) * 2 // 3) if len(words) > 3 else len(words))
    return " ".join(words[place] for place in sorted(kept))


def _measure(kind: str, vectors: Floats, questions: Floats) -> dict[str, Any]:

    started = time.perf_counter()
    index = FaissVectors(build_index(kind, vectors, FaissOptions(knowledge=("x",)), SEED, SilentProgress()))
    built = time.perf_counter() - started
    told = {"recall_at_10": 1.0} if kind == "flat" else measure(index, vectors, questions, 0.95, None)
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory, "index.faiss")
        index.write(file)
        effort = index.effort
        del index
        # In a process of its own: this one would put what it reads where the vectors were.
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            load, private, times = pool.submit(_search, file, effort, questions).result()
        size = file.stat().st_size
    return {
        "recall": told["recall_at_10"],
        "effort": effort,
        "build": built,
        "load": load,
        "bytes": size,
        "private": private,
        "p50": median(times),
        "p95": percentile(times, 0.95),
    }


def _search(file: Path, effort: int, questions: Floats) -> tuple[float, int, list[float]]:
    """Return how long opening an index takes, how much memory it takes beside its file, and how long searches take."""
    import faiss

    faiss.omp_set_num_threads(1)
    before = _private()
    started = time.perf_counter()
    index = FaissVectors(faiss.read_index(str(file), faiss.IO_FLAG_MMAP_IFC), effort)
    load = time.perf_counter() - started
    for question in questions:
        index.nearest(question, 10, None)  # once, so that what is searched is in memory
    times = [_time(index, question) for question in questions]
    return load, _private() - before, times


def _private() -> int:
    """Return the bytes of memory that belong to no file."""
    told = Path("/proc/self/smaps_rollup").read_text() if Path("/proc/self/smaps_rollup").exists() else ""
    return sum(int(line.split()[1]) * 1024 for line in told.splitlines() if line.startswith("Anonymous:"))


def _time(index: FaissVectors, question: Floats) -> float:
    started = time.thread_time()
    index.nearest(question, 10, None)
    return time.thread_time() - started


class _Known:
    """An encoder of texts whose vectors are known: each text is the number of its vector."""

    identity = "known"

    def __init__(self, vectors: Floats, questions: Floats) -> None:
        self._vectors, self._questions = vectors, questions
        self.dimension = vectors.shape[1]

    def fit(self, texts: Sequence[str]) -> None: ...

    def save(self, directory: Path) -> None: ...

    def restore(self, directory: Path) -> None: ...

    def encode(self, texts: Sequence[str]) -> Floats:
        return self._vectors[[int(text) for text in texts]]

    def encode_questions(self, texts: Sequence[str]) -> Floats:
        numbers = [int(text) if text.isdigit() else 0 for text in texts]
        return self._questions[[number % len(self._questions) for number in numbers]]


def _policy_overhead(vectors: Floats, questions: Floats) -> None:
    """Compare a whole `propose`, its encoder aside, with FAISS's own `search` of the same vectors."""
    entries = [KnowledgeEntry(str(number), (str(number),), "answer") for number in range(len(vectors))]
    parts = {("encoder", "known"): _Known(vectors, questions)}
    policy = FaissPolicy(
        FaissOptions(knowledge=("known",), encoder="known"), make_context(knowledge={"known": entries}, parts=parts)
    )
    policy.warm()
    # The very same index: two copies of it differ by more than a policy costs, by how they lie in memory.
    raw = policy._searcher()._vectors._index
    ours, theirs, overhead = [], [], []
    for number, question in enumerate(questions):
        turn = make_turn(str(number))
        started = time.thread_time()
        raw.search(question[None], 10)
        between = time.thread_time()
        policy.propose(turn)
        ended = time.thread_time()
        theirs.append(between - started)
        ours.append(ended - between)
        overhead.append(ours[-1] - theirs[-1])
    rows = [
        ("faiss called directly, 10 nearest", f"{median(theirs) * 1e3:.2f} ms", ""),
        ("policy faiss, three candidates", f"{median(ours) * 1e3:.2f} ms", ""),
        ("median difference of the two", f"{median(overhead) * 1e3:.2f} ms", "< 0.3 ms"),
    ]
    print_table(f"Policy faiss at {len(vectors):,} vectors, flat", ("what", "p50", "target"), rows)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=int, default=SIZE, help="how many vectors")
    main(parser.parse_args().size)
