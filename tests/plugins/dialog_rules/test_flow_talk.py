"""What messages mean to a flow under way."""

from collections.abc import Callable
from typing import Any

import pytest

from dialog_core import ActionContext
from dialog_core.testing import ScriptedPolicy
from tests.plugins.dialog_rules.flow_texts import APPOINTMENT, QUIZ, RETURN

Begin = Callable[..., Any]


def send_label(order: str, email: str) -> None:
    """An action that works."""


@pytest.fixture
def shop(talk: Begin) -> Any:
    return talk(RETURN, actions={"send_label": send_label})


# --- Answers


def test_a_flow_asks_one_thing_after_the_other_and_does_what_was_agreed(shop: Any) -> None:
    assert shop.say("I want to return my order") == "What is the number of your order?"
    assert shop.say("4512") == "What is wrong with it?"
    assert shop.reply.messages[0].quick_replies == ("It is damaged", "It does not fit", "Something else")
    assert shop.say("It is damaged") == "Where may we write to?"
    assert shop.say("ann@example.org, please") == "Shall I send you a label for order 4512?"
    assert shop.reply.messages[0].quick_replies == ("Yes", "No")
    assert shop.say("yes please") == "The label for order 4512 is on its way to ann@example.org."
    assert shop.slots == {"order": "4512", "reason": "damaged", "email": "ann@example.org", "sure": True}
    assert shop.ended == [("return", "completed")]


def test_one_message_answers_several_questions(shop: Any) -> None:
    said = shop.say("I want to return my order 4512, it is broken, write to ann@example.org")
    assert said == "Shall I send you a label for order 4512?"
    assert shop.slots == {"order": "4512", "reason": "damaged", "email": "ann@example.org"}


def test_an_answer_may_bring_along_those_that_follow(shop: Any) -> None:
    shop.say("return my order")
    assert shop.say("it is 4512 and it does not fit") == "Where may we write to?"


def test_an_answer_that_will_not_do_is_asked_for_again_with_the_reason(shop: Any) -> None:
    shop.say("return my order")
    said = shop.say("the blue one I bought")
    assert said == "An order number has four to six digits.\n\nWhat is the number of your order?"


def test_it_gives_up_politely_after_some_tries(shop: Any) -> None:
    shop.say("return my order", "blue", "green")
    assert "could not make out" in shop.say("red")
    assert shop.ended == [("return", "given_up")]
    assert shop.flows == []


def test_tries_are_counted_for_each_question(shop: Any) -> None:
    shop.say("return my order", "blue", "green", "4512", "dunno", "dunno either")
    assert shop.flows == ["return"]


@pytest.mark.parametrize("said", ["the second one", "2", "it does not fit", "way too small", "it dose not fit"])
def test_a_choice_can_be_made_in_many_ways(shop: Any, said: str) -> None:
    shop.say("return my order 4512", said)
    assert shop.slots["reason"] == "size"


def test_a_step_may_say_what_to_do_when_no_answer_will_do(talk: Begin) -> None:
    quiz = talk(QUIZ)
    assert quiz.say("quiz me", "41") == "No, try once more.\n\nWhat is 6 times 7?"
    assert quiz.say("43") == "It is 42.\n\nWhat is the capital of France?"


def test_a_round_that_begins_anew_asks_everything_anew(talk: Begin) -> None:
    quiz = talk(QUIZ)
    quiz.say("quiz me", "42", "Paris")
    for _ in range(15):  # deeper than flows may be within each other
        assert quiz.say("yes") == "What is 6 times 7?"
        assert quiz.flows == ["quiz"]
        quiz.say("42", "Lyon")
    assert quiz.say("no") == "You have 1 points."


# --- The end


@pytest.mark.parametrize(
    "said",
    [
        "stop",
        "cancel that, please",
        "never mind",
        "I changed my mind",
        "I want to stop this",
        "算了",
        "取消",
        "我不想退了",
    ],
)
def test_stop_ends_a_flow_wherever_it_is(shop: Any, said: str) -> None:
    shop.say("return my order")
    assert shop.say(said) == "All right, I have stopped that. Is there anything else?"
    assert shop.ended == [("return", "cancelled")]


def test_a_file_has_its_own_words_for_it(talk: Begin) -> None:
    quiz = talk(QUIZ + "\nwords:\n  cancel: [basta]\n")
    assert quiz.say("quiz me", "basta") == "The quiz is over."


# --- Corrections


def test_a_correction_names_the_right_value(shop: Any) -> None:
    shop.say("return my order", "4512")
    assert shop.say("no, I meant 4513") == "All right: 4513.\n\nWhat is wrong with it?"
    assert shop.slots["order"] == "4513"


def test_a_correction_goes_to_the_question_its_value_fits(shop: Any) -> None:
    shop.say("return my order", "4512", "damaged", "ann@example.org")
    assert shop.say("sorry, it's bob@example.org") == (
        "All right: bob@example.org.\n\nShall I send you a label for order 4512?"
    )
    assert shop.say("wait, it does not fit").startswith("All right: It does not fit.")
    assert shop.slots == {"order": "4512", "reason": "size", "email": "bob@example.org"}


@pytest.mark.parametrize(
    "said", ["it's not damaged, it does not fit", "no, not damaged, it does not fit", "oh wait, size"]
)
def test_what_it_is_not_is_left_aside(shop: Any, said: str) -> None:
    shop.say("return my order 4512", "damaged")
    assert shop.say(said) == "All right: It does not fit.\n\nWhere may we write to?"


def test_the_wrong_number_may_stand_beside_the_right_one(shop: Any) -> None:
    shop.say("return my order 4512")
    assert shop.say("not 4512 but 4513").startswith("All right: 4513.")
    assert shop.say("4513 is wrong, it's 4514").startswith("All right: 4514.")


def test_a_value_within_free_text_belongs_to_the_text(talk: Begin) -> None:
    flows = """
    slots: {size: {ask: Which size?, options: [small, large]}, why: {ask: Why?}}
    flows:
      f:
        start: {when: [go]}
        steps: [{choose: size}, {collect: why}, {say: "{{ slots.size }}: {{ slots.why }}"}]
    """
    assert (
        talk(flows).say("go", "small", "because a large one is too heavy") == "small: because a large one is too heavy"
    )
    shop = talk(flows)
    assert shop.say("go", "small", "large") == "All right: large.\n\nWhy?"
    assert shop.say("no, small") == "All right: small.\n\nWhy?"


def test_two_choices_in_one_message_are_none(shop: Any) -> None:
    shop.say("return my order 4512")
    assert shop.say("It is damaged and it does not fit").endswith("What is wrong with it?")
    assert "reason" not in shop.slots


def test_the_other_one_of_two_is_taken_without_asking(talk: Begin) -> None:
    table = talk(APPOINTMENT, language="zh")
    table.say("我要订位", "2030-05-03", "4", "大厅")
    assert table.say("不对，另一个") == "好的，改为：包间。\n\n还有什么要求吗？"
    assert table.slots["room"] == "private"


def test_the_other_one_of_more_is_asked_for_again(shop: Any) -> None:
    shop.say("return my order 4512", "damaged")
    assert shop.say("no, the other one") == "What is wrong with it?"
    assert shop.say("something else") == "All right: Something else.\n\nWhere may we write to?"
    assert shop.slots["reason"] == "other"


def test_a_correction_that_will_not_do_is_refused_and_the_value_stays(talk: Begin) -> None:
    table = talk(APPOINTMENT)
    table.say("订位", "2030-05-03", "4")
    assert table.say("不对，是20位") == "我们一次最多接待八位。\n\n一共几位？"
    assert table.slots["people"] == 4
    assert table.say("6") == "All right: 6.\n\n您要哪种房间？"


def test_a_correction_takes_another_way_where_the_flow_forks(talk: Begin) -> None:
    flows = """
    slots:
      kind: {ask: "Cash or card?", options: [cash, card]}
      card: {type: text, pattern: '\\d{4}', ask: "The last four digits?"}
      name: {type: text, ask: "Your name?"}
    flows:
      pay:
        start: {when: [pay]}
        steps:
          - choose: kind
          - when: slots.kind == 'card'
            then:
              - say: Cards are fine.
              - collect: card
          - collect: name
          - say: "{{ slots.name }} pays by {{ slots.kind }} {{ slots.card }}."
    """
    till = talk(flows)
    assert till.say("pay", "cash") == "Your name?"
    assert till.say("no, card") == "All right: card.\n\nCards are fine.\n\nThe last four digits?"
    assert till.say("1234") == "Your name?"
    assert till.say("Ann") == "Ann pays by card 1234."


def test_a_correction_keeps_an_answer_that_a_step_might_have_set_as_well(talk: Begin) -> None:
    flows = """
    slots:
      item: {ask: "Which one?", options: [lamp, rug]}
      reason: {ask: "Why?", options: [broken, ugly]}
      mail: {type: email, ask: "Your mail?"}
    flows:
      give_back:
        start: {when: [return]}
        steps:
          - choose: item
          - choose: reason
            attempts: 1
            otherwise: [{set: {reason: ugly}}, {continue: true}]
          - collect: mail
          - say: "The {{ slots.item }}, as it is {{ slots.reason }}."
    """
    shop = talk(flows)
    assert shop.say("return", "lamp", "broken") == "Your mail?"
    assert shop.say("no, the rug") == "All right: rug.\n\nYour mail?"
    assert shop.say("ann@example.com") == "The rug, as it is broken."


def test_what_was_acted_upon_is_not_changed_behind_the_users_back(talk: Begin) -> None:
    flows = """
    slots:
      colour: {ask: "Which colour?", options: [red, blue]}
      wish: {type: text, ask: "Anything else?"}
    flows:
      order:
        start: {when: [order]}
        steps:
          - choose: colour
          - do: place
            with: {colour: "{{ slots.colour }}"}
          - collect: wish
          - say: "{{ slots.colour }} it is."
    """
    placed: list[str] = []
    shop = talk(flows, actions={"place": lambda colour: placed.append(colour)})
    assert shop.say("order", "red") == "Anything else?"
    assert shop.say("no, blue") == "I am sorry, that can no longer be changed.\n\nAnything else?"
    assert shop.say("gift wrap") == "red it is."
    assert placed == ["red"]


def test_what_a_called_flow_has_done_is_not_done_again_after_a_correction(talk: Begin) -> None:
    flows = """
    slots:
      colour: {ask: "Which colour?", options: [red, blue]}
      wish: {type: text, ask: "Anything else?"}
    flows:
      order:
        start: {when: [order]}
        steps: [{choose: colour}, {call: placing}, {collect: wish}, {say: "{{ slots.colour }} it is."}]
      placing:
        steps: [{do: place}]
    """
    placed: list[int] = []
    shop = talk(flows, actions={"place": lambda: placed.append(1)})
    shop.say("order", "red")
    assert "can no longer be changed" in shop.say("no, blue")
    assert shop.say("nothing") == "red it is."
    assert placed == [1]


# --- Interruptions and other flows


def test_a_question_in_the_middle_is_answered_by_others_and_the_flow_asks_again(talk: Begin) -> None:
    faq = ScriptedPolicy(lambda turn: "We open at nine." if "open" in turn.text else None, mode="inline")
    shop = talk(RETURN, actions={"send_label": send_label}, others={"faq": faq}, kinds={"faq": "rules"})
    shop.say("return my order")
    shop.say("when do you open?")
    assert [message.text for message in shop.reply.messages] == [
        "We open at nine.",
        "What is the number of your order?",
    ]
    assert shop.say("4512") == "What is wrong with it?"
    shop.say("and when do you open?")
    assert shop.reply.messages[1].text == "What is wrong with it?"
    assert shop.reply.messages[1].quick_replies == ("It is damaged", "It does not fit", "Something else")


def test_a_question_nobody_can_answer_costs_no_try(shop: Any) -> None:
    shop.say("return my order")
    for _ in range(5):
        shop.say("what is the meaning of life?")
        assert [message.policy for message in shop.reply.messages] == ["fallback", "flows"]
    assert shop.flows == ["return"]


def test_another_intent_switches_flows_after_confirmation(shop: Any) -> None:
    shop.say("return my order")
    said = shop.say("where is my parcel?")
    assert said == (
        "We are in the middle of something: returning an order. Shall we leave that and turn to: looking for a parcel?"
    )
    assert shop.flows == ["return"]
    assert shop.say("yes") == "What is the number of your order?"
    assert shop.flows == ["status"]
    assert shop.ended == [("return", "switched")]
    assert shop.say("4512") == "Order 4512 is on its way."


def test_what_the_message_said_is_used_after_the_confirmation(shop: Any) -> None:
    shop.say("return my order")
    assert shop.say("where is my parcel 7777?", "yes") == "Order 7777 is on its way."


def test_without_confirmation_the_flow_goes_on(shop: Any) -> None:
    shop.say("return my order", "where is my parcel?")
    assert shop.say("no") == "What is the number of your order?"
    assert shop.flows == ["return"]


def test_an_answer_instead_of_a_confirmation_is_an_answer(shop: Any) -> None:
    shop.say("return my order", "where is my parcel?")
    assert shop.say("4512") == "What is wrong with it?"


def test_a_question_before_the_confirmation_does_not_hide_what_yes_means(talk: Begin) -> None:
    faq = ScriptedPolicy(lambda turn: "We open at nine." if "open" in turn.text else None, mode="inline")
    shop = talk(RETURN, actions={"send_label": send_label}, others={"faq": faq}, kinds={"faq": "rules"})
    shop.say("return my order 4512", "damaged", "ann@example.org", "where is my parcel?")
    shop.say("when do you open?")
    assert shop.reply.messages[1].text.startswith("We are in the middle of something")
    shop.say("yes")
    assert shop.ended[0] == ("return", "switched")


# --- Chinese


def test_a_flow_in_chinese(talk: Begin) -> None:
    table = talk(APPOINTMENT, language="zh")
    assert table.say("你好，我想预约") == "您想预约哪一天？"
    assert table.say("5月3日") == "一共几位？"
    assert table.say("四位") == "您要哪种房间？"
    assert table.say("要个包厢吧") == "还有什么要求吗？"
    assert table.say("靠窗").endswith("4位，包间，已为您预约。")


def test_several_answers_in_one_chinese_message(talk: Begin) -> None:
    table = talk(APPOINTMENT, language="zh")
    assert table.say("我想订位，要包间") == "您想预约哪一天？"
    assert table.slots == {"room": "private"}


def test_corrections_and_the_end_in_chinese(talk: Begin) -> None:
    table = talk(APPOINTMENT, language="zh")
    table.say("订位", "2030-05-03", "三个人")
    assert table.say("说错了，是五个人") == "好的，改为：5。\n\n您要哪种房间？"
    assert table.say("哦不，四个人") == "好的，改为：4。\n\n您要哪种房间？"
    assert table.say("大厅") == "还有什么要求吗？"
    assert table.say("不是大厅，是包间") == "好的，改为：包间。\n\n还有什么要求吗？"
    assert table.say("不办了") == "好的，已经取消了。还需要别的帮助吗？"


def test_switching_in_chinese(talk: Begin) -> None:
    table = talk(APPOINTMENT, language="zh")
    table.say("订位")
    assert table.say("营业时间") == "我们正在办理：预约。要先放下，改办“查询营业时间”吗？"
    assert table.say("好的") == "我们每天十点到二十二点营业。"


# --- What actions are given


def test_an_action_is_given_its_arguments_and_the_context(talk: Begin) -> None:
    seen: list[Any] = []

    async def send_label(order: str, email: str, context: ActionContext) -> None:
        seen.append((order, email, context.idempotency_key.rpartition("/")[2], context.slots["order"]))

    shop = talk(RETURN, actions={"send_label": send_label})
    shop.say("return my order 4512", "damaged", "ann@example.org", "yes")
    assert seen == [("4512", "ann@example.org", "0", "4512")]
