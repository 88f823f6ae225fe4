"""The demonstration: for each customer a shop of their own in memory, made when they first ask and soon forgotten.

Whatever a customer does, the others find the shop as it was, and there is always an order that came last week.
"""

import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from dialog_customer_service.backends.sqlite import SqliteShop
from dialog_customer_service.shop.values import Caller, Order, Product, Refund, Subscription, Variant, Wish

MAX_CUSTOMERS = 500  # of whom what they have done is remembered


class DemoShop:
    """A shop for each customer, until the process ends."""

    def __init__(self) -> None:
        self._shops: OrderedDict[str, SqliteShop] = OrderedDict()
        self._lock = threading.Lock()

    def order(self, number: str, caller: Caller) -> Order | None:
        """Return an order."""
        return self._of(caller).order(number, caller)

    def refunds(self, order: str, caller: Caller) -> Sequence[Refund]:
        """Return the refunds of an order."""
        return self._of(caller).refunds(order, caller)

    def variants(self, order: str, item: str, caller: Caller) -> Sequence[Variant]:
        """Return what an item can be exchanged for."""
        return self._of(caller).variants(order, item, caller)

    def book_return(self, order: str, item: str, reason: str, email: str, caller: Caller, key: str) -> str:
        """Book a return."""
        return self._of(caller).book_return(order, item, reason, email, caller, key)

    def book_exchange(self, order: str, item: str, variant: str, email: str, caller: Caller, key: str) -> str:
        """Book an exchange."""
        return self._of(caller).book_exchange(order, item, variant, email, caller, key)

    def request_refund(self, order: str, item: str, reason: str, email: str, caller: Caller, key: str) -> str:
        """Write down a refund to decide on."""
        return self._of(caller).request_refund(order, item, reason, email, caller, key)

    def cancel_order(self, order: str, caller: Caller, key: str) -> None:
        """Cancel an order."""
        self._of(caller).cancel_order(order, caller, key)

    def file_complaint(self, topic: str, details: str, order: str, email: str, caller: Caller, key: str) -> str:
        """Write down a complaint."""
        return self._of(caller).file_complaint(topic, details, order, email, caller, key)

    def subscription(self, email: str, caller: Caller) -> Subscription | None:
        """Return a subscription."""
        return self._of(caller).subscription(email, caller)

    def change_subscription(self, email: str, change: str, value: str, caller: Caller, key: str) -> Subscription:
        """Change a subscription."""
        return self._of(caller).change_subscription(email, change, value, caller, key)

    def find_products(self, wish: Wish, caller: Caller) -> Sequence[Product]:
        """Return what may fit a wish."""
        return self._of(caller).find_products(wish, caller)

    def _of(self, caller: Caller) -> SqliteShop:
        with self._lock:
            shop = self._shops.pop(caller.customer, None) or _InMemory()
            self._shops[caller.customer] = shop  # the one asked last stands last
            while len(self._shops) > MAX_CUSTOMERS:
                self._shops.popitem(last=False)
            return shop


class _InMemory(SqliteShop):
    """A shop in memory, which one thread after the other may use."""

    def __init__(self) -> None:
        super().__init__(":memory:")
        self._database = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        self._lock = threading.Lock()

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            yield self._database
