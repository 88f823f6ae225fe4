"""The shop's bot that learns its ranking: it chats before, is better trained after, and its thresholds can be tuned."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from dialog_core import Bot, Reply
from tests.e2e.shop import CONFIGS

HELD_OUT = Path(__file__).parents[1] / "configs" / "conversations.en.yaml"
PROGRAM = Path(sys.executable).with_name("dialog-core")
RIGHT = 0.95  # of the messages of people whose words the bot has not learnt from


def write_bot(directory: Path, *, tuned: bool = False) -> Path:
    """Return the bot of configs/ with models and conversations of a test's own."""
    text = (CONFIGS / "learning_bot.yaml").read_text(encoding="utf-8")
    if tuned:
        text, count = re.subn(r"^# (dispatch:|  \w+:.*)$", r"\1", text, flags=re.MULTILINE)
        assert count == 5
    for name in ("customer_service.yaml", "customer_service/dialogues.en.yaml"):
        text = text.replace(f": {name}", f": {CONFIGS / name}")
    bot = directory / "bot.yaml"
    bot.write_text(text.replace("../.dialog-core/learning_bot.db", "conversations.db"), encoding="utf-8")
    return bot


def run(*words: Any) -> str:
    done = subprocess.run([PROGRAM, *map(str, words)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the bot with its thresholds to be tuned, trained."""
    bot = write_bot(tmp_path_factory.mktemp("learning"), tuned=True)
    assert "better than the default on conversations held out" in run("train", bot)
    return bot


def answered_by(reply: Reply) -> str:
    if reply.policy == "fallback":
        return "fallback"
    metadata = reply.evidence[0].metadata
    return str(metadata.get("rule") or metadata.get("id"))


def test_it_chats_before_anything_is_trained(tmp_path: Path) -> None:
    with Bot.load(write_bot(tmp_path)) as bot:
        reply = bot.reply("do your parcels come on Saturdays?")
    assert answered_by(reply) == "saturday_delivery"
    assert reply.trace is not None
    assert reply.trace["ranker"] == "learned (uncalibrated)"


def test_every_label_names_an_entry_there_is() -> None:
    shop = CONFIGS / "customer_service"
    entries = yaml.safe_load((shop / "faq.en.yaml").read_text(encoding="utf-8"))["entries"]
    dialogues = yaml.safe_load((shop / "dialogues.en.yaml").read_text(encoding="utf-8"))["dialogues"]
    named = [turn["entry"] for dialogue in dialogues for turn in dialogue["turns"] if "entry" in turn]
    assert len(dialogues) >= 70
    assert set(named) <= {entry["id"] for entry in entries}


def test_no_message_it_is_tested_with_is_one_it_learns_from() -> None:
    dialogues = yaml.safe_load((CONFIGS / "customer_service" / "dialogues.en.yaml").read_text(encoding="utf-8"))
    learnt = {turn["text"].casefold() for dialogue in dialogues["dialogues"] for turn in dialogue["turns"][:1]}
    asked = {line["user"].casefold() for line in yaml.safe_load(HELD_OUT.read_text(encoding="utf-8"))}
    assert not learnt & asked


def test_trained_it_understands_customers_it_has_not_learnt_from(trained: Path, tmp_path: Path) -> None:
    stated = tmp_path / "stated.yaml"
    stated.write_text(
        f"extends: {trained}\nstore: {{path: a.db}}\ndispatch: {{accept_at: 0.8, answer_at: 0.3, aim: null}}\n",
        encoding="utf-8",
    )
    run("train", stated)
    asked = yaml.safe_load(HELD_OUT.read_text(encoding="utf-8"))
    with Bot.load(stated) as bot:
        replies = [bot.reply(line["user"], conversation=str(number)) for number, line in enumerate(asked)]
    missed = [
        (line["user"], answered_by(reply))
        for line, reply in zip(asked, replies, strict=True)
        if answered_by(reply) != line["expect"]
    ]
    assert replies[0].trace is not None
    assert replies[0].trace["ranker"] == "learned"
    assert len(missed) <= (1 - RIGHT) * len(asked), missed


def test_its_thresholds_are_found_for_what_is_aimed_at(trained: Path) -> None:
    told = run("tune", trained)
    assert "10.0 % wrong answers at most" in told
    assert "The bot uses these thresholds from now on." in told
    with Bot.load(trained) as bot:
        assert answered_by(bot.reply("hello")) == "greet"
