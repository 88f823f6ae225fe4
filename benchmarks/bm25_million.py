"""How quick `bm25` is with 1,000,000 short entries, beside bm25s called directly in the same run.

The entries are put together from real sentences with a seed (`benchmarks/_million.py`); each has a question of 6 to 16
words, and an answer with a word that no other entry has, so that the vocabulary has over a million terms. Half of the
messages are entries in other words (a third of the words left out), half are validation queries of CLINC150.

bm25s is called with the very terms the policy looks for, on an index of the questions that its own tokenizer made
(English stop words, Snowball stems; lucene, k1 1.5, b .75), mapped into memory. The policy's time is that of all it
does: analysing the message, looking for what may be found in this turn, searching, reading the entries from the
store. Indexes are made in processes of their own, so that their memory can be told. The store of entries that
`knowledge build` fills first has no counterpart in bm25s and is told apart. rank-bm25 is shown with the first 100,000
questions and a few messages, since it takes so long.

DIALOG_CORE_MILLION sets another number of entries. Set DIALOG_CORE_DATA if the data does not lie in `../shared/data`.
"""

import importlib
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks._data import missing
from benchmarks._million import SOURCES, documents, reworded, write_knowledge
from benchmarks._table import median, percentile, print_table

ENTRIES = int(os.environ.get("DIALOG_CORE_MILLION", "1000000"))
SEED = 20_262
MESSAGES = 400
TOP_K = 10
RANK_BM25_DOCUMENTS = 100_000
RANK_BM25_MESSAGES = 10
BOT = """version: 1
bot: {name: Million}
knowledge:
  faq: {path: faq.jsonl}
policies:
  - {name: faq, use: bm25, knowledge: faq}
"""


def main() -> None:
    if any(missing("bm25 with a million entries", source) for source in SOURCES):
        return
    with tempfile.TemporaryDirectory(prefix="dialog-core-million-") as made:
        directory = Path(made)
        write_knowledge(documents(ENTRIES, SEED), directory / "faq.jsonl")
        (directory / "bot.yaml").write_text(BOT, encoding="utf-8")
        _measure(directory)


def _measure(directory: Path) -> None:
    built = {role: _in_process(role, directory) for role in ("idle", "store", "policy", "bm25s")}
    loading = {role: _in_process(f"load {role}", directory) for role in ("policy", "bm25s")}
    times, overheads, few = _search(directory)
    ours, direct = built["policy"], built["bm25s"]
    idle = built["idle"]["memory"]

    rows: list[tuple[str, ...]] = [
        ("a message, p50", *_beside(*(median(times[way]) * 1e3 for way in times), "ms", 2), "<= 5 ms, <= 1.2"),
        (
            "a message, p95",
            *_beside(*(percentile(times[way], 0.95) * 1e3 for way in times), "ms", 1),
            "<= 60 ms, <= 1.2",
        ),
        ("policy less bm25s, p50", f"{median(overheads) * 1e3:+.2f} ms", "", "", "< 0.3 ms"),
        ("index made", *_beside(ours["seconds"], direct["seconds"], "s", 1), ""),
        ("memory while made", *_beside((ours["memory"] - idle) / 1e9, (direct["memory"] - idle) / 1e9, "GB", 2), ""),
        ("index on the disk", *_beside(ours["bytes"] / 1e6, direct["bytes"] / 1e6, "MB", 0), ""),
        ("loaded in", *_beside(loading["policy"]["seconds"], loading["bm25s"]["seconds"], "s", 2), ""),
        (f"rank-bm25, {RANK_BM25_DOCUMENTS:,} documents, p50", "", f"{median(few) * 1e3:.0f} ms", "", ""),
        ("store of entries filled", f"{built['store']['seconds']:.0f} s", "", "", ""),
    ]
    title = f"bm25, {ENTRIES:,} entries, {MESSAGES} messages, top {TOP_K} (seed {SEED})"
    print_table(title, ("what", "policy", "directly", "ratio", "target"), rows)


def _beside(mine: float, theirs: float, unit: str, digits: int) -> tuple[str, str, str]:
    return f"{mine:.{digits}f} {unit}", f"{theirs:.{digits}f} {unit}", f"{mine / theirs:.2f}"


def _search(directory: Path) -> tuple[dict[str, list[float]], list[float], list[float]]:
    """Return the seconds of each message either way, by how much the policy's differ, and those of rank-bm25."""
    import bm25s
    from rank_bm25 import BM25Okapi

    from dialog_core.testing import make_turn

    policy = _policy(directory)
    policy.warm()
    direct = bm25s.BM25.load(directory / "bm25s", mmap=True)
    split = policy._indexing._split
    times: dict[str, list[float]] = {"policy": [], "bm25s": []}
    for text in _messages(directory):
        terms = list(dict.fromkeys(split(text).main))
        turn = make_turn(text)

        def ask_policy(turn: Any = turn) -> object:
            return policy.search(turn, TOP_K)

        def ask_bm25s(terms: list[str] = terms) -> object:
            return direct.retrieve([terms], k=TOP_K, show_progress=False)

        ways = {"policy": ask_policy, "bm25s": ask_bm25s}
        for way in sorted(ways, reverse=len(times["policy"]) % 2 == 0):  # in turn, which of them comes first
            started = time.perf_counter()
            ways[way]()
            times[way].append(time.perf_counter() - started)
    overheads = [mine - theirs for mine, theirs in zip(times["policy"], times["bm25s"], strict=True)]
    questions = _questions(directory)[:RANK_BM25_DOCUMENTS]
    okapi, few = BM25Okapi([split(question).main for question in questions]), []
    for text in _messages(directory)[-RANK_BM25_MESSAGES:]:
        terms = split(text).main
        started = time.perf_counter()
        okapi.get_top_n(terms, questions, TOP_K)
        few.append(time.perf_counter() - started)
    return times, overheads, few


def _messages(directory: Path) -> list[str]:
    rng = random.Random(SEED + 1)
    asked = [reworded(text, rng) for text in rng.sample(_questions(directory), MESSAGES // 2)]
    validation = [text for text, _ in json.loads(SOURCES[-1].read_text("utf-8"))["val"]]
    asked += rng.sample(validation, MESSAGES - len(asked))
    rng.shuffle(asked)
    return asked


def _questions(directory: Path) -> list[str]:
    with open(directory / "faq.jsonl", encoding="utf-8") as stream:
        return [json.loads(line)["question"] for line in stream]


def _context(directory: Path) -> Any:
    from dialog_core import Builder, read_bot_file

    spec = read_bot_file(directory / "bot.yaml")
    return Builder(spec).context_of(spec.policies[0])


def _policy(directory: Path) -> Any:
    from dialog_retrieval.bm25.options import BM25Options
    from dialog_retrieval.bm25.policy import BM25Policy

    return BM25Policy(BM25Options(knowledge=("faq",)), _context(directory))


# What is done in processes of their own.


def _in_process(role: str, directory: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.bm25_million", role, str(directory)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def _play(role: str, directory: Path) -> dict[str, float]:
    roles: dict[str, Callable[[Path], float]] = {
        "idle": _idle,
        "store": _fill_store,
        "policy": _index,
        "bm25s": _index_with_bm25s,
        "load policy": lambda directory: _policy(directory).warm() or 0,
        "load bm25s": _load_with_bm25s,
    }
    _idle(directory)
    started = time.perf_counter()
    size = roles[role](directory)
    seconds = time.perf_counter() - started
    return {"seconds": seconds, "memory": _peak(), "bytes": size}


def _peak() -> float:
    """Return the most memory this process has had, in bytes."""
    status = Path("/proc/self/status")
    if status.exists():  # what `getrusage` says begins with what the process had that started this one
        return (
            next(float(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM")) * 1024
        )
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _idle(directory: Path) -> float:
    """Import what either way needs, so that this is not counted."""
    for name in ("bm25s", "Stemmer", "dialog_retrieval.bm25.collecting", "dialog_retrieval.bm25.policy"):
        importlib.import_module(name)
    _context(directory)
    return 0


def _fill_store(directory: Path) -> float:
    from dialog_retrieval.knowledge.store import EntryStore

    context = _context(directory)
    with EntryStore.of(directory / "bot.yaml") as store:
        store.sync("faq", context.stream_knowledge("faq"), context.knowledge_origin("faq"))
    return 0


def _index(directory: Path) -> float:
    from dialog_core.training import SilentProgress
    from dialog_retrieval.bm25.options import BM25Options
    from dialog_retrieval.bm25.policy import BM25Policy

    options = BM25Options(knowledge=("faq",))
    report = BM25Policy.build_index(options, _context(directory), SilentProgress(), force=True)
    size: float = report.details["bytes"]
    return size


def _index_with_bm25s(directory: Path) -> float:
    import bm25s
    import Stemmer

    tokens = bm25s.tokenize(
        _questions(directory), stopwords="en", stemmer=Stemmer.Stemmer("english"), show_progress=False
    )
    index = bm25s.BM25(k1=1.5, b=0.75)
    index.index(tokens, show_progress=False)
    index.save(directory / "bm25s", show_progress=False)
    return sum(file.stat().st_size for file in (directory / "bm25s").iterdir())


def _load_with_bm25s(directory: Path) -> float:
    import bm25s

    bm25s.BM25.load(directory / "bm25s", mmap=True)
    return 0


if __name__ == "__main__":
    if sys.argv[1:]:
        print(json.dumps(_play(sys.argv[1], Path(sys.argv[2]))))
    else:
        main()
