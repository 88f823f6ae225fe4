"""Resident memory of the customer-service bot after 1,000 turns and after 10,000 more, in a process of its own."""

import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks._shop import questions, write_bot
from benchmarks._table import print_table

FIRST, MORE = 1_000, 10_000


def main() -> None:
    result = subprocess.run(
        [sys.executable, "-m", "benchmarks.memory", "child"], check=True, capture_output=True, text=True
    )
    at_start, after_first, after_more = (float(number) for number in result.stdout.split())
    print_table(
        "Memory (resident set)",
        ("when", "MB"),
        [
            ("loaded, before the first turn", f"{at_start:.1f}"),
            (f"after {FIRST:,} turns", f"{after_first:.1f}"),
            (f"after {MORE:,} more", f"{after_more:.1f}"),
            ("growth", f"{after_more - after_first:+.1f}"),
        ],
    )


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
        for turns in (FIRST, MORE):
            for number in range(turns):
                bot.reply(asked[number % len(asked)], conversation=f"c{number // 50}")
            print(resident())


if __name__ == "__main__":
    if sys.argv[1:] == ["child"]:
        child()
    else:
        main()
