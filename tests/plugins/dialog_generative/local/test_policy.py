"""A bot with a language model starts at once: nothing heavy is imported until the model is needed."""

import subprocess
import sys
import threading
from pathlib import Path
from typing import NoReturn

import pytest

from dialog_core import Bot, PluginError
from dialog_core.interfaces import LanguageModel, StreamingPolicy, Warmable
from dialog_core.testing import make_context, write_bot
from dialog_generative.local import policy as module
from dialog_generative.local.options import TransformersOptions
from dialog_generative.local.policy import TransformersPolicy

HEAVY = ("torch", "transformers", "numpy", "tokenizers", "huggingface_hub", "peft")

LOAD = f"""
import sys
from dialog_core import Bot

bot = Bot.load(sys.argv[1])
print([name for name in {HEAVY!r} if name in sys.modules])
bot.close()
"""


def test_a_bot_that_names_a_model_is_loaded_without_torch(tmp_path: Path) -> None:
    path = write_bot(tmp_path, "version: 1\npolicies: [{name: llm, use: transformers, model: some/model}]\n")
    done = subprocess.run([sys.executable, "-c", LOAD, str(path)], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_it_can_be_warmed_streamed_and_measured() -> None:
    policy = TransformersPolicy(TransformersOptions(model="some/model"), make_context())
    assert isinstance(policy, Warmable)
    assert isinstance(policy, StreamingPolicy)
    assert isinstance(policy, LanguageModel)


def test_a_model_that_takes_longer_to_read_than_a_turn_may_last_is_told_to_do_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "version: 1\npolicies: [{name: llm, use: transformers, model: some/model}]\ndispatch: {deadline: 1s}\n"
    there = threading.Event()

    def fetched(wanted: object) -> NoReturn:
        there.wait(60)
        raise PluginError("a hub that is down after all")

    monkeypatch.setattr("dialog_generative.local.backend.find", fetched)
    with Bot.load(write_bot(tmp_path, text)) as bot:
        first = bot.reply("hello")
        there.set()
        second = bot.reply("hello")
    reports = [reply.trace["policies"][0] for reply in (first, second) if reply.trace]
    assert reports[0]["status"] == "failed"
    assert reports[0]["error"].startswith("the model is still being read, after 1 s: later questions will find it")
    assert reports[1]["error"] == "a hub that is down after all"


def test_what_is_not_installed_is_told_when_the_bot_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PACKAGES", ("torch", "no_such_package"))
    with pytest.raises(PluginError, match=r"'no_such_package'.* pip install 'dialog-core\[generative\]'"):
        TransformersPolicy(TransformersOptions(model="some/model"), make_context("llm"))
