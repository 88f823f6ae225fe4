"""Files of rules and flows, and policies and bots that read them."""

import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from dialog_core import Bot, Context
from dialog_core.testing import make_bot, make_context
from dialog_rules.flow_options import FlowsOptions
from dialog_rules.flow_policy import FlowsPolicy
from dialog_rules.options import RulesOptions
from dialog_rules.policy import RulesPolicy


@pytest.fixture
def write_rules(tmp_path: Path) -> Callable[..., Path]:
    """Writes a file of rules; returns its path."""

    def write(text: str, name: str = "rules.yaml") -> Path:
        path = tmp_path / name
        path.write_text(textwrap.dedent(text).lstrip("\n"), encoding="utf-8")
        return path

    return write


@pytest.fixture
def make_policy(write_rules: Callable[..., Path]) -> Callable[..., RulesPolicy]:
    """Makes the policy from the text of a file of rules."""

    def make(text: str, **options: Any) -> RulesPolicy:
        return RulesPolicy(RulesOptions(path=write_rules(text), **options), make_context("rules"))

    return make


@pytest.fixture
def make_flows(write_rules: Callable[..., Path]) -> Callable[..., FlowsPolicy]:
    """Makes the policy from the text of a file of flows."""

    def make(text: str, actions: tuple[str, ...] = (), **options: Any) -> FlowsPolicy:
        path = write_rules(text, "flows.yaml")
        context = Context(name="flows", actions=dict.fromkeys(actions, False))
        return FlowsPolicy(FlowsOptions(path=path, **options), context)

    return make


class Talk:
    """A conversation with a bot: every line is said, and what came of it can be looked at."""

    def __init__(self, bot: Bot) -> None:
        self.bot = bot
        self.reply: Any = None

    def say(self, *lines: str) -> str:
        """Say some lines and return what the bot says to the last."""
        for line in lines:
            self.reply = self.bot.reply(line, conversation="c")
        return self.reply.text

    @property
    def slots(self) -> dict[str, Any]:
        """The values of slots."""
        return dict(self.bot.conversation("c").slots)

    @property
    def flows(self) -> list[str]:
        """The flows under way, outermost first."""
        return [flow.name for flow in self.bot.conversation("c").flows]

    @property
    def ended(self) -> list[tuple[str, str]]:
        """The flows that have ended, and how."""
        events = self.bot.conversation("c").events
        return [(event.flow, event.outcome) for event in events if type(event).__name__ == "FlowEnded"]


@pytest.fixture
def talk(make_flows: Callable[..., FlowsPolicy]) -> Iterator[Callable[..., Talk]]:
    """Begins a conversation with a bot that has these flows, and what else it is given."""
    bots: list[Bot] = []

    def begin(text: str, *, actions: Any = None, others: Any = None, options: Any = None, **settings: Any) -> Talk:
        policy = make_flows(text, tuple(actions or ()), **(options or {}))
        kinds = {"flows": "flows", **settings.pop("kinds", {})}
        bot = make_bot({"flows": policy, **(others or {})}, actions=actions, kinds=kinds, **settings)
        bots.append(bot)
        return Talk(bot)

    yield begin
    for bot in bots:
        bot.close()
