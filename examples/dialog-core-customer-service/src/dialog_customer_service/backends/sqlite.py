"""A shop in a SQLite file: one transaction for whatever is done, and a table of what was done under which key."""

import json
import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from dialog_customer_service.backends.seeding import seed
from dialog_customer_service.shop.contract import ShopError, ShopRefused, days_left
from dialog_customer_service.shop.values import Caller, Item, Order, Product, Refund, Subscription, Variant, Wish

VARIABLE = "SHOP_DATABASE"
DAYS_BETWEEN_BOXES = 30
PATIENCE = 2.0  # seconds to wait for another process that writes; less than the bot waits for an action
GOODWILL = ("damaged", "wrong", "missing", "late", "other")  # reasons for which a person decides about a refund


class SqliteShop:
    """A shop in the SQLite file that SHOP_DATABASE names; at its first use it is filled from the demonstration."""

    def __init__(self, path: str | Path | None = None) -> None:
        """Take a path, or what the environment says.

        Raises:
            ShopError: Neither says where the file is.
        """
        named = os.environ.get(VARIABLE, "") if path is None else str(path)
        if not named:
            raise ShopError(f"SHOP=sqlite wants to know where its file is: set {VARIABLE}=shop.db")
        self._path = Path(named)

    def order(self, number: str, caller: Caller) -> Order | None:
        """Return an order with its items."""
        with self._transaction(caller) as database:
            return _order(database, number, caller)

    def refunds(self, order: str, caller: Caller) -> Sequence[Refund]:
        """Return the refunds of an order."""
        with self._transaction(caller) as database:
            _need(database, order, caller)
            rows = database.execute(
                "select item.names, refund.amount, currency, refund.status, day from refund "
                'join item on item."order" = refund."order" and item.id = refund.item '
                'join "order" on number = refund."order" where number = ? order by day desc, refund.rowid desc',
                (order,),
            ).fetchall()
        return [
            Refund(_names(names, caller)[0], amount, currency, status, date.fromisoformat(day))
            for names, amount, currency, status, day in rows
        ]

    def variants(self, order: str, item: str, caller: Caller) -> Sequence[Variant]:
        """Return the other colours and sizes of the same model that are in stock."""
        with self._transaction(caller) as database:
            _need(database, order, caller)
            rows = database.execute(
                "select other.id, other.names, stock.size from item "
                "join product on product.id = item.product join product as other on other.model = product.model "
                "join stock on stock.product = other.id "
                'where item."order" = ? and item.id = ? and stock.count > 0 '
                "and not (other.id = item.product and stock.size = item.size) "
                "order by other.id != item.product, other.id",
                (order, item),
            ).fetchall()
        return [Variant(f"{id}/{size}", _label(_names(names, caller)[0], size)) for id, names, size in rows]

    def book_return(self, order: str, item: str, reason: str, email: str, caller: Caller, key: str) -> str:
        """Book a return, once for each key."""

        def book(database: sqlite3.Connection) -> str:
            amount = _take_back(database, order, item, "returned", caller)
            entry = (order, item, amount, "waiting", caller.today.isoformat())
            database.execute("insert into refund values (?, ?, ?, ?, ?)", entry)
            return "R{number}"

        return str(self._once(key, "return", (order, item, reason, email), caller, book))

    def book_exchange(self, order: str, item: str, variant: str, email: str, caller: Caller, key: str) -> str:
        """Book an exchange and take what is wanted out of the stock, once for each key."""

        def book(database: sqlite3.Connection) -> str:
            product, _, size = variant.partition("/")
            taken = database.execute(
                "update stock set count = count - 1 where product = ? and size = ? and count > 0", (product, size)
            )
            if not taken.rowcount:
                raise ShopRefused("out_of_stock", f"there is no {variant} left")
            _take_back(database, order, item, "exchanged", caller)
            return "X{number}"

        return str(self._once(key, "exchange", (order, item, variant, email), caller, book))

    def request_refund(self, order: str, item: str, reason: str, email: str, caller: Caller, key: str) -> str:
        """Write down a refund for a person to decide on, once for each key."""
        if reason not in GOODWILL:
            raise ShopRefused("not_possible", f"no refund for {reason!r} without a return")

        def request(database: sqlite3.Connection) -> str:
            _need(database, order, caller)
            amount = _set_state(database, order, item, "refunded")
            entry = (order, item, amount, "requested", caller.today.isoformat())
            database.execute("insert into refund values (?, ?, ?, ?, ?)", entry)
            return "C{number}"

        return str(self._once(key, "refund", (order, item, reason, email), caller, request))

    def cancel_order(self, order: str, caller: Caller, key: str) -> None:
        """Cancel an order that is not packed, once for each key."""

        def cancel(database: sqlite3.Connection) -> str:
            found = _need(database, order, caller)
            if found.status == "cancelled":
                raise ShopRefused("done_already", f"{order} is cancelled already")
            if found.status != "received":
                raise ShopRefused("sent_already", f"{order} is {found.status}")
            database.execute("update \"order\" set status = 'cancelled' where number = ?", (order,))
            database.execute("update item set state = 'cancelled' where \"order\" = ?", (order,))
            return "cancelled"

        self._once(key, "cancellation", (order,), caller, cancel)

    def file_complaint(self, topic: str, details: str, order: str, email: str, caller: Caller, key: str) -> str:
        """Write down a complaint, once for each key."""

        def file(database: sqlite3.Connection) -> str:
            if order:
                _need(database, order, caller)
            return "C{number}"

        return str(self._once(key, "complaint", (topic, details, order, email), caller, file))

    def subscription(self, email: str, caller: Caller) -> Subscription | None:
        """Return the subscription of an address."""
        with self._transaction(caller) as database:
            return _subscription(database, email.casefold())

    def change_subscription(self, email: str, change: str, value: str, caller: Caller, key: str) -> Subscription:
        """Change a subscription, once for each key."""
        email = email.casefold()

        def apply(database: sqlite3.Connection) -> list[str | None]:
            found = _subscription(database, email)
            if found is None:
                raise ShopRefused("not_possible", f"nobody has subscribed as {email}")
            changed = _changed(found, change, value, caller.today)
            next_box = changed.next_box.isoformat() if changed.next_box is not None else None
            database.execute(
                "update subscription set plan = ?, status = ?, next_box = ? where email = ?",
                (changed.plan, changed.status, next_box, email),
            )
            return [changed.plan, changed.status, next_box]

        plan, status, next_box = self._once(key, "subscription", (email, change, value), caller, apply)
        return Subscription(email, plan, status, date.fromisoformat(next_box) if next_box else None)

    def find_products(self, wish: Wish, caller: Caller) -> Sequence[Product]:
        """Return the products of a category, or all of them."""
        with self._transaction(caller) as database:
            rows = database.execute(
                "select id, category, names, prices, colour from product where ? in ('', category)", (wish.category,)
            ).fetchall()
            stock: dict[str, dict[str, int]] = {}
            for product, size, count in database.execute("select product, size, count from stock"):
                stock.setdefault(product, {})[size] = count
        return [
            Product(id, category, _names(names, caller)[0], json.loads(prices), colour, stock.get(id, {}))
            for id, category, names, prices, colour in rows
        ]

    def _once(
        self, key: str, kind: str, request: tuple[str, ...], caller: Caller, do: Callable[[sqlite3.Connection], Any]
    ) -> Any:
        """Do something and return its answer, or return the answer of when it was done under this key."""
        asked = json.dumps([caller.customer, *request], ensure_ascii=False)
        with self._transaction(caller) as database:
            done = database.execute("select kind, request, answer from booking where key = ?", (key,)).fetchone()
            if done is not None:
                if done[:2] != (kind, asked):
                    raise ShopRefused("not_possible", f"the key {key!r} was used for something else")
                return json.loads(done[2])
            answer = do(database)
            row = database.execute(
                "insert into booking (key, kind, request, answer) values (?, ?, ?, '')", (key, kind, asked)
            )
            if isinstance(answer, str):
                answer = answer.replace("{number}", str(row.lastrowid))
            database.execute("update booking set answer = ? where key = ?", (json.dumps(answer), key))
        return answer

    @contextmanager
    def _transaction(self, caller: Caller) -> Iterator[sqlite3.Connection]:
        """Open the file for one transaction; `immediate`, as what is read decides what is written."""
        try:
            with self._connection() as database:
                database.execute("begin immediate")
                try:
                    made = database.execute("select 1 from sqlite_master where name = 'booking'").fetchone()
                    if made is None:
                        seed(database, caller.today, caller.language)
                    yield database
                except BaseException:
                    database.execute("rollback")
                    raise
                database.execute("commit")
        except (sqlite3.Error, OSError) as error:
            raise ShopError(f"{self._path}: {error}") from error

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        database = sqlite3.connect(self._path, timeout=PATIENCE, isolation_level=None)
        try:
            yield database
        finally:
            database.close()


def _order(database: sqlite3.Connection, number: str, caller: Caller) -> Order | None:
    """Return an order that belongs to nobody in particular, or to who asks."""
    row = database.execute(
        "select status, expected, delivered, carrier, tracking from \"order\" where number = ? and customer in ('', ?)",
        (number, caller.customer),
    ).fetchone()
    if row is None:
        return None
    status, expected, delivered, carrier, tracking = row
    items = tuple(
        Item(id, tuple(_names(names, caller)), state)
        for id, names, state in database.execute(
            'select id, names, state from item where "order" = ? order by rowid', (number,)
        )
    )
    return Order(number, status, items, _day(expected), _day(delivered), carrier, tracking)


def _day(day: str | None) -> date | None:
    return date.fromisoformat(day) if day else None


def _need(database: sqlite3.Connection, number: str, caller: Caller) -> Order:
    found = _order(database, number, caller)
    if found is None:
        raise ShopRefused("not_possible", f"{caller.customer} has no order {number}")
    return found


def _take_back(database: sqlite3.Connection, number: str, item: str, state: str, caller: Caller) -> float:
    """Note that something comes back, if it may; return what was paid for it."""
    order = _need(database, number, caller)
    if order.delivered is None:
        raise ShopRefused("not_delivered", f"{number} has not arrived")
    if days_left(order.delivered, caller.today) < 0:
        raise ShopRefused("too_late", f"{number} arrived on {order.delivered}")
    return _set_state(database, number, item, state)


def _set_state(database: sqlite3.Connection, number: str, item: str, state: str) -> float:
    found = database.execute('select state, amount from item where "order" = ? and id = ?', (number, item)).fetchone()
    if found is None:
        raise ShopRefused("not_possible", f"there is no {item} in {number}")
    if found[0] != "kept":
        raise ShopRefused("done_already", f"{item} of {number} is {found[0]} already")
    database.execute('update item set state = ? where "order" = ? and id = ?', (state, number, item))
    return float(found[1])


def _subscription(database: sqlite3.Connection, email: str) -> Subscription | None:
    row = database.execute("select plan, status, next_box from subscription where email = ?", (email,)).fetchone()
    if row is None:
        return None
    plan, status, next_box = row
    return Subscription(email, plan, status, date.fromisoformat(next_box) if next_box else None)


def _changed(found: Subscription, change: str, value: str, today: date) -> Subscription:
    soon = today + timedelta(DAYS_BETWEEN_BOXES)
    match change, value:
        case "plan", "small" | "large":
            return replace(found, plan=value)
        case "pause", "1" | "2" | "3":
            begin = found.next_box or soon
            return replace(found, status="paused", next_box=begin + timedelta(DAYS_BETWEEN_BOXES * int(value)))
        case "resume", _:
            return replace(found, status="active", next_box=soon)
        case "cancel", _:
            return replace(found, status="cancelled", next_box=None)
    raise ShopRefused("not_possible", f"a subscription cannot be changed so: {change} {value}")


def _names(names: str, caller: Caller) -> list[str]:
    known: dict[str, list[str] | str] = json.loads(names)
    found = known.get(caller.language.casefold().partition("-")[0]) or known["en"]
    return [found] if isinstance(found, str) else found


def _label(name: str, size: str) -> str:
    return f"{name} ({size})" if size else name
