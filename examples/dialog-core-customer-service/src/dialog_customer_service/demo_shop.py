"""A shop to try things out with: what it sells stands in `demo_shop.json`, what is done to it in a SQLite file.

Whatever a customer does, the other customers find the shop as it was. Days are counted back from today, so that there
is always an order that came last week.
"""

import atexit
import json
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

from dialog_customer_service.shop import Order, ShopError, Subscription

TABLES = """
create table if not exists returned (
    key text primary key, label text unique, customer text, "order" text, item text, reason text, email text
);
create table if not exists subscription (
    customer text, email text, plan text, status text, next_box text, key text, primary key (customer, email)
);
"""
DAYS_BETWEEN_BOXES = 30


class DemoShop:
    """The demonstration. SHOP_DATABASE says where its SQLite file is; default: one that ends with the process."""

    def __init__(self, path: Path | None = None) -> None:
        own = os.environ.get("SHOP_DATABASE")
        self._path = path or (Path(own) if own else _passing_file())
        self._data: dict[str, Any] = json.loads((files(__package__) / "demo_shop.json").read_text(encoding="utf-8"))

    def order(self, number: str, customer: str, today: date, language: str) -> Order | None:
        """Return an order with the items that have not been returned."""
        found = self._data["orders"].get(number)
        if found is None:
            return None
        with self._database() as database:
            rows = database.execute(
                'select item from returned where customer = ? and "order" = ?', (customer, number)
            ).fetchall()
        returned = {item for (item,) in rows}
        names = "zh" if language.startswith("zh") else "en"
        items = {id: tuple(self._data["items"][id][names]) for id in found["items"] if id not in returned}
        days = found["delivered_days_ago"]
        return Order(number, None if days is None else today - timedelta(days), items)

    def book_return(self, order: str, item: str, reason: str, email: str, customer: str, key: str) -> str:
        """Book a return, once for each key."""
        with self._database() as database:
            booked = database.execute("select label from returned where key = ?", (key,)).fetchone()
            if booked is not None:
                return str(booked[0])
            again = database.execute(
                'select 1 from returned where customer = ? and "order" = ? and item = ?', (customer, order, item)
            ).fetchone()
            if again is not None:
                raise ShopError(f"{item} of {order} has been returned already")
            (count,) = database.execute("select count(*) from returned").fetchone()
            label = f"R{count + 1001}"
            row = (key, label, customer, order, item, reason, email)
            database.execute("insert into returned values (?, ?, ?, ?, ?, ?, ?)", row)
        return label

    def subscription(self, email: str, customer: str, today: date) -> Subscription | None:
        """Return a subscription as the customer has left it."""
        with self._database() as database:
            return self._subscription(database, email.casefold(), customer, today)

    def change_subscription(
        self, email: str, change: str, value: str, customer: str, today: date, key: str
    ) -> Subscription:
        """Change a subscription, once for each key."""
        email = email.casefold()
        with self._database() as database:
            found = self._subscription(database, email, customer, today)
            if found is None:
                raise ShopError(f"nobody has subscribed as {email}")
            done = database.execute("select 1 from subscription where customer = ? and key = ?", (customer, key))
            if done.fetchone() is not None:
                return found
            changed = _changed(found, change, value, today)
            next_box = changed.next_box.isoformat() if changed.next_box is not None else None
            row = (customer, email, changed.plan, changed.status, next_box, key)
            database.execute("insert or replace into subscription values (?, ?, ?, ?, ?, ?)", row)
        return changed

    def _subscription(
        self, database: sqlite3.Connection, email: str, customer: str, today: date
    ) -> Subscription | None:
        columns = "plan, status, next_box"
        row = database.execute(
            f"select {columns} from subscription where customer = ? and email = ?", (customer, email)
        ).fetchone()
        if row is not None:
            plan, status, next_box = row
            return Subscription(email, plan, status, date.fromisoformat(next_box) if next_box else None)
        found = self._data["subscriptions"].get(email)
        if found is None:
            return None
        days = found["next_box_in_days"]
        return Subscription(email, found["plan"], found["status"], None if days is None else today + timedelta(days))

    @contextmanager
    def _database(self) -> Iterator[sqlite3.Connection]:
        """Open the SQLite file for one transaction; `immediate`, as what is read decides what is written."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        database = sqlite3.connect(self._path, timeout=5, isolation_level=None)
        try:
            database.executescript(TABLES)
            database.execute("begin immediate")
            yield database
            database.execute("commit")
        finally:
            database.close()


def _passing_file() -> Path:
    folder = tempfile.mkdtemp(prefix="demo-shop-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder) / "shop.db"


def _changed(found: Subscription, change: str, value: str, today: date) -> Subscription:
    soon = today + timedelta(DAYS_BETWEEN_BOXES)
    match change:
        case "plan" if value in ("small", "large"):
            return replace(found, plan=value)
        case "pause" if value.isdecimal() and 1 <= int(value) <= 3:
            begin = found.next_box or soon
            return replace(found, status="paused", next_box=begin + timedelta(DAYS_BETWEEN_BOXES * int(value)))
        case "resume":
            return replace(found, status="active", next_box=soon)
        case "cancel":
            return replace(found, status="cancelled", next_box=None)
    raise ShopError(f"a subscription cannot be changed so: {change} {value}")
