"""Data sets: turns a second, read and written, and memory on files that are larger than anybody's memory should be.

The yardstick is the JSON library alone on the same lines: `json.loads` and `json.dumps`. What is read is thrown away at
once, as a stream is; otherwise the garbage collector would be measured. Large files are generated in the directory for
temporary files, one at a time, and removed; where there is no room for them, that is said and they are left out.
"""

import json
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks._table import median, print_table

TARGET = 50_000  # turns a second
RUNS = 5
SMALL = 5_000  # dialogues
TURNS = 14  # of a dialogue; MultiWOZ has 14.7
LARGE = 2_000_000_000  # bytes of JSON lines
MAPPING = 500_000_000  # bytes of one JSON mapping
SPARE = 4_000_000_000  # bytes of the disk that are left to others
WORDS = "the a hotel in north east centre cheap I would like to book please restaurant for four on tuesday".split()


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="dialog-core-data-speed-") as folder:
        _speed(Path(folder))
        print()
        _memory(Path(folder))


def _speed(folder: Path) -> None:
    from dialog_core import Context
    from dialog_data.writers.saving import save

    context = Context(name="data")
    path = folder / "talks.jsonl"
    rows = [_dialogue(random.Random(number), number) for number in range(SMALL)]
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    dialogues = list(context.create("reader", "dialogues").read(path))
    compressed = shutil.make_archive(str(folder / "talks"), "zip", folder, path.name)

    def lines() -> Iterator[str]:
        with path.open(encoding="utf-8") as file:
            yield from file

    ways: dict[str, Callable[[], Any]] = {
        "json.loads": lambda: _drained(map(json.loads, lines())),
        "read": lambda: _drained(context.create("reader", "dialogues").read(path)),
        "read, format found out": lambda: _drained(context.create("reader", "auto").read(path)),
        "read from a zip archive": lambda: _drained(context.create("reader", "dialogues").read(Path(compressed))),
        "json.dumps": lambda: _drained(map(json.dumps, rows)),
        "write": lambda: save(dialogues, folder / "out.jsonl", "dialogues", context),
    }
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(RUNS):
        for name, way in ways.items():
            begun = time.perf_counter()
            way()
            times[name].append(time.perf_counter() - begun)
    turns = SMALL * TURNS
    table = [
        (
            name,
            f"{turns / median(took):,.0f}",
            f"{turns / min(took):,.0f}",
            "" if name.startswith("json") else f">= {TARGET:,}",
            f"{median(times['json.dumps' if name == 'write' else 'json.loads']) / median(took):.2f}",
        )
        for name, took in times.items()
    ]
    title = f"{turns:,} turns with acts and states, {path.stat().st_size / 1e6:.0f} MB, {RUNS} runs of each in turn"
    print_table(title, ("way", "turns/s", "best", "target", "of JSON alone"), table)


def _memory(folder: Path) -> None:
    table = []
    for name, size, write, format in (
        ("JSON lines", LARGE, _write_lines, "dialogues"),
        ("one JSON mapping, as MultiWOZ's", MAPPING, _write_mapping, "multiwoz"),
    ):
        if shutil.disk_usage(folder).free < size + SPARE:
            print(f"{name}: left out, since there is no room for {size / 1e9:.1f} GB in {folder.parent}")
            continue
        path = folder / ("large.jsonl" if format == "dialogues" else "data.json")
        count = write(path, size)
        command = [sys.executable, "-m", "benchmarks.data_speed", "child", format, str(path), str(count)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        first, last, peak, turns, seconds = (float(number) for number in done.stdout.split())
        path.unlink()
        row = (name, f"{size / 1e9:.1f}", f"{count:,}", f"{first:.1f}", f"{last:.1f}", f"{last - first:+.1f}")
        table.append((*row, f"{peak:.1f}", f"{turns / seconds:,.0f}"))
    header = ("file", "GB", "dialogues", "MB at 10 %", "MB at the end", "growth", "peak MB", "turns/s")
    print_table("Memory while a large file is read (resident set; ids take 18 to 36 bytes each)", header, table)


def child(format: str, path: str, count: str) -> None:
    """Read a file; print the resident set at a tenth and at the end, its peak, the turns and the seconds."""
    import psutil

    from dialog_core import Context

    process = psutil.Process()
    hundredth = int(count) // 100
    begun = time.perf_counter()
    first = peak = turns = found = 0
    for dialogue in Context(name="data").create("reader", format).read(Path(path)):
        found += 1
        turns += len(dialogue.turns)
        if found % hundredth == 0:
            peak = max(peak, process.memory_info().rss)
            first = process.memory_info().rss if found == 10 * hundredth else first
    seconds = time.perf_counter() - begun
    assert found == int(count), f"{count} dialogues were written, and {found} read"
    print(first / 1e6, process.memory_info().rss / 1e6, peak / 1e6, turns, seconds)


def _write_lines(path: Path, size: int) -> int:
    """Write so many bytes of JSON lines; return how many dialogues they are."""
    pool = [json.dumps(_dialogue(random.Random(number), number))[len('{"id": "000000000"') :] for number in range(500)]
    count = written = 0
    with path.open("w", encoding="utf-8") as file:
        while written < size:
            written += file.write(f'{{"id": "{count:09}"{pool[count % len(pool)]}\n')
            count += 1
    return count


def _write_mapping(path: Path, size: int) -> int:
    """Write one mapping of ids to dialogues, as MultiWOZ 2.1 has them; return how many they are."""
    pool = [json.dumps(_multiwoz(random.Random(number)), indent=2) for number in range(100)]
    count = written = 0
    with path.open("w", encoding="utf-8") as file:
        written += file.write("{")
        while written < size:
            comma = ",\n" if count else "\n"
            written += file.write(f'{comma}  "MUL{count:07}.json": {pool[count % len(pool)]}')
            count += 1
        file.write("\n}\n")
    return count


def _dialogue(chance: random.Random, number: int) -> dict[str, Any]:
    turns = []
    for place in range(TURNS):
        turn: dict[str, Any] = {"role": "bot" if place % 2 else "user", "text": _said(chance)}
        slots = chance.sample(("area", "name", "price", "stars", "day"), chance.randint(1, 3))
        turn["acts"] = [{"act": "inform", "domain": "hotel", "slot": slot, "value": "east"} for slot in slots]
        if not place % 2:
            turn["state"] = {f"hotel-{slot}": "east" for slot in slots}
        turns.append(turn)
    return {"id": f"{number:09}", "turns": turns, "metadata": {"split": "train"}}


def _multiwoz(chance: random.Random) -> dict[str, Any]:
    empty = {"book": {"booked": [], "people": "", "day": "", "stay": ""}, "semi": {"area": "", "name": "", "stars": ""}}
    log = []
    for place in range(TURNS):
        state = dict.fromkeys(("hotel", "restaurant", "train", "taxi"), empty) if place % 2 else {}
        acts = {"Hotel-Inform": [["Area", "east"], ["Stars", "4"]]}
        log.append({"text": _said(chance), "metadata": state, "dialog_act": acts, "span_info": []})
    return {"goal": {"hotel": {"info": {"area": "east"}}, "message": [_said(chance)]}, "log": log}


def _said(chance: random.Random) -> str:
    return " ".join(chance.choices(WORDS, k=13))


def _drained(items: Any) -> None:
    for _ in items:
        pass


if __name__ == "__main__":
    if sys.argv[1:2] == ["child"]:
        child(*sys.argv[2:])
    else:
        main()
