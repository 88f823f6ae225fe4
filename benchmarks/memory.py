"""Resident memory of the customer-service bot, turn after turn, in a process of its own.

The store keeps the events of the conversations used last, up to its option `cache`: until there are so many, memory
grows by them; from then on it must not grow at all. That is so after some 10,000 turns.

For comparison, measured on a machine of the same kind: Rasa 3.6 takes 1.1 GB with its default configuration, 0.55 GB
with its lightest.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks._shop import questions, write_bot
from benchmarks._table import print_table

STEPS = (1_000, 10_000, 10_000, 10_000)
TARGETS = ("< 120", "", "+0", "+0")  # MB; resident memory is counted in pages: a few of them are nothing


def main() -> None:
    result = subprocess.run(
        [sys.executable, "-m", "benchmarks.memory", "child"], check=True, capture_output=True, text=True
    )
    before, *after = (float(number) for number in result.stdout.split())
    rows = [("loaded, before the first turn", f"{before:.1f}", "", "")]
    for turns, resident, target in zip(STEPS, after, TARGETS, strict=True):
        rows.append((f"after {turns:,} more turns", f"{resident:.1f}", f"{resident - before:+.1f}", target))
        before = resident
    print_table("Memory (resident set)", ("when", "MB", "growth", "target"), rows)


def child() -> None:
    """Measure; the terminal's libraries are loaded too, as in a chat."""
    import prompt_toolkit  # noqa: F401
    import psutil
    import rich.console  # noqa: F401

    from dialog_core import Bot

    process, asked = psutil.Process(), questions()

    def resident() -> float:
        return float(process.memory_info().rss) / 1e6

    with (
        tempfile.TemporaryDirectory() as directory,
        Bot.load(write_bot(Path(directory), store="{use: sqlite, path: c.db, synchronous: 'off'}")) as bot,
    ):
        print(resident())
        done = 0
        for turns in STEPS:
            for number in range(done, done + turns):
                bot.reply(asked[number % len(asked)], conversation=f"c{number // 50}")
            done += turns
            print(resident())


if __name__ == "__main__":
    if sys.argv[1:] == ["child"]:
        child()
    else:
        main()
