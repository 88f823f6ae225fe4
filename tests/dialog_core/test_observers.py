import logging
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from dialog_core import Bot, hookimpl, observers
from dialog_core.configuration import ConfigurationError
from dialog_core.reply import Reply
from dialog_core.testing import Hang, ScriptedPolicy, make_bot, make_manager, write_bot
from dialog_core.turn import Turn
from tests.talking import say
from tests.third_party import installed


class Watcher:
    """A plugin that remembers what it was told."""

    def __init__(self) -> None:
        self.told: list[tuple[Any, ...]] = []

    @hookimpl
    def dialog_turn_started(self, turn: Turn) -> None:
        self.told.append(("started", turn.text))

    @hookimpl
    def dialog_turn_finished(self, reply: Reply, turn: Turn) -> None:
        self.told.append(("finished", turn.text, reply.text))

    @hookimpl
    def dialog_policy_failed(self, policy: str, error: str) -> None:  # a subset of the arguments is enough
        self.told.append(("failed", policy, error))


class Faulty:
    @hookimpl
    def dialog_turn_started(self, turn: Turn) -> None:
        raise ValueError("started badly")

    @hookimpl
    def dialog_turn_finished(self, turn: Turn) -> None:
        raise ValueError("finished badly")

    @hookimpl
    def dialog_policy_failed(self, turn: Turn) -> None:
        raise ValueError("failed badly")


async def test_observers_are_told_of_turns_and_of_policies_that_fail() -> None:
    watcher = Watcher()
    hanging = ScriptedPolicy(Hang())
    policies = {"sound": "Hello", "raising": ScriptedPolicy(ValueError("no")), "hanging": hanging}
    manager = make_manager(policies, plugins=[watcher], timeout=0.05, breaker=(1, 60.0))

    await say(manager, "hi")
    assert watcher.told == [
        ("started", "hi"),
        ("failed", "raising", "ValueError: no"),
        ("failed", "hanging", "took longer than 0.05 s"),
        ("finished", "hi", "Hello"),
    ]
    watcher.told.clear()
    await say(manager, "again")
    assert ("failed", "raising", "left alone after failing repeatedly") in watcher.told
    hanging.release()


async def test_a_finished_turn_is_stored_by_then() -> None:
    seen: list[int] = []

    class Counting:
        @hookimpl
        def dialog_turn_finished(self, reply: Reply) -> None:
            seen.append(len(manager.store._conversations["c"].replies_to(reply.message_id)))  # type: ignore[attr-defined]

    manager = make_manager("Hello", plugins=[Counting()])
    await say(manager, "hi")
    assert seen == [1]


async def test_a_faulty_observer_costs_neither_the_reply_nor_the_others(caplog: pytest.LogCaptureFixture) -> None:
    watcher = Watcher()
    manager = make_manager({"p": "Hello", "q": ScriptedPolicy(ValueError("no"))}, plugins=[Faulty(), watcher, Faulty()])

    with caplog.at_level(logging.ERROR, logger="dialog_core.observers"):
        reply = await say(manager, "hi")

    assert reply.text == "Hello"
    assert [told[0] for told in watcher.told] == ["started", "failed", "finished"]
    assert len(caplog.records) == 6
    assert "dialog_turn_started of plugin 'plugin0' failed; the turn goes on" in caplog.text
    assert "ValueError: started badly" in caplog.text


async def test_an_observer_that_fails_in_every_turn_is_told_of_once_and_without_a_traceback(
    caplog: pytest.LogCaptureFixture,
) -> None:
    manager = make_manager("Hello", plugins=[Faulty()])
    with caplog.at_level(logging.WARNING, logger="dialog_core.observers"):
        for _ in range(100):
            await say(manager, "hi")
    assert [record.getMessage() for record in caplog.records] == [
        "dialog_turn_started of plugin 'plugin0' failed; the turn goes on: ValueError: started badly",
        "dialog_turn_finished of plugin 'plugin0' failed; the turn goes on: ValueError: finished badly",
    ]
    assert not any(record.exc_info for record in caplog.records)
    with caplog.at_level(logging.INFO, logger="dialog_core.observers"):
        await say(manager, "hi")
    assert caplog.records[-1].exc_info, "whoever looks for the reason finds it"


async def test_nobody_is_told_of_a_reply_that_was_given_before() -> None:
    watcher = Watcher()
    manager = make_manager("Hello", plugins=[watcher])
    await say(manager, "hi", client_id="1")
    watcher.told.clear()
    await say(manager, "hi", client_id="1")
    assert watcher.told == []


async def test_modules_observe_as_well_as_objects() -> None:
    told: list[str] = []

    @hookimpl
    def dialog_turn_started(turn: Turn) -> None:
        told.append(turn.text)

    await say(make_manager("Hello", plugins=[SimpleNamespace(dialog_turn_started=dialog_turn_started)]), "hi")
    assert told == ["hi"]


async def test_an_observer_of_the_bot_file_is_told_by_verbs_of_its_own_and_closed_with_the_bot() -> None:
    class Log:
        def __init__(self) -> None:
            self.told: list[str] = []

        def turn_finished(self, turn: Turn, reply: Reply) -> None:
            self.told.append(f"{turn.text}: {reply.text}")

        def close(self) -> None:
            self.told.append("closed")

    log = Log()
    manager = make_manager("Hello", observers={"log": log})
    await say(manager, "hi")
    await manager.close()
    assert log.told == ["hi: Hello", "closed"]


async def test_an_observer_that_cannot_be_closed_keeps_nothing_else_from_it(caplog: pytest.LogCaptureFixture) -> None:
    class Stuck:
        def close(self) -> None:
            raise OSError("no room")

    manager = make_manager("Hello", observers=[Stuck()])
    await manager.close()
    assert "observer 'observer1' could not be closed" in caplog.text


@pytest.mark.parametrize("ending", [SystemExit(3), KeyboardInterrupt(), BaseException("a panic")])
def test_an_observer_that_would_end_the_program_costs_no_reply(
    caplog: pytest.LogCaptureFixture, ending: BaseException
) -> None:
    class Ending:
        def turn_started(self, turn: Turn) -> None:
            raise ending

        def close(self) -> None:
            raise SystemExit(4)

    with make_bot("Hello", observers=[Ending()]) as bot:  # its turns run on a thread of their own
        assert [bot.reply("hi").text for _ in range(2)] == ["Hello", "Hello"]
    assert type(ending).__name__ in caplog.text
    assert "SystemExit: 4" in caplog.text


async def test_an_observer_for_which_everybody_waits_is_named(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Slow:
        def turn_started(self, turn: Turn) -> None:
            time.sleep(0.02)

        def turn_finished(self, turn: Turn, reply: Reply) -> None:
            pass

    monkeypatch.setattr(observers, "SLOW", 0.01)
    await say(make_manager("Hello", observers={"slow": Slow()}), "hi")
    assert "dialog_turn_started of observer 'slow' took 0.0 s, and every conversation waited for it" in caplog.text


ASYNC = """
from dialog_core import Component, hookimpl

class Log(Component):
    async def turn_finished(self, turn, reply):
        pass

@hookimpl
def dialog_register(registry):
    registry.observer("log", "dialog_asynclog:Log")
"""


def test_an_observer_that_nobody_would_await_is_refused_with_its_place(tmp_path: Path) -> None:
    text = "version: 1\nplugins: [asynclog]\nobservers: [{use: log}]\npolicies: [{use: rules, path: rules.yaml}]\n"
    path = write_bot(tmp_path, text, **{"rules.yaml": 'rules: [{name: a, when: hi, say: "Hi!"}]'})
    site = tmp_path / "site"
    site.mkdir()
    told = r"bot\.yaml:3:13: observers\[0\]: the observer 'log' is of no use: `turn_finished` is async"
    with installed(site, "asynclog", ASYNC), pytest.raises(ConfigurationError, match=told):
        Bot.load(path)
