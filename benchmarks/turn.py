"""A turn through rules, BM25 over 100 entries, the ranker and SQLite, as `Bot.reply` gives it; and late in a long talk.

The yardsticks in the same run are what a turn cannot do without: rank-bm25 called directly on the same phrasings, and
two transactions of a bare SQLite database (the user's message is stored first, then the reply with its trace). All take
turns, a hundred questions each: one question each would measure mostly how a processor wakes from waiting for a disk.

For comparison, measured on a machine of the same kind: a message costs Rasa 3.6 25.9 ms (p50) with its default
configuration, 6.9 ms with its lightest; 14 ms of CPU at message 20 and 868 ms at message 400 of one conversation.
"""

import re
import sqlite3
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from benchmarks._shop import phrasings, questions, write_bot
from benchmarks._table import median, percentile, print_table
from dialog_core import Bot

TURNS = 2_000
BLOCK = 100
LATE = 10_000
PAIRS = 600
STORES = {
    "memory": "memory",
    "sqlite, fsync off": "{use: sqlite, path: off.db, synchronous: 'off'}",
    "sqlite, fsync on (default)": "{use: sqlite, path: full.db, synchronous: full}",
}
TARGETS = {"sqlite, fsync off": "<= 1.0"}  # p50 in ms
LATE_TARGET = "<= 0.200"
STORED_TURN = "x" * 3_000  # characters that a turn stores, most of them its trace

Ask = Callable[[str, str], object]  # a question in a conversation


def main() -> None:
    with tempfile.TemporaryDirectory() as directory:
        _whole_turns(Path(directory))
        print()
        _early_and_late(Path(directory))


def _whole_turns(directory: Path) -> None:
    bots = {title: Bot.load(write_bot(directory, store=store)) for title, store in STORES.items()}
    databases = [_database(directory, synchronous) for synchronous in ("off", "full")]
    asked = questions()
    for bot in bots.values():  # warm
        for text in asked:
            bot.reply(text, conversation="warm")
    ways: dict[str, Ask] = {
        **{title: partial(_say, bot) for title, bot in bots.items()},
        "rank-bm25 alone": _rank_bm25(directory / "bot.yaml"),
        "sqlite3 alone, fsync off": _transactions(databases[0]),
        "sqlite3 alone, fsync on": _transactions(databases[1]),
    }
    times: dict[str, list[float]] = {title: [] for title in ways}
    for first in range(0, TURNS, BLOCK):
        for title, ask in ways.items():
            for number in range(first, first + BLOCK):
                started = time.perf_counter()
                ask(asked[number % len(asked)], f"c{number % 20}")
                times[title].append(time.perf_counter() - started)
    for bot in bots.values():
        bot.close()
    for database in databases:
        database.close()
    rows = [
        (title, _ms(median(took)), TARGETS.get(title, ""), _ms(percentile(took, 0.95)), f"{max(took) * 1e3:.1f}")
        for title, took in times.items()
    ]
    header = ("what", "p50 ms", "target", "p95 ms", "max ms")
    print_table(f"A turn: {TURNS:,} over 20 conversations", header, rows)


def _say(bot: Bot, text: str, conversation: str) -> None:
    bot.reply(text, conversation=conversation)


def _rank_bm25(bot: Path) -> Ask:
    """Return what somebody does who has nothing but rank-bm25: split at word ends, score, take the best three."""
    import numpy as np
    from rank_bm25 import BM25Okapi

    words = re.compile(r"\w+")
    index = BM25Okapi([words.findall(phrasing.lower()) for phrasing in phrasings(bot)])
    return lambda text, conversation: np.argsort(-index.get_scores(words.findall(text.lower())))[:3]


def _database(directory: Path, synchronous: str) -> sqlite3.Connection:
    database = sqlite3.connect(directory / f"bare-{synchronous}.db", isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute(f"PRAGMA synchronous={synchronous}")
    database.execute("CREATE TABLE turns (body TEXT)")
    return database


def _transactions(database: sqlite3.Connection) -> Ask:
    def store(text: str, conversation: str) -> None:
        for body in (text, STORED_TURN):
            database.execute("INSERT INTO turns VALUES (?)", (body,))

    return store


def _early_and_late(directory: Path) -> None:
    """Time turns at message 10 of fresh conversations and beyond message 10,000 of one, in turn."""
    asked = questions()
    with Bot.load(write_bot(directory, store="{use: sqlite, path: late.db, synchronous: 'off'}")) as bot:
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
        ("message 10 to 20", f"{median(early) * 1e3:.3f}", "", f"{percentile(early, 0.95) * 1e3:.3f}"),
        (f"message {LATE:,} and later", f"{median(late) * 1e3:.3f}", "", f"{percentile(late, 0.95) * 1e3:.3f}"),
        ("difference of the medians", f"{(median(late) - median(early)) * 1e3:+.3f}", LATE_TARGET, ""),
    ]
    header = ("turn", "p50 ms", "target", "p95 ms")
    print_table(f"Early and late in a conversation, {PAIRS} pairs, interleaved, fsync off", header, rows)


def _ms(seconds: float) -> str:
    return f"{seconds * 1e3:.2f}"


if __name__ == "__main__":
    main()
