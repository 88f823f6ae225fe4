"""Test stories held with a bot, as people hold them: with `dialog-core test`."""

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.dialog_core.cli.command import run
from tests.plugins.dialog_rasa.bots import write

BOT = """\
version: 1
policies: [{use: stories, path: dialogue}]
fallback: Pardon?
"""
DOMAIN = """\
intents: [greet, bye, travel, inform, thank, name]
entities: [city]
slots:
  city: {type: text, influence_conversation: false, mappings: [{type: from_entity, entity: city}]}
  guest: {type: text, mappings: [{type: from_text, conditions: [{active_loop: name_form, requested_slot: guest}]}]}
  booked: {type: bool, mappings: [{type: custom}]}
forms:
  trip_form: {required_slots: [city]}
  name_form: {required_slots: [guest]}
actions: [action_book]
responses:
  utter_greet: [{text: Hello!}]
  utter_bye: [{text: Bye!}]
  utter_ask_city: [{text: Where to?}]
  utter_ask_guest: [{text: Who are you?}]
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
  - rule: a name is asked for
    steps:
      - intent: name
      - action: name_form
      - active_loop: name_form
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
    assert (
        "1 of 1 stories, 11 of 11 actions, 1 of 1 intents, 1 of 1 entities, 1 of 1 slots, 2 of 2 loops" in done.stdout
    )


def test_training_stories_that_are_named_predict_themselves(bot: Path) -> None:
    done = run("test", bot, bot / "dialogue" / "stories.yaml", "--given")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "3 of 3 stories, 16 of 16 actions, 4 of 4 loops" in done.stdout


def test_one_mistake_does_not_hide_the_next(bot: Path) -> None:
    tests = bot / "tests" / "trips.stories.yaml"
    wrong = TESTS.replace("intent: inform", "intent: bye").replace("utter_booked", "utter_full")
    tests.write_text(wrong.replace("slot_was_set: [{city: rome}]", "slot_was_set: [{city: oslo}]"), encoding="utf-8")
    done = run("test", "bot", "--failed", "failed.stories.yaml", "--junit", "report.xml", cwd=bot.parent)
    assert done.returncode == 1
    assert "bot/tests/trips.stories.yaml:2: 3 of 16 checks are not as it says" in done.stdout
    assert (
        "  bot/tests/trips.stories.yaml:12: intent\n"
        "    expected  bye\n"
        "    got       inform\n"
        '    why       \'/inform{"city": "rome"}\', 1.00 sure\n' in done.stdout
    )
    assert "    expected  city=oslo\n    got       city=rome\n" in done.stdout
    assert "    expected  utter_full\n    got       utter_booked\n    why       the " in done.stdout
    assert "'a trip' (stories.yaml:" in done.stdout
    assert (
        "0 of 1 stories, 10 of 11 actions, 0 of 1 intents, 1 of 1 entities, 0 of 1 slots, 2 of 2 loops" in done.stdout
    )
    case = ElementTree.parse(bot.parent / "report.xml").getroot().find(".//testcase")
    assert case is not None
    assert {one.get("name"): one.get("value") for one in case.iter("property")}["actions.passed"] == "10"
    again = run("test", "bot", "failed.stories.yaml", cwd=bot.parent)
    assert again.returncode == 1
    assert "10 of 11 actions" in again.stdout
    text = (bot.parent / "failed.stories.yaml").read_text(encoding="utf-8")
    assert "- action: utter_full  # predicted: utter_booked\n" in text
    assert "# understood: inform\n" in text


def test_a_loop_is_one_that_can_have_come_of_the_latest_action(bot: Path) -> None:
    tests = bot / "tests" / "trips.stories.yaml"
    tests.write_text(TESTS.replace("- active_loop: trip_form", "- active_loop: name_form"), encoding="utf-8")
    done = run("test", bot)
    assert done.returncode == 1
    told = "    expected  name_form\n    got       trip_form\n    why       after trip_form\n"
    assert f"trips.stories.yaml:8: loop\n{told}" in done.stdout
    left = TESTS.replace(
        "      - action: utter_welcome\n", "      - action: utter_welcome\n      - active_loop: null\n"
    )
    tests.write_text(left, encoding="utf-8")
    told = "    expected  none\n    got       trip_form\n    why       after utter_welcome\n"
    assert f"trips.stories.yaml:11: loop\n{told}" in run("test", bot).stdout


def test_what_no_slot_can_come_from_is_left_to_the_story(bot: Path) -> None:
    """No action runs in a test, so the story alone says what it sets; both ways lead where the stories lead."""
    text = TESTS.replace("{booked: true}", "{booked: false}").replace("utter_booked", "utter_full")
    (bot / "tests" / "trips.stories.yaml").write_text(text, encoding="utf-8")
    done = run("test", bot)
    assert done.returncode == 0, done.stdout


NAMES = """\
stories:
  - story: a name
    steps:
      - intent: name
      - action: name_form
      - active_loop: name_form
      - user: /inform
        intent: inform
      - slot_was_set: [{guest: /bye}]
      - action: name_form
      - active_loop: null
      - action: action_listen
"""


def test_a_slot_that_a_form_asks_for_is_compared_unless_an_action_has_its_say(bot: Path) -> None:
    (bot / "tests" / "trips.stories.yaml").write_text(NAMES, encoding="utf-8")
    done = run("test", bot)
    assert done.returncode == 1
    assert "    expected  guest=/bye\n    got       guest=/inform\n" in done.stdout
    assert "0 of 1 slots, 2 of 2 loops" in done.stdout
    domain = bot / "dialogue" / "domain.yaml"
    domain.write_text(DOMAIN.replace("[action_book]", "[action_book, validate_name_form]"), encoding="utf-8")
    done = run("test", bot)
    assert "slots" not in done.stdout


def test_the_figures_stand_beside_those_of_rasa(bot: Path) -> None:
    figures = {"precision": 1.0, "recall": 0.5, "f1-score": 0.667, "support": 2}
    told = {"trip_form": figures, "conversation_accuracy": {"accuracy": 0.0, "correct": 0, "total": 1}}
    report = bot.parent / "results" / "story_report.json"
    report.parent.mkdir()
    report.write_text(json.dumps(told), encoding="utf-8")
    done = run("test", "bot", "--rasa-report", "results", cwd=bot.parent)
    assert done.returncode == 0, done.stdout + done.stderr
    text = "\n".join(" ".join(line.split()) for line in done.stdout.splitlines())
    assert "Beside Rasa (results)" in text
    assert "stories 1 of 1 0 of 1" in text
    assert "action trip_form 1.00 3 0.67 2" in text
    report.write_text("{", encoding="utf-8")
    done = run("test", "bot", "--rasa-report", report, cwd=bot.parent)
    assert (done.returncode, done.stdout) == (2, "")
    assert "story_report.json:1:2: this is no JSON" in done.stderr


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
