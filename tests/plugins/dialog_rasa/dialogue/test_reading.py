"""Files become a dialogue, or a list of everything that is wrong with them."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialog_core.configuration import ConfigurationError, Problem, parse_yaml
from dialog_rasa.dialogue.reading import DialogueReader, read_dialogue
from dialog_rasa.dialogue.references import unknown_names
from dialog_rasa.dialogue.values import Button, Form, IntentUse, Place, Session, SlotMapping
from tests.plugins.dialog_rasa.driving import mistakes_of

DOMAIN = """
intents: [greet, {inform: {use_entities: [city]}}, {chat: {ignore_entities: [day]}}, faq]
entities: [{city: {roles: [from, to]}}, day, {mood: {influence_conversation: false}}]
actions: [action_book, {action_look: {send_domain: true}}]
slots:
  city:
    type: text
    mappings:
      - type: from_entity
        entity: city
        role: from
        intent: inform
        conditions: [{active_loop: book, requested_slot: city}]
      - {type: from_text, not_intent: [chat], conditions: [{active_loop: null}]}
  size: {type: categorical, values: [s, 1, true], initial_value: s}
  age: {type: float, min_value: 18, max_value: 99, influence_conversation: false}
  seen: {type: any, mappings: [{type: custom, action: action_look}]}
forms:
  book: {required_slots: [city], ignored_intents: chat}
synonyms: {Rome: [Roma, the eternal city]}
session_config: {session_expiration_time: 30, carry_over_slots_to_new_session: false}
"""
RESPONSES = """
version: "3.1"
responses:
  utter_greet:
    - text: Hello {{ slots.city }}
      buttons: [{title: Yes, payload: /affirm}, {title: No}]
      condition: [{type: slot, name: size, value: s}]
      channel: web
      metadata: {tone: warm}
    - custom: {card: 1}
  utter_faq/hours: [{text: "9 to 5", id: h}]
"""
STORIES = """
rules:
  - rule: greet
    conversation_start: true
    wait_for_user_input: false
    condition: [{slot_was_set: [{size: s}]}, {active_loop: null}]
    steps: [{intent: greet}, {action: utter_greet}]
stories:
  - story: faq
    steps: [{intent: faq/hours}, {action: utter_faq}]
  - story: faq
    steps: [{intent: inform}, {action: book}, {active_loop: book}]
"""


def test_a_folder_is_read_whatever_stands_in_which_file(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    for name, text in (("a.yaml", DOMAIN), ("inner/b.yml", RESPONSES), ("c.yaml", STORIES)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    dialogue = read_dialogue([tmp_path, tmp_path / "a.yaml"])
    place = Place(tmp_path / "a.yaml", 2)
    assert dialogue.intents["inform"] == IntentUse("inform", ("city",), ("mood",), place=place)
    assert dialogue.intents["chat"].ignore_entities == ("day", "mood")
    assert dialogue.intents["faq"].retrieval
    assert dialogue.entities == ("city", "day", "mood")
    assert dialogue.actions == ("action_book", "action_look")
    city = dialogue.slots["city"]
    assert (city.type, city.influences, city.place.line) == ("text", True, 6)
    assert city.mappings[0] == SlotMapping(
        "from_entity",
        "city",
        "from",
        intents=("inform",),
        conditions=({"active_loop": "book", "requested_slot": "city"},),
        place=Place(tmp_path / "a.yaml", 9),
    )
    assert city.mappings[1].conditions == ({"active_loop": None},)
    assert dialogue.slots["size"].values == ("s", 1, True)
    assert (dialogue.slots["age"].minimum, dialogue.slots["age"].maximum) == (18, 99)
    assert not dialogue.slots["seen"].influences
    assert dialogue.forms["book"] == Form("book", ("city",), ("chat",), Place(tmp_path / "a.yaml", 19))
    assert dialogue.synonyms == {"roma": "Rome", "the eternal city": "Rome"}
    assert dialogue.session == Session(30, False)
    first, second = dialogue.responses["utter_greet"]
    assert first.text == "Hello {{ slots.city }}"
    assert first.buttons == (Button("Yes", "/affirm"), Button("No", "No"))
    assert (first.conditions, first.channel, first.metadata) == ((("size", "s"),), "web", {"tone": "warm"})
    assert second.custom == {"card": 1}
    (rule,) = dialogue.rules
    assert (rule.at_start, rule.waits, len(rule.condition)) == (True, False, 2)
    assert [story.name for story in dialogue.stories] == ["faq", "faq"]


def test_names_that_nothing_declares_are_told_with_the_likely_right_one(tmp_path: Path) -> None:
    wrong = """stories:
  - story: s
    steps:
      - {intent: gret}
      - {action: utter_gret}
      - {action: action_bok}
      - {active_loop: bok}
      - {slot_was_set: [{sise: s}]}
      - {intent: inform, entities: [cty]}
"""
    found = mistakes_of(tmp_path, a=DOMAIN, b=RESPONSES, c=STORIES, d=wrong)
    assert found == [
        "d.yaml:4: the story 's' names the intent 'gret', and there is none. Did you mean 'greet'? "
        "If not: declare it under `intents:`.",
        "d.yaml:5: the story 's' names the response 'utter_gret', and there is none. Did you mean 'utter_greet'? "
        "If not: write it under `responses:`.",
        "d.yaml:6: the story 's' names the action 'action_bok', and there is none. Did you mean 'action_book'? "
        "If not: declare it under `actions:`.",
        "d.yaml:7: the story 's' names the form 'bok', and there is none. Did you mean 'book'? "
        "If not: declare it under `forms:`.",
        "d.yaml:8: the story 's' names the slot 'sise', and there is none. Did you mean 'size'? "
        "If not: declare it under `slots:`.",
        "d.yaml:9: the story 's' names the entity 'cty', and there is none. Did you mean 'city'? "
        "If not: declare it under `entities:`.",
    ]


def test_where_a_kind_of_thing_is_declared_nowhere_its_names_are_taken_as_they_come() -> None:
    reader = DialogueReader([])
    reader.read(parse_yaml("stories: [{story: s, steps: [{intent: a}, {action: b}, {slot_was_set: [c]}]}]"))
    assert not list(unknown_names(reader.dialogue()))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("storys: []", "a.yaml:1:1: storys: unknown key 'storys'. Did you mean 'stories'?"),
        ("nlu: []", "Examples stand in a file of their own that `training:` names in the bot file."),
        ("[a]", "this is no file of stories. Write keys:"),
        ("slots: {a: {}}", "the slot 'a' has no type. Add `type:` with one of text, bool"),
        ("slots: {a: {type: txt}}", "slots.a.type: there is no slot type 'txt'. Did you mean 'text'?"),
        ("slots: {a: {type: my.Slot}}", "Slots have no classes of their own here."),
        ("slots: {a: {type: categorical}}", "the slot 'a' is categorical and has no values"),
        ("slots: {a: {type: any, influence_conversation: true}}", "nothing can go by what a slot of the type `any`"),
        ("slots: {a: {type: float, min_value: 2}}", "the largest value, 1, is not above the smallest, 2"),
        ("slots: {a: {type: text, mappings: [{type: from_entity}]}}", "this mapping does not say which entity"),
        ("slots: {a: {type: text, mappings: [{type: from_entty}]}}", "Did you mean 'from_entity'?"),
        ("slots: {a: {type: text, mappings: [{type: from_text, entity: b}]}}", "unknown key 'entity'"),
        ("slots: {a: {type: text, mappings: [{type: from_intent, intent: b}]}}", "does not say which value"),
        ("{slots: {a: {type: text}}, forms: {f: {required_slots: [b]}}}", "the form 'f' names the slot 'b'"),
        ("forms: {f: {required_slots: [a, a]}}", "the slot 'a' is required twice"),
        ("forms: {f: {a: []}}", "forms.f.a: unknown key 'a'"),
        ("intents: [a, a]", "the intent 'a' is declared twice: first in a.yaml:1. Remove one of them"),
        ("intents: [{a: {use_entities: true}, b: {}}]", "this is not an intent"),
        ("intents: [{a: {use_entity: []}}]", "unknown key 'use_entity'. Did you mean 'use_entities'?"),
        ("synonyms: {a: [x], b: [X]}", "'X' is another name of 'a' and of 'b'"),
        ("session_config: {session_expiration_time: -1}", "a session cannot last less than no time"),
        ("responses: {greet: [{text: hi}]}", "the name of a response begins with `utter_`, not 'greet'"),
        ("responses: {utter_a: []}", "the response 'utter_a' is empty. Add `- text: ...`."),
        ("responses: {utter_a: [{id: x}]}", "this variation says nothing. Add `text:` or `custom:`."),
        ("responses: {utter_a: [{txt: x}]}", "unknown key 'txt'. Did you mean 'text'?"),
        ("responses: {utter_a: hi}", "a response is a list of variations"),
        ("responses: {utter_a: [{text: a, buttons: [{payload: x}]}]}", "this button has no title"),
        ("stories: [{story: a}]", "'a' has no steps. Add `steps:`"),
        ("stories: [{steps: [{intent: a}]}]", "this story has no name. Begin it with `- story: what it is about`."),
        ("stories: [{story: a, step: []}]", "unknown key 'step'. Did you mean 'steps'?"),
        ("rules: [{rule: a, steps: [{intent: a}, {action: b}, {intent: c}]}]", "in a rule the user speaks once"),
        ("rules: [{rule: a, steps: [{intent: a}, {checkpoint: c}]}]", "a rule has no checkpoints"),
        ("rules: [{rule: a, condition: [{intent: b}], steps: [{intent: a}]}]", "a condition is about slots and loops"),
        ("rules: [{rule: a, conversation_start: yes, steps: [{intent: a}]}]", "Write `conversation_start: true` or"),
    ],
)
def test_what_is_wrong_is_told(tmp_path: Path, text: str, problem: str) -> None:
    found = mistakes_of(tmp_path, a=text)
    assert any(problem in one for one in found), found


def test_two_files_that_define_the_same_are_both_named(tmp_path: Path) -> None:
    found = mistakes_of(tmp_path, a="responses: {utter_a: [{text: x}]}", b="responses: {utter_a: [{text: y}]}")
    assert found == [
        "b.yaml:1:13: responses.utter_a: the response 'utter_a' is defined twice: first in a.yaml:1. "
        "Make the variations of one the other's."
    ]


def test_what_cannot_be_read_is_told_with_what_is_wrong_elsewhere(tmp_path: Path) -> None:
    found = mistakes_of(tmp_path, a="slots: {a: {type: txt}}", b="stories: [")
    assert [one.split(":")[0] for one in found] == ["a.yaml", "b.yaml"]


def test_files_that_are_not_there_and_empty_folders_are_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read_dialogue([tmp_path, tmp_path / "nothing.yaml"])
    assert "there is no YAML file in this folder" in str(caught.value)
    assert len(caught.value.problems) == 2


_KEYS = (
    *"intents entities slots forms responses rules stories steps rule story intent action or type mappings".split(),
    *"condition slot_was_set active_loop checkpoint text buttons synonyms session_config entity values".split(),
)
_json = st.recursive(
    st.none() | st.booleans() | st.integers(0, 9) | st.sampled_from(["a", "utter_a", "intent", "f", ""]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(_KEYS),
            inner,
            max_size=3,
        )
    ),
    max_leaves=20,
)


@given(_json)
@settings(deadline=None, max_examples=300)
def test_whatever_stands_in_a_file_it_is_read_or_told_what_is_wrong(content: object) -> None:
    problems: list[Problem] = []
    reader = DialogueReader(problems)
    reader.read(parse_yaml(json.dumps(content), Path("a.yaml")))
    for problem in (*problems, *unknown_names(reader.dialogue())):
        assert problem.message
        assert problem.file == Path("a.yaml")
