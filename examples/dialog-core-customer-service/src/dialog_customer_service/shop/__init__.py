"""What a shop is to the bot. To connect your own, write a class with the methods of `Shop`.

Declare it in your package under the entry-point group `dialog_customer_service.shops`, and set the environment variable
SHOP to its name there.
"""

from dialog_customer_service.shop.choosing import current_shop, the_shop
from dialog_customer_service.shop.contract import Shop, ShopError, ShopRefused
from dialog_customer_service.shop.values import (
    Caller,
    Item,
    Order,
    Product,
    Refund,
    Subscription,
    Variant,
    Wish,
)

__all__ = [
    "Caller",
    "Item",
    "Order",
    "Product",
    "Refund",
    "Shop",
    "ShopError",
    "ShopRefused",
    "Subscription",
    "Variant",
    "Wish",
    "current_shop",
    "the_shop",
]
