"""The tables of a shop, and the demonstration's data to begin with: days are counted from the day it is made."""

import json
import sqlite3
from datetime import date, timedelta
from importlib.resources import files
from typing import Any

TABLES = """
create table product (
    id text primary key, model text not null, category text not null, colour text not null,
    names text not null, prices text not null
);
create table stock (product text not null, size text not null, count integer not null, primary key (product, size));
create table "order" (
    number text primary key, customer text not null, status text not null, currency text not null,
    expected text, delivered text, carrier text not null, tracking text not null
);
create table item (
    "order" text not null, id text not null, product text not null, size text not null, amount real not null,
    names text not null, state text not null, primary key ("order", id)
);
create table refund ("order" text not null, item text not null, amount real not null, status text not null, day text);
create table subscription (email text primary key, plan text not null, status text not null, next_box text);
create table booking (
    number integer primary key autoincrement, key text unique not null, kind text not null, request text not null,
    answer text not null
);
"""
FIRST_BOOKING = 1000  # so that numbers of bookings have four digits
CURRENCIES = {"zh": "CNY"}
"""What is paid with, by the first part of a language; else pounds."""


def demo_data() -> dict[str, Any]:
    """Return what the demonstration sells, and what has been ordered."""
    data: dict[str, Any] = json.loads(
        (files("dialog_customer_service") / "data" / "demo_shop.json").read_text(encoding="utf-8")
    )
    return data


def currency_of(language: str) -> str:
    """Return what people who speak a language pay with."""
    return CURRENCIES.get(language.casefold().partition("-")[0], "GBP")


def seed(database: sqlite3.Connection, today: date, language: str) -> None:
    """Make the tables and fill them; part of the transaction that is under way."""
    for statement in TABLES.split(";"):
        database.execute(statement)
    database.execute("insert into sqlite_sequence values ('booking', ?)", (FIRST_BOOKING,))
    data = demo_data()
    products = {product["id"]: product for product in data["products"]}
    for product in products.values():
        names, prices = (json.dumps(product[name], ensure_ascii=False) for name in ("names", "prices"))
        row = (product["id"], product["model"], product["category"], product["colour"], names, prices)
        database.execute("insert into product values (?, ?, ?, ?, ?, ?)", row)
        counts = [(product["id"], size, count) for size, count in product["stock"].items()]
        database.executemany("insert into stock values (?, ?, ?)", counts)
    for number, order in data["orders"].items():
        _seed_order(database, number, order, products, data["also"], today, currency_of(language))
    for email, subscription in data["subscriptions"].items():
        next_box = _day(today, subscription["next_box_in_days"])
        subscribed = (email, subscription["plan"], subscription["status"], next_box)
        database.execute("insert into subscription values (?, ?, ?, ?)", subscribed)


def _seed_order(
    database: sqlite3.Connection,
    number: str,
    order: dict[str, Any],
    products: dict[str, Any],
    also: dict[str, Any],
    today: date,
    currency: str,
) -> None:
    ago = order.get("delivered_days_ago")
    row = (
        number,
        order.get("customer", ""),
        order["status"],
        currency,
        _day(today, order.get("expected_in_days")),
        _day(today, None if ago is None else -ago),
        order.get("carrier", ""),
        order.get("tracking", ""),
    )
    database.execute('insert into "order" values (?, ?, ?, ?, ?, ?, ?, ?)', row)
    states = order.get("states", {})
    for id, (product, size) in order["items"].items():
        found = products[product]
        names = {
            language: [f"{name} ({size})" if size else name, *also.get(id, {}).get(language, ())]
            for language, name in found["names"].items()
        }
        amount, told = found["prices"][currency], json.dumps(names, ensure_ascii=False)
        item = (number, id, product, size, amount, told, states.get(id, "kept"))
        database.execute("insert into item values (?, ?, ?, ?, ?, ?, ?)", item)
    for refund in order.get("refunds", ()):
        price = products[order["items"][refund["item"]][0]]["prices"][currency]
        entry = (number, refund["item"], price, refund["status"], _day(today, -refund["days_ago"]))
        database.execute("insert into refund values (?, ?, ?, ?, ?)", entry)


def _day(today: date, days: int | None) -> str | None:
    return None if days is None else (today + timedelta(days)).isoformat()
