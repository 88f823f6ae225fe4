"""What a shop tells: orders, refunds, products, subscriptions. A back end makes them; actions and policies read them.

The limits stand in the types, so that answers from a web service can be checked against them: see `backends.answers`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Literal

from pydantic import Field

Text = Annotated[str, Field(min_length=1, max_length=120, pattern=r"^[^<>\x00-\x1f\x7f]+$")]
"""Something that customers are shown: short, and no markup."""
Name = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[\w./ -]+$")]
"""Something that programs are shown: an id."""
Amount = Annotated[float, Field(ge=0, le=1_000_000, allow_inf_nan=False)]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]

OrderStatus = Literal["received", "packed", "shipped", "delivered", "cancelled"]
ItemState = Literal["kept", "returned", "exchanged", "refunded", "cancelled"]
RefundStatus = Literal["requested", "waiting", "paid", "refused"]
Plan = Literal["small", "large"]
SubscriptionStatus = Literal["active", "paused", "cancelled"]


@dataclass(frozen=True)
class Caller:
    """For whom a shop is asked.

    Attributes:
        customer: The user as the channel knows them, or else the conversation. A shop tells nobody of another's orders.
        language: The language of the turn (a BCP 47 tag), for names that customers are shown.
        today: The day of the turn.
    """

    customer: str
    language: str
    today: date


@dataclass(frozen=True)
class Item:
    """One thing of an order.

    Attributes:
        id: Its id within the order.
        names: What it is called, and other things customers call it.
        state: `kept`, or what has been booked for it.
    """

    id: Name
    names: Annotated[tuple[Text, ...], Field(min_length=1, max_length=10)]
    state: ItemState = "kept"


@dataclass(frozen=True)
class Order:
    """An order.

    Attributes:
        number: Its number.
        status: How far it is.
        items: What was ordered.
        expected: When it should arrive, or should have.
        delivered: When it arrived; None: it has not.
        carrier: Who brings it; empty: nobody yet.
        tracking: Its number there.
    """

    number: Name
    status: OrderStatus
    items: Annotated[tuple[Item, ...], Field(max_length=200)]
    expected: date | None = None
    delivered: date | None = None
    carrier: Annotated[str, Field(max_length=60, pattern=r"^[^<>\x00-\x1f\x7f]*$")] = ""
    tracking: Annotated[str, Field(max_length=60, pattern=r"^[\w -]*$")] = ""


@dataclass(frozen=True)
class Refund:
    """Money that goes back, or is to.

    Attributes:
        item: The name of what it is for.
        amount: How much.
        currency: Of what (ISO 4217).
        status: `requested`: a person has to decide; `waiting`: for the parcel; `paid`; `refused`.
        day: Since when that is so.
    """

    item: Text
    amount: Amount
    currency: Currency
    status: RefundStatus
    day: date


@dataclass(frozen=True)
class Variant:
    """What something can be exchanged for.

    Attributes:
        id: Its id.
        label: What customers are shown: another colour, another size.
    """

    id: Name
    label: Text


@dataclass(frozen=True)
class Product:
    """Something to buy, in one colour.

    Attributes:
        id: Its id.
        category: What it is: an id of the catalogue's words, such as `jacket`.
        name: What customers are shown.
        prices: What it costs, by currency.
        colour: Which, as an id of the catalogue's words; empty: it is of no matter.
        stock: How many there are, by size; of what has no sizes, under an empty one.
    """

    id: Name
    category: Name
    name: Text
    prices: Annotated[Mapping[Currency, Amount], Field(min_length=1, max_length=20)]
    colour: Annotated[str, Field(max_length=60, pattern=r"^[\w-]*$")] = ""
    stock: Mapping[Annotated[str, Field(max_length=20, pattern=r"^[\w./ -]*$")], Annotated[int, Field(ge=0)]] = field(
        default_factory=dict
    )

    def price(self, currency: str) -> float | None:
        """What it costs in a currency; None: it is not sold for that."""
        return self.prices.get(currency)

    def in_stock(self, size: str = "") -> bool:
        """Whether there is one, of a size or of any."""
        return self.stock.get(size, 0) > 0 if size else any(self.stock.values())


@dataclass(frozen=True)
class Wish:
    """What somebody is looking for. What is empty rules nothing out.

    Attributes:
        category: What it is.
        colours: One of these.
        size: Which.
        least: What it costs at least.
        most: What it costs at most.
        below: What it has to cost less than, such as what was shown before.
        currency: In which currency that is.
        in_stock: Whether there has to be one.
        cheapest: Whether to begin with the cheapest.
    """

    category: str = ""
    colours: tuple[str, ...] = ()
    size: str = ""
    least: float | None = None
    most: float | None = None
    below: float | None = None
    currency: str = ""
    in_stock: bool = False
    cheapest: bool = False


@dataclass(frozen=True)
class Subscription:
    """A subscription.

    Attributes:
        email: Whose.
        plan: What is sent.
        status: Whether it is sent.
        next_box: When the next box is sent; None: never.
    """

    email: Annotated[str, Field(max_length=254)]
    plan: Plan
    status: SubscriptionStatus
    next_box: date | None = None
