"""Bots that are tried out: nothing is changed, and the time is what one says it is."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dialog_core import Bot, read_bot_file
from dialog_core.testing import write_bot
from tests.third_party import installed

ORDERS = """
from pathlib import Path

from dialog_core import ActionCall, Candidate, Component, hookimpl
from dialog_core.configuration import Options


class Orders(Component[Options]):
    actions = {"cancel_own": lambda: Path("cancelled").touch()}

    def propose(self, turn):
        name = {"own": "orders.cancel_own"}.get(turn.text, turn.text)
        return [Candidate("", 1.0, action=ActionCall(name))]

    def resume(self, turn, result):
        return Candidate(f"{result.value or result.error} at {turn.now:%H:%M}", 1.0)


def status():
    return "on its way"


def cancel():
    Path("cancelled").touch()
    return "cancelled"


@hookimpl
def dialog_register(registry):
    registry.policy("orders", "dialog_orders:Orders")
    registry.action("status", "dialog_orders:status", reads_only=True)
    registry.action("cancel", "dialog_orders:cancel")
"""


@pytest.fixture
def orders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    (tmp_path / "site").mkdir()
    monkeypatch.chdir(tmp_path)
    with installed(tmp_path / "site", "orders", ORDERS):
        yield write_bot(tmp_path, "version: 1\nplugins: orders\npolicies: [{use: orders}]\n")


@pytest.mark.parametrize("action", ["cancel", "own"])
def test_what_may_change_something_is_not_run_and_the_policy_is_told(orders: Path, action: str) -> None:
    with Bot.of(read_bot_file(orders), only_look_ups=True) as bot:
        reply = bot.reply(action)
        assert reply.text.startswith("not run: it may change something")
        assert bot.reply("status").text.startswith("on its way")
    assert not Path("cancelled").exists()
    assert reply.trace is not None
    assert reply.trace["parts"][0]["verdict"].startswith("failed: not run")


def test_everything_runs_where_nobody_says_otherwise(orders: Path) -> None:
    with Bot.of(read_bot_file(orders)) as bot:
        assert bot.reply("cancel").text.startswith("cancelled")
    assert Path("cancelled").exists()


def test_a_bot_goes_by_the_clock_it_is_given(orders: Path) -> None:
    with Bot.of(read_bot_file(orders), clock=lambda: datetime(2026, 3, 1, 9, 30, tzinfo=UTC)) as bot:
        assert bot.reply("status").text == "on its way at 09:30"
