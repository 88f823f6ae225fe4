"""A model that runs here and has learnt to call actions: what it writes as text is run, and its result is read."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from dialog_core import ActionCall, ActionResult, ActionSchema, Bot
from dialog_core.plugins import PluginSet
from dialog_core.testing import write_bot
from dialog_generative.chat import ChatMessage
from dialog_generative.tools.results import tool_message
from dialog_generative.tools.writing import describe, parse_calls, write_call
from tests.language_models import save_llama, teach
from tests.plugins.dialog_generative.shop import RAN, Shop, cancel_order, order_status

pytestmark = pytest.mark.slow

BOT = """
    version: 1
    bot: {name: Test, language: en}
    policies:
      - {name: llm, use: transformers, model: model, tools: [order_status, cancel_order], decoding: {max_tokens: 80}}
    dispatch: {deadline: 60s, answer_at: 0.1}
    fallback: Nobody knows.
"""
LOOK_UP = '<tool_call>\n{"name": "order_status", "arguments": {"number": "12"}}\n</tool_call>'
CANCEL = '<tool_call>\n{"name": "cancel_order", "arguments": {"number": "12"}}\n</tool_call>'


TOOLS = (ActionSchema.of("order_status", order_status), ActionSchema.of("cancel_order", cancel_order))


def load(directory: Path) -> Bot:
    plugins = PluginSet.load()
    plugins.add("shop", Shop())
    return Bot.load(write_bot(directory, BOT), plugins=plugins)


def talk(
    chat: tuple[ChatMessage, ...], steps: list[tuple[str, Any]], last: str
) -> list[tuple[tuple[ChatMessage, ...], str]]:
    """Return what the model is told at each step, and what it is to say then."""
    lessons = []
    for written, result in steps:
        lessons.append((chat, written))
        (call,) = parse_calls(written, TOOLS)[1]
        assert write_call(call) == written
        found = ActionResult(ActionCall(call.name, call.arguments), result)
        chat = (*chat, ChatMessage("assistant", "", (call,)), tool_message(call.id, call.name, found))
    return [*lessons, (chat, last)]


def test_a_model_looks_up_acts_and_tells_of_it(tmp_path: Path) -> None:
    save_llama(tmp_path / "model", vocabulary=900, window=1024, lines=[describe(TOOLS), LOOK_UP, CANCEL] * 3)
    status = {"number": "12", "status": "on its way"}
    cancelled = {"cancelled": "12", "receipt": "R-7"}
    with load(tmp_path) as bot:
        policy = bot.policies["llm"]
        renderer = policy.backend.ready().renderer
        told = asyncio.run(policy.chat(bot.turn_for("cancel order 12", "llm")))
        lessons = talk(told, [(LOOK_UP, status), (CANCEL, cancelled)], "It is cancelled.")
        prompts = [renderer.render(chat, TOOLS, "").ids for chat, _ in lessons]
    teach(tmp_path / "model", [("", said) for _, said in lessons], prompts=prompts, steps=80)

    RAN.clear()
    with load(tmp_path) as bot:
        reply = bot.reply("cancel order 12")

    assert (reply.text, RAN) == ("It is cancelled.", ["status 12", "cancel 12 0"])
    assert reply.trace is not None
    looked_up, waited = reply.trace["policies"][0]["notes"]["tools"]
    assert looked_up.startswith("order_status(number='12'): {")
    assert waited == "cancel_order(number='12'): runs if the reply wins"
