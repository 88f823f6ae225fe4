"""What messages mean."""

from pathlib import Path

import pytest

from dialog_core.testing import NASTY_TEXTS
from dialog_rasa.acting.policy import StoriesPolicy
from dialog_rasa.tracker.state import HeardEntity
from tests.plugins.dialog_rasa.acting.talking import annotation, bot_of, entity, make_policy, told

BANK = """
intents: [transfer, faq, greet]
entities: [account, place]
slots:
  place: {type: text, influence_conversation: false, mappings: [{type: from_entity, entity: place}]}
synonyms: {savings: [savings account, nest egg]}
responses:
  utter_hi: [{text: "Hi."}, {text: "Hi, Slack.", channel: slack}]
  utter_pick: [{text: "Which?", buttons: [{title: "The first", payload: "number one"}]}]
  utter_one: [{text: "One it is."}]
stories:
  - story: pick
    steps: [{intent: transfer}, {action: utter_pick}, {user: "number one"}, {action: utter_one}]
rules:
  - rule: hi
    steps: [{intent: greet}, {action: utter_hi}]
"""


@pytest.fixture
def bank(tmp_path: Path) -> StoriesPolicy:
    return make_policy(tmp_path, BANK)


def test_an_entity_is_called_by_its_name_whatever_it_was_called(bank: StoriesPolicy) -> None:
    named = [entity("account", "Nest Egg"), entity("account", "gold"), entity("place", "Bern", "from")]
    heard = bank.heard("x", {"intents": annotation("transfer", 0.9), "entities": named})
    assert heard.entities == (
        HeardEntity("account", "savings"),
        HeardEntity("account", "gold"),
        HeardEntity("place", "Bern", "from"),
    )
    assert (heard.intent, heard.probability) == ("transfer", 0.9)


def test_what_nothing_goes_by_is_left_out(bank: StoriesPolicy) -> None:
    assert bank.heard("x", {"entities": [entity("weather", "rain")]}).entities == ()


def test_a_message_that_names_its_intent_may_name_entities_several_times(bank: StoriesPolicy) -> None:
    heard = bank.heard('/transfer{"account": ["gold", "savings"], "anything": 4}', {})
    assert heard.intent == "transfer"
    assert [(one.name, one.value) for one in heard.entities] == [
        ("account", "gold"),
        ("account", "savings"),
        ("anything", 4),
    ]


def test_it_may_say_how_sure_it_is_and_which_question_it_is(bank: StoriesPolicy) -> None:
    heard = bank.heard('/faq/hours@0.4{"account": "gold"}', {})
    assert (heard.intent, heard.retrieval, heard.probability) == ("faq", "faq/hours", 0.4)


def test_a_label_of_two_parts_says_which_question_it_is(bank: StoriesPolicy) -> None:
    heard = bank.heard("when", {"intents": annotation("faq/hours")})
    assert (heard.intent, heard.retrieval) == ("faq", "faq/hours")


@pytest.mark.parametrize("text", NASTY_TEXTS.values(), ids=NASTY_TEXTS)
def test_nasty_texts_mean_nothing_worse_than_nothing(bank: StoriesPolicy, text: str) -> None:
    for written in (text, f"/{text}", f"/greet{text}", f"/greet{{{text}", f'/greet{{"account": {text!r}}}'):
        bank.heard(written, {})


@pytest.mark.parametrize("said", [None, 42, [], {}, {"label": 1}, {"label": "greet"}, {"label": None, "labels": 4}])
def test_annotations_of_another_shape_are_none(bank: StoriesPolicy, said: object) -> None:
    assert bank.heard("x", {"intents": said, "entities": said}).intent == ""


def test_a_button_may_stand_for_words(tmp_path: Path) -> None:
    with bot_of(tmp_path, BANK) as bot:
        assert told(bot, "/transfer") == ["Which?"]
        assert told(bot, "the first") == ["One it is."]


def test_a_channel_has_variations_of_its_own(tmp_path: Path) -> None:
    with bot_of(tmp_path, BANK) as bot:
        assert told(bot, "/greet") == ["Hi."]
    with bot_of(tmp_path, BANK, channel="slack") as bot:
        assert told(bot, "/greet") == ["Hi, Slack."]


BEYOND = """
intents: [greet, out_of_scope]
responses:
  utter_beyond: [{text: "That is beyond me."}]
rules:
  - rule: beyond
    steps: [{intent: out_of_scope}, {action: utter_beyond}]
"""


def test_what_is_none_of_the_intents_is_out_of_scope_unless_somebody_else_knows(tmp_path: Path) -> None:
    from dialog_core.testing import ScriptedPolicy

    other = ScriptedPolicy(lambda turn: "Forty-two." if turn.text == "six times seven" else None, score=0.5)
    settings = {"kinds": {"other": "retrieval"}}
    with bot_of(tmp_path, BEYOND, beside={"other": other}, settings=settings) as bot:
        assert told(bot, "who is the king") == ["That is beyond me."]
        assert told(bot, "six times seven") == ["Forty-two."]
