"""What the actions want of a shop, and which shop they talk to.

To connect your own, write a class with the methods of `Shop`, declare it in your package under the entry-point group
`dialog_customer_service.shops`, and set the environment variable SHOP to its name there.
"""

import functools
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib.metadata import entry_points
from typing import Protocol

GROUP = "dialog_customer_service.shops"


class ShopError(Exception):
    """The shop refuses, or cannot be asked; the text says why, for the people who run the bot."""


@dataclass(frozen=True)
class Order:
    """An order.

    Attributes:
        number: Its number.
        delivered: When it arrived; None: it has not.
        items: What can still be returned of it, by id: its name, and other things customers call it.
    """

    number: str
    delivered: date | None
    items: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Subscription:
    """A subscription.

    Attributes:
        email: Whose.
        plan: What is sent: `small` or `large`.
        status: `active`, `paused` or `cancelled`.
        next_box: When the next box is sent; None: never.
    """

    email: str
    plan: str
    status: str
    next_box: date | None


class Shop(Protocol):
    """A shop, as the actions know it. Methods are called in threads, several at a time.

    Each is told which customer asks (the user the channel knows, or else the conversation), so that a shop can refuse
    to tell one customer about another. Each raises ShopError where it refuses.
    """

    def order(self, number: str, customer: str, today: date, language: str) -> Order | None:
        """Return an order; None: there is none of that number."""

    def book_return(self, order: str, item: str, reason: str, email: str, customer: str, key: str) -> str:
        """Book a return and send the label; return its number. The same key never books twice."""

    def subscription(self, email: str, customer: str, today: date) -> Subscription | None:
        """Return the subscription of somebody; None: there is none."""

    def change_subscription(
        self, email: str, change: str, value: str, customer: str, today: date, key: str
    ) -> Subscription:
        """Do as told (`plan` to a value, `pause` for so many months, `resume` or `cancel`); return what it then is."""


@functools.cache
def the_shop(name: str) -> Shop:
    """Return the shop of a name, made at its first use.

    Raises:
        ShopError: There is none of that name.
    """
    found = entry_points(group=GROUP)
    try:
        shop: Shop = found[name].load()()
    except KeyError:
        known = ", ".join(sorted(entry.name for entry in found)) or "none is installed"
        raise ShopError(f"SHOP={name}: there is no such shop. Known: {known}.") from None
    return shop


def current_shop() -> Shop:
    """Return the shop that the environment variable SHOP names; default: the demonstration."""
    return the_shop(os.environ.get("SHOP", "demo"))
