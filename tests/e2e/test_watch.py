"""`chat --watch`: a change of any of the bot's files is there at the next message, and the conversation goes on."""

import os
from pathlib import Path

import pytest

from dialog_core import Bot
from dialog_core.cli.chat import Reloader
from tests.e2e.shop import write_shop_bot


def touch(path: Path, text: str) -> None:
    """Write `text` with a time stamp that differs, however coarse the file system's clock."""
    path.write_text(text, encoding="utf-8")
    later = path.stat().st_mtime_ns + 1_000_000_000
    os.utime(path, ns=(later, later))


@pytest.fixture
def bot_file(tmp_path: Path) -> Path:
    (tmp_path / "rules.yaml").write_text(
        "rules:\n  - {name: a, when: hello, say: 'first'}\n"
        "  - {name: b, when: my name is ada, set: {name: Ada}, say: noted}\n"
        "  - {name: c, when: who am i, say: '{{ slots.name }}'}\n",
        encoding="utf-8",
    )
    bot = tmp_path / "bot.yaml"
    bot.write_text("version: 1\npolicies: [{use: rules, path: rules.yaml}]\n", encoding="utf-8")
    return bot


def test_a_changed_rule_answers_at_once_and_the_conversation_goes_on(bot_file: Path) -> None:
    rules = bot_file.parent / "rules.yaml"
    bot = Bot.load(bot_file)
    reloader = Reloader(bot)
    bot.reply("my name is ada")

    assert reloader() == (None, None)
    touch(rules, rules.read_text(encoding="utf-8").replace("first", "second"))
    fresh, message = reloader()

    assert fresh is not None
    bot.close()
    with fresh:
        assert message == "reloaded: rules.yaml changed"
        assert fresh.reply("hello").text == "second"
        assert fresh.reply("who am i").text == "Ada"
        assert reloader() == (None, None)


def test_a_mistake_is_told_and_the_bot_goes_on_as_it_was(bot_file: Path) -> None:
    rules = bot_file.parent / "rules.yaml"
    good = rules.read_text(encoding="utf-8")
    with Bot.load(bot_file) as bot:
        reloader = Reloader(bot)

        touch(rules, good.replace("say: 'first'", "sya: 'first'"))
        fresh, message = reloader()
        assert fresh is None
        assert message is not None
        assert "Did you mean 'say'?" in message
        assert bot.reply("hello").text == "first"

        touch(rules, good.replace("first", "third") + "\n")
        fresh, _ = reloader()
        assert fresh is not None
        with fresh:
            assert fresh.reply("hello").text == "third"


def test_every_file_the_bot_was_made_of_is_watched(tmp_path: Path) -> None:
    with Bot.load(write_shop_bot(tmp_path)) as bot:
        assert {file.name for file in bot.files} == {"bot.yaml", "faq.en.yaml", "rules.en.yaml"}
