import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialog_core import BotSaid, Conversation, FlowStarted, Message, SlotSet, UserSaid
from dialog_rasa.actions.domain import domain_json
from dialog_rasa.actions.events import MOST_EVENTS, action_event, bot_event
from dialog_rasa.actions.protocol import domain_digest, read_outcome
from dialog_rasa.dialogue.values import Dialogue, Slot
from dialog_rasa.tracker.state import Heard
from tests.plugins.dialog_rasa.actions.shop_bot import AT, SHOP_BOT, call, conversation, heard, past, tracker

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4),
    max_leaves=12,
)
KEYS = ("event", "name", "value", "text", "response", "template", "buttons", "title", "image", "custom", "elements")
ITEMS = st.lists(st.dictionaries(st.sampled_from(KEYS), JSON) | JSON, max_size=4) | JSON


def names(told: dict[str, Any]) -> list[str]:
    return [event["event"] for event in told["tracker"]["events"]]


def test_an_action_is_told_where_the_conversation_stands() -> None:
    said = heard("a tea from Köln", "order", drink="tea", city=("Köln", "from"), topping=("cream", "", "1"))
    standing = tracker(said, "order_form", "size", drink="tea")
    told = call("action_report", standing, conversation=conversation(text="a tea from Köln"), channel="rest")
    assert list(told) == ["next_action", "sender_id", "tracker", "domain", "version"]
    assert told["tracker"] == {
        "sender_id": "c1",
        "slots": {
            "drink": "tea",
            "size": None,
            "milk": None,
            "customer": None,
            "asked": None,
            "seconds": None,
            "requested_slot": "size",
        },
        "latest_message": {
            "intent": {"name": "order", "confidence": 0.9},
            "entities": [
                {"entity": "drink", "value": "tea"},
                {"entity": "city", "value": "Köln", "role": "from"},
                {"entity": "topping", "value": "cream", "group": "1"},
            ],
            "text": "a tea from Köln",
            "message_id": "m9",
            "metadata": {"from": "test"},
            "intent_ranking": [{"name": "order", "confidence": 0.9}],
        },
        "latest_event_time": AT.timestamp(),
        "followup_action": None,
        "paused": False,
        "events": told["tracker"]["events"],
        "latest_input_channel": "rest",
        "active_loop": {"name": "order_form", "is_interrupted": False, "rejected": False, "trigger_message": None},
        "latest_action": {"action_name": "action_listen"},
        "latest_action_name": "action_listen",
    }
    assert names(told) == ["action", "session_started", "action", "user"]
    assert json.loads(json.dumps(told)) == told


def test_what_has_happened_is_told_in_the_words_of_a_tracker() -> None:
    events = call("action_report", conversation=conversation(*past(), text="tea"))["tracker"]["events"]
    short = [(event["event"], event.get("name") or event.get("text")) for event in events]
    assert short == [
        ("action", "action_session_start"),
        ("session_started", None),
        ("action", "action_listen"),
        ("user", "hällo"),
        ("slot", "customer"),
        ("active_loop", "order_form"),
        ("action", "action_offer"),
        ("bot", "Tea?"),
        ("action", "action_listen"),
        ("user", "what?"),
        ("bot", "I said tea."),
        ("action", "action_listen"),
        ("user", "tea"),
    ]
    assert events[7]["data"]["image"] == "i.png"
    assert events[10]["data"]["buttons"] == [{"title": "Yes", "payload": "Yes"}]


def test_only_of_the_latest_message_is_told_what_it_was_taken_for() -> None:
    told = call("action_report", tracker(heard("tea", "order")), conversation=conversation(*past(), text="tea"))
    users = [event for event in told["tracker"]["events"] if event["event"] == "user"]
    assert [user["parse_data"]["intent"]["name"] for user in users] == [None, None, "order"]


@pytest.mark.parametrize(
    ("intent", "ranked"),
    [
        ("order", [("order", 0.9), ("greet", 0.1)]),
        ("nlu_fallback", [("nlu_fallback", 0.9), ("order", 0.3), ("greet", 0.1)]),
        ("inform", [("inform", 0.9)]),  # picked with a button
        ("", []),
    ],
)
def test_an_action_may_ask_which_of_several_meanings_it_was(intent: str, ranked: list[tuple[str, float]]) -> None:
    told = call("action_report", tracker(heard("tea", intent)), ranking=[("order", 0.3), ("greet", 0.1)])
    ranking = told["tracker"]["latest_message"]["intent_ranking"]
    assert [(one["name"], one["confidence"]) for one in ranking] == ranked


def test_a_question_of_many_names_its_answer() -> None:
    said = Heard("when?", "faq", "faq/opening_hours", 0.8)
    told = call("action_report", tracker(said))["tracker"]["latest_message"]["response_selector"]
    assert told["faq"]["response"]["intent_response_key"] == "faq/opening_hours"
    assert told["faq"]["response"]["utter_action"] == "utter_faq/opening_hours"


def test_a_call_is_no_longer_in_a_long_conversation() -> None:
    turns = [
        event
        for number in range(MOST_EVENTS)
        for event in (
            UserSaid(Message(f"{number}", client_id=f"{number}", at=AT)),
            SlotSet("drink", "tea"),
            BotSaid("ok", AT),
        )
    ]
    told = call("action_report", conversation=Conversation("c1", turns), candidates={"drink": "tea", "size": "small"})
    events = told["tracker"]["events"]
    assert len(events) == MOST_EVENTS
    assert [event.get("name") for event in events[-2:]] == ["drink", "size"]


def test_slots_of_before_are_no_candidates() -> None:
    done = [{"event": "slot", "name": "customer", "value": "Ada"}]
    told = call("action_validate_slot_mappings", done=done, candidates={"drink": "tea"})
    assert [event.get("name") for event in told["tracker"]["events"]] == ["customer", "action_listen", "drink"]
    assert told["tracker"]["slots"]["drink"] == "tea"


def test_what_has_happened_in_this_turn_is_told_too() -> None:
    effects = [SlotSet("drink", "tea"), FlowStarted("order_form", "stories"), FlowStarted("a flow of rules", "rules")]
    done = [action_event("utter_x", at=5.0), bot_event({"text": "Tea.", "response": "utter_x"}, at=5.0)]
    told = call("action_report", conversation=conversation(text="tea"), effects=effects, done=done)["tracker"]
    assert [event["event"] for event in told["events"][-5:]] == ["user", "slot", "active_loop", "action", "bot"]
    assert told["events"][-1]["metadata"] == {"utter_action": "utter_x"}
    assert told["latest_event_time"] == 5.0


def test_a_domain_is_told_as_people_write_it() -> None:
    domain = domain_json(SHOP_BOT)
    assert domain["intents"] == [
        {"order": {"use_entities": True}},
        {"inform": {"use_entities": True, "ignore_entities": ["city"]}},
    ]
    assert domain["slots"]["milk"]["mappings"] == [{"type": "custom", "conditions": [{"active_loop": "order_form"}]}]
    assert domain["slots"]["size"] == {
        "type": "categorical",
        "initial_value": None,
        "influence_conversation": True,
        "mappings": [{"type": "from_text"}],
        "values": ["small", "large"],
    }
    assert domain["forms"]["order_form"] == {"required_slots": ["drink", "size"], "ignored_intents": ["chitchat"]}
    assert domain["responses"]["utter_price"] == [
        {"text": "That is {price} €, {customer}", "buttons": [{"title": "OK", "payload": "/ok"}]}
    ]


def test_a_domain_is_known_by_its_checksum() -> None:
    one, same = domain_json(SHOP_BOT), domain_json(SHOP_BOT)
    other = domain_json(Dialogue(slots={"drink": Slot("drink")}))
    assert domain_digest(one) == domain_digest(same) != domain_digest(other)


def test_what_an_action_says_is_read_without_what_is_empty() -> None:
    said = {"text": "Tea?", "buttons": [], "custom": {}, "template": None, "image": None, "price": 0}
    named = {"text": None, "template": "utter_x", "response": None, "elements": [], "name": "Ada"}
    outcome = read_outcome({"events": None, "responses": [said, named, {"text": 5}]})
    assert outcome.responses == ({"text": "Tea?", "price": 0}, {"response": "utter_x", "name": "Ada"}, {"text": "5"})
    assert outcome.events == ()
    assert not outcome.error


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (None, "answered with nothing where an object"),
        ("<html>\n<body>" + "x" * 100, "answered with the text '<html> <body>xxx"),
        ([], "answered with a list"),
        (3, "answered with a number"),
        ({"events": "slot"}, "answered with the text 'slot' as its `events`"),
        ({"events": {"event": "slot"}}, "answered with an object as its `events`"),
        ({"events": [None]}, "answered with nothing as number 1 of its `events`"),
        ({"events": [{"event": "slot", "name": "a"}, {"name": "b"}]}, "without the name of an event as number 2"),
        ({"events": [{"event": "slot", "value": 1}]}, "an event `slot` without a name"),
        ({"events": [{"event": "followup", "name": 7}]}, "an event `followup` without a name"),
        ({"events": [{"event": "active_loop", "name": []}]}, "`active_loop` whose name is no text"),
        ({"events": [{"event": "slot", "name": "a"}] * 1001}, "answered with 1,001 events; more than 1,000"),
        ({"responses": ["hi"]}, "answered with the text 'hi' as number 1 of its `responses`"),
        ({"responses": [{"text": ["hi"]}]}, "a response whose text is a list"),
        ({"responses": [{"response": 3}]}, "a response whose `response` is a number"),
        ({"responses": [{"buttons": {"title": "x"}}]}, "a response whose `buttons` is an object"),
        ({"responses": [{"text": "x", "buttons": [{"payload": "/x"}]}]}, "a button without a title"),
    ],
)
def test_an_answer_is_used_as_a_whole_or_not_at_all(answer: Any, reason: str) -> None:
    outcome = read_outcome(answer)
    assert reason in outcome.error
    assert (outcome.events, outcome.responses, outcome.rejected) == ((), (), False)


@given(JSON | st.fixed_dictionaries({}, optional={"events": ITEMS, "responses": ITEMS, "rejected": JSON}))
def test_whatever_is_answered_becomes_an_outcome(answer: Any) -> None:
    outcome = read_outcome(answer)
    assert bool(outcome.error) <= (not outcome.events and not outcome.responses and not outcome.rejected)
    assert all(isinstance(event["event"], str) for event in outcome.events)
    assert all(isinstance(response.get("text", ""), str) for response in outcome.responses)
    assert all(isinstance(response.get("response", ""), str) for response in outcome.responses)
