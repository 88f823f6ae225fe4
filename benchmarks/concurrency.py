"""5,000 conversations at once in one process: nothing lost, nothing crossed, and how long it takes."""

import asyncio
import tempfile
import time
from pathlib import Path

from benchmarks._shop import write_bot
from benchmarks._table import median, percentile, print_table
from dialog_core import Bot, Reply, UserSaid

CONVERSATIONS = 5_000
ROUNDS = 3


def main() -> None:
    rows = []
    for title, store in (("memory", "memory"), ("sqlite, fsync on", "{use: sqlite, path: c.db}")):
        with tempfile.TemporaryDirectory() as directory, Bot.load(write_bot(Path(directory), store=store)) as bot:
            started = time.perf_counter()
            times, lost, crossed = asyncio.run(_talk(bot))
            took = time.perf_counter() - started
            for number in range(CONVERSATIONS):
                said = [e.message.text for e in bot.conversation(f"c{number}").events if isinstance(e, UserSaid)]
                lost += said != [_text(number, turn) for turn in range(ROUNDS)]
        rate = CONVERSATIONS * ROUNDS / took
        rows.append(
            (title, lost, crossed, "0, 0", f"{rate:,.0f}", f"{median(times):.2f}", f"{percentile(times, 0.99):.2f}")
        )
    header = ("store", "lost", "crossed", "target", "turns/s", "p50 s", "p99 s")
    print_table(f"{CONVERSATIONS:,} conversations at once, {ROUNDS} turns each", header, rows)


def _text(number: int, turn: int) -> str:
    return f"my name is Visitor{'abcdefghij'[turn]}{_letters(number)}"


def _letters(number: int) -> str:
    return "".join(chr(ord("a") + int(digit)) for digit in str(number))


async def _talk(bot: Bot) -> tuple[list[float], int, int]:
    times: list[float] = []
    lost = crossed = 0

    async def converse(number: int) -> None:
        nonlocal lost, crossed
        for turn in range(ROUNDS):
            started = time.perf_counter()
            reply: Reply = await bot.areply(_text(number, turn), conversation=f"c{number}")
            times.append(time.perf_counter() - started)
            lost += not reply.messages
            crossed += reply.conversation_id != f"c{number}" or reply.trace is None
            crossed += reply.messages[0].in_reply_to != reply.message_id

    await asyncio.gather(*(converse(number) for number in range(CONVERSATIONS)))
    return times, lost, crossed


if __name__ == "__main__":
    main()
