"""Which products fit a wish, and what comes closest where none does."""

from collections.abc import Iterable
from dataclasses import replace

from dialog_customer_service.shop.values import Product, Wish


def matching(products: Iterable[Product], wish: Wish, currency: str) -> list[Product]:
    """Return the products that fit, what is in stock first; with `cheapest`, the cheapest first."""
    fitting = [product for product in products if fits(product, wish, currency)]

    def order(product: Product) -> tuple[bool, float, str]:
        price = product.price(currency) if wish.cheapest else 0.0
        return not product.in_stock(wish.size), price or 0.0, product.name

    return sorted(fitting, key=order)


def fits(product: Product, wish: Wish, currency: str) -> bool:
    """Say whether a product is what somebody looks for."""
    price = product.price(currency)
    sized = any(product.stock) and wish.size
    return (
        price is not None
        and (not wish.category or product.category == wish.category)
        and (not wish.colours or product.colour in wish.colours)
        and (not sized or wish.size in product.stock)
        and (wish.least is None or price >= wish.least)
        and (wish.most is None or price <= wish.most)
        and (wish.below is None or price < wish.below)
        and (not wish.in_stock or product.in_stock(wish.size if sized else ""))
    )


def nearest(products: Iterable[Product], wish: Wish, currency: str) -> list[Product]:
    """Return what fits when one thing after the other is not insisted on; nothing where even the kind is not there."""
    known = list(products)
    for change in (
        {"in_stock": False},
        {"size": ""},
        {"least": None, "most": None, "below": None},
        {"colours": ()},
        {"in_stock": False, "size": "", "least": None, "most": None, "below": None},
        {"in_stock": False, "size": "", "least": None, "most": None, "below": None, "colours": ()},
    ):
        relaxed = replace(wish, **change)
        if relaxed != wish and (relaxed.category or relaxed.colours):
            found = matching(known, replace(relaxed, cheapest=True), currency)
            if found:
                return found
    return []
