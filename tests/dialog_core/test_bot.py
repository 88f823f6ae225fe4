import asyncio
import os
import subprocess
import sys
import textwrap
import threading
from pathlib import Path
from typing import Any

import pytest

from dialog_core import Bot, BotClosedError, HandedOver, Message
from dialog_core.bot import new_conversation_id
from dialog_core.component import Context
from dialog_core.configuration import ConfigurationError, Options
from dialog_core.errors import StoreError
from dialog_core.events import Attachment, UserSaid
from dialog_core.stores.memory import MemoryStore
from dialog_core.testing import Hang, ScriptedPolicy, make_bot, write_bot
from dialog_core.testing.turns import NOON
from dialog_core.turn import Turn
from tests.parts import plugins

LONG = 30.0
SMALL = "version: 1\nbot: {name: Aria, language: de, greeting: Guten Tag!}\npolicies: [{use: echo, prefix: Ahoy}]\n"


def echo(turn: Turn) -> str:
    return f"You said {turn.text}"


# --- Plain code


def test_a_bot_is_loaded_and_asked() -> None:
    with make_bot({"p": echo}) as bot:
        assert bot.reply("hi").text == "You said hi"
        assert bot.reply("hi", conversation="other").conversation_id == "other"


async def test_plain_methods_work_where_a_loop_is_running() -> None:
    with make_bot({"p": echo}) as bot:
        assert bot.reply("hi").text == "You said hi"
        assert (await bot.areply("again")).text == "You said again"


def test_any_thread_may_ask() -> None:
    replies: dict[int, str] = {}
    with make_bot({"p": echo}) as bot:

        def ask(number: int) -> None:
            replies[number] = bot.reply(f"text {number}", conversation=str(number % 3)).text

        threads = [threading.Thread(target=ask, args=(number,)) for number in range(30)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert replies == {number: f"You said text {number}" for number in range(30)}


def test_several_loops_may_ask_one_after_the_other() -> None:
    with make_bot({"p": echo}) as bot:
        for number in range(3):
            assert asyncio.run(bot.areply(f"text {number}")).text == f"You said text {number}"


def test_what_is_stored_can_be_looked_at() -> None:
    with make_bot({"p": echo}) as bot:
        reply = bot.reply("hi", conversation="c", user="ann")
        conversation = bot.conversation("c")
        assert [type(event).__name__ for event in conversation.messages] == ["UserSaid", "BotSaid"]
        assert bot.trace("c", reply.message_id) == reply.trace
        assert bot.trace("c", "unknown") is None
        assert [summary.id for summary in bot.conversations()] == ["c"]
        assert bot.record("c", [HandedOver(NOON)]).handed_over
        assert bot.reply("hi", conversation="c").messages == ()
        assert len(bot.conversation("unknown")) == 0


# --- Async code


async def test_every_plain_method_has_an_async_twin() -> None:
    async with make_bot({"p": echo}, greeting="Hello!") as bot:
        greeting = await bot.agreet("c")
        assert greeting is not None
        assert greeting.text == "Hello!"
        assert await bot.agreet("c") is None
        message = Message("look", (Attachment("image/png", data=b"\x89"),), client_id="1", metadata={"device": "phone"})
        assert (await bot.asend("c", message)).text == "You said look"
        assert (await bot.arecord("c", [HandedOver(NOON)])).handed_over
        stored = (await asyncio.to_thread(bot.conversation, "c")).last_user_message
    assert stored is not None
    assert (stored.attachments, stored.metadata) == (message.attachments, {"device": "phone"})


async def test_cancelling_the_caller_stops_the_turn() -> None:
    policy = ScriptedPolicy(Hang(), "Here I am.", mode="async")
    async with make_bot(policy, timeout=LONG, deadline=LONG) as bot:
        task = asyncio.create_task(bot.areply("hi", client_id="1"))
        while not policy.calls:
            await asyncio.sleep(0.001)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert (await bot.areply("hi", client_id="1")).text == "Here I am."


# --- Closing


def test_a_closed_bot_says_so() -> None:
    bot = make_bot("Hello")
    bot.reply("hi")
    bot.close()
    bot.close()
    for call in (lambda: bot.reply("hi"), bot.greet, bot.conversations, lambda: list(bot.stream_sync("hi"))):
        with pytest.raises(BotClosedError, match="load it again"):
            call()


def test_a_bot_nobody_has_asked_can_be_closed() -> None:
    make_bot("Hello").close()


async def test_closing_ends_what_is_under_way() -> None:
    policy = ScriptedPolicy(Hang(), mode="async")
    bot = make_bot(policy, timeout=LONG, deadline=LONG)

    async def watch() -> list[Any]:
        return [item async for item in bot.stream("hi", conversation="d")]

    tasks = [asyncio.create_task(bot.areply("hi", conversation="c")), asyncio.create_task(watch())]
    while policy.calls < 2:
        await asyncio.sleep(0.001)
    await bot.aclose()
    outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [BotClosedError, BotClosedError]


async def test_a_bot_closes_its_own_store_and_nobody_elses(tmp_path: Path) -> None:
    path = write_bot(tmp_path, SMALL)
    mine = MemoryStore(Options(), Context())
    with Bot.load(path, plugins=plugins(), store=mine) as bot:
        bot.reply("hi", conversation="c")
    assert len(await mine.load("c")) == 3

    with make_bot("Hello", store=mine) as bot:
        bot.reply("hi", conversation="d")
    with pytest.raises(StoreError, match="closed"):
        await mine.load("d")


# --- Files


def test_a_bot_knows_what_it_was_loaded_from(tmp_path: Path) -> None:
    path = write_bot(tmp_path, "extends: base.yaml\n", **{"base.yaml": SMALL})
    with Bot.load(str(path), plugins=plugins()) as bot:
        assert (bot.name, bot.language, bot.path) == ("Aria", "de", path)
        assert sorted(file.name for file in bot.files) == ["base.yaml", "bot.yaml"]
        greeting = bot.greet()
        assert greeting is not None
        assert greeting.text == "Guten Tag!"
        assert bot.reply("hi").text == "Ahoy hi"


def test_a_bot_can_be_reloaded_in_the_middle_of_a_conversation(tmp_path: Path) -> None:
    path = write_bot(tmp_path, SMALL)
    old = Bot.load(path, plugins=plugins())
    old.reply("hi", conversation="c")
    path.write_text(SMALL.replace("Ahoy", "Aye"))

    new = old.reload()
    old.close()

    assert new.reply("hi", conversation="c").text == "Aye hi"
    assert sum(isinstance(event, UserSaid) for event in new.conversation("c").events) == 2
    new.close()


def test_a_file_with_mistakes_leaves_the_bot_as_it_is(tmp_path: Path) -> None:
    path = write_bot(tmp_path, SMALL)
    with Bot.load(path, plugins=plugins()) as bot:
        path.write_text(SMALL.replace("prefix", "prefx"))
        with pytest.raises(ConfigurationError, match="Did you mean 'prefix'"):
            bot.reload()
        assert bot.reply("hi").text == "Ahoy hi"


def test_a_bot_put_together_in_code_has_no_file_to_reload() -> None:
    with make_bot("Hello") as bot, pytest.raises(ValueError, match="not loaded from a file"):
        bot.reload()


def test_new_conversations_get_ids_of_their_own() -> None:
    assert len({new_conversation_id() for _ in range(100)}) == 100


# --- Processes


HUNG = """
import os, sys, threading, time
from dialog_core.testing import Hang, ScriptedPolicy, make_bot

modes = ["thread"] * 6 + ["async"] * 3
policies = {f"hung{n}": ScriptedPolicy(Hang(stubborn=True), mode=mode) for n, mode in enumerate(modes)}
bot = make_bot({**policies, "sound": "Hello"}, timeout=0.2, deadline=0.3)
print(bot.reply("hi").text, flush=True)
print(bot.reply("hi").policy, flush=True)
END
"""


@pytest.mark.parametrize("end", ["bot.close()", "sys.exit(0)", "pass", "bot.close(); sys.exit(0)"])
def test_a_process_whose_policies_hang_ends_when_it_is_asked_to(end: str) -> None:
    """Given nine policies that never return, when the program ends, then so does its process."""
    program = textwrap.dedent(HUNG).replace("END", end)
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        capture_output=True,
        text=True,
        timeout=LONG,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert (done.stdout.split(), done.returncode) == (["Hello", "sound"], 0)
    assert done.stderr == ""


def test_who_tries_a_bot_out_changes_nothing_that_is_known_about_people(tmp_path: Path) -> None:
    rules = {"rules.yaml": "rules: [{name: a, when: call me ann, learn: {name: Ann}, consent: true, say: Fine.}]"}
    text = "version: 1\npolicies: [{use: rules, path: rules.yaml}]\n"
    text += "profiles: {use: sqlite, path: users.db, facts: {name: x}}\n"
    with Bot.load(write_bot(tmp_path, text, **rules), store=MemoryStore(Options(), Context())) as bot:
        bot.reply("call me ann", user="u")
        assert bot.user("u", "other").facts == {"name": "Ann"}
        again = bot.reload()
        assert again.user("u", "other").facts == {"name": "Ann"}
        again.close()
    assert not (tmp_path / "users.db").exists()


def test_profiles_may_be_begun_and_given_up_while_a_bot_runs(tmp_path: Path) -> None:
    rules = {"rules.yaml": "rules: [{name: a, when: call me ann, learn: {name: Ann}, consent: true, say: Fine.}]"}
    text = "version: 1\npolicies: [{use: rules, path: rules.yaml}]\n"
    profiles = "profiles: {use: sqlite, path: users.db, facts: {name: x}}\n"
    first = Bot.load(write_bot(tmp_path, text, **rules))
    write_bot(tmp_path, text + profiles, **rules)
    second = first.reload()
    first.close()
    second.reply("call me ann", user="u")
    assert second.user("u", "other").facts == {"name": "Ann"}
    third = second.reload()
    second.close()
    assert third.user("u", "other").facts == {"name": "Ann"}
    write_bot(tmp_path, text, **rules)
    fourth = third.reload()
    third.close()
    assert not [file.name for file in tmp_path.iterdir() if file.name.startswith("users.db-")], "it was closed"
    assert fourth.user("u", "other").facts == {}
    fourth.close()


def test_who_tries_a_bot_out_with_a_store_of_their_own_writes_no_audit_log(tmp_path: Path) -> None:
    bot = """
        version: 1
        policies: [{use: rules, path: rules.yaml}]
        observers: [{use: audit_log, path: audit.jsonl}]
        """
    path = write_bot(tmp_path, bot, **{"rules.yaml": "rules: [{name: hello, when: hello, say: Hi!}]"})
    with Bot.load(path, store=MemoryStore(Options(), Context())) as tried:
        assert tried.reply("hello").text == "Hi!"
        with tried.reload() as again:
            again.reply("hello")
    assert not (tmp_path / "audit.jsonl").exists()
    with Bot.load(path) as served, served.reload() as again:
        again.reply("hello")
    assert len((tmp_path / "audit.jsonl").read_text(encoding="utf-8").splitlines()) == 1
