"""Slots and forms of Rasa 2.x and 3.x."""

from dataclasses import replace
from pathlib import Path

import pytest

from dialog_rasa.dialogue.values import NOWHERE, Form, Slot, SlotMapping
from dialog_rasa.project.reading import read_project
from tests.plugins.dialog_rasa.bots import MIGRATED, needs_bots, project_of
from tests.plugins.dialog_rasa.project.reading import read, told

OLD = """\
version: "2.0"
entities: [cuisine, seating, {city: {roles: [from]}}]
slots:
  cuisine:
    type: text
  city:
    type: text
    auto_fill: true
  seating:
    type: bool
    auto_fill: false
  note:
    type: unfeaturized
  requested_slot:
    type: text
forms:
  restaurant_form:
    ignored_intents: [chitchat]
    required_slots:
      cuisine:
      - type: from_entity
        entity: cuisine
        not_intent: chitchat
      seating:
      - type: from_intent
        intent: affirm
        value: true
      note:
      - type: from_text
        intent: None
  other_form:
    note:
    - type: from_text
    seating:
    - type: from_trigger_intent
      intent: [sit]
      value: true
"""


def bare(slot: Slot) -> Slot:
    """Return a slot wherever it was written."""
    return replace(slot, place=NOWHERE, mappings=tuple(replace(one, place=NOWHERE) for one in slot.mappings))


def test_forms_of_older_projects_become_mappings_of_their_slots(tmp_path: Path) -> None:
    project = read(tmp_path, {"domain.yml": OLD})
    assert told(project.findings) == []
    slots = {name: bare(slot) for name, slot in project.dialogue.slots.items()}
    here = {"active_loop": "restaurant_form"}
    assert slots["cuisine"].mappings == (
        SlotMapping("from_entity", "cuisine", not_intents=("chitchat",), conditions=(here,)),
        SlotMapping("from_entity", "cuisine"),
    )
    assert slots["city"].mappings == (SlotMapping("from_entity", "city"),)
    assert slots["seating"].mappings == (
        SlotMapping(
            "from_intent", intents=("affirm",), value=True, conditions=({**here, "requested_slot": "seating"},)
        ),
        SlotMapping("from_trigger_intent", intents=("sit",), value=True, conditions=({"active_loop": "other_form"},)),
    )
    assert slots["note"].mappings == (
        SlotMapping(
            "from_text",
            conditions=(
                {"active_loop": "restaurant_form", "requested_slot": "note"},
                {"active_loop": "other_form", "requested_slot": "note"},
            ),
        ),
    )
    assert slots["note"].influences is False
    assert slots["requested_slot"].mappings == (SlotMapping("custom"),)
    forms = {name: replace(form, place=NOWHERE) for name, form in project.dialogue.forms.items()}
    assert forms == {
        "restaurant_form": Form("restaurant_form", ("cuisine", "seating", "note"), ("chitchat",)),
        "other_form": Form("other_form", ("note", "seating")),
    }


def test_entities_fill_no_slots_where_an_older_project_says_so(tmp_path: Path) -> None:
    domain = "version: '2.0'\nentities: [a]\nslots: {a: {type: text}}\nconfig: {store_entities_as_slots: false}\n"
    project = read(tmp_path, {"domain.yml": domain})
    assert [mapping.type for mapping in project.dialogue.slots["a"].mappings] == ["custom"]


@needs_bots
@pytest.mark.parametrize("name", MIGRATED)
def test_an_older_domain_of_a_bot_is_read_like_its_migrated_one(name: str, tmp_path: Path) -> None:
    older = read_project(project_of(name, tmp_path / "older", version="2.0")).dialogue
    newer = read_project(project_of(name, tmp_path / "newer", version="3.1")).dialogue
    assert {one: bare(slot) for one, slot in older.slots.items()} == {
        one: bare(slot) for one, slot in newer.slots.items()
    }
    assert {one: (form.required, form.ignored_intents) for one, form in older.forms.items()} == {
        one: (form.required, form.ignored_intents) for one, form in newer.forms.items()
    }


NEW = """\
version: "3.1"
intents: [inform, affirm]
entities: [city]
slots:
  city:
    type: text
    initial_value: Rome
    mappings:
    - type: from_entity
      entity: city
      role: from
      group: "1"
      intent: inform
      not_intent: [affirm]
      conditions:
      - active_loop: null
      - active_loop: trip
        requested_slot: city
  how_far:
    type: float
    min_value: -10
    max_value: 1.50
    initial_value: 1.10
    mappings:
    - type: custom
      action: action_measure
  size:
    type: categorical
    values: [small, 2, yes]
    influence_conversation: false
    mappings:
    - {type: from_intent, intent: affirm, value: {a: [1]}}
forms:
  trip:
    required_slots: [city, size]
"""


def test_slots_are_read_with_everything_they_have(tmp_path: Path) -> None:
    project = read(tmp_path, {"domain.yml": NEW})
    assert told(project.findings) == []
    slots = {name: bare(slot) for name, slot in project.dialogue.slots.items()}
    assert slots["city"] == Slot(
        "city",
        "text",
        initial="Rome",
        mappings=(
            SlotMapping(
                "from_entity",
                "city",
                "from",
                "1",
                ("inform",),
                ("affirm",),
                conditions=({"active_loop": None}, {"active_loop": "trip", "requested_slot": "city"}),
            ),
        ),
    )
    assert slots["how_far"] == Slot(
        "how_far", "float", True, 1.1, -10.0, 1.5, mappings=(SlotMapping("custom", action="action_measure"),)
    )
    assert slots["size"].values == ("small", 2, "yes")
    assert slots["size"].mappings[0].value == {"a": [1]}
    assert project.dialogue.slots["size"].place.line == 27


def test_classes_of_rasas_own_are_types(tmp_path: Path) -> None:
    slots = {"a": "rasa.core.slots.TextSlot", "b": "rasa.shared.core.slots.BooleanSlot", "c": "rasa.x.UnfeaturizedSlot"}
    domain = "slots:\n" + "".join(f"  {name}: {{type: {given}}}\n" for name, given in slots.items())
    project = read(tmp_path, {"domain.yml": domain})
    assert project.findings == ()
    assert [slot.type for slot in project.dialogue.slots.values()] == ["text", "bool", "any"]


def test_a_categorical_slot_without_values_counts_as_a_text(tmp_path: Path) -> None:
    project = read(tmp_path, {"domain.yml": "slots:\n  a: {type: categorical}\n"})
    assert project.dialogue.slots["a"].type == "text"
    assert told(project.findings, "approximated")[0].startswith("domain.yml:2: the slot 'a' is categorical")


def test_what_is_wrong_with_slots_is_said_with_its_line(tmp_path: Path) -> None:
    domain = """\
version: "3.1"
slots:
  untyped:
    mappings: []
  odd:
    type: txet
    mappings: []
  unfilled:
    type: text
  shown:
    type: any
    influence_conversation: true
    mappings: []
  narrow:
    type: float
    min_value: 3
    max_value: 3
    mappings:
    - type: from_entty
    - type: from_entity
    - type: from_intent
      intent: a
    - type: custom
      conditions: [{requested_slot: a}]
  word: text
  custom:
    type: my.slots.Fancy
    mappings: [{type: custom}]
forms:
  trip:
    required_slots: [unfiled]
"""
    project = read(tmp_path, {"domain.yml": domain})
    wrong = told(project.findings)
    assert [int(line.split(":")[1]) for line in wrong] == [3, 6, 8, 12, 14, 19, 20, 21, 24, 25, 30]
    assert "there is no slot type 'txet'" in wrong[1]
    remedies = {found.place.line: found.remedy for found in project.findings}
    assert remedies[6] == "Did you mean 'text'?"
    assert remedies[19] == "Did you mean 'from_entity'?"
    assert remedies[30] == "Did you mean 'unfilled'?"
    assert told(project.findings, "approximated") == [
        "domain.yml:27: the class my.slots.Fancy of the slot 'custom' is not there; the slot is read as `any`"
    ]
    assert all(slot.type != "any" or not slot.influences for slot in project.dialogue.slots.values())
    assert project.dialogue.forms["trip"].required == ()


def test_what_means_nothing_in_a_mapping_is_left_out(tmp_path: Path) -> None:
    domain = "slots:\n  a:\n    type: text\n    mappings:\n    - type: from_text\n      entity: city\n      odd: red\n"
    project = read(tmp_path, {"domain.yml": domain})
    assert told(project.findings, "left out") == [
        "domain.yml:6: `entity:` means nothing in a mapping `from_text`",
        "domain.yml:7: `odd:` is not read",
    ]


def test_a_form_of_an_old_list_has_no_slots_and_the_report_says_so(tmp_path: Path) -> None:
    project = read(tmp_path, {"domain.yml": "intents: [a]\nforms:\n- trip\n"})
    assert project.dialogue.forms["trip"].required == ()
    assert told(project.findings, "approximated")[0].startswith("domain.yml:3: the form 'trip' does not say")


def test_forms_may_be_written_in_several_ways(tmp_path: Path) -> None:
    domain = """\
slots: {a: {type: text}}
forms:
- listed: {required_slots: [a]}
- 5: null
- [x]
"""
    project = read(tmp_path / "list", {"domain.yml": domain})
    assert [(form.name, form.required) for form in project.dialogue.forms.values()] == [("listed", ("a",)), ("5", ())]
    assert told(project.findings) == ["domain.yml:5: this is no form"]
    domain = """\
slots: {a: {type: text}}
forms:
  empty:
  short: [a]
  words: a
  odd: {required_slots: a}
  none: {required_slots: null, ignored_intents: hi}
  unknown:
    b: [{type: from_text}]
"""
    project = read(tmp_path / "mapping", {"domain.yml": domain})
    forms = project.dialogue.forms
    assert {name: form.required for name, form in forms.items()} == {
        "empty": (),
        "short": ("a",),
        "words": (),
        "odd": (),
        "none": (),
        "unknown": (),
    }
    assert forms["none"].ignored_intents == ("hi",)
    assert [int(line.split(":")[1]) for line in told(project.findings)] == [5, 6, 8]


def test_mappings_that_ask_a_language_model_leave_the_slot_to_actions(tmp_path: Path) -> None:
    domain = "slots: {a: {type: text, mappings: [{type: from_llm}]}}\n"
    project = read(tmp_path, {"domain.yml": domain})
    assert [mapping.type for mapping in project.dialogue.slots["a"].mappings] == ["custom"]
    assert told(project.findings) == []
    assert "from_llm" in told(project.findings, "approximated")[0]
