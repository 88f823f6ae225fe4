"""A shop behind a web service; `dialog_customer_service.demo_server` is one to read and to try things out with."""

import os
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any
from urllib.parse import quote, urlencode

from dialog_customer_service.backends import answers
from dialog_customer_service.backends.requests import Answer, Requests
from dialog_customer_service.shop.contract import ShopError, ShopRefused
from dialog_customer_service.shop.values import Caller, Order, Product, Refund, Subscription, Variant, Wish

UNKNOWN = (403, 404)  # there is no such thing, or it is not the caller's: customers are told the same


class HttpShop:
    """The web service at SHOP_URL, with the token in SHOP_TOKEN; SHOP_TIMEOUT: seconds for one attempt of a request."""

    def __init__(self, url: str | None = None, *, token: str | None = None, timeout: float | None = None) -> None:
        """Take what is given, and from the environment what is not.

        Raises:
            ShopError: It is not said where the service is, or the time is none.
        """
        address = os.environ.get("SHOP_URL", "") if url is None else url
        if not address:
            raise ShopError("SHOP=http wants to know where the shop is: set SHOP_URL=https://shop.example/api")
        secret = os.environ.get("SHOP_TOKEN", "") if token is None else token
        self._requests = Requests(address, token=secret, timeout=_seconds() if timeout is None else timeout)

    def order(self, number: str, caller: Caller) -> Order | None:
        """Ask for an order; one that is not the one asked for is an error."""
        answer = self._get(f"/orders/{_part(number)}", caller)
        if answer.status in UNKNOWN:
            return None
        found = answers.understood(answers.ORDER, answer.body, f"order {number}")
        return answers.checked_order(found, number)

    def refunds(self, order: str, caller: Caller) -> Sequence[Refund]:
        """Ask for the refunds of an order."""
        answer = self._get(f"/orders/{_part(order)}/refunds", caller)
        if answer.status in UNKNOWN:
            raise ShopRefused("not_possible", f"there is no order {order}")
        return answers.understood(answers.REFUNDS, answer.body, f"refunds of {order}")

    def variants(self, order: str, item: str, caller: Caller) -> Sequence[Variant]:
        """Ask what an item can be exchanged for."""
        answer = self._get(f"/orders/{_part(order)}/items/{_part(item)}/variants", caller)
        if answer.status in UNKNOWN:
            raise ShopRefused("not_possible", f"there is no {item} in {order}")
        return answers.understood(answers.VARIANTS, answer.body, f"variants of {item}")

    def book_return(self, order: str, item: str, reason: str, email: str, caller: Caller, key: str) -> str:
        """Have a return booked."""
        body = {"item": item, "reason": reason, "email": email}
        return self._booked(f"/orders/{_part(order)}/returns", body, caller, key)

    def book_exchange(self, order: str, item: str, variant: str, email: str, caller: Caller, key: str) -> str:
        """Have an exchange booked."""
        body = {"item": item, "variant": variant, "email": email}
        return self._booked(f"/orders/{_part(order)}/exchanges", body, caller, key)

    def request_refund(self, order: str, item: str, reason: str, email: str, caller: Caller, key: str) -> str:
        """Have a refund decided on."""
        body = {"item": item, "reason": reason, "email": email}
        return self._booked(f"/orders/{_part(order)}/refunds", body, caller, key)

    def cancel_order(self, order: str, caller: Caller, key: str) -> None:
        """Have an order cancelled; only the order itself, cancelled, says that it is."""
        path = f"/orders/{_part(order)}/cancellation"
        answer = self._post(path, {}, caller, key)
        found = answers.checked_order(answers.understood(answers.ORDER, answer.body, path), order)
        if found.status != "cancelled":
            raise ShopError(f"{path}: the order is {found.status!r} afterwards")

    def file_complaint(self, topic: str, details: str, order: str, email: str, caller: Caller, key: str) -> str:
        """Have a complaint written down."""
        body = {"topic": topic, "details": details, "order": order, "email": email}
        return self._booked("/complaints", body, caller, key)

    def subscription(self, email: str, caller: Caller) -> Subscription | None:
        """Ask for the subscription of an address."""
        answer = self._get(f"/subscriptions/{_part(email.casefold())}", caller)
        if answer.status in UNKNOWN:
            return None
        return _whose(answers.understood(answers.SUBSCRIPTION, answer.body, "subscription"), email)

    def change_subscription(self, email: str, change: str, value: str, caller: Caller, key: str) -> Subscription:
        """Have a subscription changed."""
        path = f"/subscriptions/{_part(email.casefold())}/changes"
        answer = self._post(path, {"change": change, "value": value}, caller, key)
        return _whose(answers.understood(answers.SUBSCRIPTION, answer.body, path), email)

    def find_products(self, wish: Wish, caller: Caller) -> Sequence[Product]:
        """Ask for what fits a wish."""
        wanted = {name: value for name, value in asdict(wish).items() if value not in ("", None, (), False)}
        if "colours" in wanted:
            wanted["colours"] = ",".join(wish.colours)
        answer = self._get(f"/products?{urlencode(wanted)}", caller)
        return answers.understood(answers.PRODUCTS, answer.body, "products")

    def _booked(self, path: str, body: dict[str, Any], caller: Caller, key: str) -> str:
        answer = self._post(path, body, caller, key)
        number = answers.understood(answers.BOOKED, answer.body, path).number
        if number in path.split("/"):
            raise ShopError(f"POST {path}: the answer is about the order {number}, and not about what was booked")
        return number

    def _get(self, path: str, caller: Caller) -> Answer:
        answer = self._requests.send("GET", path, headers=_headers(caller))
        if answer.status >= 400 and answer.status not in UNKNOWN:
            raise ShopError(f"GET {path}: the shop answers with the status {answer.status}")
        return answer

    def _post(self, path: str, body: dict[str, Any], caller: Caller, key: str) -> Answer:
        answer = self._requests.send("POST", path, headers=_headers(caller), body=body, key=key)
        if answer.status in UNKNOWN:
            raise ShopRefused("not_possible", f"POST {path}: the shop answers with the status {answer.status}")
        if answer.status in (409, 422):
            refusal = answers.understood(answers.REFUSAL, answer.body, path)
            raise ShopRefused(refusal.code, f"POST {path}: {refusal.message or refusal.code}")
        if answer.status >= 400:
            raise ShopError(f"POST {path}: the shop answers with the status {answer.status}")
        return answer


def _headers(caller: Caller) -> dict[str, str]:
    return {"X-Customer": quote(caller.customer, safe=""), "Accept-Language": quote(caller.language, safe="-")}


def _part(text: str) -> str:
    """Return a text as one part of a path, whatever a customer has written."""
    return quote(text, safe="") if text not in (".", "..") else "%2E" * len(text)


def _whose(subscription: Subscription, email: str) -> Subscription:
    if subscription.email.casefold() != email.casefold():
        raise ShopError("the shop answered with the subscription of somebody else")
    return subscription


def _seconds() -> float:
    text = os.environ.get("SHOP_TIMEOUT", "1.5")
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= 60:
        raise ShopError(f"SHOP_TIMEOUT={text} is no time: write seconds, from 0.1 to 60")
    return seconds
