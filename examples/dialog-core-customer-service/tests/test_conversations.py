"""Whole conversations: those in YAML, and those with a shop that does not answer as it should."""

import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import yaml

from dialog_core.testing import TestChat
from dialog_customer_service.shop import Caller

PROJECT = Path(__file__).parents[1]
EVERYTHING = "return the lamp from AF204817, it is broken, ann@example.com"
BROKEN = (
    "hangs",
    "drips",
    "breaks",
    "html",
    "half",
    "empty",
    "redirects",
    "nonsense",
    "a list",
    "wrong types",
    "markup",
    "another order",
    "endless",
)
ODD_ANSWERS = ("hangs", "breaks", "html", "half", "empty", "nonsense", "redirects")


@pytest.mark.parametrize(("bot", "tests", "least"), [("bot.yaml", "en", 45), ("bot.zh.yaml", "zh", 28)])
def test_the_bot_holds_its_conversations(bot: str, tests: str, least: int) -> None:
    files = sorted((PROJECT / "tests" / tests).glob("*.tests.yaml"))
    written = sum(len(yaml.safe_load(file.read_text("utf-8"))["tests"]) for file in files)
    assert written >= least
    command = [
        Path(sys.executable).with_name("dialog-core"),
        "test",
        str(PROJECT / bot),
        str(PROJECT / "tests" / tests),
    ]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("mood", BROKEN)
def test_a_shop_that_answers_nonsense_is_never_believed(chat: TestChat, connected, handed_over, mood: str) -> None:
    connected.suffers(mood)
    chat.user("where is AF204817").bot_contains("cannot reach our order system", "passing you on")
    said = chat.reply.text
    assert not any(word in said for word in ("delivered", "on its way", "script", "purple", "AF204818", "html"))
    assert "the order system does not answer" in handed_over()
    assert "AF204817" in handed_over()


def test_a_shop_that_is_down_is_no_dead_end(chat: TestChat, connected, handed_over) -> None:
    connected.shutdown()
    connected.server_close()
    chat.user("i want to return AF204817").bot_contains("cannot reach our order system")
    assert "does not answer" in handed_over()


def test_other_questions_are_answered_while_the_shop_is_down(chat: TestChat, connected) -> None:
    connected.suffers("breaks")
    chat.user("how long does a refund take?").bot_contains("five working days")
    chat.user("do you have blue jackets?").bot_contains("cannot look into our catalogue", "cannot say what we have")
    chat.user("are you open on 25 december?").bot_contains("closed")


@pytest.mark.parametrize("mood", ["breaks", "hangs", "half"])
def test_a_look_up_that_fails_once_is_tried_again_unnoticed(chat: TestChat, connected, mood: str) -> None:
    connected.suffers(mood, times=1)
    chat.user("return AF204817").bot_contains("Which of these")


@pytest.mark.parametrize("mood", ODD_ANSWERS)
def test_what_the_shop_does_not_confirm_is_not_claimed_and_not_done_twice(chat, connected, mood: str) -> None:
    chat.user(EVERYTHING).bot_contains("Shall I book it?")
    connected.suffers(mood, only="POST")  # it is booked, and nobody hears of it
    chat.user("yes").bot_contains("did not confirm the booking", "cannot do it twice", "try it once more?")
    assert "Done" not in chat.reply.text
    connected.suffers("")
    chat.user("yes please").bot_contains("Done!", "R1001", "ann@example.com")
    chat.user("return the lamp from AF204817").bot_contains("Why are you sending it back?").slots(item="rug")


def test_what_the_shop_did_not_do_is_done_at_the_second_attempt(chat, connected) -> None:
    chat.user(EVERYTHING)
    connected.suffers("breaks before", only="POST")
    chat.user("yes").bot_contains("did not confirm the booking")
    connected.suffers("")
    chat.user("yes").bot_contains("Done!", "R1001")


def test_a_booking_that_is_never_confirmed_ends_with_a_person_who_knows_everything(
    chat: TestChat, connected, handed_over: Callable[[], str]
) -> None:
    chat.user(EVERYTHING)
    connected.suffers("breaks before", only="POST")
    chat.user("yes").user("yes").bot_contains("did not confirm")
    chat.user("no").bot_contains("passing you on", "a return was not confirmed")
    assert all(part in handed_over() for part in ("lamp", "AF204817", "damaged", "ann@example.com"))


def test_a_shop_that_says_no_is_told_as_a_no(chat: TestChat, connected) -> None:
    chat.user(EVERYTHING)
    elsewhere = Caller("by telephone", "en", date.today())
    connected.shop.book_return("AF204817", "lamp", "changed", "ann@example.com", elsewhere, "another key")
    chat.user("yes").bot_contains("booked before", "not booked it again")


@pytest.mark.parametrize("mood", ODD_ANSWERS)
def test_subscriptions_exchanges_refunds_and_complaints_are_not_claimed_either(chat, connected, mood: str) -> None:
    for first, unconfirmed in (
        ("cancel my subscription ann@example.com", "did not confirm the change"),
        (
            "refund the bowl from AF204818, it is broken, ann@example.com please i want a refund",
            "did not confirm the request",
        ),
        ("cancel my order AF204821", "did not confirm the cancellation"),
    ):
        chat.user(first)
        connected.suffers(mood, only="POST")
        chat.user("yes").bot_contains(unconfirmed)
        connected.suffers("")
        chat.user("stop")


def test_another_customers_order_is_not_told(chat: TestChat, connected) -> None:
    chat.user("where is AF204826").bot_contains("cannot find an order **AF204826** of yours")
    assert "vase" not in chat.reply.text


@pytest.mark.parametrize("mood", ["hangs", "html", "another order"])
def test_chinese_customers_are_told_as_well(chat_zh: TestChat, connected, mood: str) -> None:
    chat_zh.user("我要退货，AF204817，台灯碎了，ann@example.com").bot_contains("没问题我就提交了")
    connected.suffers("half", only="POST")
    chat_zh.user("对").bot_contains("没有确认这次退货", "要我再提交一次吗")
    connected.suffers("")
    chat_zh.user("好的").bot_contains("办好了", "R1001")
    connected.suffers(mood)
    chat_zh.user("查AF204819").bot_contains("订单系统这会儿连不上", "同事")
