"""The actions of the flows. They translate between the conversation and the shop, and know nothing of words to say."""

import asyncio
from datetime import date
from typing import Any

from dialog_core import ActionContext
from dialog_customer_service.shop import Order, Subscription, current_shop

RETURN_DAYS = 30  # the time after delivery within which things can be returned


def check_order(number: str, context: ActionContext) -> dict[str, Any]:
    """Say whether there is an order of that number."""
    found = current_shop().order(number, _customer(context), context.now.date(), context.language)
    return {"valid": found is not None, "reason": "unknown"}


def find_order(number: str, context: ActionContext) -> dict[str, Any]:
    """Return what a flow has to know of an order: `delivered`, `days_left`, and `items` by id."""
    today = context.now.date()
    found = current_shop().order(number, _customer(context), today, context.language)
    if found is None:
        raise LookupError(f"there is no order {number}")
    return {
        "delivered": found.delivered is not None,
        "days_left": _days_left(found, today),
        "items": {id: list(names) for id, names in found.items.items()},
    }


async def book_return(order: str, item: str, reason: str, email: str, context: ActionContext) -> dict[str, Any]:
    """Book a return and have the label sent; the idempotency key keeps a retry from booking it twice."""
    shop, key = current_shop(), context.idempotency_key
    label = await asyncio.to_thread(shop.book_return, order, item, reason, email, _customer(context), key)
    return {"label": label}


def check_subscriber(email: str, context: ActionContext) -> dict[str, Any]:
    """Say whether somebody of that address has subscribed."""
    found = current_shop().subscription(email, _customer(context), context.now.date())
    return {"valid": found is not None, "value": email.casefold(), "reason": "unknown"}


def find_subscription(email: str, context: ActionContext) -> dict[str, Any]:
    """Return what a flow has to know of a subscription: `plan`, `status`, `next_box`."""
    found = current_shop().subscription(email, _customer(context), context.now.date())
    if found is None:
        raise LookupError(f"nobody has subscribed as {email}")
    return _told(found, context.language)


async def change_subscription(
    email: str, change: str, context: ActionContext, value: str | int | None = None
) -> dict[str, Any]:
    """Change a subscription and return what it then is."""
    wanted = "" if value is None else str(value)
    customer, today, key = _customer(context), context.now.date(), context.idempotency_key
    change_it = current_shop().change_subscription
    return _told(await asyncio.to_thread(change_it, email, change, wanted, customer, today, key), context.language)


def _customer(context: ActionContext) -> str:
    return context.user_id or context.conversation_id


def _days_left(order: Order, today: date) -> int | None:
    return None if order.delivered is None else RETURN_DAYS - (today - order.delivered).days


def _told(subscription: Subscription, language: str) -> dict[str, Any]:
    day = subscription.next_box
    if day is None:
        shown = ""
    elif language.startswith("zh"):
        shown = f"{day.month}月{day.day}日"
    else:
        shown = f"{day.day} {day:%B}"
    return {"plan": subscription.plan, "status": subscription.status, "next_box": shown}
