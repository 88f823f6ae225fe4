"""A project becomes files that a person would have written."""

from pathlib import Path

import pytest

from dialog_rasa.importing.convert import convert
from dialog_rasa.importing.sound import sound_part
from dialog_rasa.project.reading import read_project
from tests.plugins.dialog_rasa.bots import BOTS, TEN, dialogue_in, needs_bots, write
from tests.plugins.dialog_rasa.importing.small import DOMAIN, converted, told, yaml_of
from tests.plugins.dialog_rasa.small_projects import SMALL
from tests.plugins.dialog_rasa.test_mutations import essence

BOT = """\
# Robin: a bot that goes by stories and rules, brought over from a Rasa project.
# What became of each part of it, and where it stood, says import-report.md.
#
#   dialog-core train bot.yaml         learn from nlu/ and dialogue/; only what has changed is learnt again
#   dialog-core chat bot.yaml          talk to it; /explain shows why it says what it says

version: 1
bot: {name: Robin, language: en, session_expiry: 60m}

annotators:
  - {use: intents}  # what is wanted
  - {use: entities, trained: true}

policies:
  - name: stories
    use: stories
    path: dialogue
    responses: responses.yaml
    threshold: 0.5
    ambiguity: 0.1

training:
  - {component: intents, data: nlu/examples.yaml, everyday: true}
  - {component: entities, data: nlu/examples.yaml}

fallback: Sorry, I did not understand that. Could you say it differently?
"""
DIALOGUE = """\
# What the bot knows: intents, entities, slots and how messages fill them, forms.
# `dialog-core check ../bot.yaml` finds what does not fit together.

# The domain of the library's bot.

intents:
  - greet
  - bye
  - borrow: {use_entities: [title]}

entities:
  - title

# What is remembered.
slots:
  title:
    type: text
    influence_conversation: false
    mappings:
      # Titles are in quotes mostly.
      - {type: from_entity, entity: title, not_intent: bye}

  weeks:
    type: float  # not days
    initial_value: 2
    max_value: 8
    mappings:
      - type: from_text
        intent: borrow
        conditions:
          - {active_loop: loan_form, requested_slot: weeks}

forms:
  # Asks until both are known.
  loan_form:
    required_slots: [title, weeks]

synonyms:
  Nineteen Eighty-Four: ['1984']
"""


def test_a_small_project_becomes_files_a_person_would_have_written(tmp_path: Path) -> None:
    domain = """\
# The domain of the library's bot.

version: "3.1"
intents:
- greet
- bye
- borrow:
    use_entities: [title]
entities: [title]
# What is remembered.
slots:
  title:
    type: text
    influence_conversation: false
    mappings:
    # Titles are in quotes mostly.
    - type: from_entity
      entity: title
      not_intent: bye
  weeks:
    type: float  # not days
    initial_value: 2
    min_value: 0
    max_value: 8
    mappings:
    - {type: from_text, intent: [borrow], conditions: [{active_loop: loan_form, requested_slot: weeks}]}
forms:
  # Asks until both are known.
  loan_form:
    required_slots: [title, weeks]
responses:
  utter_hi:
  - text: Hello!
  - text: "Hi {title}"
    buttons:
    - {title: "yes", payload: /affirm}
  utter_ask_title: [{text: Which one?}]
  utter_ask_weeks: [{text: For how long?}]
"""
    nlu = """\
nlu:
- intent: greet
  examples: |
    - hello
    - hi there
- intent: borrow
  examples: |
    - may I have [Emma](title)?
    - lend me [1984]{"entity": "title", "value": "Nineteen Eighty-Four"}
"""
    result = converted(tmp_path, domain_yml=domain, data_nlu_yml=nlu)
    assert result.files["bot.yaml"] == BOT
    assert result.files["dialogue/domain.yaml"] == DIALOGUE
    assert result.files["responses.yaml"].partition("\n\n")[2] == (
        """\
responses:
  utter_hi:
    - text: Hello!
    - text: Hi {{ slots.title }}
      buttons:
        - {title: 'yes', payload: /affirm}

  utter_ask_title:
    - text: Which one?

  utter_ask_weeks:
    - text: For how long?
"""
    )
    assert result.files["nlu/examples.yaml"].partition("\n\n")[2] == (
        """\
intents:
  greet:
    - hello
    - hi there

  borrow:
    - may I have [Emma](title)?
    - lend me [1984](title=Nineteen Eighty-Four)
"""
    )


def test_comments_of_rules_stay_where_they_were(tmp_path: Path) -> None:
    rules = """\
# All that is sure.

rules:
# Nobody likes to be greeted twice.
- rule: Greet
  # Only then.
  conversation_start: true
  steps:
  - intent: greet  # whatever it is called
  # The friendly one.
  - action: utter_hi
# Who is this about?
"""
    result = converted(tmp_path, data_rules_yml=rules)
    assert result.files["dialogue/rules.yaml"].partition("\n")[2] == (
        """\

# All that is sure.

rules:
  # Nobody likes to be greeted twice.
  - rule: Greet
    # Only then.
    conversation_start: true
    steps:
      - intent: greet  # whatever it is called
      # The friendly one.
      - action: utter_hi
"""
    )
    assert told(result, "comment", "left out") == [
        "rules.yml:12 '# Who is this about?' stands at nothing that has a place of its own"
    ]


def test_what_every_entity_says_of_itself_is_said_once(tmp_path: Path) -> None:
    domain = f"{DOMAIN}entities: [city, {{mood: {{influence_conversation: false}}}}]\n"
    result = converted(tmp_path, domain_yml=domain)
    assert yaml_of(result, "dialogue/domain.yaml")["intents"] == ["greet", "bye"]
    assert yaml_of(result, "dialogue/domain.yaml")["entities"] == ["city", {"mood": {"influence_conversation": False}}]


def test_slots_that_end_with_the_session_and_sessions_that_do_not_end(tmp_path: Path) -> None:
    session = "session_config: {session_expiration_time: 0, carry_over_slots_to_new_session: false}\n"
    result = converted(tmp_path, domain_yml=DOMAIN + session)
    assert yaml_of(result, "dialogue/domain.yaml")["session_config"] == {"carry_over_slots_to_new_session": False}
    assert yaml_of(result, "bot.yaml")["bot"]["session_expiry"] == "36500d"


def test_the_fallback_is_what_the_bot_said_already_or_a_sentence_in_its_language(tmp_path: Path) -> None:
    domain = DOMAIN + "  utter_default:\n  - text: Pardon?\n"
    assert yaml_of(converted(tmp_path / "own", domain_yml=domain), "bot.yaml")["fallback"] == "Pardon?"
    german = converted(tmp_path / "german", config_yml="language: de\npolicies: [{name: RulePolicy}]\n")
    assert "verstanden" in yaml_of(german, "bot.yaml")["fallback"]
    nowhere = converted(tmp_path / "nowhere", config_yml="language: 12 monkeys\n")
    assert yaml_of(nowhere, "bot.yaml")["bot"]["language"] == "en"
    assert told(nowhere, "language", "approximated")


def test_stories_are_learnt_from_only_where_something_learnt_from_them(tmp_path: Path) -> None:
    story = "stories:\n- story: one\n  steps: [{intent: greet}, {action: utter_hi}]\n"
    without = converted(tmp_path / "without", data_stories_yml=story)
    assert "stories" not in [entry["component"] for entry in yaml_of(without, "bot.yaml")["training"]]
    config = "pipeline: [{name: DIETClassifier}]\npolicies: [{name: TEDPolicy, max_history: 8}]\n"
    learning = converted(tmp_path / "with", data_stories_yml=story, config_yml=config)
    assert yaml_of(learning, "bot.yaml")["training"][-1] == {"component": "stories"}
    assert yaml_of(learning, "bot.yaml")["policies"][0]["max_history"] == 8


def test_a_session_of_hours_reads_as_such(tmp_path: Path) -> None:
    result = converted(tmp_path, domain_yml=f"{DOMAIN}session_config: {{session_expiration_time: 720}}\n")
    assert yaml_of(result, "bot.yaml")["bot"]["session_expiry"] == "12h"


@pytest.mark.parametrize("name", sorted(SMALL))
def test_what_is_written_is_read_as_what_was_read(name: str, tmp_path: Path) -> None:
    project = read_project(write(tmp_path / "project", dict(SMALL[name])), environment={})
    result = convert(project, name)
    root = write(tmp_path / "new", dict(result.files))
    new, old = essence(dialogue_in(root)), essence(sound_part(project).dialogue)
    for one in (new, old):  # what is known without being declared is not written
        one.pop("actions", None)
        one["slots"].pop("requested_slot", None)
        one["session"].pop("minutes")  # which stands in the bot file
    assert new == old


@needs_bots
@pytest.mark.parametrize("name", TEN)
def test_the_ten_bots_say_the_same_afterwards(name: str, tmp_path: Path) -> None:
    project = read_project(BOTS / name)
    assert [finding for finding in project.findings if finding.fate == "wrong"] == []
    result = convert(project, name)
    new = dialogue_in(write(tmp_path, dict(result.files)))
    old = project.dialogue
    assert essence(new.stories) == essence(old.stories)
    assert essence(new.rules) == essence(old.rules)
    assert essence(new.responses) == essence(old.responses)
    assert essence(new.intents) == essence(old.intents)
    assert essence(new.forms) == essence(old.forms)
    assert sum(len(block.examples) for block in project.understanding.intents) == result.counts["examples"]


def test_a_form_without_a_question_is_wrong_and_asks_in_plain_words(tmp_path: Path) -> None:
    domain = (
        f"{DOMAIN}slots:\n  home_town: {{type: text, mappings: [{{type: from_text}}]}}\n"
        "forms:\n  about:\n    required_slots: [home_town]\n"
    )
    result = converted(tmp_path, domain_yml=domain)
    assert told(result, "form", "wrong") == [
        "domain.yml:8 the form 'about' has no question for the slot 'home_town'",
    ]
    assert told(result, "form", "approximated") == [
        "domain.yml:8 the form 'about' asks for 'home_town' with 'Please tell me: home town?'"
    ]
    assert yaml_of(result, "responses.yaml")["responses"]["utter_ask_home_town"] == [
        {"text": "Please tell me: home town?"}
    ]
