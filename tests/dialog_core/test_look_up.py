"""What a policy may do while it proposes: look things up, and nothing else."""

import asyncio
import sys
from pathlib import Path
from typing import Any

import pytest

from dialog_core import ActionCall, ActionContext, Bot, Candidate, Context, Registry, Turn, hookimpl
from dialog_core.configuration import Options
from dialog_core.errors import DialogError, PluginError, UnknownComponentError
from dialog_core.plugins import PluginSet
from dialog_core.testing import make_context, make_turn, write_bot

BOT = """
    version: 1
    policies:
      - {use: curious}
"""


def weather(city: str, context: ActionContext) -> dict[str, Any]:
    """Say how the weather is."""
    return {"city": city, "asked_by": context.user_id, "key": context.idempotency_key}


async def test_an_action_that_only_looks_things_up_runs_at_once() -> None:
    context = make_context("llm", actions={"weather": weather})
    turn = make_turn("how is the weather?")

    result = await context.look_up(turn, ActionCall("weather", {"city": "Ulm"}))

    assert result.ok
    assert result.value["city"] == "Ulm"
    assert result.value["key"].endswith("/look-up")
    assert context.actions == {"weather": True}


async def test_an_action_that_may_change_something_is_refused() -> None:
    ran: list[int] = []
    context = make_context("llm", actions={"pay": lambda: ran.append(1)}, changing=["pay"])

    with pytest.raises(ValueError, match="'pay' may change something: it can only be a candidate's action"):
        await context.look_up(make_turn("pay"), ActionCall("pay"))
    assert ran == []
    assert context.actions == {"pay": False}


async def test_an_action_nobody_knows_is_refused_with_the_likely_name() -> None:
    context = make_context("llm", actions={"weather": weather})
    with pytest.raises(UnknownComponentError, match="Did you mean 'weather'"):
        await context.look_up(make_turn("hi"), ActionCall("wether"))
    with pytest.raises(UnknownComponentError, match="Did you mean 'weather'"):
        context.action_schema("wether")


def broken() -> None:
    raise ConnectionError("no line")


def refusing() -> None:
    raise DialogError("There is no such order.")


async def forever() -> None:
    await asyncio.sleep(3600)


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (ActionCall("broken"), "ConnectionError: no line"),
        (ActionCall("refusing"), "There is no such order."),
        (ActionCall("forever", timeout=0.05), "took longer than 0.05 s"),
        (ActionCall("weather", {"town": "Ulm"}), "TypeError: missing a required argument: 'city'"),
        (ActionCall("odd"), "TypeError: Object of type set is not JSON serializable"),
    ],
)
async def test_what_goes_wrong_is_in_the_result(call: ActionCall, error: str) -> None:
    actions = {"broken": broken, "refusing": refusing, "forever": forever, "weather": weather, "odd": lambda: {1}}
    result = await make_context("llm", actions=actions).look_up(make_turn("hi"), call)
    assert (result.ok, result.error) == (False, error)


async def test_look_ups_run_beside_each_other() -> None:
    meeting = asyncio.Barrier(3)

    async def meet() -> str:
        await meeting.wait()
        return "met"

    context = make_context("llm", actions={"meet": meet})
    results = await asyncio.gather(*(context.look_up(make_turn("hi"), ActionCall("meet")) for _ in range(3)))
    assert [result.value for result in results] == ["met"] * 3


def test_the_schema_is_that_of_the_action() -> None:
    schema = make_context("llm", actions={"weather": weather}).action_schema("weather")
    assert (schema.name, schema.description) == ("weather", "Say how the weather is.")
    assert list(schema.parameters["properties"]) == ["city"]


def test_a_context_outside_of_a_bot_says_how_to_get_one_with_actions() -> None:
    with pytest.raises(LookupError, match=r"make_context\(actions=\.\.\.\)"):
        Context(name="x").action_schema("weather")


# --- In a bot


class Curious:
    """Looks at the schema of an action when it is asked, not before."""

    def __init__(self, options: Options, context: Context) -> None:
        self._context = context

    async def propose(self, turn: Turn) -> list[Candidate]:
        schema = self._context.action_schema("capital")
        result = await self._context.look_up(turn, ActionCall("capital", schema.validate({"of": turn.text})))
        return [Candidate(f"{schema.description} {result.value or result.error}", 1.0)]


class CuriousPlugin:
    def __init__(self, action: str) -> None:
        self._action = action

    @hookimpl
    def dialog_register(self, registry: Registry) -> None:
        registry.policy("curious", f"{__name__}:Curious")
        registry.action("capital", self._action, reads_only=True)


def load(directory: Path, action: str) -> Bot:
    plugins = PluginSet.load()
    plugins.add("curious", CuriousPlugin(action))
    return Bot.load(write_bot(directory, BOT), plugins=plugins)


def test_actions_are_imported_when_they_are_first_asked_about(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "capitals_of.py").write_text('def capital(of: str) -> str:\n    "Found:"\n    return of.upper()\n')
    monkeypatch.syspath_prepend(str(tmp_path))
    with load(tmp_path, "capitals_of:capital") as bot:
        assert "capitals_of" not in sys.modules
        assert bot.reply("rome").text == "Found: ROME"
    del sys.modules["capitals_of"]


def test_an_action_that_cannot_be_imported_costs_no_bot(tmp_path: Path) -> None:
    with load(tmp_path, "nowhere_to_be_found:capital") as bot:
        answer = bot.propose("rome", "curious")
    assert "nowhere_to_be_found" in answer.report.error
    assert PluginError.__name__ in answer.report.error
