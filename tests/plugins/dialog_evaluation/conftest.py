"""A plugin of a third party, installed as far as Python can tell: an annotator that guesses, a policy that breaks."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from dialog_core.plugins import installed_plugins

MODULE = '''
from dialog_core import Candidate, Component, hookimpl
from dialog_core.configuration import Options


class Guesser(Component[Options]):
    """The first word of a message is its intent; `huh` is none."""

    inline = True

    def annotate(self, turn):
        word = turn.text.split()[0]
        if word == "boom":
            raise ValueError("boom")
        sure = 0.6 if "?" in turn.text else 0.9
        if word == "huh":
            return {"label": None, "probability": sure, "ranked": [], "labels": []}
        return {"label": word, "probability": sure, "ranked": [{"label": word, "probability": sure}], "labels": [word]}


class Fragile(Component[Options]):
    """Raises when asked about `boom`, and otherwise says hello."""

    def propose(self, turn):
        if turn.text == "boom":
            raise ValueError("boom")
        return [Candidate("Hello!", 1.0)]


@hookimpl
def dialog_register(registry):
    registry.annotator("guess", "dialog_guess:Guesser")
    registry.policy("fragile", "dialog_guess:Fragile")
'''

BOT = """
version: 1
bot: {name: Guess}
plugins: guess
annotators: [{use: guess, name: intents}]
policies: [{use: fragile}]
fallback: Pardon?
"""


@pytest.fixture
def guess_bot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Install the plugin and return a bot file that names it; other processes find it too."""
    site = tmp_path / "site"
    info = site / "dialog_core_guess-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: dialog-core-guess\nVersion: 1.0\n", encoding="utf-8")
    (info / "entry_points.txt").write_text("[dialog_core]\nguess = dialog_guess\n", encoding="utf-8")
    (site / "dialog_guess.py").write_text(MODULE, encoding="utf-8")
    monkeypatch.syspath_prepend(site)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, (str(site), os.environ.get("PYTHONPATH", "")))))
    installed_plugins.cache_clear()
    bot = tmp_path / "bot.yaml"
    bot.write_text(BOT, encoding="utf-8")
    yield bot
    installed_plugins.cache_clear()
