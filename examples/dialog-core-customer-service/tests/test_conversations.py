"""Whole conversations: those in YAML, and those with a shop that does not answer as it should."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from dialog_core import Bot
from dialog_core.testing import TestChat
from dialog_customer_service import actions
from dialog_customer_service.demo_shop import DemoShop
from dialog_customer_service.shop import Order, ShopError, Subscription

HERE = Path(__file__).parent
PROJECT = HERE.parent

EVERYTHING = "return the lamp from AF204817, it is broken, ann@example.com"
IMPATIENT = "extends: {bot}\nstore: memory\ndispatch: {{action_timeout: 0.3s}}\n"


@pytest.mark.parametrize(("bot", "tests"), [("bot.yaml", "en"), ("bot.zh.yaml", "zh")])
def test_the_bot_holds_its_conversations(bot: str, tests: str) -> None:
    command = [Path(sys.executable).with_name("dialog-core"), "test", str(PROJECT / bot), str(HERE / tests)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout + done.stderr


class MoodyShop(DemoShop):
    """The demonstration, of which some methods fail or hang for a number of calls."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.trouble: dict[str, tuple[str, int]] = {}
        self.calls: list[str] = []
        self.end = threading.Event()

    def _suffer(self, method: str) -> None:
        self.calls.append(method)
        kind, times = self.trouble.get(method, ("", 0))
        if times:
            self.trouble[method] = kind, times - 1
            if kind == "hangs":
                self.end.wait(30)
            raise ShopError("503 Service Unavailable")

    def order(self, number: str, customer: str, today: date, language: str) -> Order | None:
        self._suffer("order")
        return super().order(number, customer, today, language)

    def book_return(self, order: str, item: str, reason: str, email: str, customer: str, key: str) -> str:
        if self.trouble.get("book_return", ("", 0))[0] == "books and then hangs":
            super().book_return(order, item, reason, email, customer, key)
        self._suffer("book_return")
        return super().book_return(order, item, reason, email, customer, key)

    def subscription(self, email: str, customer: str, today: date) -> Subscription | None:
        self._suffer("subscription")
        return super().subscription(email, customer, today)

    def change_subscription(self, *arguments: Any) -> Subscription:
        self._suffer("change_subscription")
        return super().change_subscription(*arguments)


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MoodyShop]:
    moody = MoodyShop(tmp_path / "shop.db")
    monkeypatch.setattr(actions, "current_shop", lambda: moody)
    yield moody
    moody.end.set()


@pytest.fixture
def chat(shop: MoodyShop, tmp_path: Path) -> Iterator[TestChat]:
    yield from _chat(tmp_path, "bot.yaml")


@pytest.fixture
def chat_zh(shop: MoodyShop, tmp_path: Path) -> Iterator[TestChat]:
    yield from _chat(tmp_path, "bot.zh.yaml")


def _chat(tmp_path: Path, bot: str) -> Iterator[TestChat]:
    impatient = tmp_path / bot
    impatient.write_text(IMPATIENT.format(bot=PROJECT / bot), encoding="utf-8")
    with Bot.load(impatient) as loaded:
        yield TestChat(loaded)


def handed_over(chat: TestChat) -> str | None:
    """Why a person has taken over."""
    events = chat._bot.conversation("test").events
    return next((event.reason for event in events if type(event).__name__ == "HandedOver"), None)


@pytest.mark.parametrize("trouble", ["fails", "hangs"])
def test_a_shop_that_does_not_answer_is_no_dead_end(chat: TestChat, shop: MoodyShop, trouble: str) -> None:
    shop.trouble["order"] = trouble, 9
    chat.user("i want to return AF204817").bot_contains("cannot reach our order system", "a colleague")
    assert "does not answer" in (handed_over(chat) or "")


def test_a_look_up_that_fails_once_is_tried_again_unnoticed(chat: TestChat, shop: MoodyShop) -> None:
    shop.trouble["order"] = "fails", 1
    chat.user("return AF204817").bot_contains("Which of these")


@pytest.mark.parametrize("trouble", ["fails", "hangs"])
def test_a_booking_that_fails_loses_nothing_and_can_be_tried_again(
    chat: TestChat, shop: MoodyShop, trouble: str
) -> None:
    shop.trouble["book_return"] = trouble, 2
    chat.user(EVERYTHING).user("yes").bot_contains("did not take the booking", "Nothing is lost", "try it once more?")
    chat.slots(order_number="AF204817", item="lamp", reason="damaged", email="ann@example.com")
    chat.user("yes please").bot_contains("Done!", "ann@example.com")
    assert shop.calls.count("book_return") == 3


def test_a_booking_that_fails_again_and_again_ends_with_a_colleague_who_knows_everything(
    chat: TestChat, shop: MoodyShop
) -> None:
    shop.trouble["book_return"] = "fails", 99
    chat.user(EVERYTHING).user("yes").user("yes").bot_contains("did not take the booking")
    chat.user("no").bot_contains("a colleague will book it for you")
    reason = handed_over(chat) or ""
    assert all(part in reason for part in ("lamp", "AF204817", "damaged", "ann@example.com"))


def test_a_booking_of_which_the_answer_came_too_late_is_not_made_twice(chat: TestChat, shop: MoodyShop) -> None:
    shop.trouble["book_return"] = "books and then hangs", 1
    chat.user(EVERYTHING).user("yes").bot_contains("Done!", "R1001")
    chat.user("return the lamp from AF204817").bot_contains("Why are you sending it back?").slots(item="rug")


@pytest.mark.parametrize("trouble", ["fails", "hangs"])
def test_a_subscription_that_cannot_be_changed_stays_as_it_is(chat: TestChat, shop: MoodyShop, trouble: str) -> None:
    shop.trouble["change_subscription"] = trouble, 2
    chat.user("cancel my subscription ann@example.com").user("yes").bot_contains("did not take the change", "as it was")
    chat.user("cancel my subscription ann@example.com").bot_contains("Shall I cancel")
    chat.user("yes").bot_contains("cancelled, and nothing more will be charged")


def test_subscriptions_that_cannot_be_looked_up(chat: TestChat, shop: MoodyShop) -> None:
    shop.trouble["subscription"] = "fails", 2
    chat.user("pause my subscription ann@example.com").bot_contains("cannot reach our subscriptions")
    chat.user("pause my subscription ann@example.com").bot_contains("how many months")


@pytest.mark.parametrize("trouble", ["fails", "hangs"])
def test_chinese_customers_are_told_as_well(chat_zh: TestChat, shop: MoodyShop, trouble: str) -> None:
    shop.trouble["book_return"] = trouble, 2
    chat_zh.user("我要退货，AF204817，台灯碎了，ann@example.com").user("对").bot_contains(
        "没提交上", "要我再提交一次吗？"
    )
    chat_zh.user("好的").bot_contains("办好了")
    shop.trouble["order"] = trouble, 9
    chat_zh.user("退AF204818").bot_contains("订单系统这会儿连不上", "同事")
