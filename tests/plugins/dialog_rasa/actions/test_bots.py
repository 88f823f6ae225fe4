"""Whole bots whose custom actions are a real server's, or run in this process."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from dialog_core import Bot
from dialog_rasa.webhook import json_of, message_of
from tests.plugins.dialog_rasa.acting.talking import bot_of, flow, remarks, slots, told
from tests.plugins.dialog_rasa.actions.sdk_server import free_port, serving, shop_in

pytestmark = pytest.mark.slow  # action servers take seconds to start

CAFE = """
intents: [order, inform, greet, faq, offer, report, break, refuse]
entities: [drink]
actions:
  - action_offer
  - action_report
  - action_broken
  - action_unwilling
  - validate_order_form
slots:
  drink:
    type: text
    mappings: [{type: from_text, conditions: [{active_loop: order_form, requested_slot: drink}]}]
  size:
    type: text
    mappings: [{type: from_text, not_intent: faq, conditions: [{active_loop: order_form, requested_slot: size}]}]
  milk: {type: bool, mappings: [{type: custom, conditions: [{active_loop: order_form}]}]}
  customer: {type: text, influence_conversation: false, initial_value: Zoë, mappings: [{type: custom}]}
  asked: {type: any, influence_conversation: false, mappings: [{type: custom}]}
forms:
  order_form: {required_slots: [drink, size]}
responses:
  utter_ask_drink: [{text: "What would you like?"}]
  utter_ask_size: [{text: "Which size?"}]
  utter_ask_milk: [{text: "With milk?"}]
  utter_wrong_size: [{text: "There is no size {{ slots.size }}."}]
  utter_ordered: [{text: "One {{ slots.size }} {{ slots.drink }}."}]
  utter_price: [{text: "That is {{ slots.price }} €, {{ slots.customer }}."}]
  utter_opening: [{text: "Till nine."}]
rules:
  - rule: Order
    steps: [{intent: order}, {action: order_form}, {active_loop: order_form}]
  - rule: Ordered
    condition: [{active_loop: order_form}]
    steps: [{action: order_form}, {active_loop: null}, {action: utter_ordered}]
  - rule: Hours
    steps: [{intent: faq}, {action: utter_opening}]
  - rule: Offer
    steps: [{intent: offer}, {action: action_offer}]
  - rule: Report
    steps: [{intent: report}, {action: utter_opening}, {action: action_offer}, {action: action_report}]
  - rule: Break
    steps: [{intent: break}, {action: action_broken}, {action: utter_ordered}]
  - rule: Refuse
    steps: [{intent: refuse}, {action: action_unwilling}]
"""
MEANS = {"order": "order", "open?": "faq", "offer": "offer", "report": "report", "break": "break", "refuse": "refuse"}


@pytest.fixture(params=["on a server", "in process"])
def cafe(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bot]:
    options: Mapping[str, Any]
    if request.param == "in process":
        options = {"actions": dict(request.getfixturevalue("shop_actions"))}
    else:
        options = {"action_server": request.getfixturevalue("shop_url")}
    with bot_of(tmp_path, CAFE, means=MEANS, **options) as bot:
        yield bot


def test_a_form_is_filled_and_validated_turn_by_turn(cafe: Bot) -> None:
    assert told(cafe, "order") == ["What would you like?"]
    assert told(cafe, "Wein") == ["There is no Wein.", "What would you like?"]
    assert flow(cafe) == ("order_form", "drink")
    assert "drink" not in slots(cafe)
    assert told(cafe, "TEA") == ["Which size?"]
    assert told(cafe, "xxl") == ["There is no size xxl.", "Which size?"]
    assert told(cafe, "open?") == ["Till nine.", "Which size?"]
    assert told(cafe, "Größe L") == ["One large tea."]
    assert flow(cafe) is None
    assert {name: slots(cafe)[name] for name in ("drink", "size", "asked")} == {
        "drink": "tea",
        "size": "large",
        "asked": True,
    }


def test_a_validation_may_ask_for_more_than_the_form_says(cafe: Bot) -> None:
    told(cafe, "order")
    assert told(cafe, "coffee") == ["Which size?"]
    assert told(cafe, "s") == ["With milk?"]
    assert flow(cafe) == ("order_form", "milk")
    assert told(cafe, "with milk") == ["One small coffee."]
    assert slots(cafe)["milk"] is True


def test_a_validation_that_fails_fills_nothing_and_the_form_asks_again(cafe: Bot) -> None:
    told(cafe, "order")
    told(cafe, "tea")
    said = told(cafe, "explode")
    assert said[-1] == "Which size?"
    assert "size" not in slots(cafe)
    assert flow(cafe) == ("order_form", "size")
    assert told(cafe, "small") == ["One small tea."]


def test_what_an_action_says_reaches_the_clients_of_rasa(cafe: Bot) -> None:
    received = message_of({"sender": "anna", "message": "offer"})
    reply = cafe.send(received.conversation_id, received.message)
    first, second, *rest = json_of(reply, "anna")
    assert first == {
        "recipient_id": "anna",
        "text": "Ein Kaffee, süß? — 你好, Zoë",
        "buttons": [{"title": "Ja", "payload": '/affirm{"sweet": "true"}'}, {"title": "Nein", "payload": "/deny"}],
    }
    assert second == {"recipient_id": "anna", "text": "That is 3.5 €, Zoë."}
    assert [sorted(one) for one in rest] == [
        ["image", "recipient_id"],
        ["custom", "recipient_id"],
        ["attachment", "recipient_id"],
        ["elements", "recipient_id"],
    ]


def test_an_action_is_told_what_was_done_and_said_before_it_in_this_turn(cafe: Bot) -> None:
    cafe.reply("open?")
    reply = cafe.reply("report")
    report = json_of(reply, "anna")[-1]["custom"]
    assert (report["offered"], report["last"]) == (True, "action_offer")
    told = [
        event.get("name") or event.get("text") for event in report["applied"] if event["event"] in ("action", "bot")
    ]
    assert told[:5] == ["action_session_start", "action_listen", "utter_opening", "Till nine.", "action_listen"]
    assert told[5:8] == ["utter_opening", "action_offer", "Till nine."]
    assert report["slots"]["asked"] is True


def test_what_follows_an_action_that_failed_is_not_done(cafe: Bot) -> None:
    reply = cafe.reply("break")
    assert "One" not in reply.text
    assert "never said" not in reply.text
    assert "the till is jämmed" in remarks(reply)


def test_an_action_that_cannot_go_on_leaves_it_to_others(cafe: Bot) -> None:
    reply = cafe.reply("refuse")
    assert "action_unwilling could not go on with this message" in remarks(reply)


def test_a_form_outlives_its_action_server(tmp_path: Path) -> None:
    port, shop = free_port(), shop_in(tmp_path)
    with bot_of(tmp_path, CAFE, means=MEANS, action_server=f"http://127.0.0.1:{port}/webhook") as bot:
        with serving(shop, "shop_actions", port=port):
            assert told(bot, "order") == ["What would you like?"]
            assert told(bot, "tea") == ["Which size?"]
        for _ in range(2):
            reply = bot.reply("large")
            assert reply.text.endswith("Which size?")
            assert "start it: python -m rasa_sdk --actions actions" in remarks(reply)
            assert "size" not in slots(bot)
            assert flow(bot) == ("order_form", "size")
        with serving(shop, "shop_actions", port=port):
            assert told(bot, "large") == ["One large tea."]
        assert flow(bot) is None


def test_a_form_does_not_begin_by_itself_where_nobody_validates(tmp_path: Path) -> None:
    with bot_of(tmp_path, CAFE, means=MEANS, action_server=f"http://127.0.0.1:{free_port()}/webhook") as bot:
        reply = bot.reply("order")
        assert reply.text.endswith("What would you like?")
        assert told(bot, "tea")[-1] == "What would you like?"
        assert "drink" not in slots(bot)
