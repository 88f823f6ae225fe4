"""Sends one HTTP request with the standard library: in limited time, for a limited answer, and not just anywhere.

A service may redirect, but not into the network the bot runs in: an address that only the bot's machine can reach would
be asked on behalf of whoever runs the service. The address a file names may be there, as somebody meant it.
"""

import contextlib
import http.client
import ipaddress
import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from dialog_rules.http_action import ServiceError

MAX_REDIRECTS = 3
PIECE = 65_536  # bytes read at once
_HARMLESS = ("Accept", "User-agent")  # headers that another host may see, as urllib writes them


@dataclass(frozen=True, slots=True)
class Request:
    """What to send."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None = None


def send(request: Request, *, timeout: float, max_bytes: int) -> bytes:
    """Send a request and return the body of the answer.

    Raises:
        ServiceError: There is none, it is an error, or it is too long or too slow.
    """
    with _Deadline(timeout) as deadline:
        try:
            with _open(request, deadline) as response:
                return _read(response, max_bytes, deadline)
        except urllib.error.HTTPError as error:
            error.close()
            raise ServiceError(f"the service answered {error.code} {error.reason}"[:200]) from error
        except ServiceError:
            raise
        except (OSError, http.client.HTTPException, ValueError) as error:
            if deadline.is_over:
                raise ServiceError(f"the service took longer than {timeout:g} s") from error
            cause = error.reason if isinstance(error, urllib.error.URLError) else error
            if isinstance(cause, ServiceError):
                raise cause from error
            told = " ".join(str(cause).split())[:200] or type(cause).__name__
            raise ServiceError(f"the service cannot be reached: {told}") from error


class _Deadline:
    """Cuts connections when the time is over, however slowly something is still trickling in."""

    def __init__(self, seconds: float) -> None:
        self._ends = time.monotonic() + seconds
        self._sockets: list[socket.socket] = []
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True

    def __enter__(self) -> "_Deadline":
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    @property
    def left(self) -> float:
        return max(0.001, self._ends - time.monotonic())

    @property
    def is_over(self) -> bool:
        return time.monotonic() >= self._ends - 0.005  # a socket's own time limit may be a little early

    def watch(self, connection: socket.socket) -> None:
        self._sockets.append(connection)

    def _cut(self) -> None:
        for connection in self._sockets:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


def _open(request: Request, deadline: _Deadline) -> Any:
    redirects = _Redirects()
    handlers: list[Any] = [
        urllib.request.ProxyHandler({}),  # straight to the host, or its address could not be looked at
        _handler(urllib.request.HTTPHandler, http.client.HTTPConnection, "http", deadline, redirects),
        _handler(urllib.request.HTTPSHandler, http.client.HTTPSConnection, "https", deadline, redirects),
        redirects,
    ]
    opener = urllib.request.OpenerDirector()
    for handler in (*handlers, urllib.request.HTTPErrorProcessor(), urllib.request.HTTPDefaultErrorHandler()):
        opener.add_handler(handler)
    prepared = urllib.request.Request(
        request.url, data=request.body, headers=dict(request.headers), method=request.method
    )
    return opener.open(prepared, timeout=deadline.left)


def _handler(base: Any, connection: Any, scheme: str, deadline: _Deadline, redirects: "_Redirects") -> Any:
    """Return urllib's handler for a scheme, with connections that look where they lead before anything is sent."""

    class Watched(connection):  # type: ignore[misc]
        def connect(self) -> None:
            super().connect()
            deadline.watch(self.sock)
            if redirects.followed and not is_public(self.sock.getpeername()[0]):
                self.close()
                raise ServiceError(
                    f"the service redirects to {redirects.followed[:200]}, within the local network, which is not "
                    "followed: write that address into the file if it is meant"
                )

    class Handler(base):  # type: ignore[misc]
        def opened(self, request: Any) -> Any:
            return self.do_open(Watched, request)

    setattr(Handler, f"{scheme}_open", Handler.opened)
    return Handler()


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows a few redirects of what only looks something up, and tells other hosts no secrets.

    Attributes:
        followed: Where the last redirect leads; empty if there was none.
    """

    def __init__(self) -> None:
        self.followed = ""
        self._left = MAX_REDIRECTS

    def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> Any:
        if req.get_method() != "GET":
            return None  # urllib then raises the answer as an error
        before, after = urlsplit(req.full_url), urlsplit(newurl)
        if after.scheme not in ("http", "https") or (before.scheme == "https" and after.scheme == "http"):
            raise ServiceError(f"the service redirects to {after.scheme or 'no'}:, which is not followed")
        if not self._left:
            raise ServiceError(f"the service redirects more than {MAX_REDIRECTS} times")
        self._left -= 1
        self.followed = newurl
        request = super().redirect_request(req, fp, code, msg, headers, newurl)
        if request is not None and (before.scheme, before.netloc) != (after.scheme, after.netloc):
            request.headers = {name: value for name, value in request.headers.items() if name in _HARMLESS}
        return request


def _read(response: Any, max_bytes: int, deadline: _Deadline) -> bytes:
    announced = response.headers.get("Content-Length", "")
    if announced.isdigit() and len(announced) < 20 and int(announced) > max_bytes:
        raise _too_long(max_bytes)
    body = bytearray()
    for piece in _pieces(response):
        if deadline.is_over:
            raise TimeoutError
        body += piece
        if len(body) > max_bytes:
            raise _too_long(max_bytes)
    if deadline.is_over:  # the end of the answer may be where it was cut
        raise TimeoutError
    if announced.isdigit() and len(announced) < 20 and len(body) < int(announced):
        raise ServiceError("the service broke its answer off")
    return bytes(body)


def _pieces(response: Any) -> Iterator[bytes]:
    while piece := response.read1(PIECE):
        yield piece


def _too_long(max_bytes: int) -> ServiceError:
    return ServiceError(f"the service answered with more than {max_bytes:,} bytes")


def is_public(address: str) -> bool:
    """Say whether an IP address belongs to the internet, and not to the network or the machine the bot runs in."""
    parsed = ipaddress.ip_address(address.split("%")[0])
    parsed = getattr(parsed, "ipv4_mapped", None) or parsed
    return parsed.is_global and not parsed.is_multicast
