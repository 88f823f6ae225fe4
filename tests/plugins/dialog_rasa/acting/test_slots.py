"""Which slots a message fills."""

import textwrap
from pathlib import Path

import pytest

from dialog_core import JsonValue
from dialog_rasa.acting.slots import coerced, custom_actions, fill
from dialog_rasa.dialogue.reading import read_dialogue
from dialog_rasa.dialogue.values import Dialogue, Slot, SlotMapping
from dialog_rasa.tracker.features import Features
from dialog_rasa.tracker.state import Heard, HeardEntity, Tracker

FLIGHT = """
intents: [inform, affirm, deny, book, chat, faq]
entities: [city, number, {place: {roles: [from, to]}}]
slots:
  origin: {type: text, mappings: [{type: from_entity, entity: place, role: from}]}
  anywhere: {type: text, mappings: [{type: from_entity, entity: place}]}
  city: {type: text, mappings: [{type: from_entity, entity: city, not_intent: chat}]}
  cities: {type: list, mappings: [{type: from_entity, entity: city, intent: [inform]}]}
  adults:
    type: float
    mappings: [{type: from_entity, entity: number, conditions: [{active_loop: flight}]}]
  children:
    type: float
    mappings: [{type: from_entity, entity: number, conditions: [{active_loop: flight}]}]
  direct:
    type: bool
    mappings:
      - {type: from_intent, intent: affirm, value: true, conditions: [{active_loop: flight, requested_slot: direct}]}
      - {type: from_intent, intent: deny, value: false, conditions: [{active_loop: flight, requested_slot: direct}]}
  wish:
    type: text
    mappings:
      - {type: from_text, not_intent: deny, conditions: [{active_loop: flight, requested_slot: wish}]}
  began:
    type: text
    mappings: [{type: from_trigger_intent, intent: book, value: "yes", conditions: [{active_loop: flight}]}]
  outside:
    type: text
    mappings: [{type: from_text, intent: inform, conditions: [{active_loop: null}]}]
  looked_up:
    type: any
    influence_conversation: false
    mappings: [{type: custom, action: action_look_up, conditions: [{active_loop: flight}]}]
forms:
  flight: {required_slots: [adults, children, direct, wish], ignored_intents: [chat]}
actions: [action_look_up]
"""


@pytest.fixture
def flight(tmp_path: Path) -> Dialogue:
    (tmp_path / "d.yaml").write_text(textwrap.dedent(FLIGHT), encoding="utf-8")
    return read_dialogue([tmp_path / "d.yaml"])


def filled(dialogue: Dialogue, heard: Heard, asked: str | None = None) -> dict[str, JsonValue]:
    tracker = Tracker(Features(dialogue))
    if asked is not None:
        tracker = tracker.entered("flight", asked)
    return dict(fill(dialogue, tracker.heard(heard), heard))


def says(intent: str, *entities: HeardEntity, text: str = "some words") -> Heard:
    return Heard(text, intent, entities=entities)


def test_an_entity_with_a_role_fills_only_the_slot_that_waits_for_that_role(flight: Dialogue) -> None:
    assert filled(flight, says("book", HeardEntity("place", "Rome", "from"))) == {"origin": "Rome", "began": "yes"}
    assert filled(flight, says("chat", HeardEntity("place", "Rome"))) == {"anywhere": "Rome"}
    assert filled(flight, says("chat", HeardEntity("place", "Rome", "to"))) == {}


def test_what_was_a_group_may_come_as_a_role(flight: Dialogue) -> None:
    assert filled(flight, says("chat", HeardEntity("place", "Rome", "", "from"))) == {"origin": "Rome"}


def test_a_slot_that_waits_for_a_role_in_a_group_is_filled_by_the_role_where_no_group_is_known() -> None:
    mapping = SlotMapping("from_entity", entity="topping", role="extra", group="2")
    dialogue = Dialogue(slots={"second": Slot("second", mappings=(mapping,))})
    assert filled(dialogue, says("order", HeardEntity("topping", "olives", "extra"))) == {"second": "olives"}
    assert filled(dialogue, says("order", HeardEntity("topping", "olives", "extra", "1"))) == {}
    assert filled(dialogue, says("order", HeardEntity("topping", "olives"))) == {}


def test_of_several_entities_the_last_fills_a_slot_and_all_fill_a_list(flight: Dialogue) -> None:
    found = filled(flight, says("faq", HeardEntity("city", "Rome"), HeardEntity("city", "Bern")))
    assert found == {"city": "Bern"}
    found = filled(flight, says("inform", HeardEntity("city", "Rome"), HeardEntity("city", "Bern"), text="x"))
    assert found == {"city": "Bern", "cities": ["Rome", "Bern"], "outside": "x"}


def test_intents_that_are_excluded_fill_nothing(flight: Dialogue) -> None:
    assert filled(flight, says("chat", HeardEntity("city", "Rome"))) == {}


def test_an_entity_two_slots_of_a_form_wait_for_is_for_the_one_that_was_asked_for(flight: Dialogue) -> None:
    number = HeardEntity("number", "4")
    assert filled(flight, says("inform", number), "adults") == {"adults": 4}
    assert filled(flight, says("inform", number), "children") == {"children": 4}
    assert filled(flight, says("inform", number), "direct") == {}


def test_yes_and_no_answer_only_the_question_that_was_asked(flight: Dialogue) -> None:
    assert filled(flight, says("affirm"), "direct") == {"direct": True}
    assert filled(flight, says("deny"), "direct") == {"direct": False}
    assert filled(flight, says("affirm"), "adults") == {}
    assert filled(flight, says("affirm")) == {}


def test_words_answer_an_open_question_unless_their_meaning_is_excluded_or_ignored(flight: Dialogue) -> None:
    assert filled(flight, says("nlu_fallback", text="by the window"), "wish") == {"wish": "by the window"}
    assert filled(flight, says("deny"), "wish") == {}
    assert filled(flight, says("chat"), "wish") == {}


def test_the_intent_that_starts_a_form_fills_only_before_it_has_begun(flight: Dialogue) -> None:
    assert filled(flight, says("book")) == {"began": "yes"}
    assert filled(flight, says("book"), "adults") == {}


def test_actions_fill_slots_where_their_conditions_hold(flight: Dialogue) -> None:
    tracker = Tracker(Features(flight))
    assert custom_actions(flight, tracker, says("book")) == ()
    assert custom_actions(flight, tracker.entered("flight"), says("book")) == ("action_look_up",)


@pytest.mark.parametrize(
    ("type", "value", "expected"),
    [
        ("list", "a", ["a"]),
        ("list", ["a"], ["a"]),
        ("bool", "Yes", True),
        ("bool", "false", False),
        ("bool", "perhaps", "perhaps"),
        ("bool", True, True),
        ("float", "4", 4),
        ("float", "4.5", 4.5),
        ("float", "nan", "nan"),
        ("float", "four", "four"),
        ("float", 4, 4),
        ("text", 4, 4),
        ("categorical", "Low", "Low"),
        ("any", {"a": 1}, {"a": 1}),
    ],
)
def test_values_take_the_slots_type_where_they_can(type: str, value: JsonValue, expected: JsonValue) -> None:
    result = coerced(Slot("s", type), value)  # type: ignore[arg-type]
    assert result == expected
    assert isinstance(result, bool) == isinstance(expected, bool)
