"""Fixtures for the tests of plugins and bots: `bot`, `chat`, `make_chat` and `registry`.

pytest finds them where dialog-core is installed; nothing has to be imported. Which bot is meant, a test says with a
mark, or the project's configuration for all tests:

    [tool.pytest.ini_options]
    dialog_bot = "bot.yaml"
    dialog_plugins = ["weather"]

    def test_it_greets(chat):
        chat.user("hi").bot_contains("Hello")

    @pytest.mark.dialog_bot("weather:bots/zh.yaml")
    def test_it_speaks_chinese(chat): ...

Every test gets a bot of its own, whose conversations and profiles are in memory and gone when the test is over.
"""

# Every run of pytest imports this module, also those of projects that only happen to have dialog-core installed. So it
# imports pytest and nothing else; what the fixtures need is imported when one of them is used.

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from dialog_core.bot import Bot
    from dialog_core.registry import Registry
    from dialog_core.testing.chat import TestChat

BOT, PLUGINS = "dialog_bot", "dialog_plugins"
_MARK = f"{BOT}(path): the bot file that the fixtures `bot` and `chat` load; PLUGIN:PATH names one of a plugin's own"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare what the configuration may say."""
    parser.addini(BOT, "The bot file that the fixtures `bot` and `chat` load, beside this file or as PLUGIN:PATH.")
    parser.addini(PLUGINS, "Plugins whose components the fixture `registry` has beside the built-in ones.", type="args")


def pytest_configure(config: pytest.Config) -> None:
    """Declare the mark."""
    config.addinivalue_line("markers", _MARK)


@pytest.fixture
def bot(request: pytest.FixtureRequest) -> Iterator[Bot]:
    """The bot that the test's mark or the configuration names; it remembers nothing of other tests."""
    with _load(_named_bot(request), request) as loaded:
        yield loaded


@pytest.fixture
def chat(bot: Bot) -> TestChat:
    """A conversation with the bot."""
    from dialog_core.testing.chat import TestChat

    return TestChat(bot)


@pytest.fixture
def make_chat(request: pytest.FixtureRequest) -> Iterator[Callable[..., TestChat]]:
    """A function that begins further conversations: `make_chat(path, conversation=..., user=...)`.

    Each path is loaded once in a test, so that two users of one bot talk to the same. Without a path it is the bot that
    the fixture `bot` would be.
    """
    from dialog_core.testing.chat import TestChat

    with ExitStack() as opened:
        bots: dict[str, Bot] = {}
        numbers = count(1)

        def begin(path: str | Path | None = None, *, conversation: str = "", user: str = "") -> TestChat:
            wanted = str(_named_bot(request) if path is None else path)
            if wanted not in bots:
                bots[wanted] = opened.enter_context(_load(wanted, request))
            return TestChat(bots[wanted], conversation or f"test-{next(numbers)}", user=user)

        yield begin


@pytest.fixture
def registry(request: pytest.FixtureRequest) -> Registry:
    """What the built-in plugins register, and those that `dialog_plugins` names in the configuration."""
    from dialog_core.errors import PluginError
    from dialog_core.plugins import PluginSet

    try:
        return PluginSet.load(request.config.getini(PLUGINS)).registry
    except PluginError as error:
        pytest.fail(f"{error} (The configuration of pytest names it under {PLUGINS}.)", pytrace=False)


def _named_bot(request: pytest.FixtureRequest) -> str:
    """Return what names the bot; the nearest mark comes before the configuration."""
    mark = request.node.get_closest_marker(BOT)
    if mark is not None:
        if len(mark.args) != 1 or mark.kwargs or not isinstance(mark.args[0], str | Path):
            pytest.fail(f'write the mark as @pytest.mark.{BOT}("bot.yaml")', pytrace=False)
        return str(mark.args[0])
    named = str(request.config.getini(BOT) or "")
    if not named:
        pytest.fail(
            f'no bot is named: mark the test with @pytest.mark.{BOT}("bot.yaml"), or name one for all tests in '
            f'pyproject.toml: [tool.pytest.ini_options] {BOT} = "bot.yaml"',
            pytrace=False,
        )
    return named


def _load(named: str, request: pytest.FixtureRequest) -> Bot:
    """Load a bot whose conversations and profiles are in memory; what is wrong with its file fails the test."""
    from dialog_core.bot import Bot
    from dialog_core.component import Context
    from dialog_core.configuration import Options
    from dialog_core.errors import DialogError
    from dialog_core.stores.memory import MemoryStore
    from dialog_core.stores.memory_profiles import MemoryProfileStore

    nothing: tuple[Any, Any] = (Options(), Context())
    try:
        path = _find(named, request)
        return Bot.load(path, store=MemoryStore(*nothing), profiles=MemoryProfileStore(*nothing))
    except DialogError as error:
        pytest.fail(f"the bot {named} cannot be used:\n{error}", pytrace=False)


def _find(named: str, request: pytest.FixtureRequest) -> Path:
    """Return the path of a bot file: one of a plugin, or relative to the test's folder or to the project's."""
    from dialog_core.configuration.packaged import NotPackaged, packaged_file

    try:
        packaged = packaged_file(named)
    except NotPackaged as error:
        pytest.fail(f"the bot {named} cannot be used: {error}", pytrace=False)
    if packaged is not None:
        return packaged
    folders = [request.path.parent, request.config.rootpath]
    if request.config.inipath is not None:
        folders.append(request.config.inipath.parent)
    for folder in folders:
        if (folder / named).is_file():
            return folder / named
    looked = ", ".join(dict.fromkeys(map(str, folders)))
    pytest.fail(f"there is no bot {named}; looked for in {looked}", pytrace=False)
