"""A watcher hands over the newest bot, closes those nobody wants, and tells what happened."""

import threading
from collections.abc import Callable

import pytest

from dialog_core import Bot
from dialog_core.testing import make_bot
from dialog_terminal import watch
from dialog_terminal.watch import Watcher


class Told:
    """What a watcher told, to be waited for."""

    def __init__(self) -> None:
        self.messages: list[tuple[str, bool]] = []
        self._changed = threading.Condition()

    def __call__(self, message: str, good: bool) -> None:
        with self._changed:
            self.messages.append((message, good))
            self._changed.notify_all()

    def wait_for(self, count: int) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.messages) >= count, timeout=20), self.messages


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "INTERVAL", 0.01)


def one_after_the_other(*results: tuple[Bot | None, str | None]) -> Callable[[], tuple[Bot | None, str | None]]:
    remaining = iter(results)
    return lambda: next(remaining, (None, None))


def is_closed(bot: Bot) -> bool:
    try:
        bot.conversation("c")
    except Exception:
        return True
    return False


def test_a_new_bot_is_told_of_and_handed_over_once() -> None:
    told = Told()
    with make_bot("Hello!") as bot:
        watcher = Watcher(one_after_the_other((bot, "reloaded")), told)
        watcher.start()
        told.wait_for(1)

        assert watcher.take() is bot
        assert watcher.take() is None
        watcher.stop()
        assert not is_closed(bot)
    assert told.messages == [("reloaded", True)]


def test_problems_are_told_and_the_old_bot_stays() -> None:
    told = Told()
    watcher = Watcher(one_after_the_other((None, "bot.yaml:3:1: unknown key")), told)
    watcher.start()
    told.wait_for(1)

    assert watcher.take() is None
    watcher.stop()
    assert told.messages == [("bot.yaml:3:1: unknown key", False)]


def test_bots_nobody_asked_for_are_closed() -> None:
    told = Told()
    first, second = make_bot("1"), make_bot("2")
    watcher = Watcher(one_after_the_other((first, "first"), (second, "second")), told)
    watcher.start()
    told.wait_for(2)
    watcher.stop()

    assert is_closed(first)
    assert is_closed(second)


def test_a_reload_that_raises_is_told_once_and_looked_at_again() -> None:
    told = Told()
    calls = iter([ValueError("bad"), ValueError("bad"), ValueError("worse")])

    def reload() -> tuple[Bot | None, str | None]:
        error = next(calls, None)
        if error:
            raise error
        return None, None

    watcher = Watcher(reload, told)
    watcher.start()
    told.wait_for(2)
    watcher.stop()

    assert told.messages == [("ValueError: bad", False), ("ValueError: worse", False)]
