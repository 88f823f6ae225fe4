"""Forms ask until everything is known."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from dialog_core.testing import ScriptedPolicy
from tests.plugins.dialog_rasa.acting.talking import actions_of, bot_of, entity, flow, remarks, slots, told

RESTAURANT = """
intents: [request_restaurant, inform, affirm, deny, stop, chitchat, thankyou]
entities: [cuisine, number]
slots:
  cuisine:
    type: text
    influence_conversation: false
    mappings: [{type: from_entity, entity: cuisine, not_intent: chitchat, conditions: [{active_loop: form}]}]
  people:
    type: float
    influence_conversation: false
    mappings: [{type: from_entity, entity: number, conditions: [{active_loop: form}]}]
  outdoors:
    type: bool
    influence_conversation: false
    mappings:
      - {type: from_intent, intent: affirm, value: true, conditions: [{active_loop: form, requested_slot: outdoors}]}
      - {type: from_intent, intent: deny, value: false, conditions: [{active_loop: form, requested_slot: outdoors}]}
  wish:
    type: text
    influence_conversation: false
    mappings:
      - {type: from_text, not_intent: [affirm, stop, chitchat], conditions: [{active_loop: form, requested_slot: wish}]}
responses:
  utter_ask_cuisine: [{text: "Which cuisine?"}]
  utter_ask_people: [{text: "How many?"}]
  utter_ask_form_outdoors: [{text: "Outdoors?", buttons: [{title: "Sure", payload: "/affirm"}]}]
  utter_ask_outdoors: [{text: "never said"}]
  utter_ask_wish: [{text: "A wish?"}]
  utter_submit: [{text: "All done!"}]
  utter_values: [{text: "{{ slots.cuisine }}/{{ slots.people }}/{{ slots.outdoors }}/{{ slots.wish }}"}]
  utter_chitchat: [{text: "Chit chat."}]
  utter_go_on: [{text: "Shall we go on?"}]
  utter_welcome: [{text: "You are welcome."}]
forms:
  form: {required_slots: [cuisine, people, outdoors, wish]}
rules:
  - rule: chat
    steps: [{intent: chitchat}, {action: utter_chitchat}]
  - rule: thanks
    steps: [{intent: thankyou}, {action: utter_welcome}]
  - rule: begin
    steps: [{intent: request_restaurant}, {action: form}, {active_loop: form}]
  - rule: submit
    condition: [{active_loop: form}]
    steps: [{action: form}, {active_loop: null}, {action: utter_submit}, {action: utter_values}]
stories:
  - story: stop and go on
    steps:
      - intent: request_restaurant
      - action: form
      - active_loop: form
      - intent: stop
      - action: utter_go_on
      - intent: affirm
      - action: form
  - story: stop for good
    steps:
      - intent: request_restaurant
      - action: form
      - active_loop: form
      - intent: stop
      - action: utter_go_on
      - intent: deny
      - action: action_deactivate_loop
      - active_loop: null
      - action: utter_welcome
"""
MEANS = {
    "a table": "request_restaurant",
    "a Thai table": "request_restaurant",
    "Thai": "inform",
    "four": "inform",
    "yes": "affirm",
    "no": "deny",
    "stop": "stop",
    "how is life": "chitchat",
    "thanks": "thankyou",
}
ENTITIES = {
    "a Thai table": [entity("cuisine", "Thai")],
    "Thai": [entity("cuisine", "Thai")],
    "four": [entity("number", 4)],
}


def test_a_form_asks_for_what_is_missing_and_ends_when_all_is_known(tmp_path: Path) -> None:
    with bot_of(tmp_path, RESTAURANT, means=MEANS, entities=ENTITIES) as bot:
        assert told(bot, "a table") == ["Which cuisine?"]
        assert flow(bot) == ("form", "cuisine")
        assert told(bot, "Thai") == ["How many?"]
        assert told(bot, "four") == ["Outdoors?"]
        assert told(bot, "sure") == ["A wish?"]  # the button
        assert flow(bot) == ("form", "wish")
        assert told(bot, "a window, please") == ["All done!", "Thai/4/True/a window, please"]
        assert flow(bot) is None
        assert slots(bot) == {"cuisine": "Thai", "people": 4, "outdoors": True, "wish": "a window, please"}
        assert actions_of(bot) == ["form", "utter_submit", "utter_values"]


def test_what_is_known_already_is_not_asked(tmp_path: Path) -> None:
    dialogue = RESTAURANT.replace("not_intent: chitchat, conditions: [{active_loop: form}]", "not_intent: chitchat")
    with bot_of(tmp_path, dialogue, means=MEANS, entities=ENTITIES) as bot:
        assert told(bot, "a Thai table") == ["How many?"]


def test_what_the_message_says_that_begins_a_form_is_taken_though_it_counts_within_the_form_only(
    tmp_path: Path,
) -> None:
    with bot_of(tmp_path, RESTAURANT, means=MEANS, entities=ENTITIES) as bot:
        assert told(bot, "Thai") == ["I do not know."]
        assert slots(bot) == {}
        assert told(bot, "a Thai table") == ["How many?"]
        assert slots(bot) == {"cuisine": "Thai"}


def test_something_else_in_between_is_answered_and_then_the_form_asks_again(tmp_path: Path) -> None:
    with bot_of(tmp_path, RESTAURANT, means=MEANS, entities=ENTITIES) as bot:
        told(bot, "a table")
        assert told(bot, "how is life") == ["Chit chat.", "Which cuisine?"]
        assert told(bot, "how is life") == ["Chit chat.", "Which cuisine?"]
        assert told(bot, "Thai") == ["How many?"]


def test_a_message_that_nobody_understands_leaves_the_form_where_it_is(tmp_path: Path) -> None:
    with bot_of(tmp_path, RESTAURANT, means=MEANS, entities=ENTITIES) as bot:
        told(bot, "a table")
        reply = bot.reply("hrmpf")
        assert [one.text for one in reply.messages] == ["I do not know.", "Which cuisine?"]
        assert "says nothing about cuisine" in remarks(reply)
        assert flow(bot) == ("form", "cuisine")
        assert told(bot, "Thai") == ["How many?"]


def test_with_words_for_it_the_bot_says_that_it_does_not_understand_and_asks_again(tmp_path: Path) -> None:
    dialogue = RESTAURANT.replace("responses:", "responses:\n  utter_default: [{text: 'Pardon?'}]")
    with bot_of(tmp_path, dialogue, means=MEANS, entities=ENTITIES) as bot:
        assert told(bot, "hrmpf") == ["Pardon?"]
        assert told(bot, "hrmpf") == ["Pardon?"]
        told(bot, "a table")
        assert told(bot, "hrmpf") == ["Pardon?", "Which cuisine?"]
        assert told(bot, "Thai") == ["How many?"]


def test_the_user_may_want_to_stop_and_then_go_on(tmp_path: Path) -> None:
    with bot_of(tmp_path, RESTAURANT, means=MEANS, entities=ENTITIES) as bot:
        told(bot, "a table")
        assert told(bot, "stop") == ["Shall we go on?"]
        assert told(bot, "yes") == ["Which cuisine?"]
        assert told(bot, "Thai") == ["How many?"]


def test_or_stop_for_good(tmp_path: Path) -> None:
    with bot_of(tmp_path, RESTAURANT, means=MEANS, entities=ENTITIES) as bot:
        told(bot, "a table")
        told(bot, "stop")
        assert told(bot, "no") == ["You are welcome."]
        assert flow(bot) is None
        assert "form" not in actions_of(bot)


def test_or_just_answer_what_was_asked_before(tmp_path: Path) -> None:
    with bot_of(tmp_path, RESTAURANT, means=MEANS, entities=ENTITIES) as bot:
        told(bot, "a table")
        assert told(bot, "stop") == ["Shall we go on?"]
        assert told(bot, "Thai") == ["How many?"]
        assert told(bot, "four") == ["Outdoors?"]


def test_another_policys_answer_is_followed_by_the_question(tmp_path: Path) -> None:
    other = ScriptedPolicy(lambda turn: "At noon." if turn.text == "when do you open" else None, score=1.0)
    settings = {"kinds": {"other": "rules"}}
    with bot_of(
        tmp_path, RESTAURANT, means=MEANS, entities=ENTITIES, beside={"other": other}, settings=settings
    ) as bot:
        told(bot, "a table")
        assert told(bot, "when do you open") == ["At noon.", "Which cuisine?"]
        told(bot, "Thai")
        told(bot, "four")
        reply = bot.reply("when do you open")
        assert reply.messages[-1].text == "Outdoors?"
        assert reply.messages[-1].quick_replies == ("Sure",)


VALIDATED = RESTAURANT + "actions: [validate_form, action_ask_people]\n"


def validator(**judge: Any) -> Any:
    """Return an action that validates: what stands for a slot is its value from then on."""

    def validate(call: Mapping[str, Any]) -> dict[str, Any]:
        given = [event["name"] for event in call["tracker"]["events"][-1:] if event["event"] == "slot"]
        events = [{"event": "slot", "name": name, "value": judge[name]} for name in given if name in judge]
        responses = [{"text": "No such thing."}] if any(event["value"] is None for event in events) else []
        if "ask" in judge:
            events.append({"event": "slot", "name": "requested_slot", "value": judge["ask"]})
        return {"events": events, "responses": responses}

    return validate


def asks(call: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "events": [],
        "responses": [{"text": "How many of you?", "buttons": [{"title": "2", "payload": "/inform"}]}],
    }


def test_what_a_validation_refuses_is_asked_again(tmp_path: Path) -> None:
    actions = {"validate_form": validator(cuisine=None), "action_ask_people": asks}
    with bot_of(tmp_path, VALIDATED, means=MEANS, entities=ENTITIES, actions=actions) as bot:
        assert told(bot, "a table") == ["Which cuisine?"]
        assert told(bot, "Thai") == ["No such thing.", "Which cuisine?"]
        assert "cuisine" not in slots(bot)
        assert flow(bot) == ("form", "cuisine")


def test_what_it_changes_is_changed_and_an_action_may_ask(tmp_path: Path) -> None:
    actions = {"validate_form": validator(cuisine="thai"), "action_ask_people": asks}
    with bot_of(tmp_path, VALIDATED, means=MEANS, entities=ENTITIES, actions=actions) as bot:
        told(bot, "a table")
        reply = bot.reply("Thai")
        assert reply.text == "How many of you?"
        assert reply.messages[0].quick_replies == ("2",)
        assert slots(bot) == {"cuisine": "thai"}
        assert told(bot, "how is life")[0] == "Chit chat."
        assert told(bot, "four") == ["Outdoors?"]


def test_a_validation_may_say_what_is_asked_next_or_that_nothing_is(tmp_path: Path) -> None:
    actions = {"validate_form": validator(cuisine="thai", ask="wish"), "action_ask_people": asks}
    with bot_of(tmp_path, VALIDATED, means=MEANS, entities=ENTITIES, actions=actions) as bot:
        assert told(bot, "a table") == ["A wish?"]
        assert flow(bot) == ("form", "wish")
    actions["validate_form"] = validator(ask=None)
    with bot_of(tmp_path, VALIDATED, means=MEANS, entities=ENTITIES, actions=actions) as bot:
        assert told(bot, "a table") == ["All done!", "///"]


def test_what_a_validated_form_can_do_nothing_with_is_for_others(tmp_path: Path) -> None:
    actions = {"validate_form": validator(), "action_ask_people": asks}
    other = ScriptedPolicy(lambda turn: "At noon." if turn.text == "when do you open" else None, score=0.6)
    with bot_of(
        tmp_path,
        VALIDATED,
        means=MEANS,
        entities=ENTITIES,
        actions=actions,
        beside={"other": other},
        settings={"kinds": {"other": "retrieval"}},
    ) as bot:
        told(bot, "a table")
        assert told(bot, "when do you open") == ["At noon.", "Which cuisine?"]
        assert told(bot, "how is life") == ["Chit chat.", "Which cuisine?"]
        assert told(bot, "hrmpf") == ["Could you put that in other words?", "Which cuisine?"]
        assert told(bot, "Thai") == ["How many of you?"]


def broken(call: Mapping[str, Any]) -> dict[str, Any]:
    raise RuntimeError("the database is down")


@pytest.mark.parametrize("actions", [{}, {"validate_form": broken}, {"validate_form": lambda call: "rubbish"}])
def test_a_form_never_ends_because_nobody_could_validate(tmp_path: Path, actions: dict[str, Any]) -> None:
    dialogue = VALIDATED.replace("required_slots: [cuisine, people, outdoors, wish]", "required_slots: [cuisine]")
    with bot_of(tmp_path, dialogue, means=MEANS, entities=ENTITIES, actions=actions) as bot:
        told(bot, "a table")
        for _ in range(3):
            reply = bot.reply("Thai")
            assert reply.text.startswith("I am sorry, I cannot check that at the moment.")
            assert reply.text.endswith("Which cuisine?")
            assert "All done" not in reply.text
            assert "validate_form failed" in remarks(reply)
            assert flow(bot) == ("form", "cuisine")
            assert "cuisine" not in slots(bot)


def test_who_cannot_validate_keeps_nobody_from_stopping_and_spoils_nothing_that_was_valid(tmp_path: Path) -> None:
    down = False

    def validate(call: Mapping[str, Any]) -> dict[str, Any]:
        if down:
            raise RuntimeError("the database is down")
        return {"events": [], "responses": []}

    actions = {"validate_form": validate}
    with bot_of(
        tmp_path, VALIDATED, means=MEANS, entities=ENTITIES | {"Greek": [entity("cuisine", "Greek")]}, actions=actions
    ) as bot:
        told(bot, "a table")
        assert told(bot, "Thai") == ["How many?"]
        down = True
        reply = bot.reply("how is life")
        assert reply.text == "Chit chat.\n\nHow many?"
        assert "the database is down" in remarks(reply)
        sorry = "I am sorry, I cannot check that at the moment. Please try again later."
        assert told(bot, "Greek") == [sorry, "How many?"]
        assert slots(bot) == {"cuisine": "Thai"}
        assert told(bot, "four") == [sorry, "How many?"]
        assert slots(bot) == {"cuisine": "Thai"}
        assert told(bot, "stop") == ["Shall we go on?"]
        assert told(bot, "no") == ["You are welcome."]
        assert flow(bot) is None


def test_nor_where_the_action_server_is_not_there(tmp_path: Path) -> None:
    server = {"action_server": "http://127.0.0.1:9/webhook"}
    with bot_of(tmp_path, VALIDATED, means=MEANS, entities=ENTITIES, **server) as bot:
        reply = bot.reply("a table")
        assert reply.text.startswith("I am sorry, I cannot check that")
        assert "no action server at" in remarks(reply)
        reply = bot.reply("Thai")
        assert "All done" not in reply.text
        assert flow(bot) == ("form", "cuisine")
        assert slots(bot) == {}


def test_a_question_nobody_has_words_for_is_asked_all_the_same(tmp_path: Path) -> None:
    dialogue = RESTAURANT.replace('  utter_ask_cuisine: [{text: "Which cuisine?"}]\n', "")
    with bot_of(tmp_path, dialogue, means=MEANS, entities=ENTITIES) as bot:
        reply = bot.reply("a table")
        assert reply.text == "Please tell me: cuisine?"
        assert "nothing asks for 'cuisine'" in remarks(reply)


SWITCHED = """
intents: [order, complain, tell]
entities: [item, fault]
slots:
  item: {type: text, influence_conversation: false, mappings: [{type: from_entity, entity: item}]}
  fault: {type: text, influence_conversation: false, mappings: [{type: from_entity, entity: fault}]}
responses:
  utter_ask_item: [{text: "Which item?"}]
  utter_ask_fault: [{text: "What is wrong?"}]
  utter_sorry: [{text: "Sorry about {{ slots.fault }}."}]
forms:
  order: {required_slots: [item]}
  complaint: {required_slots: [fault]}
rules:
  - rule: order
    steps: [{intent: order}, {action: order}, {active_loop: order}]
  - rule: complain
    steps: [{intent: complain}, {action: complaint}, {active_loop: complaint}]
  - rule: complained
    condition: [{active_loop: complaint}]
    steps: [{action: complaint}, {active_loop: null}, {action: utter_sorry}]
"""


def test_one_form_may_take_the_place_of_another(tmp_path: Path) -> None:
    with bot_of(tmp_path, SWITCHED) as bot:
        assert told(bot, "/order") == ["Which item?"]
        assert told(bot, "/complain") == ["What is wrong?"]
        assert flow(bot) == ("complaint", "fault")
        assert len(bot.conversation().flows) == 1
        assert told(bot, '/tell{"fault": "noise"}') == ["Sorry about noise."]
        assert flow(bot) is None


def test_where_the_action_that_asks_fails_the_response_asks(tmp_path: Path) -> None:
    actions = {"validate_form": validator(), "action_ask_people": broken}
    with bot_of(tmp_path, VALIDATED, means=MEANS, entities=ENTITIES, actions=actions) as bot:
        told(bot, "a table")
        reply = bot.reply("Thai")
        assert reply.text == "How many?"
        assert "the database is down" in remarks(reply)


def test_a_guard_that_ends_the_flow_ends_the_form(tmp_path: Path) -> None:
    from dialog_core import Allow, FlowEnded, Refuse
    from dialog_core.testing import ScriptedGuard

    urgent = Refuse("urgent", "Call 112.", (FlowEnded("form", "cancelled"),))
    guard = ScriptedGuard(input=lambda turn: urgent if "fire" in turn.text else Allow())
    with bot_of(tmp_path, RESTAURANT, means=MEANS, entities=ENTITIES, settings={"guards": [guard]}) as bot:
        told(bot, "a table")
        assert told(bot, "fire") == ["Call 112."]
        assert told(bot, "Thai") == ["I do not know."]
        assert told(bot, "a table") == ["Which cuisine?"]
