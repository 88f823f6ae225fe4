"""The fallback in two stages."""

from pathlib import Path

from tests.plugins.dialog_rasa.acting.talking import actions_of, bot_of, flow, told

TWO_STAGES = """
intents: [hello, order_pizza, goodbye, out_of_scope]
slots:
  name: {type: text, influence_conversation: false, mappings: [{type: custom}]}
responses:
  utter_hello: [{text: "Hello."}]
  utter_pizza: [{text: "A pizza it is."}]
  utter_default: [{text: "I give up."}]
  utter_ask_rephrase: [{text: "In other words?"}]
rules:
  - rule: not understood
    steps: [{intent: nlu_fallback}, {action: action_two_stage_fallback}, {active_loop: action_two_stage_fallback}]
  - rule: hello
    steps: [{intent: hello}, {action: utter_hello}]
  - rule: pizza
    steps: [{intent: order_pizza}, {action: utter_pizza}]
"""
UNCLEAR = {
    "label": None,
    "probability": 0.6,
    "ranked": [{"label": "order_pizza", "probability": 0.3}, {"label": "goodbye", "probability": 0.2}],
    "labels": [],
}
MEANS = {"hrmpf": UNCLEAR, "pizza": "order_pizza", "hi": "hello"}
QUESTION = "Did you mean one of these?"


def test_what_is_not_understood_is_asked_about_with_the_likeliest_meanings(tmp_path: Path) -> None:
    with bot_of(tmp_path, TWO_STAGES, means=MEANS) as bot:
        reply = bot.reply("hrmpf")
        assert reply.text == QUESTION
        assert reply.messages[0].quick_replies == ("order pizza", "goodbye", "Something else")
        assert flow(bot) == ("action_two_stage_fallback", "")
        assert told(bot, "order pizza") == ["A pizza it is."]
        assert actions_of(bot) == ["utter_pizza"]
        assert flow(bot) is None


def test_other_words_are_answered_as_if_nothing_had_been_asked(tmp_path: Path) -> None:
    with bot_of(tmp_path, TWO_STAGES, means=MEANS) as bot:
        told(bot, "hrmpf")
        assert told(bot, "hi") == ["Hello."]
        assert flow(bot) is None


def test_none_of_these_asks_for_other_words(tmp_path: Path) -> None:
    with bot_of(tmp_path, TWO_STAGES, means=MEANS) as bot:
        told(bot, "hrmpf")
        assert told(bot, "something else") == ["In other words?"]
        assert told(bot, "pizza") == ["A pizza it is."]


def test_whoever_is_not_understood_twice_is_told_so(tmp_path: Path) -> None:
    with bot_of(tmp_path, TWO_STAGES, means=MEANS) as bot:
        told(bot, "hrmpf")
        assert told(bot, "hrmpf") == ["I give up."]
        assert flow(bot) is None
        assert told(bot, "hrmpf") == [QUESTION]


def test_and_whoever_means_none_of_these_twice(tmp_path: Path) -> None:
    with bot_of(tmp_path, TWO_STAGES, means=MEANS) as bot:
        told(bot, "hrmpf")
        told(bot, "something else")
        assert told(bot, "hrmpf") == [QUESTION]
        assert told(bot, "something else") == ["I give up."]
        assert told(bot, "hi") == ["Hello."]


def test_a_clear_message_that_nobody_has_an_answer_to_ends_the_questions_too(tmp_path: Path) -> None:
    with bot_of(tmp_path, TWO_STAGES, means=MEANS) as bot:
        told(bot, "hrmpf")
        assert told(bot, "goodbye") == ["I give up."]
        assert flow(bot) is None
        assert told(bot, "pizza") == ["A pizza it is."]
        assert told(bot, "hi") == ["Hello."]


def test_where_no_meaning_is_likely_other_words_are_asked_for_at_once(tmp_path: Path) -> None:
    with bot_of(tmp_path, TWO_STAGES, means=MEANS) as bot:
        assert told(bot, "what") == ["In other words?"]


def test_an_action_of_the_bots_own_may_ask(tmp_path: Path) -> None:
    own = {"action_default_ask_affirmation": lambda call: {"events": [], "responses": [{"text": "What?"}]}}
    with bot_of(tmp_path, TWO_STAGES, means=MEANS, actions=own) as bot:
        assert told(bot, "hrmpf") == ["What?"]
        assert told(bot, "pizza") == ["A pizza it is."]


def test_an_answer_of_somebody_who_knows_wins_over_a_question_back(tmp_path: Path) -> None:
    from dialog_core.testing import ScriptedPolicy

    other = ScriptedPolicy("Forty-two.", score=0.45)
    settings = {"kinds": {"other": "retrieval"}}
    with bot_of(tmp_path, TWO_STAGES, means=MEANS, beside={"other": other}, settings=settings) as bot:
        assert told(bot, "hrmpf") == ["Forty-two."]
        assert flow(bot) is None
