"""What the bot says."""

from pathlib import Path

from dialog_rasa.dialogue.values import Button
from tests.plugins.dialog_rasa.project.reading import read, told

DOMAIN = """\
slots: {name: {type: text}}
responses:
  utter_hi:
  - text: "Hi {name}! {{x}}"
    id: first
    channel: slack
    image: "https://example.org/{name}.png"
    condition:
    - {type: slot, name: vip, value: true}
    - {type: slot, name: level, value: gold}
    buttons:
    - title: "Yes, {name}"
      payload: '/affirm{{"e": "{name}"}}'
    - title: "No"
      payload: /deny
    - title: Plain
    button_type: inline
    quick_replies: [{title: Q, payload: /q}]
    metadata: {a: 1}
  - text: "Hello."
  - custom: {"blocks": [{"text": "{name}"}]}
  - attachment: {type: video, payload: {src: "https://example.org"}}
  utter_note:
  - text: Noted.
    metadata: just words
"""


def test_variations_are_read_with_everything_they_have(tmp_path: Path) -> None:
    project = read(tmp_path, {"domain.yml": DOMAIN})
    assert told(project.findings) == []
    first, second, third, fourth = project.dialogue.responses["utter_hi"]
    assert first.text == "Hi {{ slots.name }}! {x}"
    assert (first.id, first.channel) == ("first", "slack")
    assert first.image == "https://example.org/{{ slots.name }}.png"
    assert first.conditions == (("vip", True), ("level", "gold"))
    assert first.buttons == (
        Button("Yes, {{ slots.name }}", '/affirm{"e": "{{ slots.name }}"}'),
        Button("No", "/deny"),
        Button("Plain", "Plain"),
        Button("Q", "/q"),
    )
    assert first.metadata == {"a": 1, "button_type": "inline"}
    assert (first.place.line, second.place.line) == (4, 20)
    assert third.custom == {"blocks": [{"text": "{{ slots.name }}"}]}
    assert fourth.attachment == {"type": "video", "payload": {"src": "https://example.org"}}
    assert project.dialogue.responses["utter_note"][0].metadata == {"metadata": "just words"}


def test_templates_of_older_projects_are_responses(tmp_path: Path) -> None:
    project = read(tmp_path, {"domain.yml": "templates:\n  utter_hi:\n  - text: Hi!\n"})
    assert [one.text for one in project.dialogue.responses["utter_hi"]] == ["Hi!"]
    assert project.findings == ()


def test_responses_may_stand_beside_examples(tmp_path: Path) -> None:
    nlu = (
        "nlu:\n- intent: faq/name\n  examples: |\n    - who are you?\n"
        "responses:\n  faq/name:\n  - text: A bot.\n  utter_faq/age:\n  - text: Young.\n"
    )
    project = read(tmp_path, {"domain.yml": "intents: [faq]\n", "data/nlu.yml": nlu})
    assert list(project.dialogue.responses) == ["utter_faq/name", "utter_faq/age"]
    assert project.dialogue.intents["faq"].retrieval
    assert told(project.findings, "approximated") == [
        "nlu.yml:6: the response 'faq/name' is not called `utter_...`; read as 'utter_faq/name'"
    ]


def test_what_is_wrong_with_responses_is_said_with_its_line(tmp_path: Path) -> None:
    domain = """\
responses:
  utter_empty:
  utter_words: hello
  utter_list:
  - hey!
  - text: 5
  - stuff: x
  - text: fine
    condition: [{type: slot, name: a}]
  - text: Pay {amount}
    buttons: [{payload: /pay}]
    colour: red
  - text: Pro
    condition: slots.a > 3
"""
    project = read(tmp_path, {"domain.yml": domain})
    wrong = told(project.findings)
    assert [int(line.split(":")[1]) for line in wrong] == [2, 3, 3, 5, 6, 7, 9, 11]
    assert [one.text for one in project.dialogue.responses["utter_list"]] == ["hey!", "5", "Pay {{ slots.amount }}"]
    assert told(project.findings, "left out") == [
        "domain.yml:12: `colour:` is not read",
        "domain.yml:14: a variation of the response 'utter_list' has a condition of another kind than `type: slot`; "
        "the variation is left out",
    ]
