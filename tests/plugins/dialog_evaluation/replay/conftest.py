"""The shop's bot, with the plugin of a third party it uses: as it is made, and after its conversations."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.plugins.dialog_evaluation.replay.shop import FILES, MODULE, hold
from tests.third_party import installed


@pytest.fixture(scope="module")
def till(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Install the plugin; other processes find it too."""
    with installed(tmp_path_factory.mktemp("site"), "till", MODULE):
        yield


@pytest.fixture
def shop(till: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the directory of the bot's files."""
    directory = tmp_path / "shop"
    directory.mkdir()
    monkeypatch.setenv("TILL", str(directory / "till.txt"))
    for name, content in FILES.items():
        (directory / name).write_text(content, encoding="utf-8")
    return directory


@pytest.fixture(scope="module")
def conversations(till: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Hold the conversations, once, and return where."""
    directory = tmp_path_factory.mktemp("conversations")
    for name, content in FILES.items():
        (directory / name).write_text(content, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TILL", str(directory / "till.txt"))
        hold(directory)
    return directory


@pytest.fixture
def talked(shop: Path, conversations: Path) -> Path:
    """Return the directory of the bot's files after its conversations."""
    shutil.copytree(conversations, shop, dirs_exist_ok=True)
    return shop
