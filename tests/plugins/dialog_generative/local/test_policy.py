"""A bot with a language model starts at once: nothing heavy is imported until the model is needed."""

import subprocess
import sys
from pathlib import Path

import pytest

from dialog_core import PluginError
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


def test_what_is_not_installed_is_told_when_the_bot_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PACKAGES", ("torch", "no_such_package"))
    with pytest.raises(PluginError, match=r"'no_such_package'.* pip install 'dialog-core\[generative\]'"):
        TransformersPolicy(TransformersOptions(model="some/model"), make_context("llm"))
