"""Intents, entities, actions, sessions; domains of several files."""

from pathlib import Path

from dialog_rasa.dialogue.values import Session
from tests.plugins.dialog_rasa.project.reading import read, told


def test_intents_say_which_entities_count(tmp_path: Path) -> None:
    domain = """\
intents:
- plain
- only: {use_entities: [city, name]}
- all: {use_entities: true}
- none: {use_entities: []}
- nothing: {use_entities: null}
- not: {use_entities: false}
- but: {ignore_entities: [city]}
- faq: {is_retrieval_intent: true}
- chitchat
- small
entities:
- name
- city:
    roles: [from, to]
    groups: ["1"]
- quiet:
    influence_conversation: false
responses:
  utter_chitchat/name: [{text: "I am a bot."}]
"""
    nlu = "nlu:\n- intent: small/talk\n  examples: |\n    - nice weather\n"
    project = read(tmp_path, {"domain.yml": domain, "data/nlu.yml": nlu})
    assert told(project.findings) == []
    intents = project.dialogue.intents
    assert intents["plain"].use_entities is None
    assert intents["plain"].ignore_entities == ("quiet",)
    assert intents["only"].use_entities == ("city", "name")
    assert intents["all"].use_entities is None
    assert [intents[name].use_entities for name in ("none", "nothing", "not")] == [(), (), ()]
    assert intents["but"].ignore_entities == ("city", "quiet")
    assert [name for name, intent in intents.items() if intent.retrieval] == ["faq", "chitchat", "small"]
    assert project.dialogue.entities == ("name", "city", "quiet")
    assert intents["only"].place.line == 3


def test_what_is_declared_twice_is_named_with_both_places(tmp_path: Path) -> None:
    domain = "intents:\n- a\n- a\nentities: [x, {x: {roles: [r]}}]\nactions:\n- go\n- go\n"
    project = read(tmp_path, {"domain.yml": domain})
    assert told(project.findings) == [
        "domain.yml:3: the intent 'a' is declared twice, first in domain.yml:2",
        "domain.yml:4: the entity 'x' is declared twice, first in domain.yml:4",
        "domain.yml:7: the action 'go' is declared twice, first in domain.yml:6",
    ]


def test_actions_may_ask_for_the_domain(tmp_path: Path) -> None:
    project = read(tmp_path, {"domain.yml": "actions: [a, {b: {send_domain: true}}]\n"})
    assert project.dialogue.actions == ("a", "b")
    assert [(one.fate, one.construct) for one in project.findings] == [("exact", "send_domain")]


def test_the_roles_and_groups_of_entities_are_told(tmp_path: Path) -> None:
    project = read(tmp_path, {"domain.yml": "entities:\n- city:\n    roles: [from, to]\n    groups: ['1']\n"})
    assert [f"{one.place.line} {one.message.split(':')[0]}" for one in project.findings] == [
        "3 city, roles from, to",
        "4 city, groups 1",
    ]


def test_how_long_a_session_lasts(tmp_path: Path) -> None:
    domain = "session_config:\n  session_expiration_time: 0.5\n  carry_over_slots_to_new_session: false\n"
    assert read(tmp_path, {"domain.yml": domain}).dialogue.session == Session(0.5, False)
    wrong = "session_config:\n  session_expiration_time: -1\n  carry_over_slots_to_new_session: maybe\n"
    project = read(tmp_path, {"domain.yml": wrong})
    assert [line.split(":")[1] for line in told(project.findings)] == ["2", "3"]
    assert project.dialogue.session == Session(0.0, True)


def test_an_intent_that_triggers_an_action_wants_a_rule(tmp_path: Path) -> None:
    project = read(tmp_path, {"domain.yml": "intents:\n- hi: {triggers: utter_hi}\n"})
    (found,) = project.findings
    assert (found.fate, found.place.line) == ("left out", 2)
    assert found.remedy == "Write a rule: `- intent: hi` and `- action: utter_hi`."


def test_a_domain_may_lie_in_several_files(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "domain.yml": "intents: [hi]\nresponses: {utter_hi: [{text: Hi!}]}\n",
        "domain/more.yml": "intents: [hi, bye]\nslots: {city: {type: text}}\n",
        "data/forms.yaml": "forms: {trip: {required_slots: [city]}}\nsession_config: {session_expiration_time: 5}\n",
        "domain/again.yml": "responses: {utter_hi: [{text: Hello!}], utter_bye: [{text: Bye!}]}\n",
    }
    project = read(tmp_path, files)
    assert told(project.findings) == []
    dialogue = project.dialogue
    assert (list(dialogue.intents), list(dialogue.slots)) == (["hi", "bye"], ["city"])
    assert dialogue.forms["trip"].required == ("city",)
    assert dialogue.session.minutes == 5
    assert [one.text for one in dialogue.responses["utter_hi"]] == ["Hi!"]
    assert told(project.findings, "left out") == [
        "again.yml:1: the response 'utter_hi' stands in domain.yml:2, too, which counts"
    ]


def test_an_older_copy_of_the_domain_is_not_read(tmp_path: Path) -> None:
    older = 'version: "2.0"\nintents: [hi]\nslots: {city: {type: text}}\nresponses: {utter_hi: [{text: Old.}]}\n'
    newer = (
        'version: "3.1"\nintents: [hi, bye]\nslots: {city: {type: text, mappings: [{type: custom}]}}\n'
        "responses: {utter_hi: [{text: New.}]}\n"
    )
    project = read(tmp_path, {"domain.yml": newer, "domain_2.0.yml": older})
    assert [one.text for one in project.dialogue.responses["utter_hi"]] == ["New."]
    assert told(project.findings, "left out") == ["domain_2.0.yml:1: an older copy of the domain; domain.yml is read"]


def test_an_older_domain_of_something_else_is_read_as_well(tmp_path: Path) -> None:
    older = 'version: "2.0"\nintents: [pay]\nentities: [sum]\nslots: {sum: {type: text}}\n'
    project = read(tmp_path, {"domain.yml": 'version: "3.1"\nintents: [hi]\n', "domain/pay.yml": older})
    assert list(project.dialogue.intents) == ["hi", "pay"]
    assert [one.type for one in project.dialogue.slots["sum"].mappings] == ["from_entity"]


def test_a_file_that_does_not_say_its_version_has_that_of_the_others(tmp_path: Path) -> None:
    slots = "entities: [city]\nslots: {city: {type: text}}\n"
    older = read(tmp_path / "older", {"domain.yml": "intents: [hi]\n", "domain/slots.yml": slots})
    assert [one.type for one in older.dialogue.slots["city"].mappings] == ["from_entity"]
    newer = read(tmp_path / "newer", {"domain.yml": 'version: "3.1"\nintents: [hi]\n', "domain/slots.yml": slots})
    assert told(newer.findings) == ["slots.yml:2: the slot 'city' does not say how it is filled"]


def test_without_a_domain_nothing_is_known_and_that_is_said(tmp_path: Path) -> None:
    project = read(tmp_path, {"domain.yml": "language: en\n"})
    assert "there is no domain" in told(project.findings)[0]


def test_intents_may_be_a_mapping_as_well(tmp_path: Path) -> None:
    project = read(tmp_path, {"domain.yml": "intents:\n  hi:\n  bye: {use_entities: []}\n"})
    assert told(project.findings) == []
    assert {name: use.use_entities for name, use in project.dialogue.intents.items()} == {"hi": None, "bye": ()}


def test_what_is_wrong_with_a_domain_is_said_with_its_line(tmp_path: Path) -> None:
    domain = """\
intents:
- hi: yes
- [a]
- bye: {use_entities: [a], colour: red}
entities:
- city: large
- 5
actions: go
session_config: short
"""
    project = read(tmp_path, {"domain.yml": domain})
    assert [int(line.split(":")[1]) for line in told(project.findings)] == [2, 3, 6, 8, 9]
    assert told(project.findings, "left out") == ["domain.yml:4: `colour:` is not read"]
    assert list(project.dialogue.intents) == ["hi", "bye"]
    assert project.dialogue.entities == ("city", "5")


def test_of_two_files_that_say_different_things_the_first_counts(tmp_path: Path) -> None:
    first = (
        "slots: {a: {type: text}}\nforms: {f: {required_slots: [a]}}\nsession_config: {session_expiration_time: 5}\n"
    )
    second = (
        "slots: {a: {type: bool}}\nforms: {f: {required_slots: []}}\nsession_config: {session_expiration_time: 6}\n"
    )
    project = read(tmp_path, {"domain.yml": first, "domain/more.yml": second, "domain/same.yml": first})
    assert project.dialogue.slots["a"].type == "text"
    assert project.dialogue.forms["f"].required == ("a",)
    assert project.dialogue.session.minutes == 5
    assert told(project.findings) == []
    assert [line.split(":")[:2] for line in told(project.findings, "left out")] == [
        ["more.yml", "1"],
        ["more.yml", "2"],
        ["more.yml", "3"],
    ]


def test_a_domain_that_cannot_be_read_is_not_called_missing_as_well(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "bot.yml": "intents: [hi]\nresponses:\n  utter_hi: [\n",
        "config.yml": "language: en\n",
    }
    found = told(read(tmp_path, files).findings)
    assert [line.split(":")[0] for line in found] == ["bot.yml"]


def test_options_of_an_intent_that_another_file_declares_otherwise_are_told(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "domain/a.yml": 'version: "3.1"\nentities: [sum]\n'
        "intents: [hi, {bye: {use_entities: []}}, {pay: {use_entities: []}}]\n",
        "domain/b.yml": "intents:\n- hi: {ignore_entities: [sum]}\n- bye: {use_entities: []}\n- pay\n",
    }
    project = read(tmp_path, files)
    assert [line.partition(";")[0] for line in told(project.findings, "left out")] == [
        "b.yml:2: the options of the intent 'hi' here"
    ]
