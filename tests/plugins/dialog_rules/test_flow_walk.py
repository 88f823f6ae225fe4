"""What single steps do, and flows within flows."""

import logging
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from dialog_core import Bot
from dialog_core.testing import write_bot
from tests.plugins.dialog_rules.flow_texts import RETURN

Begin = Callable[..., Any]


def test_a_called_flow_comes_back_to_where_it_was_called(talk: Begin) -> None:
    flows = """
    slots:
      street: {ask: Which street?}
      town: {ask: Which town?}
    flows:
      deliver:
        start: {when: [deliver]}
        steps: [{say: Let us see.}, {call: address}, {say: "To {{ slots.street }}, {{ slots.town }}."}]
      address:
        steps: [{collect: street}, {call: place}, {say: Got it.}]
      place:
        steps: [{collect: town}, {end: known}, ]
    """
    bot = talk(flows)
    assert bot.say("deliver it") == "Let us see.\n\nWhich street?"
    assert bot.flows == ["deliver", "address"]
    assert bot.say("High Street") == "Which town?"
    assert bot.flows == ["deliver", "address", "place"]
    assert bot.say("Springfield") == "Got it.\n\nTo High Street, Springfield."
    assert bot.ended == [("place", "known"), ("address", "completed"), ("deliver", "completed")]


def test_what_fails_in_a_called_flow_has_failed_for_its_caller(talk: Begin) -> None:
    flows = """
    slots: {town: {pattern: '[A-Z]\\d', ask: Which town?}}
    flows:
      deliver:
        start: {when: [deliver]}
        steps: [{call: place}, {say: On its way.}]
      place:
        steps: [{collect: town, attempts: 1, otherwise: [{say: Never mind then.}]}]
    """
    bot = talk(flows)
    assert bot.say("deliver", "!!!") == "Never mind then."
    assert bot.ended == [("place", "given_up"), ("deliver", "given_up")]


def test_handing_over_ends_the_flow_and_leaves_the_rest_to_a_person(talk: Begin) -> None:
    flows = """
    slots: {name: {ask: Name?}}
    flows:
      help:
        start: {when: [help]}
        steps: [{collect: name}, {hand_over: "{{ slots.name }} needs help", say: One moment.}]
    """
    bot = talk(flows)
    assert bot.say("help", "Ann") == "One moment."
    conversation = bot.bot.conversation("c")
    assert conversation.handed_over
    assert [event.reason for event in conversation.events if type(event).__name__ == "HandedOver"] == ["Ann needs help"]
    assert bot.ended == [("help", "handed_over")]
    assert bot.bot.reply("hello?", conversation="c").messages == ()


def test_slots_are_set_cleared_and_kept(talk: Begin) -> None:
    flows = """
    slots:
      visits: {type: integer, keep: true}
      name: {keep: true, ask: Name?}
      mood: {ask: Mood?}
    flows:
      visit:
        start: {when: [hello]}
        steps:
          - set: {visits: "{{ (slots.visits or 0) + 1 }}"}
          - collect: name
          - collect: mood
          - say: "Visit {{ slots.visits }} of {{ slots.name }}, {{ slots.mood }}."
      forget:
        start: {when: [forget me]}
        steps: [{set: {name: null, visits: "{{ slots.nothing_here or 'many' }}"}}]
    """
    with pytest.raises(Exception, match="there is no slot 'nothing_here'"):
        talk(flows)
    bot = talk(flows.replace("slots.nothing_here or ", ""))
    assert bot.say("hello", "Ann", "fine") == "Visit 1 of Ann, fine."
    assert bot.say("hello") == "Mood?"
    assert bot.say("tired") == "Visit 2 of Ann, tired."
    assert bot.say("forget me") == "Done."
    assert bot.slots == {"visits": 2, "mood": "tired"}  # "many" is no number: the slot keeps its value


def test_quick_replies_of_what_is_said_are_offered(talk: Begin) -> None:
    flows = "flows:\n  f: {start: {when: [go]}, steps: [{say: Well?, quick_replies: [Good, Bad]}]}\n"
    bot = talk(flows)
    bot.say("go")
    assert bot.reply.messages[0].quick_replies == ("Good", "Bad")


def test_what_cannot_be_rendered_is_left_out_and_told_once(talk: Begin, caplog: pytest.LogCaptureFixture) -> None:
    flows = """
    slots: {word: {ask: Word?}}
    flows:
      f:
        start: {when: [go]}
        steps:
          - collect: word
          - when: slots.word / 2
            then: {say: Half.}
            else: {say: Whole.}
          - say: "{{ slots.word / 2 }}"
          - say: The end.
    """
    bot = talk(flows)
    with caplog.at_level(logging.WARNING):
        assert bot.say("go", "apple") == "Whole.\n\nThe end."
        assert bot.say("go", "pear") == "Whole.\n\nThe end."
    messages = [record.message for record in caplog.records]
    assert len(messages) == 2
    assert "a condition is taken as false" in messages[0]
    assert "a text is left out" in messages[1]


def test_a_flow_whose_words_all_come_out_empty_still_ends(talk: Begin) -> None:
    flows = """
    messages: {done: "{{ 1 / 0 }}"}
    flows: {f: {start: {when: [go]}, steps: [{say: "{{ 1 / 0 }}"}]}}
    """
    bot = talk(flows)
    assert bot.say("go") == "…"
    assert bot.ended == [("f", "completed")]


def test_flows_that_are_too_deep_end_instead_of_growing(talk: Begin) -> None:
    names = [f"f{number}" for number in range(13)]
    steps = (f"  {one}: {{steps: [{{call: {after}}}, {{say: {one}}}]}}\n" for one, after in pairwise(names))
    last = "  f12: {steps: [{say: deep}]}\n"
    flows = f"flows:\n  go: {{start: {{when: [go]}}, steps: [{{call: f0}}]}}\n{''.join(steps)}{last}"
    bot = talk(flows)
    assert bot.say("go").startswith("I am sorry")
    assert bot.flows == []
    assert {outcome for _, outcome in bot.ended} == {"failed"}


def test_a_start_has_conditions_and_exceptions(talk: Begin) -> None:
    flows = """
    slots: {name: {ask: Name?, keep: true}}
    flows:
      ask: {start: {when: [name], unless: [no name]}, steps: [{collect: name}, {say: "Hello {{ slots.name }}."}]}
      greet: {start: {when: [hi], match: whole, if: slots.name}, steps: [{say: "Hi {{ slots.name }}!"}]}
    """
    bot = talk(flows)
    assert bot.say("no name") == "I do not know."
    assert bot.say("hi") == "I do not know."
    assert bot.say("name", "Ann") == "Hello Ann."
    assert bot.say("hi there") == "I do not know."
    assert bot.say("hi") == "Hi Ann!"


# --- Whole bots

BOT = """
version: 1
bot: {name: Finch, language: en, languages: [en, zh]}
knowledge: {faq: {path: faq.yaml}}
annotators:
  - {use: language, name: language}
policies:
  - {name: tasks, use: flows, path: flows.yaml}
  - {name: rules, use: rules, path: rules.yaml}
  - {name: faq, use: bm25, knowledge: faq}
store: {use: sqlite, path: talks.db}
"""
RULES = """
rules:
  - {name: thanks, when: "thank you", match: whole, say: You are welcome.}
"""
FAQ = """
entries:
  - id: hours
    questions: [When do you open?, What are your opening hours?]
    answer: We open at nine.
  - id: postage
    questions: [How much is the postage?, What does shipping cost?]
    answer: Shipping costs four pounds.
"""
POLITE = """
slots:
  name: {ask: [{text: What is your name?, language: en}, {text: 您叫什么名字？, language: zh}]}
  size:
    ask: [{text: Which size?, language: en}, {text: 要多大的？, language: zh}]
    options:
      s: {label: [{text: small, language: en}, {text: 小号, language: zh}]}
      l: {label: [{text: large, language: en}, {text: 大号, language: zh}]}
flows:
  order:
    start: {when: [order, 下单]}
    steps:
      - collect: name
      - choose: size
      - say: [{text: "Thanks, {{ slots.name }}!", language: en}, {text: "谢谢，{{ slots.name }}！", language: zh}]
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    without_action = RETURN[: RETURN.index("          - do:")] + RETURN[RETURN.index("          - say: The label") :]
    return write_bot(tmp_path, BOT, **{"flows.yaml": without_action, "rules.yaml": RULES, "faq.yaml": FAQ})


def test_rules_and_knowledge_answer_in_the_middle_and_the_flow_goes_on(shop: Path) -> None:
    def said(text: str) -> list[str]:
        with Bot.load(shop) as bot:  # a process that begins anew for every message
            return [message.text for message in bot.reply(text, conversation="c").messages]

    assert said("I would like to return my order") == ["What is the number of your order?"]
    assert said("What are your opening hours?") == ["We open at nine.", "What is the number of your order?"]
    assert said("thank you") == ["You are welcome.", "What is the number of your order?"]
    assert said("4512") == ["What is wrong with it?"]
    assert said("What does shipping cost?") == ["Shipping costs four pounds.", "What is wrong with it?"]
    assert said("too small") == ["Where may we write to?"]
    assert said("ann@example.org") == ["Shall I send you a label for order 4512?"]
    assert said("yes") == ["The label for order 4512 is on its way to ann@example.org."]
    assert said("What does shipping cost?") == ["Shipping costs four pounds."]


def test_a_flow_speaks_the_language_of_the_user(shop: Path) -> None:
    (shop.parent / "flows.yaml").write_text(POLITE, encoding="utf-8")
    with Bot.load(shop) as bot:

        def said(text: str, conversation: str) -> str:
            reply = bot.reply(text, conversation=conversation)
            return " / ".join((reply.text, *reply.messages[0].quick_replies))

        assert said("I would like to order something", "en") == "What is your name?"
        assert said("Ann", "en") == "Which size? / small / large"
        assert said("large", "en") == "Thanks, Ann!"
        assert said("我想下单，谢谢", "zh") == "您叫什么名字？"
        assert said("小红", "zh") == "要多大的？ / 小号 / 大号"
        assert said("大号", "zh") == "谢谢，小红！"
        assert dict(bot.conversation("zh").slots) == {"name": "小红", "size": "l"}
