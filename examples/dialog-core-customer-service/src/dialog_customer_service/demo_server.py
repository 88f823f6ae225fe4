"""A shop as a web service, to read and to try things out with:  python -m dialog_customer_service.demo_server

It answers for the SQLite file of `--database`, and is no server for the open internet: whoever knows the token may say
for whom they ask in the header `X-Customer`.
"""

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from dialog_customer_service.backends.sqlite import SqliteShop
from dialog_customer_service.shop.contract import ShopError, ShopRefused
from dialog_customer_service.shop.values import Caller, Wish

MAX_BODY = 100_000
Reply = tuple[int, Any]


class DemoServer(ThreadingHTTPServer):
    """Serves a shop until it is shut down.

    Attributes:
        shop: What it answers for.
        token: What requests have to carry; empty: nothing.
    """

    daemon_threads = True

    def __init__(self, shop: SqliteShop, *, host: str = "127.0.0.1", port: int = 0, token: str = "") -> None:
        self.shop = shop
        self.token = token
        super().__init__((host, port), ShopHandler)

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://{self.server_address[0]!s}:{self.server_address[1]}"

    def answer(self, method: str, path: str, caller: Caller, body: dict[str, Any], key: str) -> Reply:
        """Return the status and the JSON value of an answer."""
        parts = [unquote(part) for part in urlsplit(path).path.strip("/").split("/")]
        handler = _HANDLERS.get((method, parts[0], len(parts), parts[-1] if len(parts) > 2 else ""))
        if handler is None:
            return 404, {"code": "unknown"}
        try:
            return handler(self.shop, parts, caller, body or _query(path), key)
        except ShopRefused as refused:
            return 404 if method == "GET" else 409, {"code": refused.code, "message": str(refused)}
        except KeyError as missing:
            return 400, {"code": "missing", "message": str(missing)}


class ShopHandler(BaseHTTPRequestHandler):
    """Reads one request and writes its answer."""

    server: DemoServer
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answer a question."""
        self._serve({}, "")

    def do_POST(self) -> None:
        """Do something, once for each key."""
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > MAX_BODY:
            self.send(413, {"code": "too_long"})
            return
        key = self.headers.get("Idempotency-Key", "")
        try:
            body = json.loads(self.rfile.read(int(length)))
        except ValueError:
            body = None
        if not isinstance(body, dict) or not all(isinstance(value, str) for value in body.values()) or not key:
            self.send(400, {"code": "missing", "message": "a JSON object of texts and an Idempotency-Key are needed"})
            return
        self._serve(body, key)

    def send(self, status: int, value: Any) -> None:
        """Write an answer."""
        data = json.dumps(value, ensure_ascii=False, default=str).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *arguments: Any) -> None:
        """Say nothing: addresses have numbers of orders in them."""

    def _serve(self, body: dict[str, Any], key: str) -> None:
        if self.server.token and self.headers.get("Authorization") != f"Bearer {self.server.token}":
            self.send(401, {"code": "unauthorized"})
            return
        language = self.headers.get("Accept-Language", "en")
        caller = Caller(unquote(self.headers.get("X-Customer", "")), language, date.today())
        try:
            status, value = self.server.answer(self.command, self.path, caller, body, key)
        except ShopError as error:
            status, value = 503, {"code": "broken", "message": str(error)}
        self.send(status, value)


def _query(path: str) -> dict[str, str]:
    return {name: values[-1] for name, values in parse_qs(urlsplit(path).query).items()}


def _order(shop: SqliteShop, parts: list[str], caller: Caller, body: dict[str, Any], key: str) -> Reply:
    found = shop.order(parts[1], caller)
    return (404, {"code": "unknown"}) if found is None else (200, asdict(found))


def _refunds(shop: SqliteShop, parts: list[str], caller: Caller, body: dict[str, Any], key: str) -> Reply:
    return 200, [asdict(refund) for refund in shop.refunds(parts[1], caller)]


def _variants(shop: SqliteShop, parts: list[str], caller: Caller, body: dict[str, Any], key: str) -> Reply:
    return 200, [asdict(variant) for variant in shop.variants(parts[1], parts[3], caller)]


def _return(shop: SqliteShop, parts: list[str], caller: Caller, body: dict[str, Any], key: str) -> Reply:
    return 201, {"number": shop.book_return(parts[1], body["item"], body["reason"], body["email"], caller, key)}


def _exchange(shop: SqliteShop, parts: list[str], caller: Caller, body: dict[str, Any], key: str) -> Reply:
    return 201, {"number": shop.book_exchange(parts[1], body["item"], body["variant"], body["email"], caller, key)}


def _refund(shop: SqliteShop, parts: list[str], caller: Caller, body: dict[str, Any], key: str) -> Reply:
    return 201, {"number": shop.request_refund(parts[1], body["item"], body["reason"], body["email"], caller, key)}


def _cancel(shop: SqliteShop, parts: list[str], caller: Caller, body: dict[str, Any], key: str) -> Reply:
    shop.cancel_order(parts[1], caller, key)
    return _order(shop, parts, caller, body, key)


def _complain(shop: SqliteShop, parts: list[str], caller: Caller, body: dict[str, Any], key: str) -> Reply:
    topic, details, order, email = (body[name] for name in ("topic", "details", "order", "email"))
    return 201, {"number": shop.file_complaint(topic, details, order, email, caller, key)}


def _subscription(shop: SqliteShop, parts: list[str], caller: Caller, body: dict[str, Any], key: str) -> Reply:
    found = shop.subscription(parts[1], caller)
    return (404, {"code": "unknown"}) if found is None else (200, asdict(found))


def _change(shop: SqliteShop, parts: list[str], caller: Caller, body: dict[str, Any], key: str) -> Reply:
    return 200, asdict(shop.change_subscription(parts[1], body["change"], body["value"], caller, key))


def _products(shop: SqliteShop, parts: list[str], caller: Caller, body: dict[str, Any], key: str) -> Reply:
    return 200, [asdict(product) for product in shop.find_products(Wish(body.get("category", "")), caller)]


_HANDLERS: dict[tuple[str, str, int, str], Callable[[SqliteShop, list[str], Caller, dict[str, Any], str], Reply]] = {
    ("GET", "orders", 2, ""): _order,
    ("GET", "orders", 3, "refunds"): _refunds,
    ("GET", "orders", 5, "variants"): _variants,
    ("POST", "orders", 3, "returns"): _return,
    ("POST", "orders", 3, "exchanges"): _exchange,
    ("POST", "orders", 3, "refunds"): _refund,
    ("POST", "orders", 3, "cancellation"): _cancel,
    ("POST", "complaints", 1, ""): _complain,
    ("GET", "subscriptions", 2, ""): _subscription,
    ("POST", "subscriptions", 3, "changes"): _change,
    ("GET", "products", 1, ""): _products,
}
"""By method, first part of the path, number of its parts, and the last one where there are more than two."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m dialog_customer_service.demo_server", description=__doc__)
    parser.add_argument("--database", default="shop.db", help="the SQLite file; made if it is not there")
    parser.add_argument("--host", default="127.0.0.1", help="where to listen")
    parser.add_argument("--port", type=int, default=8765, help="on which port; 0: any that is free")
    options = parser.parse_args(arguments)
    try:
        server = DemoServer(
            SqliteShop(options.database), host=options.host, port=options.port, token=os.environ.get("SHOP_TOKEN", "")
        )
    except OSError as error:
        sys.stderr.write(f"error: cannot listen on {options.host}:{options.port}: {error}\n")
        return 2
    sys.stdout.write(f"{server.url} (stop with Ctrl-C)\n")
    sys.stdout.flush()
    with server:
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            sys.stdout.write("\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
