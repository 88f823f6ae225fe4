"""What survives when processes are killed, leave without closing, or write to the same file at once."""

import asyncio
import contextlib
import random
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from dialog_core.component import Context
from dialog_core.conversation import Conversation
from dialog_core.events import BotSaid, UserSaid
from dialog_core.stores.options import SQLiteOptions
from dialog_core.stores.sqlite import SQLiteStore
from dialog_core.testing.sample_events import texts

ROUNDS = 15
CONVERSATIONS = 4

PREAMBLE = """
import asyncio, itertools, sys
from pathlib import Path
from dialog_core.component import Context
from dialog_core.errors import ConversationChanged
from dialog_core.stores.options import SQLiteOptions
from dialog_core.stores.sqlite import SQLiteStore
from dialog_core.testing.sample_events import answered, said

store = SQLiteStore(SQLiteOptions(path=Path(sys.argv[1])), Context())
"""

TALK_FOR_EVER = (
    PREAMBLE
    + """
async def talk(name):
    conversation = await store.load(name)
    while True:
        turn = f"turn {len(conversation)}"
        conversation = await store.append(name, [said(turn, turn)], expected_length=len(conversation))
        print(name, len(conversation) - 1, flush=True)  # acknowledged: from here on it must not get lost
        trace = {"message_id": turn, "reason": "x" * 3000}
        reply = answered(turn, turn)
        conversation = await store.append(name, [reply], expected_length=len(conversation), trace=trace)
        print(name, len(conversation) - 1, flush=True)

async def main():
    await asyncio.gather(*(talk(f"c{number}") for number in range(int(sys.argv[2]))))

asyncio.run(main())
"""
)

APPEND_FIFTY = (
    PREAMBLE
    + """
async def main():
    for number in range(50):
        while True:
            conversation = await store.load("shared")
            event = said(f"{sys.argv[2]} {number}", f"{sys.argv[2]} {number}")
            try:
                await store.append("shared", [event], expected_length=len(conversation))
                break
            except ConversationChanged:
                await asyncio.sleep(0)
    await store.close()

asyncio.run(main())
"""
)

LEAVE_WITHOUT_CLOSING = (
    PREAMBLE
    + """
async def main():
    await store.append("c", [answered(str(number)) for number in range(2000)], expected_length=0)
    asyncio.create_task(store.append("c", [said("perhaps")], expected_length=2000))
    asyncio.create_task(store.load("c"))
    await asyncio.sleep(0)

asyncio.run(main())
"""
)


@contextlib.contextmanager
def running(program: str, *arguments: object) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", program, *map(str, arguments)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def acknowledged_until_killed(path: Path, moment: Callable[[], float]) -> dict[str, int]:
    """Let a process talk, kill it at some moment, and return the last acknowledged seq of each conversation."""
    acknowledged: dict[str, int] = {}
    with running(TALK_FOR_EVER, path, CONVERSATIONS) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        lines = [process.stdout.readline()]  # it has begun
        time.sleep(moment())
        process.kill()
        lines += process.stdout.read().splitlines(keepends=True)
        assert process.stderr.read() == ""
    for line in lines:
        if line.endswith("\n"):  # the last one may have been cut off
            name, seq = line.split()
            acknowledged[name] = int(seq)
    return acknowledged


def assert_nothing_is_missing(conversation: Conversation) -> None:
    """Every message says where it stands, and every answer to what; only the last answer before a kill may lack."""
    for position, event in enumerate(conversation.events):
        if isinstance(event, UserSaid):
            assert event.message.text == event.message.client_id == f"turn {position}"
        else:
            assert isinstance(event, BotSaid)
            assert event.text == event.in_reply_to == f"turn {position - 1}"
            assert conversation.position_of(event.in_reply_to) == position - 1


async def found(path: Path) -> dict[str, Conversation]:
    store = SQLiteStore(SQLiteOptions(path=path), Context())
    conversations = {summary.id: await store.load(summary.id) for summary in await store.list()}
    await store.close()
    return conversations


def test_a_killed_process_loses_nothing_it_acknowledged(tmp_path: Path) -> None:
    chance = random.Random(20260301)
    path = tmp_path / "conversations.db"
    acknowledged: dict[str, int] = {}
    for _ in range(ROUNDS):
        # Given a process that is killed in the middle of its work, again and again
        acknowledged |= acknowledged_until_killed(path, lambda: chance.uniform(0.0, 0.1))

        # Then the file is whole, and everything acknowledged is there.
        connection = sqlite3.connect(path)
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        traces, replies = connection.execute(
            "SELECT (SELECT count(*) FROM traces), (SELECT count(*) FROM events WHERE body LIKE '%BotSaid%')"
        ).fetchone()
        assert traces == replies
        connection.close()
        conversations = asyncio.run(found(path))
        assert all(len(conversations[name]) > last for name, last in acknowledged.items())
        for conversation in conversations.values():
            assert_nothing_is_missing(conversation)
    assert len(acknowledged) == CONVERSATIONS


def test_two_processes_in_one_conversation_lose_and_double_nothing(tmp_path: Path) -> None:
    path = tmp_path / "conversations.db"
    with running(APPEND_FIFTY, path, "here") as here, running(APPEND_FIFTY, path, "there") as there:
        assert here.communicate() == ("", "")
        assert there.communicate() == ("", "")
    said = texts(asyncio.run(found(path))["shared"])
    assert len(said) == 100
    assert [text for text in said if text.startswith("here")] == [f"here {number}" for number in range(50)]
    assert [text for text in said if text.startswith("there")] == [f"there {number}" for number in range(50)]


def test_a_process_may_end_without_closing_its_store(tmp_path: Path) -> None:
    path = tmp_path / "conversations.db"
    with running(LEAVE_WITHOUT_CLOSING, path) as process:
        assert process.communicate(timeout=30) == ("", "")
        assert process.returncode == 0
    assert len(asyncio.run(found(path))["c"]) >= 2000
