"""The shops to talk to: the SQLite file, the web service and the demonstration keep the same promises."""

import re
import sqlite3
import subprocess
import sys
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest

from dialog_customer_service.backends.demo import DemoShop
from dialog_customer_service.backends.http import HttpShop
from dialog_customer_service.backends.sqlite import SqliteShop
from dialog_customer_service.shop import Caller, Shop, ShopError, ShopRefused, Wish, choosing, current_shop, the_shop

TODAY = date.today()  # which the web service goes by
ANN = Caller("ann", "en", TODAY)
BO = Caller("bo", "zh-CN", TODAY)


@pytest.fixture(params=["sqlite", "demo", "http"])
def shop(request: pytest.FixtureRequest, tmp_path: Path) -> Shop:
    if request.param == "http":
        return request.getfixturevalue("http_shop")
    return DemoShop() if request.param == "demo" else SqliteShop(tmp_path / "own" / "shop.db")


def book(shop: Shop, key: str, item: str = "lamp", caller: Caller = ANN) -> str:
    return shop.book_return("AF204817", item, "damaged", "ann@example.com", caller, key)


def test_an_order_with_its_items(shop: Shop) -> None:
    order = shop.order("AF204817", ANN)
    assert order is not None
    assert (order.status, [item.id for item in order.items]) == ("delivered", ["lamp", "rug"])
    assert order.items[0].names[0] == "Brass desk lamp"
    chinese = shop.order("AF204817", BO)
    assert chinese is not None
    assert chinese.items[0].names[0] == "黄铜台灯"
    assert shop.order("AF999999", ANN) is None


@pytest.mark.parametrize(
    "number", ["", "..", "../subscriptions/ann@example.com", "AF204817/refunds", "AF 204817", "订单", "a" * 500]
)
def test_what_is_no_number_is_no_order(shop: Shop, number: str) -> None:
    assert shop.order(number, ANN) is None


def test_the_order_of_somebody_else_is_not_there(shop: Shop) -> None:
    assert shop.order("AF204826", ANN) is None
    assert shop.order("AF204826", Caller("carla", "en", TODAY)) is not None
    with pytest.raises(ShopRefused):
        shop.cancel_order("AF204826", ANN, "k")
    with pytest.raises(ShopRefused):
        shop.refunds("AF204826", ANN)


def test_the_same_key_never_books_twice(shop: Shop) -> None:
    with ThreadPoolExecutor(8) as pool:
        labels = set(pool.map(lambda _: book(shop, "k"), range(16)))
    assert labels == {"R1001"}


def test_a_key_is_good_for_one_thing(shop: Shop) -> None:
    book(shop, "k")
    with pytest.raises(ShopRefused):
        book(shop, "k", item="rug")
    with pytest.raises(ShopRefused):
        shop.cancel_order("AF204821", ANN, "k")


def test_an_item_is_returned_once_and_then_waited_for(shop: Shop) -> None:
    book(shop, "k1")
    with pytest.raises(ShopRefused) as refused:
        book(shop, "k2")
    assert refused.value.code == "done_already"
    order = shop.order("AF204817", ANN)
    assert order is not None
    assert [item.state for item in order.items] == ["returned", "kept"]
    assert [(refund.item, refund.status) for refund in shop.refunds("AF204817", ANN)] == [
        ("Brass desk lamp", "waiting")
    ]


@pytest.mark.parametrize(("order", "code"), [("AF204820", "not_delivered"), ("AF203002", "too_late")])
def test_what_cannot_be_returned_is_refused(shop: Shop, order: str, code: str) -> None:
    item = "shelf" if order == "AF204820" else "clock"
    with pytest.raises(ShopRefused) as refused:
        shop.book_return(order, item, "changed", "ann@example.com", ANN, "k")
    assert refused.value.code == code


def test_an_exchange_takes_the_last_one_out_of_the_stock(shop: Shop) -> None:
    variants = {variant.id for variant in shop.variants("AF204823", "jacket", ANN)}
    assert "harbour-jacket-blue/S" in variants
    assert (
        not {"harbour-jacket-blue/M", "harbour-jacket-blue/L", "harbour-jacket-black/M"} & variants
    )  # has it; sold out
    assert shop.book_exchange("AF204823", "jacket", "harbour-jacket-olive/XL", "a@b.example", ANN, "k") == "X1001"
    with pytest.raises(ShopRefused) as refused:
        shop.book_exchange("AF204823", "jumper", "harbour-jacket-olive/XL", "a@b.example", ANN, "k2")
    assert refused.value.code == "out_of_stock"
    jumper = next(item for item in shop.order("AF204823", ANN).items if item.id == "jumper")  # type: ignore[union-attr]
    assert jumper.state == "kept"  # what was refused has changed nothing


def test_cancelling_in_time_and_too_late(shop: Shop) -> None:
    shop.cancel_order("AF204821", ANN, "k")
    shop.cancel_order("AF204821", ANN, "k")
    order = shop.order("AF204821", ANN)
    assert order is not None
    assert order.status == "cancelled"
    with pytest.raises(ShopRefused) as refused:
        shop.cancel_order("AF204820", ANN, "k2")
    assert refused.value.code == "sent_already"


def test_refunds_and_complaints_get_a_number(shop: Shop) -> None:
    assert shop.request_refund("AF204822", "mug", "missing", "a@b.example", ANN, "k") == "C1001"
    assert shop.file_complaint("service", "rude 😡 & late", "", "a@b.example", ANN, "k2") == "C1002"
    with pytest.raises(ShopRefused):
        shop.request_refund("AF204819", "chair", "changed", "a@b.example", ANN, "k3")


def test_a_change_of_a_subscription_is_made_once_for_each_key(shop: Shop) -> None:
    first = shop.change_subscription("Ann@example.com", "pause", "2", ANN, "k")
    assert first.status == "paused"
    assert shop.change_subscription("ann@example.com", "pause", "2", ANN, "k") == first
    assert shop.subscription("ANN@example.com", ANN) == first
    assert shop.subscription("nobody@example.com", ANN) is None
    for change, value in (("pause", "4"), ("pause", ""), ("plan", "huge"), ("burn", "")):
        with pytest.raises(ShopRefused):
            shop.change_subscription("ann@example.com", change, value, ANN, f"k {change} {value}")


def test_products_have_prices_and_stock(shop: Shop) -> None:
    jackets = shop.find_products(Wish(category="jacket", colours=("blue",)), ANN)
    harbour = next(product for product in jackets if product.id == "harbour-jacket-blue")
    assert harbour.prices == {"GBP": 69, "EUR": 79, "CNY": 599}
    assert harbour.in_stock("M")
    assert not harbour.in_stock("L")


def test_what_was_booked_outlives_the_process_and_is_there_for_all(tmp_path: Path) -> None:
    book(SqliteShop(tmp_path / "shop.db"), "k")
    order = SqliteShop(tmp_path / "shop.db").order("AF204817", BO)
    assert order is not None
    assert order.items[0].state == "returned"


def test_in_the_demonstration_nobody_notices_the_others() -> None:
    shop = DemoShop()
    book(shop, "k")
    order = shop.order("AF204817", BO)
    assert order is not None
    assert order.items[0].state == "kept"


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    broken = tmp_path / "shop.db"
    broken.write_text("this is no database, and it is long enough to be looked at" * 20, "utf-8")
    with pytest.raises(ShopError, match=r"shop\.db: .*not a database"):
        SqliteShop(broken).order("AF204817", ANN)


def test_a_transaction_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    shop = SqliteShop(tmp_path / "shop.db")
    shop.order("AF204817", ANN)
    with sqlite3.connect(tmp_path / "shop.db") as database:
        database.execute("drop table refund")
    database.close()
    with pytest.raises(ShopError, match="no such table"):
        book(shop, "k")
    order = shop.order("AF204817", ANN)
    assert order is not None
    assert order.items[0].state == "kept"


def test_the_token_is_wanted(server) -> None:
    with pytest.raises(ShopError, match="401"):
        HttpShop(server.url, token="wrong").order("AF204817", ANN)


@pytest.mark.parametrize("url", ["shop.example", "ftp://shop.example", "http://", "file:///etc/passwd"])
def test_what_is_no_address_is_told(url: str) -> None:
    with pytest.raises(ShopError, match="is no address"):
        HttpShop(url)


def test_a_shop_that_is_not_there_is_an_error_and_not_no_order() -> None:
    with pytest.raises(ShopError, match="ConnectionRefusedError"):
        HttpShop("http://127.0.0.1:9", timeout=0.3).order("AF204817", ANN)


@pytest.mark.parametrize(
    ("mood", "told"),
    [
        ("another order", "answered with AF204818"),
        ("markup", "carrier"),
        ("wrong types", "items: Input should be a valid array"),
        ("html", "not as agreed"),
        ("half", "IncompleteRead"),
        ("empty", "not as agreed"),
        ("endless", "more than 1,000,000 bytes"),
        ("redirects", "302"),
        ("hangs", "timed out"),
        ("drips", "no complete answer"),
        ("breaks", "500"),
    ],
)
def test_the_people_who_run_the_bot_are_told_what_is_wrong(server, http_shop: HttpShop, mood: str, told: str) -> None:
    server.suffers(mood)
    with pytest.raises(ShopError, match=told):
        http_shop.order("AF204817", ANN)


def test_an_order_that_contradicts_itself_is_not_believed(server, http_shop: HttpShop) -> None:
    with sqlite3.connect(server.shop._path) as database:
        server.shop.order("AF204817", ANN)
        database.execute("update \"order\" set status = 'shipped' where number = 'AF204817'")
    database.close()
    with pytest.raises(ShopError, match="'shipped', and was delivered"):
        http_shop.order("AF204817", ANN)


def test_what_is_refused_is_not_tried_again(server, http_shop: HttpShop) -> None:
    with pytest.raises(ShopRefused):
        http_shop.cancel_order("AF204820", ANN, "k")
    assert len(server.served) == 1


def test_a_shop_nobody_has_is_told_with_those_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP", "mine")
    with pytest.raises(ShopError, match=r"SHOP=mine.*Known: demo, http, sqlite"):
        current_shop()
    assert isinstance(the_shop("demo"), DemoShop)


@pytest.mark.parametrize(("name", "variable"), [("sqlite", "SHOP_DATABASE"), ("http", "SHOP_URL")])
def test_a_shop_that_lacks_its_setting_says_which(monkeypatch: pytest.MonkeyPatch, name: str, variable: str) -> None:
    monkeypatch.delenv(variable, raising=False)
    choosing.the_shop.cache_clear()
    with pytest.raises(ShopError, match=variable):
        the_shop(name)


def test_a_time_that_is_none_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_TIMEOUT", "soon")
    with pytest.raises(ShopError, match="SHOP_TIMEOUT=soon"):
        HttpShop("http://127.0.0.1:9")


def test_the_reference_server_runs_by_its_name(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "dialog_customer_service.demo_server", "--port", "0"]
    with subprocess.Popen(
        [*command, "--database", str(tmp_path / "shop.db")], stdout=subprocess.PIPE, text=True, encoding="utf-8"
    ) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        match = re.match(r"(http://127\.0\.0\.1:\d+) ", line)
        assert match, line
        with urllib.request.urlopen(f"{match[1]}/orders/AF204817", timeout=10) as answer:
            assert b"Brass desk lamp" in answer.read()
        process.terminate()


def test_the_order_itself_is_no_number_of_a_booking(http_shop: HttpShop, server) -> None:
    server.suffers("another order", only="POST")
    with pytest.raises(ShopError, match="not about what was booked"):
        http_shop.book_return("AF204818", "bowl", "damaged", "ann@example.com", ANN, "key")
