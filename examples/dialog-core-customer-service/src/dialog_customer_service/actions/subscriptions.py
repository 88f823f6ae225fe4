"""Actions about subscriptions."""

import asyncio
from typing import Any

from dialog_core import ActionContext
from dialog_customer_service.actions.asking import caller, shown_day
from dialog_customer_service.shop import Subscription, current_shop


def check_subscriber(email: str, context: ActionContext) -> dict[str, Any]:
    """Say whether somebody of that address has subscribed."""
    found = current_shop().subscription(email, caller(context))
    return {"valid": found is not None, "value": email.casefold(), "reason": "unknown"}


def find_subscription(email: str, context: ActionContext) -> dict[str, Any]:
    """Return what a flow has to know of a subscription: `plan`, `status`, `next_box`."""
    found = current_shop().subscription(email, caller(context))
    if found is None:
        raise LookupError(f"nobody has subscribed as {email}")
    return _told(found, context.language)


async def change_subscription(
    email: str, change: str, request: str, context: ActionContext, value: str | int | None = None
) -> dict[str, Any]:
    """Change a subscription, once for each request, and return what it then is."""
    wanted = "" if value is None else str(value)
    key = request or context.idempotency_key
    changed = await asyncio.to_thread(current_shop().change_subscription, email, change, wanted, caller(context), key)
    return _told(changed, context.language)


def _told(subscription: Subscription, language: str) -> dict[str, Any]:
    day = shown_day(subscription.next_box, language)
    return {"plan": subscription.plan, "status": subscription.status, "next_box": day}
