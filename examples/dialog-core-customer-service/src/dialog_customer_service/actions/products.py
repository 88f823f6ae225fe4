"""The action of the product search."""

from typing import Any

from dialog_core import ActionContext
from dialog_customer_service.actions.asking import caller
from dialog_customer_service.catalogue.matching import matching, nearest
from dialog_customer_service.shop import Product, Wish, current_shop

CURRENCIES = {"zh": "CNY"}
DEFAULT_CURRENCY = "GBP"
MOST = 50  # of what is found that is passed on


def find_products(
    context: ActionContext,
    category: str = "",
    colours: list[str] | None = None,
    size: str = "",
    least: float | None = None,
    most: float | None = None,
    below: float | None = None,
    currency: str = "",
    in_stock: bool = False,
    cheapest: bool = False,
) -> dict[str, Any]:
    """Look for products.

    Args:
        context: Who asks.
        category: What it is, as the shop's catalogue calls it: jacket, lamp.
        colours: One of these.
        size: Which.
        least: What it costs at least.
        most: What it costs at most.
        below: What it has to cost less than.
        currency: In which currency, ISO 4217; empty: that of the customer's language.
        in_stock: Whether there has to be one.
        cheapest: Whether the cheapest comes first.
    """
    wish = Wish(category, tuple(colours or ()), size, least, most, below, currency, in_stock, cheapest)
    known = current_shop().find_products(wish, caller(context))
    usual = CURRENCIES.get(context.language.casefold().partition("-")[0], DEFAULT_CURRENCY)
    paid = currency if any(product.price(currency) is not None for product in known) else usual
    if not any(product.price(paid) is not None for product in known):  # a shop that is paid with something else
        paid = next((code for product in known for code in product.prices), paid)
    found = matching(known, wish, paid)  # what a shop answers beside the question is not shown
    near = [] if found else nearest(known, wish, paid) or nearest(_all(wish, context), wish, paid)
    return {
        "wish": {
            "category": wish.category,
            "colours": list(wish.colours),
            "size": size,
            "least": least,
            "most": most,
            "below": below,
            "currency": currency,
            "in_stock": in_stock,
            "cheapest": cheapest,
        },
        "asked_currency": currency,
        "currency": paid,
        "found": [_told(product, paid) for product in found[:MOST]],
        "near": [_told(product, paid) for product in near[:MOST]],
    }


def _all(wish: Wish, context: ActionContext) -> list[Product]:
    """Return everything of a kind, for what comes closest: a shop that filters has left it out."""
    return list(current_shop().find_products(Wish(category=wish.category), caller(context)))


def _told(product: Product, currency: str) -> dict[str, Any]:
    return {
        "id": product.id,
        "name": product.name,
        "price": product.price(currency),
        "colour": product.colour,
        "sizes": [size for size, count in product.stock.items() if size and count],
        "known_sizes": [size for size in product.stock if size],
        "in_stock": product.in_stock(),
    }
