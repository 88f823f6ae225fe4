"""What a turn costs more where the bot keeps profiles: the same messages, to a bot with them and to one without.

Both have rules, BM25 over 100 entries and a SQLite file. The user of one has a profile of ten facts, which every turn
reads; a last bot learns a fact with every message, which is stored before the reply is. All take turns.
"""

import asyncio
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from benchmarks._shop import questions, write_bot
from benchmarks._table import median, percentile, print_table
from dialog_core import Bot, Consent, Context, Fact
from dialog_core.interfaces import ProfileStore

TURNS = 2_000
BLOCK = 100
USERS = 10_000  # in the file, with ten facts each
TARGET = "<= 0.1"  # ms more at the median for a turn that reads
STORE = "{use: sqlite, path: PATH, synchronous: 'off'}"
FACTS = [f"fact_{number}" for number in range(10)]
NOW = datetime(2026, 3, 1, tzinfo=UTC)


def main() -> None:
    with tempfile.TemporaryDirectory() as directory:
        print_table(
            f"A turn of {TURNS:,}, profiles of {USERS:,} users",
            ("what", "p50 ms", "more ms", "target", "p95 ms"),
            _measured(Path(directory)),
        )


def _measured(directory: Path) -> list[tuple[str, ...]]:
    profiles = (
        f"profiles: {{use: sqlite, path: users.db, synchronous: 'off', facts: {{{', '.join(map(_fact, FACTS))}}}}}"
    )
    asyncio.run(_fill(directory / "users.db"))
    bots = {
        "no profiles": _bot(directory, "none", ""),
        "profiles, of nobody": _bot(directory, "nobody", profiles),
        "profiles, ten facts read": _bot(directory, "read", profiles),
        "profiles, a fact learnt": _bot(directory, "learn", profiles, learns=True),
    }
    users = dict.fromkeys(bots, "user 77") | {"profiles, of nobody": ""}
    times: dict[str, list[float]] = {title: [] for title in bots}
    asked = questions()
    for first in range(-BLOCK, TURNS, BLOCK):  # the first block is to warm up
        for title, bot in bots.items():
            for number in range(first, first + BLOCK):
                started = time.perf_counter()
                bot.reply(asked[number % len(asked)], conversation=f"c{number % 20}", user=users[title])
                if first >= 0:
                    times[title].append(time.perf_counter() - started)
    for bot in bots.values():
        bot.close()
    without = median(times["no profiles"])
    return [
        (
            title,
            f"{median(took) * 1e3:.3f}",
            f"{(median(took) - without) * 1e3:+.3f}",
            TARGET if title.endswith("read") else "",
            f"{percentile(took, 0.95) * 1e3:.3f}",
        )
        for title, took in times.items()
    ]


def _fact(name: str) -> str:
    return f"{name}: {name.replace('_', ' ')}"


async def _fill(path: Path) -> None:
    store: ProfileStore = Context().create("profile_store", {"use": "sqlite", "path": str(path), "synchronous": "off"})
    facts = {name: Fact(f"value of {name}", NOW, None, "c") for name in FACTS}
    writes = (store.put(f"user {number}", facts, Consent(given=True, at=NOW)) for number in range(USERS))
    await asyncio.gather(*writes)
    await store.close()


def _bot(directory: Path, name: str, profiles: str, *, learns: bool = False) -> Bot:
    bot = write_bot(directory, store=STORE.replace("PATH", f"{name}.db"))
    text = bot.read_text(encoding="utf-8")
    if learns:
        rules = directory / "learn.yaml"
        rules.write_text("rules: [{name: learn, when: '/.+/', if: 'true', learn: {fact_0: x}, say: Noted.}]")
        text = text.replace(
            "{name: rules, use: rules, path: ", "{name: rules, use: rules, path: [learn.yaml, "
        ).replace(".yaml}\n  - {name: faq", ".yaml]}\n  - {name: faq")
    bot.write_text(f"{text}{profiles}\n", encoding="utf-8")
    return Bot.load(bot)


if __name__ == "__main__":
    main()
