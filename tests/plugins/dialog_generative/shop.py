"""A plugin as third parties write them: actions a language model may call, and a guard; and bots that use it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dialog_core import ActionContext, Allow, Bot, Candidate, Component, DialogError, Refuse, Registry, Turn, hookimpl
from dialog_core.plugins import PluginSet
from dialog_core.testing import Says, ScriptedEndpoint, write_bot

RAN: list[str] = []  # what has been done, in order

RULES = """
    rules:
      - {name: hello, when: hello, match: whole, say: Hello from the rules!}
"""


def order_status(number: str) -> dict[str, Any]:
    """Say where an order is.

    Args:
        number: The order's number.
    """
    RAN.append(f"status {number}")
    return {"number": number, "status": "on its way"}


def order_list() -> list[str]:
    """List all orders."""
    RAN.append("list")
    return [f"order {number}" for number in range(400)]


def cancel_order(number: str, context: ActionContext) -> dict[str, Any]:
    """Cancel an order.

    Args:
        number: The order's number.
    """
    RAN.append(f"cancel {number} {context.idempotency_key.rpartition('/')[2]}")
    if number == "13":
        raise DialogError("Order 13 is not to be cancelled.")
    return {"cancelled": number, "receipt": "R-7"}


class NoSwearing(Component):
    """Refuses what nobody wants to read."""

    inline = True

    def check_output(self, turn: Turn, candidate: Candidate) -> Allow | Refuse:
        return Refuse("rude") if "idiot" in candidate.text else Allow()


class Shop:
    @hookimpl
    def dialog_register(self, registry: Registry) -> None:
        registry.action("order_status", f"{__name__}:order_status", reads_only=True)
        registry.action("order_list", f"{__name__}:order_list", reads_only=True)
        registry.action("cancel_order", f"{__name__}:cancel_order")
        registry.guard("no_swearing", f"{__name__}:NoSwearing")


def status(number: Any = "12", text: str = "") -> Says:
    """A step of the script: the model asks where an order is."""
    return Says(text, calls=[("order_status", {"number": number})], usage=USAGE)


def cancel(number: str = "12", text: str = "") -> Says:
    """A step of the script: the model wants an order cancelled."""
    return Says(text, calls=[("cancel_order", {"number": number})], usage=USAGE)


def says(text: str) -> Says:
    return Says(text, usage=USAGE)


USAGE = {"prompt_tokens": 100, "completion_tokens": 10}


@contextmanager
def shop_bot(
    directory: Path,
    *steps: Any,
    options: str = "",
    tiers: str = "[[rules], [llm]]",
    more: str = "",
    rules: str = RULES,
    deadline: str = "5s",
    tools: Sequence[str] = ("order_status", "cancel_order"),
) -> Iterator[tuple[Bot, ScriptedEndpoint]]:
    """Load a bot with rules and a model that says what the steps say, and that may call the shop's actions."""
    RAN.clear()
    plugins = PluginSet.load()
    plugins.add("shop", Shop())
    with ScriptedEndpoint(*steps) as endpoint:
        llm = f"use: openai, base_url: {endpoint.url}, model: small, retries: 0, tools: [{', '.join(tools)}]{options}"
        text = f"""
            version: 1
            bot: {{name: Test, language: en}}
            policies:
              - {{name: rules, use: rules, path: rules.yaml}}
              - {{name: llm, {llm}}}
            dispatch: {{tiers: {tiers}, deadline: {deadline}, answer_at: 0.3}}
            fallback: Nobody knows.
            {more}
        """
        with Bot.load(write_bot(directory, text, **{"rules.yaml": rules}), plugins=plugins) as bot:
            yield bot, endpoint
