"""The demonstration shop, and how a shop is chosen."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path

import pytest

from dialog_customer_service.demo_shop import DemoShop
from dialog_customer_service.shop import ShopError, current_shop, the_shop

TODAY = date(2026, 3, 2)


@pytest.fixture
def shop(tmp_path: Path) -> DemoShop:
    return DemoShop(tmp_path / "shop.db")


def book(shop: DemoShop, key: str, item: str = "lamp", customer: str = "ann") -> str:
    return shop.book_return("AF204817", item, "damaged", "ann@example.com", customer, key)


def test_the_same_key_never_books_twice(shop: DemoShop) -> None:
    with ThreadPoolExecutor(8) as pool:
        labels = set(pool.map(lambda _: book(shop, "k"), range(16)))
    assert labels == {"R1001"}


def test_an_item_is_returned_once(shop: DemoShop) -> None:
    book(shop, "k1")
    with pytest.raises(ShopError, match="returned already"):
        book(shop, "k2")
    order = shop.order("AF204817", "ann", TODAY, "en")
    assert order is not None
    assert list(order.items) == ["rug"]


def test_one_customer_does_not_see_what_another_did(shop: DemoShop) -> None:
    book(shop, "k1", customer="ann")
    assert book(shop, "k2", customer="bo") == "R1002"


def test_what_was_booked_outlives_the_process(tmp_path: Path) -> None:
    book(DemoShop(tmp_path / "shop.db"), "k")
    order = DemoShop(tmp_path / "shop.db").order("AF204817", "ann", TODAY, "zh-CN")
    assert order is not None
    assert order.items == {"rug": ("沙色羊毛地毯", "毯子")}


def test_a_change_is_made_once_for_each_key(shop: DemoShop) -> None:
    first = shop.change_subscription("Ann@example.com", "pause", "2", "ann", TODAY, "k")
    assert (first.status, first.next_box) == ("paused", TODAY + timedelta(9 + 60))
    assert shop.change_subscription("ann@example.com", "pause", "2", "ann", TODAY, "k") == first
    assert shop.subscription("ann@example.com", "ann", TODAY) == first


@pytest.mark.parametrize(("change", "value"), [("pause", "4"), ("pause", ""), ("plan", "huge"), ("burn", "")])
def test_what_makes_no_sense_is_refused(shop: DemoShop, change: str, value: str) -> None:
    with pytest.raises(ShopError, match="cannot be changed so"):
        shop.change_subscription("ann@example.com", change, value, "ann", TODAY, "k")


def test_a_shop_nobody_has_is_told_with_those_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP", "mine")
    with pytest.raises(ShopError, match=r"SHOP=mine.*Known: demo"):
        current_shop()
    assert isinstance(the_shop("demo"), DemoShop)
