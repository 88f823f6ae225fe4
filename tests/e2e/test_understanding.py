"""A bot that understands: trained with the command, asked through the manager, in two languages and two moods."""

import json
import shutil
from pathlib import Path

import pytest

from dialog_core import ArtefactError, Bot
from dialog_core.testing import TestChat, write_bot
from tests.dialog_core.cli.command import run
from tests.plugins.dialog_nlu.labelling import EXAMPLES

BOT = """
version: 1
bot: {name: Mia, language: en, languages: [zh]}
annotators:
  - {use: language}
  - {use: intents}
  - {use: classifier, name: tone}
  - {use: entities, entities: {order: {regex: '[0-9]{5}'}, when: date}, languages: [en, zh], timezone: UTC}
policies: [{use: rules, path: rules.yaml}]
training:
  - {component: intents, data: intents.yaml}
  - {component: tone, data: tone.csv}
fallback: {en: Pardon?, zh: 不好意思，没听懂。}
"""
RULES = """
rules:
  - {name: greet, intent: greet, say: [Hello!, {text: 您好！, language: zh}]}
  - {name: cancel, intent: cancel, say: [Which order?, {text: 哪个订单？, language: zh}]}
  - name: cancel_this
    intent: cancel
    entities: order
    priority: 1
    say: ["{{ entities.order }} is cancelled.", {text: "{{ entities.order }}已取消。", language: zh}]
  - {name: track, intent: track, say: [On its way., {text: 在路上。, language: zh}]}
  - name: track_cross
    intent: track
    if: annotations.tone.label == "cross" and annotations.tone.probability > 0.8
    priority: 1
    say: [I am very sorry. It is on its way., {text: 非常抱歉，已在路上。, language: zh}]
  - {name: refund, intent: refund, say: [You get it back., {text: 会退给您。, language: zh}]}
  - name: both
    intent: [cancel, refund]
    if: "'cancel' in annotations.intents.labels and 'refund' in annotations.intents.labels"
    priority: 2
    say: Cancelled, and you get it back.
"""
TONE = """\
text,label
this is a disgrace,cross
I am really angry,cross
what a terrible service,cross
I am fed up with this,cross
太差劲了,cross
我真的很生气,cross
太糟糕了,cross
thank you very much,calm
could you help me please,calm
I would like to ask something,calm
where is my order,calm
谢谢您,calm
请问一下,calm
麻烦帮我看一下,calm
"""


@pytest.fixture(scope="module")
def bot_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("mia")
    intents = json.dumps({"intents": EXAMPLES}, ensure_ascii=False)
    bot = write_bot(directory, BOT, **{"rules.yaml": RULES, "tone.csv": TONE, "intents.yaml": intents})
    done = run("train", bot)
    assert done.returncode == 0, done.stderr
    return bot


@pytest.fixture
def chat(bot_file: Path):  # type: ignore[no-untyped-def]
    with Bot.load(bot_file) as bot:
        yield TestChat(bot)


def test_the_same_is_understood_in_either_language_and_answered_in_it(chat: TestChat) -> None:
    chat.user("good evening").bot("Hello!")
    chat.user("could you please cancel my order").bot("Which order?")
    chat.user("麻烦帮我取消订单").bot("哪个订单？")
    chat.user("取消订单20417").bot("20417已取消。")
    chat.user("please cancel order 20417").bot("20417 is cancelled.")


def test_somebody_who_is_cross_gets_another_tone(chat: TestChat) -> None:
    chat.user("where is my parcel?").bot("On its way.")
    chat.user("what a disgrace! where is the parcel?").bot("I am very sorry. It is on its way.")
    chat.user("我的包裹在哪里，太糟糕了").bot("非常抱歉，已在路上。")


def test_two_wishes_in_one_message(chat: TestChat) -> None:
    chat.user("cancel it and give me the money back").bot("Cancelled, and you get it back.")


def test_what_it_knows_nothing_about_is_told(chat: TestChat) -> None:
    chat.user("xyzzy qwrt").bot("Pardon?")
    chat.user("量子力学的基本原理").bot("不好意思，没听懂。")


def test_nothing_is_trained_twice_and_one_alone_can_be(bot_file: Path) -> None:
    assert "Nothing to do" in run("train", bot_file).stdout
    done = run("train", bot_file, "--only", "tone", "--force")
    assert "tone: trained" in done.stdout
    assert "intents" not in done.stdout


def test_a_flipped_byte_is_noticed_and_the_remedy_works(bot_file: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(bot_file.parent, copy)
    (weights,) = copy.glob("models/bot/intents/*/weights.npz")
    content = bytearray(weights.read_bytes())
    content[len(content) // 2] ^= 1
    weights.write_bytes(content)

    done = run("ask", copy / "bot.yaml", "hello")
    assert done.returncode == 2
    assert "weights.npz" in done.stderr
    assert f"Run: dialog-core train {copy / 'bot.yaml'}" in done.stderr
    assert "Traceback" not in done.stderr

    assert run("train", copy / "bot.yaml").returncode == 0
    assert run("ask", copy / "bot.yaml", "hello").stdout.startswith("Hello!")


def test_an_artefact_of_another_version_is_refused(bot_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dialog_nlu.label_annotators.VERSION", 99)
    with pytest.raises(ArtefactError, match=r"intents.*version.*Run: dialog-core train"):
        Bot.load(bot_file)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        (
            "tone.csv",
            b"text,label\nhi,calm\nhello,calm\nboo,cross\n",
            "tone.csv:4: the label 'cross' has one example only",
        ),
        ("tone.csv", b"", "tone.csv:1:1: there are no examples"),
        ("tone.csv", b"text,label\nhi,calm\nhello,calm\n", "tone.csv: all examples have the label 'calm'"),
        (
            "tone.csv",
            b"text,label\nhi,calm\nho,calm\nhi,cross\nboo,cross\n",
            "tone.csv:4: 'hi' stands under 'cross' here",
        ),
        ("tone.csv", b"text,label\nh\xff,calm\n", "tone.csv:2:2: this is not UTF-8 text"),
        ("tone.csv", b"txt,label\nhi,calm\n", "tone.csv:1:1: the column 'text' is missing. Did you mean 'txt'?"),
        ("intents.yaml", b"intents:\n  greet: [hi\n", "intents.yaml:"),
        ("intents.yaml", b"intents:\n  greet: []\n", "intents.yaml:2:10: 'greet' has no examples"),
    ],
)
def test_bad_data_is_told_with_its_place_and_what_was_in_use_stays(
    bot_file: Path, tmp_path: Path, name: str, content: bytes, told: str
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(bot_file.parent, copy)
    (copy / name).write_bytes(content)
    done = run("train", copy / "bot.yaml", cwd=copy)
    assert done.returncode == 2
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert run("ask", copy / "bot.yaml", "hello").stdout.startswith("Hello!")
