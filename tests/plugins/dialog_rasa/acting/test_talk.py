"""A bot of responses, rules and stories is talked to."""

from pathlib import Path

import pytest

from dialog_core import Context
from dialog_core.configuration import Remark
from dialog_core.testing import ScriptedPolicy
from dialog_rasa.checking import check
from dialog_rasa.options import StoriesOptions
from tests.plugins.dialog_rasa.acting.talking import actions_of, annotation, bot_of, remarks, slots, told

MOOD = """
intents: [greet, goodbye, affirm, deny, mood_great, mood_unhappy, bot_challenge, faq]
responses:
  utter_greet:
    - text: "Hey! How are you?"
      buttons:
        - {title: "great", payload: "/mood_great"}
        - {title: "super sad", payload: "/mood_unhappy"}
  utter_cheer_up: [{text: "Here is something to cheer you up:", image: "https://example.org/tiger.jpg"}]
  utter_did_that_help: [{text: "Did that help you?"}]
  utter_happy: [{text: "Great, carry on!"}]
  utter_goodbye: [{text: "Bye"}]
  utter_iamabot: [{text: "I am a bot."}]
  utter_faq/hours: [{text: "From nine to six."}]
  utter_faq/fines: [{text: "Ten pence a day."}]
rules:
  - rule: Goodbye
    steps: [{intent: goodbye}, {action: utter_goodbye}]
  - rule: Challenge
    steps: [{intent: bot_challenge}, {action: utter_iamabot}]
  - rule: Questions
    steps: [{intent: faq}, {action: utter_faq}]
stories:
  - story: happy path
    steps: [{intent: greet}, {action: utter_greet}, {intent: mood_great}, {action: utter_happy}]
  - story: sad path 1
    steps:
      - intent: greet
      - action: utter_greet
      - intent: mood_unhappy
      - action: utter_cheer_up
      - action: utter_did_that_help
      - intent: affirm
      - action: utter_happy
"""


def test_a_story_is_followed_turn_by_turn_and_says_several_things_in_one(tmp_path: Path) -> None:
    means = {"hi": "greet", "so sad": "mood_unhappy", "yes": "affirm"}
    with bot_of(tmp_path, MOOD, means=means) as bot:
        assert told(bot, "hi") == ["Hey! How are you?"]
        assert bot.reply("so sad").text == "Here is something to cheer you up:\n\nDid that help you?"
        assert actions_of(bot) == ["utter_cheer_up", "utter_did_that_help"]
        said = bot.conversation().last_bot_message
        assert said is not None
        assert [(one.url, one.media_type) for one in said.attachments] == [
            ("https://example.org/tiger.jpg", "image/jpeg")
        ]
        assert told(bot, "yes") == ["Great, carry on!"]


def test_picking_a_button_means_its_payload_and_only_right_after_it_was_offered(tmp_path: Path) -> None:
    with bot_of(tmp_path, MOOD, means={"hi": "greet"}) as bot:
        assert told(bot, "great") == ["I do not know."]
        reply = bot.reply("hi")
        assert reply.messages[0].quick_replies == ("great", "super sad")
        assert told(bot, " Super  SAD ") == ["Here is something to cheer you up:", "Did that help you?"]
        assert told(bot, "great") == ["I do not know."]


def test_channels_find_each_message_with_its_buttons_in_the_evidence(tmp_path: Path) -> None:
    with bot_of(tmp_path, MOOD, means={"hi": "greet"}) as bot:
        bot.reply("hi")
        said = bot.conversation().last_bot_message
        assert said is not None
        (found,) = [one.metadata for one in said.evidence if "messages" in one.metadata]
        assert found["cite"] is False
        assert found["messages"] == [
            {
                "response": "utter_greet",
                "text": "Hey! How are you?",
                "buttons": [
                    {"title": "great", "payload": "/mood_great"},
                    {"title": "super sad", "payload": "/mood_unhappy"},
                ],
            }
        ]


def test_a_reply_says_which_story_or_rule_it_comes_from_and_where_that_stands(tmp_path: Path) -> None:
    with bot_of(tmp_path, MOOD, means={"bye": "goodbye"}) as bot:
        reply = bot.reply("bye")
        assert reply.trace is not None
        (candidate,) = reply.trace["candidates"]
        assert candidate["kind"] == "stories"
        first = candidate["evidence"][0]
        assert "Goodbye" in first["text"]
        assert "utter_goodbye" in first["text"]
        assert first["source"].startswith("dialogue.yaml:")
        assert reply.trace["policies"][0]["notes"]["intent"] == "goodbye"


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("/goodbye", "Bye"),
        ('/goodbye{"city": "Rome"}', "Bye"),
        ("/goodbye{broken", "Bye"),
        ("/faq/hours", "From nine to six."),
        ("/faq/fines", "Ten pence a day."),
        ("/faq", "I do not know."),  # which question?
        ("/nobody_knows", "I do not know."),
        ("/ goodbye", "I do not know."),
        ("/goodbye my friend", "I do not know."),
    ],
)
def test_a_message_may_name_its_intent(tmp_path: Path, text: str, answer: str) -> None:
    with bot_of(tmp_path, MOOD) as bot:
        reply = bot.reply(text)
        assert reply.text == answer
        if "broken" in text:
            assert "no JSON" in remarks(reply)


def test_a_question_among_several_is_told_by_its_selector(tmp_path: Path) -> None:
    from dialog_core.testing import ScriptedAnnotator

    knows = {"when are you open": "hours", "what does it cost": "fines", "what": None}
    annotators = {
        "intents": ScriptedAnnotator(annotation("faq")),
        "which": ScriptedAnnotator(lambda turn: annotation(knows[turn.text])),
    }
    with bot_of(tmp_path, MOOD, settings={"annotators": annotators}, selectors={"faq": "which"}) as bot:
        assert told(bot, "when are you open") == ["From nine to six."]
        assert told(bot, "what does it cost") == ["Ten pence a day."]
        reply = bot.reply("what")
        assert reply.text == "I do not know."
        assert "knows no answer" in remarks(reply)


def test_a_meaning_nobody_is_sure_of_is_not_believed(tmp_path: Path) -> None:
    from dialog_core.testing import ScriptedAnnotator

    close = {
        "label": "greet",
        "probability": 0.5,
        "ranked": [{"label": "greet", "probability": 0.5}, {"label": "goodbye", "probability": 0.45}],
        "labels": ["greet"],
    }
    said = {"low": annotation("greet", 0.25), "close": close, "none": annotation(None)}
    annotators = {"intents": ScriptedAnnotator(lambda turn: said[turn.text])}
    with bot_of(tmp_path, MOOD, settings={"annotators": annotators}, ambiguity=0.1) as bot:
        assert "below the threshold" in remarks(bot.reply("low"))
        assert "ahead of goodbye by only 0.05" in remarks(bot.reply("close"))
        assert "none of those" in remarks(bot.reply("none"))
        assert bot.conversation().last_bot_message.text == "I do not know."  # type: ignore[union-attr]


def test_what_is_half_understood_loses_to_somebody_who_knows_better(tmp_path: Path) -> None:
    sure = {"bye": annotation("goodbye", 0.95), "by the way": annotation("goodbye", 0.45)}
    other = ScriptedPolicy("The way is long.", score=0.6)
    settings = {"kinds": {"other": "retrieval"}}
    with bot_of(tmp_path, MOOD, means=sure, beside={"other": other}, settings=settings) as bot:
        assert told(bot, "bye") == ["Bye"]
        assert told(bot, "by the way") == ["The way is long."]


def test_another_policys_turn_is_invisible_to_stories(tmp_path: Path) -> None:
    means = {"hi": "greet", "sad": "mood_unhappy"}
    other = ScriptedPolicy(lambda turn: "It is noon." if turn.text == "what time is it" else None, score=1.0)
    settings = {"kinds": {"other": "rules"}}
    with bot_of(tmp_path, MOOD, means=means, beside={"other": other}, settings=settings) as bot:
        assert told(bot, "hi") == ["Hey! How are you?"]
        assert told(bot, "what time is it") == ["It is noon."]
        assert told(bot, "sad") == ["Here is something to cheer you up:", "Did that help you?"]


WORDS = """
intents: [greet]
responses:
  utter_hi: [{text: "Hi."}]
stories:
  - story: in words
    steps: [{user: "Is the oven hot?"}, {bot: "It is hot."}, {action: utter_hi}]
"""


def test_stories_in_words_need_no_intent(tmp_path: Path) -> None:
    with bot_of(tmp_path, WORDS) as bot:
        assert told(bot, "is the  oven HOT?") == ["It is hot.", "Hi."]


RESTART = """
intents: [greet, name_it]
entities: [name]
slots:
  name: {type: text, influence_conversation: false, mappings: [{type: from_entity, entity: name}]}
  size: {type: text, influence_conversation: false, initial_value: small, mappings: [{type: custom}]}
responses:
  utter_hi: [{text: "Hi {{ slots.name }}, {{ slots.size }} one."}]
rules:
  - rule: hi
    steps: [{intent: greet}, {action: utter_hi}]
  - rule: name
    steps: [{intent: name_it}, {action: utter_hi}]
"""


def test_slots_begin_with_their_first_values_and_restarting_brings_them_back(tmp_path: Path) -> None:
    with bot_of(tmp_path, RESTART) as bot:
        assert told(bot, '/name_it{"name": "Ann"}') == ["Hi Ann, small one."]
        assert slots(bot) == {"name": "Ann", "size": "small"}
        assert told(bot, "/restart") == ["Let us begin anew."]
        assert slots(bot) == {"size": "small"}
        assert told(bot, "/greet") == ["Hi , small one."]


def test_going_back_undoes_turn_after_turn(tmp_path: Path) -> None:
    with bot_of(tmp_path, RESTART) as bot:
        told(bot, '/name_it{"name": "Ann"}')
        told(bot, '/name_it{"name": "Bob"}')
        told(bot, '/name_it{"name": "Cid"}')
        assert told(bot, "/back") == ["All right, let us go back."]
        assert slots(bot)["name"] == "Bob"
        told(bot, "/back")
        assert slots(bot)["name"] == "Ann"
        told(bot, '/name_it{"name": "Dan"}')
        told(bot, "/back")
        assert slots(bot)["name"] == "Ann"
        told(bot, "/back")
        assert "name" not in slots(bot)
        told(bot, "/back")
        assert "name" not in slots(bot)


def test_the_words_for_what_nobody_knows_are_a_response_that_the_bot_file_names(tmp_path: Path) -> None:
    dialogue = """
        intents: [hello]
        responses: {utter_hello: [{text: Hello.}], utter_lost: [{text: "Say that again, please."}]}
        rules: [{rule: hello, steps: [{intent: hello}, {action: utter_hello}]}]
    """
    with bot_of(tmp_path, dialogue, means={"hi": "hello"}, fallback="utter_lost") as bot:
        assert told(bot, "hi") == ["Hello."]
        assert told(bot, "gibberish") == ["Say that again, please."]
    problems = check(StoriesOptions(path=[tmp_path / "dialogue.yaml"], fallback="utter_lots"), Context())
    (problem,) = (one for one in problems if not isinstance(one, Remark) and one.path == "fallback")
    assert "there is no response 'utter_lots'" in str(problem)
    assert "Did you mean 'utter_lost'?" in str(problem)


def test_what_the_bot_says_may_stand_apart_since_nothing_is_learned_of_it(tmp_path: Path) -> None:
    said = tmp_path / "responses.yaml"
    said.write_text("responses: {utter_hello: [{text: Hello.}]}\n", encoding="utf-8")
    dialogue = "{intents: [hello], rules: [{rule: hello, steps: [{intent: hello}, {action: utter_hello}]}]}"
    with bot_of(tmp_path, dialogue, means={"hi": "hello"}, responses=[said]) as bot:
        assert told(bot, "hi") == ["Hello."]


def test_the_trace_names_the_likeliest_meanings_with_how_likely_they_are(tmp_path: Path) -> None:
    unsure = {
        "label": "greet",
        "probability": 0.61,
        "ranked": [{"label": "greet", "probability": 0.61}, {"label": "goodbye", "probability": 0.3}],
        "labels": ["greet"],
    }
    with bot_of(tmp_path, MOOD, means={"hey": unsure}) as bot:
        notes = bot.reply("hey").trace["policies"][0]["notes"]
        assert (notes["intent"], notes["likeliest"]) == ("greet", ["greet 0.61", "goodbye 0.30"])
        assert "likeliest" not in bot.reply("/goodbye").trace["policies"][0]["notes"]
