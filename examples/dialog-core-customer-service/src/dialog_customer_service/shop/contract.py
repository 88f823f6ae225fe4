"""What is wanted of a shop's back end: the class to write to connect your own."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from dialog_core import DialogError
from dialog_customer_service.shop.values import Caller, Order, Product, Refund, Subscription, Variant, Wish


class ShopError(DialogError):
    """The shop cannot be asked, or what it answers is no answer; whether anything was done is not known.

    The text says why, for the people who run the bot. Customers are not shown it.
    """


class ShopRefused(ShopError):
    """The shop says no, and nothing was done.

    Attributes:
        code: Why, in a word that the flows have a sentence for: `not_delivered`, `too_late`, `done_already`,
            `sent_already`, `out_of_stock`, `not_possible`.
    """

    def __init__(self, code: str, message: str = "") -> None:
        super().__init__(message or code)
        self.code = code


class Shop(Protocol):
    """A shop, as the actions know it. Methods are called in threads, several at a time.

    Each is told who asks, and says of what belongs to somebody else that there is no such thing. Each raises
    `ShopRefused` where the shop says no, and `ShopError` where it cannot be asked. What takes a `key` does its work
    once for each key, however often it is called, and returns the same each time.
    """

    def order(self, number: str, caller: Caller) -> Order | None:
        """Return an order; None: the caller has none of that number."""

    def refunds(self, order: str, caller: Caller) -> Sequence[Refund]:
        """Return the refunds of an order, the newest first."""

    def variants(self, order: str, item: str, caller: Caller) -> Sequence[Variant]:
        """Return what an item can be exchanged for: what is in stock, without what the customer has."""

    def book_return(self, order: str, item: str, reason: str, email: str, caller: Caller, key: str) -> str:
        """Book a return and send the label; return its number."""

    def book_exchange(self, order: str, item: str, variant: str, email: str, caller: Caller, key: str) -> str:
        """Book an exchange and send the label; return its number."""

    def request_refund(self, order: str, item: str, reason: str, email: str, caller: Caller, key: str) -> str:
        """Have a person decide on a refund; return the number of the case."""

    def cancel_order(self, order: str, caller: Caller, key: str) -> None:
        """Cancel an order that has not been packed."""

    def file_complaint(self, topic: str, details: str, order: str, email: str, caller: Caller, key: str) -> str:
        """Write down a complaint for a person; return the number of the case. `order` may be empty."""

    def subscription(self, email: str, caller: Caller) -> Subscription | None:
        """Return the subscription of an address; None: there is none."""

    def change_subscription(self, email: str, change: str, value: str, caller: Caller, key: str) -> Subscription:
        """Do as told (`plan` to a value, `pause` for so many months, `resume` or `cancel`); return what it then is."""

    def find_products(self, wish: Wish, caller: Caller) -> Sequence[Product]:
        """Return what fits a wish. It may return more: what does not fit is left out before anybody is shown it."""


def days_left(delivered: date, today: date, days: int = 30) -> int:
    """Return how many days are left of the time within which things can be returned."""
    return days - (today - delivered).days
