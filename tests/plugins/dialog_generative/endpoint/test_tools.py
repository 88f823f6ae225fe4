"""A model behind an endpoint calls actions: what it is told of them, and what it is told they returned."""

import json

import pytest

from dialog_core import Proposal
from dialog_core.testing import Says, ScriptedEndpoint, make_context, make_turn
from dialog_generative.endpoint.options import OpenAIOptions
from dialog_generative.endpoint.policy import OpenAIPolicy


def find_order(number: int) -> dict[str, str]:
    """Find an order.

    Args:
        number: The order's number.
    """
    return {"state": f"order {number} is in Köln"}


def cancel_order(number: int) -> str:
    """Cancel an order.

    Args:
        number: The order's number.
    """
    return f"{number} cancelled"


def policy(url: str) -> OpenAIPolicy:
    actions = {"orders.find": find_order, "orders.cancel": cancel_order}
    options = OpenAIOptions(base_url=url, model="small", tools=tuple(actions))
    return OpenAIPolicy(options, make_context("llm", actions=actions, changing=["orders.cancel"]))


async def test_what_an_action_found_is_told_to_the_model() -> None:
    steps = [Says(calls=[("orders_find", {"number": 7})]), "It is in Köln."]
    with ScriptedEndpoint(*steps) as endpoint:
        proposed = await policy(endpoint.url).propose(make_turn("Where is order 7?", seconds=20))
    assert [candidate.text for candidate in proposed.candidates] == ["It is in Köln."]
    assert [tool["function"]["name"] for tool in endpoint.requests[0].body["tools"]] == ["orders_find", "orders_cancel"]
    *_, called, result = endpoint.requests[1].body["messages"]
    (call,) = called["tool_calls"]
    assert (call["function"]["name"], json.loads(call["function"]["arguments"])) == ("orders_find", {"number": 7})
    assert result["role"] == "tool"
    assert result["tool_call_id"] == call["id"]
    assert "order 7 is in Köln" in result["content"]
    assert proposed.notes["requests"] == 2


async def test_what_changes_something_is_left_to_the_winner() -> None:
    with ScriptedEndpoint(Says("I cancel it.", calls=[("orders_cancel", {"number": 7})])) as endpoint:
        proposed = await policy(endpoint.url).propose(make_turn("Cancel order 7!", seconds=20))
    (candidate,) = proposed.candidates
    assert candidate.action is not None
    assert (candidate.action.name, dict(candidate.action.arguments)) == ("orders.cancel", {"number": 7})


@pytest.mark.parametrize("call", [("orders_find", "{no json"), ("orders_find", {"number": "x"}), ("no_such", {})])
async def test_a_call_that_is_wrong_is_told_to_the_model(call: tuple[str, object]) -> None:
    with ScriptedEndpoint(Says(calls=[call]), "I could not look.") as endpoint:
        proposed = await policy(endpoint.url).propose(make_turn("Where is order 7?", seconds=20))
    assert isinstance(proposed, Proposal)
    assert proposed.candidates[0].text == "I could not look."
    assert "error" in endpoint.requests[1].body["messages"][-1]["content"]
