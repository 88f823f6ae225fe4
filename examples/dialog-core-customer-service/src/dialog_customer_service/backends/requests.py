"""Requests to a web service: bounded in time and size, tried again where that cannot do anything twice."""

import http.client
import json
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from dialog_customer_service.shop.contract import ShopError

MAX_BYTES = 1_000_000
PIECE = 65_536
PAUSE = 0.1  # seconds before the second attempt
ATTEMPTS = 2
AGAIN = frozenset({429, 500, 502, 503, 504})  # statuses that may be other ones a moment later


@dataclass(frozen=True)
class Answer:
    """What came back: the status is below 500."""

    status: int
    body: bytes


class Requests:
    """Sends requests to one service. Safe to use from any thread.

    Every request may be sent twice: those that only ask, and those that carry an idempotency key, under which the
    service does what it is asked once.
    """

    def __init__(self, base_url: str, *, token: str = "", timeout: float = 1.5) -> None:
        """Take where the service is.

        Raises:
            ShopError: That is no address of a web service.
        """
        if urlsplit(base_url).scheme not in ("http", "https") or not urlsplit(base_url).netloc:
            raise ShopError(f"SHOP_URL={base_url} is no address: it looks like https://shop.example/api")
        self._base_url = base_url.rstrip("/")
        self._token = token
        self._timeout = timeout
        self._opener = urllib.request.build_opener(_NoRedirects())

    def send(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str],
        body: Mapping[str, Any] | None = None,
        key: str = "",
    ) -> Answer:
        """Send a request and return its answer, whatever it says.

        Args:
            method: The HTTP method.
            path: What follows the service's address, encoded.
            headers: Further headers.
            body: Sent as JSON.
            key: The idempotency key of what changes something.

        Raises:
            ShopError: There is none: the service cannot be reached, is late, or says that it is broken.
        """
        data = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        sent = {"Accept": "application/json", **headers}
        if data is not None:
            sent["Content-Type"] = "application/json"
        if key:
            sent["Idempotency-Key"] = key
        if self._token:
            sent["Authorization"] = f"Bearer {self._token}"
        what = f"{method} {path}"
        for attempt in range(1, ATTEMPTS + 1):
            request = urllib.request.Request(self._base_url + path, data, sent, method=method)
            try:
                answer = self._once(request, what)
            except (OSError, http.client.HTTPException) as error:
                if attempt == ATTEMPTS:
                    reason = getattr(error, "reason", None) or error
                    raise ShopError(f"{what}: {type(reason).__name__}: {reason}") from error
            else:
                if answer.status not in AGAIN:
                    break
                if attempt == ATTEMPTS:
                    raise ShopError(f"{what}: the shop answers with the status {answer.status}")
            time.sleep(PAUSE)
        if answer.status >= 500 or 300 <= answer.status < 400:
            raise ShopError(f"{what}: the shop answers with the status {answer.status}")
        return answer

    def _once(self, request: urllib.request.Request, what: str) -> Answer:
        deadline = time.monotonic() + self._timeout
        try:
            response = self._opener.open(request, timeout=self._timeout)
        except urllib.error.HTTPError as error:
            response = error
        with response:
            pieces, size = [], 0
            while piece := response.read1(PIECE):
                pieces.append(piece)
                size += len(piece)
                if size > MAX_BYTES:
                    raise ShopError(f"{what}: the answer has more than {MAX_BYTES:,} bytes")
                if time.monotonic() > deadline:  # one that comes drop by drop never lets a socket time out
                    raise TimeoutError(f"no complete answer within {self._timeout:g} s")
            expected = response.headers.get("Content-Length")
            if expected is not None and expected.isdecimal() and size < int(expected):
                raise http.client.IncompleteRead(b"", int(expected) - size)
            return Answer(response.status, b"".join(pieces))


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: the token is for the service alone."""

    def redirect_request(self, *arguments: Any, **named: Any) -> None:
        """Return nothing, which makes the redirect the answer."""
