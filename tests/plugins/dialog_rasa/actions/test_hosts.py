"""The same actions.py on a real action server and in this process: the outcomes are the same."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from dialog_rasa.actions.contract import ActionOutcome
from dialog_rasa.actions.protocol import read_outcome
from dialog_rasa.actions.server import ActionServer
from tests.plugins.dialog_rasa.actions.shop_bot import call, conversation, heard, past, tracker

pytestmark = pytest.mark.slow  # the server takes seconds to start

Actions = Mapping[str, Callable[..., Any]]
FULL = heard("a tea from Köln", "order", drink="tea", city=("Köln", "from"), topping=("cream", "", "1"))

CALLS = {
    "an offer": call("action_offer", tracker(heard("tea", "order", drink="tee"), customer="Zoë")),
    "an offer of nothing": call("action_offer"),
    "a report of the beginning": call("action_report"),
    "a report": call(
        "action_report",
        tracker(FULL, "order_form", "size", drink="tea", customer="Zoë"),
        conversation=conversation(*past(), text="a tea from Köln"),
        channel="rest",
    ),
    "a report after a few things in this turn": call(
        "action_report",
        tracker(FULL).acted("action_offer"),
        conversation=conversation(*past(), text="a tea from Köln"),
        done=[{"event": "action", "name": "action_offer"}, {"event": "slot", "name": "drink", "value": "tea"}],
    ),
    "a report of what was taken back": call(
        "action_report",
        done=[
            {"event": "action", "name": "action_offer"},
            {"event": "restart"},
            {"event": "action", "name": "action_offer"},
            {"event": "action", "name": "action_listen"},
            {"event": "user", "text": "oops"},
            {"event": "rewind"},
            {"event": "action", "name": "action_offer"},
            {"event": "action", "name": "action_report"},
            {"event": "undo"},
            {"event": "bot", "text": "yes"},
        ],
    ),
    "all events": call("action_events"),
    "something asynchronous": call("action_async"),
    "nothing": call("action_nothing"),
    "what is no event among events": call("action_sloppy"),
    "a rejection": call("action_unwilling"),
    "a drink that there is": call(
        "validate_order_form", tracker(FULL, "order_form", "drink"), candidates={"drink": "Tea"}
    ),
    "a drink that there is not": call(
        "validate_order_form", tracker(FULL, "order_form", "drink"), candidates={"drink": "Wein"}
    ),
    "a drink with more to ask": call(
        "validate_order_form", tracker(heard("coffee"), "order_form", "drink"), candidates={"drink": "coffee"}
    ),
    "the last of a longer form": call(
        "validate_order_form",
        tracker(heard("with milk"), "order_form", "milk", drink="coffee", size="small"),
        candidates={},
    ),
    "a slot that its form does not ask for": call(
        "validate_order_form", tracker(FULL, "order_form", "drink"), candidates={"customer": "Ada", "size": "Größe L"}
    ),
    "a wrong size": call(
        "validate_order_form", tracker(FULL, "order_form", "size", drink="tea"), candidates={"size": "xxl"}
    ),
    "nothing to validate": call("validate_order_form", tracker(FULL, "order_form", "size"), candidates={}),
    "nothing to validate after slots of before": call(
        "validate_order_form",
        tracker(FULL, "order_form", "size"),
        done=[{"event": "slot", "name": "size", "value": "xxl"}],
        candidates={},
    ),
    "a form whose slots nobody changes": call(
        "validate_plain_form", tracker(FULL, "plain_form", "drink"), candidates={"drink": "Wein"}
    ),
    "a slot outside of forms": call(
        "action_validate_slot_mappings",
        tracker(heard("I am ada lovelace")),
        conversation=conversation(text="I am ada lovelace"),
        candidates={"drink": "tea", "size": "small"},
    ),
    "nothing outside of forms": call("action_validate_slot_mappings", tracker(heard("hm")), candidates={}),
}


async def in_process(actions: Actions, call: dict[str, Any]) -> ActionOutcome:
    function = actions[call["next_action"]]
    if asyncio.iscoroutinefunction(function):
        return read_outcome(await function(call=call))
    return read_outcome(await asyncio.to_thread(function, call=call))


@pytest.mark.parametrize("told", CALLS.values(), ids=CALLS.keys())
async def test_an_action_does_the_same_on_a_server_and_in_process(
    told: dict[str, Any], shop_url: str, shop_actions: Actions
) -> None:
    on_server = read_outcome(await ActionServer(shop_url, 30).run(told))
    here = await in_process(shop_actions, told)
    assert not on_server.error
    assert here == on_server


async def test_what_actions_say_and_do_arrives_whole(shop_url: str) -> None:
    outcome = read_outcome(await ActionServer(shop_url, 30).run(CALLS["an offer"]))
    assert [event["name"] for event in outcome.events] == ["drink", "asked"]
    assert outcome.responses == (
        {
            "text": "Ein tee, süß? — 你好, Zoë",
            "buttons": [
                {"title": "Ja", "payload": '/affirm{"sweet": "true"}'},
                {"title": "Nein", "payload": "/deny"},
            ],
        },
        {"response": "utter_price", "price": 3.5},
        {"image": "https://example.org/cup.png"},
        {"custom": {"kind": "card", "rows": [1, 2]}},
        {"attachment": "https://example.org/menu.pdf"},
        {"elements": [{"title": "Cup"}]},
    )


@pytest.mark.parametrize(
    ("which", "slots"),
    [
        ("a drink that there is", {"drink": "tea"}),
        ("a drink that there is not", {"drink": None}),
        ("a drink with more to ask", {"drink": "coffee", "requested_slot": "size"}),
        ("the last of a longer form", {"milk": True, "requested_slot": None}),
        ("a slot that its form does not ask for", {"size": "large", "asked": True}),
        ("nothing to validate after slots of before", {}),
        ("a slot outside of forms", {"customer": "Ada Lovelace", "drink": "tea", "size": "small"}),
    ],
)
async def test_a_validation_is_told_what_is_to_be_validated(which: str, slots: dict[str, Any], shop_url: str) -> None:
    outcome = read_outcome(await ActionServer(shop_url, 30).run(CALLS[which]))
    assert {event["name"]: event["value"] for event in outcome.events} == slots


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        (call("action_broken"), "the till is jämmed"),
        (call("validate_order_form", tracker(FULL, "order_form"), candidates={"size": "explode"}), "no such cup"),
    ],
    ids=["plain", "asynchronous"],
)
async def test_an_action_that_fails_has_done_nothing_on_either(
    told: dict[str, Any], reason: str, shop_url: str, shop_actions: Actions
) -> None:
    with pytest.raises(Exception, match=reason) as on_server:
        await ActionServer(shop_url, 30).run(told)
    with pytest.raises(Exception, match=rf"{reason} \(shop_actions\.py:\d+\)") as here:
        await in_process(shop_actions, told)
    assert told["next_action"] in str(on_server.value)
    assert told["next_action"] in str(here.value)


async def test_a_rejection_is_none_of_a_failure(shop_url: str, shop_actions: Actions) -> None:
    assert await ActionServer(shop_url, 30).run(call("action_unwilling")) == {"rejected": "not in the mood"}
    assert await shop_actions["action_unwilling"](call=call("action_unwilling")) == {"rejected": "not in the mood"}


async def test_a_server_that_has_no_such_action_says_so(shop_url: str) -> None:
    with pytest.raises(Exception, match=r"'action_unheard_of' did not run: the action server at .* has no such action"):
        await ActionServer(shop_url, 30).run(call("action_unheard_of"))


async def test_an_action_that_is_slow_is_given_up_while_others_go_on(shop_url: str) -> None:
    slow = ActionServer(shop_url, 0.3).run(call("action_slow", tracker(seconds=1.5)))
    with pytest.raises(Exception, match=r"'action_slow' took longer than 0\.3 s"):
        await slow
    assert read_outcome(await ActionServer(shop_url, 30).run(call("action_async"))).events


async def test_a_server_asks_for_the_domain_where_it_has_not_been_sent_it(shop_url: str) -> None:
    thrifty = ActionServer(shop_url, 30, send_domain=False)
    first, second = [read_outcome(await thrifty.run(CALLS["a drink with more to ask"])) for _ in range(2)]
    assert first == second == read_outcome(await ActionServer(shop_url, 30).run(CALLS["a drink with more to ask"]))
