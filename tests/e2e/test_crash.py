"""A bot that is killed in the middle of turns: what people saw is stored, and what was accepted is too."""

import json
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from dialog_core import Bot, BotSaid, Conversation, UserSaid
from tests.e2e.shop import write_shop_bot

ROUNDS = 12

# Talks in four conversations at once and tells what it was told: `accepted` once a message is taken on, `shown` once
# its reply has been handed over.
CHILD = """
import asyncio, json, sys
from dialog_core import Bot, hookimpl
from dialog_core.plugins import PluginSet

def tell(what, **facts):
    sys.stdout.write(json.dumps({"what": what, **facts}) + "\\n")
    sys.stdout.flush()

class Observer:
    @hookimpl
    def dialog_turn_started(self, turn):
        tell("accepted", conversation=turn.conversation.id, id=turn.message.client_id, text=turn.text)

plugins = PluginSet.load()
plugins.add("observer", Observer())
bot = Bot.load(sys.argv[1], plugins=plugins)
start = int(sys.argv[2])

async def talk(name):
    for number in range(start, start + 100_000):
        text = f"my name is Visitor{'abcdefghij'[number % 10]}"
        reply = await bot.areply(text, conversation=name, client_id=f"{name}-{number}")
        tell("shown", conversation=name, id=reply.message_id, text=reply.text)

async def main():
    await asyncio.gather(*(talk(f"c{n}") for n in range(4)))

asyncio.run(main())
"""


def test_a_bot_killed_at_any_moment_has_stored_what_it_showed_and_accepted(tmp_path: Path) -> None:
    bot_file = write_shop_bot(tmp_path, store="{use: sqlite, path: conversations.db}")
    dice = random.Random(7)
    told: list[dict[str, str]] = []

    for round in range(ROUNDS):
        told += list(_run_and_kill(bot_file, round * 100_000, dice.randint(10, 100), dice.uniform(0.0, 0.01)))

    assert sum(line["what"] == "shown" for line in told) > 100
    with Bot.load(bot_file) as bot:
        conversations = {f"c{n}": bot.conversation(f"c{n}") for n in range(4)}
        for line in told:
            _assert_stored(line, conversations[line["conversation"]])
        for conversation in conversations.values():
            _assert_in_order(conversation)
        assert "Visitorz" in bot.reply("my name is Visitorz", conversation="c0").text


def _run_and_kill(bot_file: Path, start: int, lines: int, after: float) -> Iterator[dict[str, str]]:
    """Let a child talk until `after` seconds past the last of some lines, kill it, and yield what it told."""
    process = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(bot_file), str(start)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    with process:
        told = [process.stdout.readline() for _ in range(lines)]
        time.sleep(after)
        process.send_signal(signal.SIGKILL)
        for line in (*told, *process.stdout):
            if line.endswith("\n"):  # the last one may have been cut by the kill
                yield json.loads(line)


def _assert_stored(line: dict[str, str], conversation: Conversation) -> None:
    position = conversation.position_of(line["id"])
    assert position is not None, f"{line} is not stored"
    if line["what"] == "accepted":
        said = conversation.events[position]
        assert isinstance(said, UserSaid)
        assert said.message.text == line["text"]
    else:
        assert "\n\n".join(reply.text for reply in conversation.replies_to(line["id"])) == line["text"]


def _assert_in_order(conversation: Conversation) -> None:
    """Every reply follows its own message; only a message a kill cut off has none."""
    waiting: list[str] = []
    for event in conversation.events:
        if isinstance(event, UserSaid):
            waiting.append(event.message.client_id)
        elif isinstance(event, BotSaid):
            assert event.in_reply_to == waiting.pop()
    assert len(waiting) <= ROUNDS
