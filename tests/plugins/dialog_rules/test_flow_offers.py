"""What can be chosen may be known only in the conversation; what is said early may have to be judged late."""

from collections.abc import Callable
from typing import Any

import pytest

Begin = Callable[..., Any]

ORDERS = {
    "AF204817": {"rug": "Wool rug, sand", "lamp": ["Desk lamp, brass", "the light"]},
    "AF204818": {"vase": "Stoneware vase", "bowl": "Stoneware bowl"},
}

FLOWS = """
slots:
  order: {type: text, pattern: 'AF\\d{6}', convert: value | upper, ask: Which order?}
  items: {type: any}
  item: {ask: Which piece?}
flows:
  return:
    start: {when: "[return|send back]"}
    steps:
      - collect: order
        validate: {do: is_known, with: {order: "{{ value }}"}}
        invalid: There is no such order.
      - do: items_of
        with: {order: "{{ slots.order }}"}
        set: {items: "{{ result }}"}
      - choose: item
        options: "{{ slots.items }}"
      - say: The {{ slots.item }} of {{ slots.order }} goes back.
"""

CHINESE = """
slots: {items: {type: any}, item: {ask: 要退哪一件？}}
flows:
  return:
    start: {when: 退}
    steps:
      - do: items_of
        set: {items: "{{ result }}"}
      - choose: item
        options: "{{ slots.items }}"
      - say: 退{{ slots.item }}。
"""


@pytest.fixture
def shop(talk: Begin) -> Any:
    def is_known(order: str) -> bool:
        return order in ORDERS

    def items_of(order: str) -> Any:
        return ORDERS[order]

    return talk(FLOWS, actions={"is_known": is_known, "items_of": items_of})


def test_what_an_action_found_can_be_chosen(shop: Any) -> None:
    assert shop.say("return", "AF204817") == "Which piece?"
    assert shop.reply.messages[0].quick_replies == ("Wool rug, sand", "Desk lamp, brass")
    assert shop.say("Desk lamp, brass") == "The lamp of AF204817 goes back."


@pytest.mark.parametrize(
    "answer",
    ["the lamp please", "the lamp, I paid 20 for it", "lamp", "the brass one", "the second one", "2", "the light"],
)
def test_a_word_of_its_own_tells_a_choice(shop: Any, answer: str) -> None:
    assert shop.say("return", "AF204817", answer) == "The lamp of AF204817 goes back."


@pytest.mark.parametrize(
    ("answer", "chosen"),
    [
        ("nine o'clock", ""),
        ("one o'clock", ""),
        ("nine", ""),
        ("half past nine", "9:30"),
        ("9 o'clock", ""),
        ("ten o'clokc", "10:00"),
    ],
)
def test_a_number_is_not_mistyped_and_tells_no_other_choice(talk: Begin, answer: str, chosen: str) -> None:
    def items_of() -> Any:
        return {"9:30": ["9:30", "half past nine", "nine thirty"], "10:00": ["10:00", "ten o'clock"]}

    said = talk(CHINESE, actions={"items_of": items_of}).say("退", answer)
    assert said == f"退{chosen}。" if chosen else said.endswith("要退哪一件？")


def test_the_number_of_an_order_beside_a_choice_is_no_other_choice(shop: Any) -> None:
    said = shop.say("return", "its AF204817, number 204817, the lamp, dont need it")
    assert said == "The lamp of AF204817 goes back."


@pytest.mark.parametrize("answer", ["stoneware", "the sofa", "what about the vase?"])
def test_a_word_that_several_have_or_a_question_tells_nothing(shop: Any, answer: str) -> None:
    assert shop.say("return", "AF204818", answer).endswith("Which piece?")


def test_what_the_first_message_says_is_judged_when_its_question_comes(shop: Any) -> None:
    assert shop.say("i want to return the lamp from af204817") == "The lamp of AF204817 goes back."


def test_what_was_said_early_and_will_not_do_is_asked_for(shop: Any) -> None:
    assert shop.say("i want to return AF999999") == "There is no such order.\n\nWhich order?"
    assert shop.say("AF204818, the bowl") == "The bowl of AF204818 goes back."


def test_the_longer_of_two_choices_is_meant(talk: Begin) -> None:
    chat = talk(CHINESE, actions={"items_of": lambda: {"nine": ["9:00", "9"], "half": "9:30", "noon": "12:00"}})
    assert chat.say("退货", "at 9:30 please") == "退half。"


def test_nothing_to_choose_from_is_given_up_at_last(talk: Begin) -> None:
    chat = talk(CHINESE, actions={"items_of": lambda: []})
    assert chat.say("退货") == "要退哪一件？"
    chat.say("台灯", "台灯", "台灯")
    assert chat.ended == [("return", "given_up")]


def test_chinese_choices_are_told_by_two_characters(talk: Begin) -> None:
    chat = talk(CHINESE, actions={"items_of": lambda: {"lamp": "黄铜台灯", "shelf": "橡木书架"}}, language="zh")
    assert chat.say("退货", "书架吧") == "退shelf。"


NAMED = """
slots:
  practice:
    ask: Which practice?
    options: {river: {label: Riverside, when: riverside}, hill: {label: Hillview, when: hillview}}
  name: {type: text, ask: What is your name?}
  sure: {type: boolean, ask: Sure?}
flows:
  book:
    start: {when: book}
    steps: [{choose: practice}, {collect: name}, {collect: sure}]
"""


def test_a_question_that_names_a_choice_is_answered_by_who_knows(talk: Begin) -> None:
    others = {"faq": lambda turn: "In Mill Lane." if "where" in turn.text else None}
    chat = talk(NAMED, others=others, kinds={"faq": "retrieval"})
    assert chat.say("book", "where is the riverside practice?") == "In Mill Lane.\n\nWhich practice?"
    assert chat.say("can i come to hillview?") == "What is your name?"


def test_a_choice_may_be_named_by_a_question_that_begins_the_flow(talk: Begin) -> None:
    assert talk(NAMED).say("can i book at riverside?") == "What is your name?"


def test_stop_is_no_choice_though_it_has_a_word_of_one(talk: Begin) -> None:
    chat = talk(CHINESE, actions={"items_of": lambda: {"any": ["Any", "don't mind"], "one": "Doctor One"}})
    chat.say("退货", "never mind")
    assert chat.ended == [("return", "cancelled")]


@pytest.mark.parametrize("text", ["不用了", "no, thanks", "不要"])
def test_a_plain_no_corrects_nothing(talk: Begin, text: str) -> None:
    chat = talk(NAMED)
    chat.say("book", "hillview", "Ann", text)
    assert chat.slots == {"practice": "hill", "name": "Ann", "sure": False}


def test_a_question_that_names_a_day_is_answered_by_who_knows(talk: Begin) -> None:
    flows = "slots: {day: {type: date, ask: Which day?}}\nflows: {book: {start: {when: book}, steps: [{collect: day}]}}"
    others = {"faq": lambda turn: "Monday to Friday." if "open" in turn.text else None}
    chat = talk(flows, others=others, kinds={"faq": "retrieval"})
    assert chat.say("book", "are you open on saturdays?") == "Monday to Friday.\n\nWhich day?"
    chat.say("what about tuesday?")
    assert chat.ended == [("book", "completed")]


def test_a_word_in_passing_does_not_change_a_choice(talk: Begin) -> None:
    flows = CHINESE.replace("      - say", "      - collect: sure\n      - say").replace(
        "item: {", "sure: {type: boolean, ask: 行吗？}, item: {"
    )
    chat = talk(flows, actions={"items_of": lambda: {"any": "都可以", "lamp": "黄铜台灯"}}, language="zh")
    chat.say("退货", "台灯", "可以可以的吧")
    assert chat.slots["item"] == "lamp"
