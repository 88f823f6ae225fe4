"""`dialog-core users`, and `--user`: real processes, real files."""

import json
import signal
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from dialog_core import Bot, Message
from dialog_core.cli.users import LONGEST_SHOWN, _shortened
from dialog_core.testing import write_bot
from tests.dialog_core.cli.command import COMMAND, run

BOT = """
version: 1
bot: {name: Robin, language: en}
policies: [{use: rules, path: rules.yaml}]
store: {use: sqlite, path: conversations.db}
profiles:
  use: sqlite
  path: users.db
  facts:
    name: What they want to be called
    plan: {expires: 1ms, description: What they pay for}
"""
RULES = """
entities: {word: "[A-Za-z]+"}
rules:
  - {name: call_me, when: "call me {word}", learn: {name: "{{ word }}"}, say: "Hello {{ user.name }}."}
  - {name: plan, when: "plan {word}", learn: {plan: "{{ word }}"}, say: Noted.}
  - {name: keep, when: remember me, consent: true, say: Kept.}
  - {name: who, when: who am i, say: "{{ user.name | default('Nobody') }}."}
"""


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bot that has talked with Ann alone, with Bob alone, and with both."""
    path = write_bot(tmp_path_factory.mktemp("users"), BOT, **{"rules.yaml": RULES})
    with Bot.load(path) as bot:
        for text in ("remember me", "call me Ann", "plan gold"):
            bot.reply(text, conversation="ann alone", user="ann")
        bot.reply("my secret is 4711", conversation="ann again", user="ann")
        bot.reply("remember me", conversation="bob alone", user="bob")
        bot.reply("call me Bob", conversation="group", user="bob")
        bot.send("group", Message("nobody knows that I am shy", user_id="ann"))
    return path


@pytest.fixture
def bot(filled: Path, tmp_path: Path) -> Path:
    for file in filled.parent.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    return tmp_path / "bot.yaml"


def test_users_are_listed_and_shown(bot: Path) -> None:
    listed = lines(run("users", "list", bot, "--json").stdout)
    assert [(one["user"], one["facts"], one["consent"]) for one in listed] == [("ann", 2, True), ("bob", 1, True)]
    everybody = lines(run("users", "list", bot, "--all", "--json").stdout)
    assert [(one["user"], one["conversations"]) for one in everybody] == [("ann", 3), ("bob", 2)]
    assert "given" in run("users", "list", bot).stdout
    shown = run("users", "show", bot, "ann").stdout
    for told in ("consent: given, since", "What they want to be called", "Ann", "(expired)", "ann again", "group"):
        assert told in shown


def test_who_has_only_written_is_found_with_all(tmp_path: Path) -> None:
    bot = write_bot(tmp_path, BOT, **{"rules.yaml": RULES})
    with Bot.load(bot) as loaded:
        loaded.reply("who am i", conversation="one", user="eve")
    assert "No facts are kept about anybody yet. See who has written with --all." in run("users", "list", bot).stdout
    assert "eve" in run("users", "list", bot, "--all").stdout


def test_a_long_value_is_shown_in_short() -> None:
    assert _shortened({"size": 38}) == '{"size": 38}'
    assert _shortened(list(range(1000))) == json.dumps(list(range(1000)))[:LONGEST_SHOWN] + "…"


def test_everything_about_a_user_is_exported_and_nothing_about_others(bot: Path) -> None:
    exported = lines(run("users", "export", bot, "ann").stdout)
    assert exported[0]["consent"]["given"] is True
    facts = {line["fact"]: line for line in exported if "fact" in line}
    assert facts["name"]["value"] == "Ann"
    assert facts["name"]["description"] == "What they want to be called"
    assert facts["name"]["conversation"] == "ann alone"
    assert facts["plan"]["expires_at"] > facts["plan"]["learned_at"]
    said = [(line["conversation"], line["message"]["text"]) for line in exported if line.get("type") == "UserSaid"]
    assert ("ann again", "my secret is 4711") in said
    assert ("group", "nobody knows that I am shy") in said
    assert "Bob" not in json.dumps(exported)
    assert any(line.get("trace") for line in exported if line.get("type") == "BotSaid")
    only = lines(run("users", "export", bot, "ann", "--facts-only").stdout)
    assert [line.get("fact", "consent") for line in only] == ["consent", "name", "plan"]


def test_a_user_is_forgotten_and_what_others_wrote_in_is_kept_and_named(bot: Path) -> None:
    asked = run("users", "forget", bot, "ann", input="n\n")
    assert asked.returncode == 1
    assert "About 'ann' there are 2 facts, 2 conversations of their own and 1 with others." in asked.stdout
    assert len(lines(run("users", "list", bot, "--json").stdout)) == 2

    done = run("users", "forget", bot, "ann", "--yes")
    assert done.returncode == 1, "something is left"
    assert "Forgot 2 facts and what they agreed to." in done.stdout
    assert "Deleted 2 conversations with everything said in them." in done.stdout
    assert "Kept, since others wrote in it too:\n  group" in done.stdout
    assert "--keep-shared" in done.stderr
    assert "Not looked at: logs" in done.stdout
    left = [line["id"] for line in lines(run("conversations", "list", bot, "--json").stdout)]
    assert sorted(left) == ["bob alone", "group"]
    assert [one["user"] for one in lines(run("users", "list", bot, "--json").stdout)] == ["bob"]
    assert not [file.name for file in bot.parent.glob("*.db*") if b"4711" in file.read_bytes()]

    again = run("users", "forget", bot, "ann", "--yes", "--keep-shared")
    assert again.returncode == 0
    assert run("conversations", "delete", bot, "group", "--yes").returncode == 0
    nothing = run("users", "forget", bot, "ann", "--yes")
    assert nothing.returncode == 2
    assert "nothing is kept about 'ann'" in nothing.stderr


def test_a_mistyped_user_is_answered_with_the_likely_one(bot: Path) -> None:
    for command in ("show", "export", "forget"):
        done = run("users", command, bot, "anm")
        assert done.returncode == 2
        assert "nothing is kept about 'anm'. Did you mean 'ann'?" in done.stderr


def test_expired_facts_are_removed(bot: Path) -> None:
    assert run("users", "expire", bot).stdout == "Forgot 1 fact that had expired.\n"
    assert run("users", "expire", bot).stdout == "Nothing has expired.\n"
    with closing(sqlite3.connect(bot.parent / "users.db")) as database:
        assert database.execute("SELECT count(*) FROM facts WHERE name = 'plan'").fetchone() == (0,)


def test_a_bot_without_profiles_still_exports_and_forgets_what_was_said(bot: Path) -> None:
    bot.write_text(bot.read_text().partition("profiles:")[0])
    assert [one["user"] for one in lines(run("users", "list", bot, "--json").stdout)] == ["ann", "bob"]
    assert len(lines(run("users", "export", bot, "bob").stdout)) > 3
    assert run("users", "forget", bot, "ann", "--yes", "--keep-shared").returncode == 0
    expired = run("users", "expire", bot)
    assert expired.returncode == 2
    assert "add `profiles:`" in expired.stderr


def test_a_bot_that_keeps_nothing_says_so(bot: Path) -> None:
    bot.write_text(bot.read_text().partition("store:")[0])
    done = run("users", "list", bot)
    assert done.returncode == 2
    assert "in memory only" in done.stderr


def test_a_database_of_something_else_is_told_in_words(bot: Path) -> None:
    bot.write_text(bot.read_text().replace("path: users.db", "path: conversations.db"))
    done = run("users", "list", bot)
    assert done.returncode == 1
    assert "under `profiles:`" in done.stderr


def test_who_asks_can_be_said(bot: Path) -> None:
    assert run("ask", bot, "who am i", "--user", "ann").stdout == "Ann.\n"
    assert run("ask", bot, "who am i").stdout == "Nobody.\n"
    questions = '{"text": "who am i"}\n{"text": "who am i", "user": "bob"}\n'
    answers = lines(run("ask", bot, "--jsonl", "--user", "ann", input=questions).stdout)
    assert [answer["text"] for answer in answers] == ["Ann.", "Bob."]
    assert run("chat", bot, "--user", "ann", input="who am i\n").stdout.count("Ann.") == 1
    assert "Nobody." in run("chat", bot, input="who am i\n").stdout
    assert run("ask", bot, "who am i", "--user", "x" * 5_000).stdout == "Nobody.\n"


def test_without_a_store_nothing_is_kept_about_anybody(bot: Path) -> None:
    before = (bot.parent / "users.db").read_bytes()
    run("ask", bot, "call me Eve", "--user", "ann", "--no-store")
    assert run("ask", bot, "who am i", "--user", "ann", "--no-store").stdout == "Nobody.\n"
    assert (bot.parent / "users.db").read_bytes() == before


@pytest.mark.slow
def test_forgetting_can_be_interrupted_and_run_again(bot: Path) -> None:
    with Bot.load(bot) as loaded:
        for number in range(300):
            loaded.reply("hello", conversation=f"c{number}", user="eve")
    command = [COMMAND, "users", "forget", str(bot), "eve", "--yes"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        while len(lines(run("conversations", "list", bot, "--json").stdout)) > 290 and process.poll() is None:
            pass
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert "Traceback" not in err
    # The signal itself ends a Python that is about to leave; shells call that 130, too.
    assert process.returncode in (0, 130, -signal.SIGINT)
    with closing(sqlite3.connect(bot.parent / "conversations.db")) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    if process.returncode:
        again = run("users", "forget", bot, "eve", "--yes")
        assert again.returncode == 0 or "nothing is kept about 'eve'" in again.stderr  # it was done but for leaving
    left = [line["id"] for line in lines(run("conversations", "list", bot, "--json").stdout)]
    assert sorted(left) == ["ann again", "ann alone", "bob alone", "group"]
