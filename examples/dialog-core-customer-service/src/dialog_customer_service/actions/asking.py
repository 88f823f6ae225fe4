"""What all actions have in common: who asks, how days and money are shown, and a shop that says no."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from dialog_core import ActionContext
from dialog_customer_service.shop import Caller, ShopRefused

SIGNS = {"GBP": "£", "EUR": "€", "CNY": "¥", "USD": "$"}


def caller(context: ActionContext) -> Caller:
    """Return who asks: the user as the channel knows them, or else the conversation."""
    return Caller(context.user_id or context.conversation_id, context.language, context.now.date())


async def done(call: Callable[..., Any], *arguments: Any) -> dict[str, Any]:
    """Do something, and say what became of it: `outcome` is `done` or `refused`, and `why` says why it was refused.

    What fails in another way is raised: whether it was done is not known then, and nothing must be claimed.
    """
    try:
        value = await asyncio.to_thread(call, *arguments)
    except ShopRefused as refused:
        return {"outcome": "refused", "why": refused.code, "number": ""}
    return {"outcome": "done", "why": "", "number": value if isinstance(value, str) else ""}


def shown_day(day: date | None, language: str) -> str:
    """Return a day as customers are shown it."""
    if day is None:
        return ""
    return f"{day.month}月{day.day}日" if language.casefold().startswith("zh") else f"{day.day} {day:%B}"


def shown_amount(amount: float, currency: str) -> str:
    """Return an amount as customers are shown it."""
    sign = SIGNS.get(currency, f"{currency} ")
    return f"{sign}{amount:,.0f}" if amount == int(amount) else f"{sign}{amount:,.2f}"


def fact(context: ActionContext, name: str) -> str:
    """Return what is known about the customer, as text; empty: nothing."""
    facts: Mapping[str, Any] = context.user.facts
    value = facts.get(name)
    return value.strip() if isinstance(value, str) else ""
