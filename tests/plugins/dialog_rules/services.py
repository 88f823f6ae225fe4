"""A web service on this machine that does whatever a test asks of it."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Asked:
    """One request that came in."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Service:
    """A running service.

    Attributes:
        url: Where it is.
        asked: What it was asked.
        answer: Answers a request; gets the handler.
    """

    url: str = ""
    asked: list[Asked] = field(default_factory=list)
    answer: Callable[[Any], None] = lambda handler: reply(handler, {"ok": True})


def reply(handler: Any, value: Any, status: int = 200, **headers: str) -> None:
    """Answer with JSON, or with bytes as they are."""
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    handler.send_response(status)
    for name, header in {"Content_Length": str(len(body)), **headers}.items():
        handler.send_header(name.replace("_", "-"), header)
    handler.end_headers()
    handler.wfile.write(body)


def redirect(to: str, status: int = 302) -> Callable[[Any], None]:
    """Answer by sending the client elsewhere."""
    return lambda handler: reply(handler, b"", status, Location=to)


def trickle(handler: Any) -> None:
    """Answer with a byte now and then, for longer than anybody waits."""
    handler.send_response(200)
    handler.end_headers()
    for _ in range(200):
        handler.wfile.write(b" ")
        handler.wfile.flush()
        time.sleep(0.05)


def flood(handler: Any) -> None:
    """Answer with 100 MB whose length is not announced."""
    handler.send_response(200)
    handler.end_headers()
    for _ in range(100):
        handler.wfile.write(b"[" * 1_000_000)


@contextmanager
def serve(host: str = "127.0.0.1") -> Iterator[Service]:
    """Run a service."""
    service = Service()

    class Handler(BaseHTTPRequestHandler):
        def handle_any(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(length)
            service.asked.append(Asked(self.command, self.path, dict(self.headers), body))
            try:
                service.answer(self)
            except (BrokenPipeError, ConnectionResetError):  # the client has heard enough
                self.close_connection = True

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = handle_any

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer((host, 0), Handler)
    server.daemon_threads = True
    service.url = f"http://{host}:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
