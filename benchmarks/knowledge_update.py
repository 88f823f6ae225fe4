"""100,000 entries, and one of them changes: what it takes until a bot that runs finds it.

The entries are synthesised with a seed from the questions and answers of MedQuAD: each has words of two questions and a
piece of an answer. They are built as `dialog-core knowledge build` does it; the policy is `bm25`.

The yardstick in the same run is building everything.
"""

import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks._data import DATA, missing, read_lines
from benchmarks._table import median, percentile, print_table

ENTRIES = 100_000
EDITS = 21
SEED = 11
SOURCE = DATA / "medquad" / "dev_slice_NIDDK_NINDS_CDC.jsonl"
TARGET = 1.0  # seconds, for one entry

BOT = """version: 1
bot: {name: Clinic}
knowledge:
  faq: {path: faq.jsonl}
policies:
  - {name: search, use: bm25, knowledge: faq}
"""


def main() -> None:
    if missing("knowledge_update", SOURCE):
        return
    with tempfile.TemporaryDirectory() as directory:
        bot = Path(directory) / "bot.yaml"
        bot.write_text(BOT, encoding="utf-8")
        run_apart("write", bot)  # apart too: a child's peak of memory begins with its parent's
        took = {name: run_apart("build", bot) for name in ("full build", "build, nothing changed")}
        run_apart("change", bot)
        took["build, one entry of the source changed"] = run_apart("build", bot)
        found = run_apart("edit", bot)
    builds = [(name, f"{told['seconds']:.2f}", "", f"{told['memory']:.0f}") for name, told in took.items()]
    edits, searches = found["edits"], found["searches"]
    rows = [
        *builds,
        ("loading the bot", f"{found['load']:.3f}", "", f"{found['memory_loaded']:.0f}"),
        ("opening index and first search", f"{found['first']:.3f}", "", f"{found['memory_opened']:.0f}"),
        ("put one entry, until it is found (median)", f"{median(edits):.3f}", f"< {TARGET}", f"{found['memory']:.0f}"),
        ("put one entry, until it is found (slowest)", f"{max(edits):.3f}", f"< {TARGET}", ""),
        ("remove one entry, until it is gone", f"{found['removal']:.3f}", f"< {TARGET}", ""),
        ("a search, nothing changed (median)", f"{median(searches):.4f}", "", ""),
        ("a search, nothing changed (p95)", f"{percentile(searches, 0.95):.4f}", "", ""),
        ("looking up an entry, remembered", f"{found['entry'] * 1e6:.2f} µs", "< 20 µs", ""),
        ("looking up an entry, read", f"{found['entry_read'] * 1e6:.1f} µs", "", ""),
    ]
    print_table(f"Knowledge of {ENTRIES:,} entries", ("what", "seconds", "target", "MB at most"), rows)


def write(bot: Path) -> dict[str, Any]:
    """Write the source."""
    file = bot.with_name("faq.jsonl")
    rng = random.Random(SEED)
    pairs = [(row["question"], row["answer"]) for row in read_lines(SOURCE)]
    with file.open("w", encoding="utf-8") as stream:
        for number in range(ENTRIES):
            (first, answer), (second, _) = rng.choice(pairs), rng.choice(pairs)
            words = f"{first} {second}".split()
            question = " ".join(rng.sample(words, min(8, len(words))))
            start = rng.randrange(max(len(answer) - 300, 1))
            row = {
                "id": f"e{number}",
                "question": f"{question} {number}?",
                "answer": answer[start : start + 300] or "-",
            }
            stream.write(json.dumps(row) + "\n")
    return {}


def change(bot: Path) -> dict[str, Any]:
    """Change one entry of the source."""
    file = bot.with_name("faq.jsonl")
    lines = file.read_text(encoding="utf-8").splitlines()
    middle = json.loads(lines[ENTRIES // 2])
    lines[ENTRIES // 2] = json.dumps({**middle, "answer": "Quite another one."})
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return {}


def run_apart(what: str, bot: Path) -> dict[str, Any]:
    """Do something in a process of its own, and return what it measured."""
    command = [sys.executable, "-m", "benchmarks.knowledge_update", what, str(bot)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def build(bot: Path) -> dict[str, Any]:
    """Build as the command does, but show nothing."""
    from contextlib import contextmanager

    from dialog_core import read_bot_file
    from dialog_core.training import SilentProgress
    from dialog_retrieval.commands.building import Building

    class Job(SilentProgress):
        def finish(self, outcome: str) -> None:
            pass

    class Silent:
        @contextmanager
        def job(self, name: str) -> Iterator[Job]:
            yield Job()

    started = time.perf_counter()
    building = Building(read_bot_file(bot, training=False))
    building.run(Silent())
    assert not building.errors
    return {"seconds": time.perf_counter() - started, "memory": _peak()}


def edit(bot: Path) -> dict[str, Any]:
    """Change entries while a bot runs."""
    from dialog_core import Bot
    from dialog_core.datasets import KnowledgeEntry
    from dialog_retrieval.knowledge.store import EntryStore

    told: dict[str, Any] = {}

    def timed(name: str, action: Callable[[], Any]) -> Any:
        started = time.perf_counter()
        result = action()
        told[name] = time.perf_counter() - started
        return result

    loaded = timed("load", lambda: Bot.load(bot))
    told["memory_loaded"] = _peak()
    with loaded, EntryStore.of(bot) as store:
        timed("first", lambda: loaded.search("what causes diabetes"))
        told["memory_opened"] = _peak()
        edits, searches = [], []
        for number in range(EDITS):
            started = time.perf_counter()
            store.put("faq", [KnowledgeEntry(f"e{number * 7}", (f"Is zyxwv{number} bad for me?",), "It is.")])
            hits = loaded.search(f"is zyxwv{number} bad")
            edits.append(time.perf_counter() - started)
            assert hits[0].entry.id == f"e{number * 7}", hits[0]
            for _ in range(10):
                started = time.perf_counter()
                loaded.search("what are the symptoms of kidney stones")
                searches.append(time.perf_counter() - started)
        started = time.perf_counter()
        store.remove("faq", ["e0"])
        hits = loaded.search("is zyxwv0 bad")
        told["removal"] = time.perf_counter() - started
        assert all(hit.entry.id != "e0" for hit in hits)
        library: Any = loaded.retrievers["search"]
        library = library._library
        for name in ("entry_read", "entry"):
            timed(name, lambda: [library.entry(number) for number in range(60_000, 61_000)])
            told[name] /= 1000
    return {**told, "edits": edits, "searches": searches, "memory": _peak()}


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


if __name__ == "__main__":
    if len(sys.argv) > 1:
        parts = {"write": write, "change": change, "build": build, "edit": edit}
        print(json.dumps(parts[sys.argv[1]](Path(sys.argv[2]))))
    else:
        main()
