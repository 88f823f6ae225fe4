"""Test stories whose messages the bot has to understand by itself, with what it has learned."""

from pathlib import Path

import pytest

from tests.dialog_core.cli.command import run
from tests.plugins.dialog_rasa.bots import write

pytestmark = pytest.mark.slow

BOT = """\
version: 1
annotators:
  - {use: intents}
  - {use: entities, entities: {city: {values: {Rome: [roma], Oslo: []}}}}
policies: [{use: stories, path: dialogue}]
training:
  - {component: intents, data: nlu.yaml}
  - {component: stories}
fallback: Pardon?
"""
NLU = """\
intents:
  greet: [hello, hi, hello there, good morning, good evening, hey, hi there, hey you]
  bye: [bye, goodbye, see you, see you later, bye bye, farewell, until tomorrow, so long]
  travel:
    - I want to go to Rome
    - a ticket to Oslo please
    - can you book a trip to Rome
    - I would like to travel
    - a trip to Oslo
    - take me to Rome
    - book me a ticket
    - travel to Oslo
"""
DIALOGUE = """\
intents: [greet, bye, travel]
entities: [city]
slots:
  city: {type: text, mappings: [{type: from_entity, entity: city}]}
responses:
  utter_greet: [{text: Hello!}]
  utter_bye: [{text: Bye!}]
  utter_where: [{text: Where to?}]
  utter_booked: [{text: "To {{ slots.city }}."}]
stories:
  - story: a trip with a city
    steps:
      - intent: greet
      - action: utter_greet
      - intent: travel
        entities: [{city: Rome}]
      - action: utter_booked
      - intent: bye
      - action: utter_bye
  - story: a trip without
    steps:
      - intent: greet
      - action: utter_greet
      - intent: travel
      - action: utter_where
"""
TESTS = """\
stories:
  - story: to Rome
    steps:
      - user: hello there
        intent: greet
      - action: utter_greet
      - user: a ticket to [roma](city=Rome) please
        intent: travel
      - slot_was_set: [{city: Rome}]
      - action: utter_booked
      - user: see you later
        intent: bye
      - action: utter_bye
  - story: nowhere
    steps:
      - user: hi there
        intent: greet
      - action: utter_greet
      - user: I would like to travel
        intent: travel
      - action: utter_where
"""


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("trips")
    write(root, {"bot.yaml": BOT, "nlu.yaml": NLU, "dialogue/trips.yaml": DIALOGUE, "tests/a.stories.yaml": TESTS})
    done = run("train", root / "bot.yaml")
    assert done.returncode == 0, done.stdout + done.stderr
    return root


def test_messages_are_understood_and_lead_where_the_stories_say(bot: Path) -> None:
    done = run("test", bot)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 of 2 stories, 10 of 10 actions, 5 of 5 intents, 1 of 1 entities, 1 of 1 slots" in done.stdout


def test_what_is_misunderstood_fails_and_with_given_meanings_passes(bot: Path) -> None:
    wrong = TESTS.replace("user: see you later", "user: take me to Oslo").replace(
        "[roma](city=Rome)", "[roma](city=Bari)"
    )
    file = write(bot / "wrong", {"a.stories.yaml": wrong}) / "a.stories.yaml"
    done = run("test", bot, file)
    assert done.returncode == 1
    assert "    expected  bye\n    got       travel\n" in done.stdout
    assert "    expected  city=Bari\n    got       city=Rome\n" in done.stdout
    assert "    expected  none\n    got       city=Oslo\n" in done.stdout
    assert "1 of 2 stories, 10 of 10 actions, 4 of 5 intents, 0 of 2 entities, 1 of 1 slots" in done.stdout
    given = run("test", bot, file, "--given")
    assert given.returncode == 0, given.stdout
    assert "2 of 2 stories, 10 of 10 actions\n" in given.stdout


def test_a_bot_that_is_not_trained_is_told_what_to_do(bot: Path, tmp_path: Path) -> None:
    write(tmp_path, {"bot.yaml": BOT, "nlu.yaml": NLU, "dialogue/trips.yaml": DIALOGUE, "tests/a.stories.yaml": TESTS})
    done = run("test", tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "dialog-core train" in done.stderr
