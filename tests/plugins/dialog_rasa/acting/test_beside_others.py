"""Stories in one bot with rules and with retrieval: whoever knows best answers."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from dialog_core import Bot
from dialog_core.testing import write_bot

BOT = """
version: 1
bot: {name: Shop}
knowledge:
  faq: {path: faq.yaml}
policies:
  - {name: rules, use: rules, path: rules.yaml}
  - {name: faq, use: bm25, knowledge: faq}
  - {name: stories, use: stories, path: dialogue}
store: {use: memory}
fallback: "I do not know."
"""
FILES = {
    "rules.yaml": """
        rules:
          - {name: time, when: what time is it, say: It is noon.}
        """,
    "faq.yaml": """
        - {question: How long does delivery take?, answer: Three days.}
        - {question: Can I return a lamp?, answer: Within a month.}
        """,
    "dialogue/domain.yaml": """
        intents: [order, hello]
        entities: [item]
        slots:
          item: {type: text, influence_conversation: false, mappings: [{type: from_entity, entity: item}]}
          street:
            type: text
            influence_conversation: false
            mappings: [{type: from_text, conditions: [{active_loop: order_form, requested_slot: street}]}]
        forms:
          order_form: {required_slots: [item, street]}
        responses:
          utter_hello: [{text: "Hello."}]
          utter_ask_item: [{text: "Which item?"}]
          utter_ask_street: [{text: "To which street?"}]
          utter_ordered: [{text: "{% if slots.item %}{{ slots.item | upper }} to {{ slots.street }}.{% endif %}"}]
        """,
    "dialogue/rules.yaml": """
        rules:
          - rule: hello
            steps: [{intent: hello}, {action: utter_hello}]
          - rule: order
            steps: [{intent: order}, {action: order_form}, {active_loop: order_form}]
          - rule: ordered
            condition: [{active_loop: order_form}]
            steps: [{action: order_form}, {active_loop: null}, {action: utter_ordered}]
        """,
}


@pytest.fixture
def bot(tmp_path: Path) -> Iterator[Bot]:
    with Bot.load(write_bot(tmp_path, BOT, **FILES)) as bot:
        yield bot


def answered(bot: Bot, text: str) -> list[tuple[str, str]]:
    return [(message.policy, message.text) for message in bot.reply(text).messages]


def test_each_answers_what_it_knows(bot: Bot) -> None:
    assert answered(bot, "what time is it") == [("rules", "It is noon.")]
    assert answered(bot, "how long does delivery take") == [("faq", "Three days.")]
    assert answered(bot, "/hello") == [("stories", "Hello.")]
    assert answered(bot, "hrmpf") == [("fallback", "I do not know.")]


def test_a_forms_question_follows_what_others_answer_and_words_for_it_stay_with_it(bot: Bot) -> None:
    assert answered(bot, "/order") == [("stories", "Which item?")]
    assert answered(bot, "what time is it") == [("rules", "It is noon."), ("stories", "Which item?")]
    assert answered(bot, "how long does delivery take") == [("faq", "Three days."), ("stories", "Which item?")]
    assert answered(bot, '/order{"item": "lamp"}') == [("stories", "To which street?")]
    assert answered(bot, "can I return street 5") == [("stories", "LAMP to can I return street 5.")]


def test_the_trace_tells_why(bot: Bot) -> None:
    reply = bot.reply("/order")
    assert reply.trace is not None
    (candidate,) = reply.trace["candidates"]
    assert candidate["evidence"][0]["text"] == "order_form (rule: order)"
    assert candidate["evidence"][0]["source"] == "rules.yaml:5"
    (report,) = [one for one in reply.trace["policies"] if one["policy"] == "stories"]
    assert report["notes"] == {"intent": "order", "steps": ["order_form (rule: order), rules.yaml:5"]}
    assert [event.name for event in bot.conversation().flows] == ["order_form"]


def test_nothing_heavy_is_imported_until_it_is_needed(bot: Bot) -> None:
    policy = bot.policies["stories"]
    assert not policy.inline  # a text of it is a template that takes Jinja2
    policy.warm()
