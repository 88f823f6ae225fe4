"""Whole conversations: those of the package's own bots, in YAML."""

import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
PROJECT = HERE.parent


@pytest.mark.parametrize(("bot", "tests"), [("bot.yaml", "en"), ("bot.zh.yaml", "zh")])
def test_the_bot_holds_its_conversations(bot: str, tests: str) -> None:
    command = [Path(sys.executable).with_name("dialog-core"), "test", str(PROJECT / bot), str(HERE / tests)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout + done.stderr
