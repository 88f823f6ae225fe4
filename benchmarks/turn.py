"""A turn through rules, BM25 over 100 entries, the ranker and SQLite, as `Bot.reply` gives it; and late in a long talk.

For comparison, measured on a machine of the same kind: a message costs Rasa 3.6 25.9 ms (p50) with its default
configuration, 6.9 ms with its lightest; 14 ms of CPU at message 20 and 868 ms at message 400 of one conversation.
"""

import tempfile
import time
from pathlib import Path

from benchmarks._shop import questions, write_bot
from benchmarks._table import median, percentile, print_table
from dialog_core import Bot

TURNS = 2_000
LATE = 10_000
PAIRS = 600


def main() -> None:
    rows = []
    for title, store in (
        ("memory", "memory"),
        ("sqlite, fsync off", "{use: sqlite, path: off.db, synchronous: 'off'}"),
        ("sqlite, fsync on (default)", "{use: sqlite, path: full.db, synchronous: full}"),
    ):
        with tempfile.TemporaryDirectory() as directory, Bot.load(write_bot(Path(directory), store=store)) as bot:
            times = _ask(bot, TURNS)
        rows.append(
            (title, f"{median(times) * 1e3:.2f}", f"{percentile(times, 0.95) * 1e3:.2f}", f"{max(times) * 1e3:.1f}")
        )
    print_table(f"A turn, {TURNS} turns over 20 conversations", ("store", "p50 ms", "p95 ms", "max ms"), rows)
    print()
    _early_and_late()


def _ask(bot: Bot, turns: int) -> list[float]:
    asked = questions()
    for text in asked:  # warm
        bot.reply(text, conversation="warm")
    times = []
    for number in range(turns):
        started = time.perf_counter()
        bot.reply(asked[number % len(asked)], conversation=f"c{number % 20}")
        times.append(time.perf_counter() - started)
    return times


def _early_and_late() -> None:
    """Time turns at message 10 of fresh conversations and beyond message 10,000 of one, in turn."""
    asked = questions()
    with (
        tempfile.TemporaryDirectory() as directory,
        Bot.load(write_bot(Path(directory), store="{use: sqlite, path: c.db, synchronous: 'off'}")) as bot,
    ):
        for number in range(LATE):
            bot.reply(asked[number % len(asked)], conversation="long")
        early, late = [], []
        for pair in range(PAIRS):
            if pair % 10 == 0:
                for number in range(9):
                    bot.reply(asked[number], conversation=f"fresh{pair}")
            text = asked[pair % len(asked)]
            started = time.perf_counter()
            bot.reply(text, conversation=f"fresh{pair - pair % 10}")
            between = time.perf_counter()
            bot.reply(text, conversation="long")
            late.append(time.perf_counter() - between)
            early.append(between - started)
    rows = [
        ("message 10 to 20", f"{median(early) * 1e3:.3f}", f"{percentile(early, 0.95) * 1e3:.3f}"),
        (f"message {LATE:,} and later", f"{median(late) * 1e3:.3f}", f"{percentile(late, 0.95) * 1e3:.3f}"),
        ("difference of the medians", f"{(median(late) - median(early)) * 1e3:.3f}", ""),
    ]
    print_table(
        f"Early and late in a conversation, {PAIRS} pairs, interleaved, fsync off", ("turn", "p50 ms", "p95 ms"), rows
    )


if __name__ == "__main__":
    main()
