"""Actions about orders: looking them up, sending things back, exchanging, refunding, cancelling, complaining."""

import re
from collections.abc import Iterable
from itertools import takewhile
from typing import Any

from dialog_core import ActionContext
from dialog_customer_service.actions.asking import caller, done, shown_amount, shown_day
from dialog_customer_service.shop import Order, current_shop
from dialog_customer_service.shop.contract import days_left

_PARTS = re.compile(r"(?P<name>.*?)(?: \((?P<size>[^()]+)\))?")


def check_order(number: str, context: ActionContext) -> dict[str, Any]:
    """Say whether the customer has an order of that number."""
    return {"valid": current_shop().order(number, caller(context)) is not None, "reason": "unknown"}


def find_order(number: str, context: ActionContext) -> dict[str, Any]:
    """Return what flows have to know of an order; `items` are those that can still be sent back, by id."""
    asking = caller(context)
    found = current_shop().order(number, asking)
    if found is None:
        raise LookupError(f"there is no order {number}")
    return _told(found, context)


def new_request(context: ActionContext) -> dict[str, str]:
    """Return a key for what is about to be done: the same for every attempt, also for one in a later message."""
    return {"key": context.idempotency_key}


def find_variants(order: str, item: str, context: ActionContext) -> dict[str, Any]:
    """Return what an item can be exchanged for, by id: its name, and how else customers choose it."""
    found = current_shop().variants(order, item, caller(context))
    labels = {variant.id: variant.label for variant in found}
    return {"variants": {id: [label, *other_words(label, labels.values())] for id, label in labels.items()}}


def other_words(label: str, labels: Iterable[str]) -> list[str]:
    """Return short forms of a label such as `Jacket, olive (M)` that fit no other one: `M`, `olive`, `olive M`."""
    known = {label, *labels}
    tails = {match["name"] for one in known if (match := _PARTS.fullmatch(one))}
    tail = _common_tail(tails) if len(tails) > 1 else ""
    parts = {one: _parts(one, tail) for one in known}
    colour, size = parts[label]
    others = [parts[other] for other in known if other != label]
    words: list[str] = []
    if colour and all(colour != other for other, _ in others):
        words += _coloured(colour)
    if size and all(size != other for _, other in others):
        words += [size, f"size {size}", f"{size}码"]
    for name in _coloured(colour) if colour and size else ():
        words += [f"{name} {size}", f"{size} {name}", f"{name} in {size}", f"{size} in {name}", f"{name}{size}"]
        words += [f"{size}码{name}", f"{name}{size}码", f"{name}的{size}码", f"{size}码的{name}"]
    return words


def _common_tail(names: Iterable[str]) -> str:
    """Return what all names end with."""
    backwards = zip(*(reversed(name) for name in names), strict=False)
    return "".join(takewhile(bool, (same[0] if len(set(same)) == 1 else "" for same in backwards)))[::-1]


def _coloured(colour: str) -> list[str]:
    """Return a colour as customers say it: in Chinese with and without the word for colour."""
    return [colour] if colour.isascii() or colour.endswith("色") else [colour, f"{colour}色"]


def _parts(label: str, tail: str) -> tuple[str, str]:
    """Return what tells variants apart: the colour, behind a comma or before what all have in common, and the size."""
    match = _PARTS.fullmatch(label)
    if match is None:
        return label, ""
    _, comma, colour = match["name"].rpartition(", ")
    return colour if comma else match["name"].removesuffix(tail), match["size"] or ""


def find_refunds(order: str, context: ActionContext) -> dict[str, Any]:
    """Return the refunds of an order, as customers are shown them."""
    return {
        "refunds": [
            {
                "item": refund.item,
                "amount": shown_amount(refund.amount, refund.currency),
                "status": refund.status,
                "day": shown_day(refund.day, context.language),
            }
            for refund in current_shop().refunds(order, caller(context))
        ]
    }


async def book_return(
    order: str, item: str, reason: str, email: str, request: str, context: ActionContext
) -> dict[str, Any]:
    """Book a return and have the label sent, once for each request."""
    return await done(current_shop().book_return, order, item, reason, email, caller(context), _key(request, context))


async def book_exchange(
    order: str, item: str, variant: str, email: str, request: str, context: ActionContext
) -> dict[str, Any]:
    """Book an exchange and have the label sent, once for each request."""
    key = _key(request, context)
    return await done(current_shop().book_exchange, order, item, variant, email, caller(context), key)


async def request_refund(
    order: str, item: str, reason: str, email: str, request: str, context: ActionContext
) -> dict[str, Any]:
    """Have a person decide on a refund, once for each request."""
    key = _key(request, context)
    return await done(current_shop().request_refund, order, item, reason, email, caller(context), key)


async def cancel_order(order: str, request: str, context: ActionContext) -> dict[str, Any]:
    """Cancel an order that has not been packed."""
    return await done(current_shop().cancel_order, order, caller(context), _key(request, context))


async def file_complaint(
    topic: str, details: str, email: str, request: str, context: ActionContext, order: str | None = None
) -> dict[str, Any]:
    """Write down a complaint for a person, once for each request."""
    key = _key(request, context)
    told = details.strip()[:1_000]
    return await done(current_shop().file_complaint, topic, told, order or "", email, caller(context), key)


def _key(request: str, context: ActionContext) -> str:
    return request or context.idempotency_key


def _told(found: Order, context: ActionContext) -> dict[str, Any]:
    today, language = context.now.date(), context.language
    left = None if found.delivered is None else days_left(found.delivered, today)
    late = found.status in ("received", "packed", "shipped") and found.expected is not None and found.expected < today
    joint = "、" if language.casefold().startswith("zh") else "; "
    return {
        "status": found.status,
        "delivered": found.delivered is not None,
        "delivered_on": shown_day(found.delivered, language),
        "days_left": left,
        "expected": shown_day(found.expected, language),
        "late": late,
        "carrier": found.carrier,
        "tracking": found.tracking,
        "items": {item.id: list(item.names) for item in found.items if item.state == "kept"},
        "everything": joint.join(item.names[0] for item in found.items),
    }
