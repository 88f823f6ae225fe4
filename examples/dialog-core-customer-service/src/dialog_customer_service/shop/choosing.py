"""Which shop the actions talk to: the one that the environment variable SHOP names among those that are installed."""

import functools
import os
from importlib.metadata import entry_points

from dialog_customer_service.shop.contract import Shop, ShopError

GROUP = "dialog_customer_service.shops"  # of entry points
VARIABLE = "SHOP"
DEFAULT = "demo"


def current_shop() -> Shop:
    """Return the shop that SHOP names; default: the demonstration.

    Raises:
        ShopError: There is none of that name, or it cannot be made.
    """
    return the_shop(os.environ.get(VARIABLE, "") or DEFAULT)


@functools.cache
def the_shop(name: str) -> Shop:
    """Return the shop of a name, made at its first use.

    Raises:
        ShopError: There is none of that name, or it cannot be made.
    """
    found = entry_points(group=GROUP)
    if name not in found.names:
        known = ", ".join(sorted(found.names)) or "none is installed"
        raise ShopError(f"{VARIABLE}={name}: there is no such shop. Known: {known}.")
    entry = found[name]
    try:
        shop: Shop = entry.load()()
    except ShopError:
        raise
    except Exception as error:  # of whoever wrote it; the flows say that the shop cannot be asked
        raise ShopError(f"{VARIABLE}={name}: {entry.value} cannot be made: {type(error).__name__}: {error}") from error
    return shop
