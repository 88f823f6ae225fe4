"""The bots: ten lines, numbers that agree, and nothing heavy before it is needed."""

import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from places import PROJECT

from dialog_core import Bot, BotSaid
from dialog_core.testing import TestChat, write_bot


@pytest.mark.parametrize("name", ["bot.yaml", "bot.zh.yaml"])
def test_a_bot_of_ones_own_is_some_ten_lines_and_names_one_number(name: str) -> None:
    text = (PROJECT / name).read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    assert len(lines) <= 12
    bot = yaml.safe_load(text)
    assert bot["annotators"][0]["emergency"] == bot["guards"][0]["number"]


@pytest.mark.parametrize(
    ("language", "message", "hurts"),
    [("en", "my husband has chest pain and cannot breathe", "my back hurts"), ("zh", "我爸胸口疼，喘不上气", "我腰疼")],
)
def test_the_local_number_is_said_everywhere(tmp_path: Path, language: str, message: str, hurts: str) -> None:
    own = f"""
    extends: medical:bots/{language}.yaml
    store: memory
    annotators:
      - {{name: practice, practice: Lakeside, emergency: &number "144", phone: "555 0100"}}
    guards:
      - {{name: emergencies, number: *number}}
    """
    with Bot.load(write_bot(tmp_path, own)) as bot:
        TestChat(bot, "guard").user(message).bot_contains("144")
        TestChat(bot, "triage").user(hurts).user({"en": "yes", "zh": "有"}[language]).bot_contains("144")
        TestChat(bot, "rules").user({"en": "do i have cancer?", "zh": "我是不是得了癌症"}[language]).bot_contains("144")
        TestChat(bot, "name").user({"en": "are you a doctor", "zh": "你是医生吗"}[language]).bot_contains("Lakeside")
        said = [event for chat in ("guard", "triage", "rules") for event in bot.conversation(chat).messages]
        texts = [event.text for event in said if isinstance(event, BotSaid)]
        assert texts
        assert not any(number in text for text in texts for number in ("112", "120"))


def test_loading_imports_nothing_heavy() -> None:
    code = (
        "import sys; from dialog_core import Bot; Bot.load('bot.yaml').close();"
        "heavy = ('numpy', 'torch', 'sklearn', 'dialog_medical.appointments.demo_diary');"
        "print([name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "[]", done.stderr


def test_mistakes_in_options_are_told(tmp_path: Path) -> None:
    own = "extends: medical:bots/en.yaml\npolicies:\n  - {name: library, pth: x}\n"
    command = [Path(sys.executable).with_name("dialog-core"), "check", str(write_bot(tmp_path, own))]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 2
    assert "bot.yaml:3" in done.stdout + done.stderr
    assert "Did you mean 'path'" in done.stdout + done.stderr


def test_where_somebody_reads_along_an_emergency_is_handed_over(tmp_path: Path) -> None:
    own = """
    extends: medical:bots/en.yaml
    store: memory
    guards:
      - {name: emergencies, hand_over: true}
    policies:
      - {name: triage, hand_over: true}
    """
    with Bot.load(write_bot(tmp_path, own)) as bot:
        TestChat(bot, "guard").user("my husband has chest pain and cannot breathe")
        TestChat(bot, "triage").user("my back hurts").user("yes").bot_contains("Please call 112 now")
        assert bot.conversation("guard").handed_over
        assert bot.conversation("triage").handed_over
