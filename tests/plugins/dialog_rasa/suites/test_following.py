"""Test stories held with a bot, as people hold them: with `dialog-core test`."""

from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.dialog_core.cli.command import run
from tests.plugins.dialog_rasa.bots import write

BOT = """\
version: 1
annotators:
  - {use: entities, name: entities, regex: {city: "rome|oslo"}}
policies: [{use: stories, path: dialogue}]
fallback: Pardon?
"""
DOMAIN = """\
intents: [greet, bye, travel, inform, thank]
entities: [city]
slots:
  city: {type: text, mappings: [{type: from_entity, entity: city}]}
  booked: {type: bool, mappings: [{type: custom}]}
forms:
  trip_form: {required_slots: [city]}
actions: [action_book]
responses:
  utter_greet: [{text: Hello!}]
  utter_bye: [{text: Bye!}]
  utter_ask_city: [{text: Where to?}]
  utter_booked: [{text: Booked.}]
  utter_full: [{text: There is no room.}]
  utter_welcome: [{text: You are welcome.}]
"""
RULES = """\
rules:
  - rule: a trip is asked for
    steps:
      - intent: travel
      - action: trip_form
      - active_loop: trip_form
  - rule: say thanks
    steps:
      - intent: thank
      - action: utter_welcome
"""
STORIES = """\
stories:
  - story: a greeting
    steps:
      - intent: greet
      - action: utter_greet
      - intent: bye
      - action: utter_bye
  - story: a trip
    steps:
      - intent: greet
      - action: utter_greet
      - intent: travel
      - action: trip_form
      - active_loop: trip_form
      - active_loop: null
      - action: action_book
      - slot_was_set: [{booked: true}]
      - action: utter_booked
  - story: no trip
    steps:
      - intent: greet
      - action: utter_greet
      - intent: travel
      - action: trip_form
      - active_loop: trip_form
      - active_loop: null
      - action: action_book
      - slot_was_set: [{booked: false}]
      - action: utter_full
"""
TESTS = """\
stories:
  - story: to Rome
    steps:
      - intent: greet
      - action: utter_greet
      - intent: travel
      - action: trip_form
      - active_loop: trip_form
      - intent: thank
      - action: utter_welcome
      - action: trip_form
      - user: "/inform{\\"city\\": \\"rome\\"}"
        intent: inform
        entities: [{city: rome}]
      - slot_was_set: [{city: rome}]
      - action: trip_form
      - active_loop: null
      - action: action_book
      - slot_was_set: [{booked: true}]
      - action: utter_booked
"""


@pytest.fixture
def bot(tmp_path: Path) -> Path:
    return write(
        tmp_path / "bot",
        {
            "bot.yaml": BOT,
            "dialogue/domain.yaml": DOMAIN,
            "dialogue/rules.yaml": RULES,
            "dialogue/stories.yaml": STORIES,
            "tests/trips.stories.yaml": TESTS,
        },
    )


def test_a_story_is_followed_through_rules_forms_and_slots_that_actions_set(bot: Path) -> None:
    done = run("test", bot, "-v")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "  ok      to Rome" in done.stdout
    assert "1 of 1 stories, 11 of 11 actions, 1 of 1 intents, 1 of 1 entities, 1 of 1 slots" in done.stdout


def test_training_stories_that_are_named_predict_themselves(bot: Path) -> None:
    done = run("test", bot, bot / "dialogue" / "stories.yaml", "--given")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "3 of 3 stories, 18 of 18 actions" in done.stdout


def test_one_mistake_does_not_hide_the_next(bot: Path) -> None:
    tests = bot / "tests" / "trips.stories.yaml"
    wrong = TESTS.replace("action: utter_welcome", "action: utter_bye").replace("utter_booked", "utter_full")
    tests.write_text(wrong.replace("slot_was_set: [{city: rome}]", "slot_was_set: [{city: oslo}]"), encoding="utf-8")
    done = run("test", "bot", "--failed", "failed.stories.yaml", "--junit", "report.xml", cwd=bot.parent)
    assert done.returncode == 1
    assert "bot/tests/trips.stories.yaml:2: 3 of 14 checks are not as it says" in done.stdout
    assert (
        "  bot/tests/trips.stories.yaml:10: action\n"
        "    expected  utter_bye\n"
        "    got       utter_welcome\n"
        "    why       the rule 'say thanks' (rules.yaml:" in done.stdout
    )
    assert "    expected  city=oslo\n    got       city=rome\n" in done.stdout
    assert "    expected  utter_full\n    got       utter_booked\n" in done.stdout
    assert "0 of 1 stories, 9 of 11 actions, 1 of 1 intents, 1 of 1 entities, 0 of 1 slots" in done.stdout
    case = ElementTree.parse(bot.parent / "report.xml").getroot().find(".//testcase")
    assert case is not None
    assert {one.get("name"): one.get("value") for one in case.iter("property")}["actions.passed"] == "9"
    again = run("test", "bot", "failed.stories.yaml", cwd=bot.parent)
    assert again.returncode == 1
    assert "9 of 11 actions" in again.stdout
    text = (bot.parent / "failed.stories.yaml").read_text(encoding="utf-8")
    assert "- action: utter_bye  # predicted: utter_welcome\n" in text


def test_what_no_slot_can_come_from_is_left_to_the_story(bot: Path) -> None:
    """No action runs in a test, so the story alone says what it sets; both ways lead where the stories lead."""
    text = TESTS.replace("{booked: true}", "{booked: false}").replace("utter_booked", "utter_full")
    (bot / "tests" / "trips.stories.yaml").write_text(text, encoding="utf-8")
    done = run("test", bot)
    assert done.returncode == 0, done.stdout


def test_a_bot_without_stories_cannot_be_tested_with_them(bot: Path) -> None:
    (bot / "bot.yaml").write_text("version: 1\npolicies: [{use: rules, path: r.yaml}]\n", encoding="utf-8")
    (bot / "r.yaml").write_text("rules: [{name: hello, when: hello, say: Hello!}]", encoding="utf-8")
    done = run("test", bot)
    assert done.returncode == 1
    assert "the bot has no policy that goes by stories (`use: stories`)" in done.stdout
    assert "1 could not be held" in done.stdout


def test_stories_with_a_mistake_are_told_before_anything_is_run(bot: Path) -> None:
    (bot / "tests" / "trips.stories.yaml").write_text(TESTS.replace("active_loop: null", "aktive_loop: null"), "utf-8")
    done = run("test", bot)
    assert (done.returncode, done.stdout) == (2, "")
    assert "trips.stories.yaml:" in done.stderr
    assert "Did you mean 'active_loop'?" in done.stderr
