"""Reads what a web service answers: what is not exactly as agreed is an error, and never a fact.

A key that is not known is left aside, so that a service may grow. What is missing, of another type, too long, no date
or has markup in it makes the answer nonsense.
"""

from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

from pydantic import Field, TypeAdapter, ValidationError

from dialog_customer_service.shop.contract import ShopError
from dialog_customer_service.shop.values import Name, Order, Product, Refund, Subscription, Variant

T = TypeVar("T")
MOST = 500  # of anything there is a list of


@dataclass(frozen=True)
class Booked:
    """What was done is known under a number."""

    number: Name


@dataclass(frozen=True)
class Refusal:
    """The shop says no."""

    code: Annotated[str, Field(pattern=r"^[a-z_]{1,40}$")]
    message: Annotated[str, Field(max_length=500)] = ""


ORDER = TypeAdapter(Order)
REFUNDS: TypeAdapter[list[Refund]] = TypeAdapter(Annotated[list[Refund], Field(max_length=MOST)])
VARIANTS: TypeAdapter[list[Variant]] = TypeAdapter(Annotated[list[Variant], Field(max_length=MOST)])
PRODUCTS: TypeAdapter[list[Product]] = TypeAdapter(Annotated[list[Product], Field(max_length=MOST)])
SUBSCRIPTION = TypeAdapter(Subscription)
BOOKED = TypeAdapter(Booked)
REFUSAL = TypeAdapter(Refusal)


def understood(adapter: "TypeAdapter[T]", body: bytes, what: str) -> T:
    """Return what an answer says.

    Raises:
        ShopError: It is no answer to that.
    """
    try:
        return adapter.validate_json(body, strict=True)
    except ValidationError as error:
        first: Any = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        where = f"{place}: " if place else ""
        raise ShopError(f"{what}: the answer is not as agreed: {where}{first['msg']}") from error


def checked_order(order: Order, number: str) -> Order:
    """Return an order that is the one asked for and does not contradict itself.

    Raises:
        ShopError: It is another one, or says that it has arrived and has not.
    """
    if order.number != number:
        raise ShopError(f"asked for the order {number}, the shop answered with {order.number}")
    if (order.status == "delivered") != (order.delivered is not None):
        raise ShopError(f"the order {number} is {order.status!r}, and was delivered on {order.delivered}")
    if len({item.id for item in order.items}) < len(order.items):
        raise ShopError(f"the order {number} has two items of the same id")
    return order
