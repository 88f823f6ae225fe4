"""The reference server, which can be made to misbehave, and bots that talk to it."""

import functools
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from dialog_core import Bot, HandedOver
from dialog_core.testing import TestChat
from dialog_customer_service.backends.http import HttpShop
from dialog_customer_service.backends.sqlite import SqliteShop
from dialog_customer_service.demo_server import DemoServer, ShopHandler
from dialog_customer_service.shop import choosing

PROJECT = Path(__file__).parents[1]
TOKEN = "let-me-in"
PATIENCE = 0.15  # seconds the bots of these tests wait for one attempt of a request


class MoodyServer(DemoServer):
    """The reference server, with a mood for the requests to come.

    Attributes:
        mood: How it misbehaves; empty: not at all.
        times: For how many requests.
        only: For which kind of requests.
        served: What was asked, as method and path.
    """

    def __init__(self, shop: SqliteShop) -> None:
        self.mood, self.times, self.only = "", 0, ""
        self.served: list[str] = []
        self.end = threading.Event()
        super().__init__(shop, token=TOKEN)
        self.RequestHandlerClass = MoodyHandler

    def suffers(self, mood: str, times: int = 99, only: str = "") -> None:
        """Be in a mood for the next requests."""
        self.mood, self.times, self.only = mood, times, only


class MoodyHandler(ShopHandler):
    """Does what it is asked, and then answers as its server's mood is; `refuses` does nothing at all."""

    server: MoodyServer

    def _serve(self, body: dict[str, Any], key: str) -> None:
        self.server.served.append(f"{self.command} {self.path}")
        if self.server.mood == "breaks before" and self._is_in_the_mood():
            super().send(500, {"code": "broken"})
            return
        super()._serve(body, key)

    def send(self, status: int, value: Any) -> None:
        mood = self.server.mood if self._is_in_the_mood() else ""
        match mood:
            case "":
                super().send(status, value)
            case "hangs":
                self.server.end.wait(10)
            case "drips":
                self._raw(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", b"{" + b" " * 900, pause=0.05)
            case "breaks":
                super().send(500, {"code": "broken"})
            case "html":
                self._raw(
                    b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n<html>Welcome!</html>"
                )
            case "half":
                self._raw(b'HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{"number": "AF2')
            case "empty":
                self._raw(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            case "redirects":
                self._raw(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0\r\n\r\n")
            case "nonsense":
                super().send(200, {"status": "purple", "number": 7})
            case "a list":
                super().send(200, [1, 2, 3])
            case "another order":
                super().send(200, value | {"number": "AF204818"})
            case "wrong types":
                super().send(200, value | {"delivered": 5, "items": "many"})
            case "markup":
                super().send(200, value | {"carrier": "<script>alert(1)</script>"})
            case "endless":
                self._raw(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + b"[" * 2_000_000)
            case "not there":
                super().send(404, {"code": "unknown"})
            case other:
                raise AssertionError(other)

    def _is_in_the_mood(self) -> bool:
        server = self.server
        if not server.mood or not server.times or server.only not in f"{self.command} {self.path}":
            return False
        server.times -= 1
        return True

    def _raw(self, head: bytes, drops: bytes = b"", pause: float = 0.0) -> None:
        self.close_connection = True
        try:
            self.wfile.write(head)
            for drop in drops:
                self.wfile.write(bytes([drop]))
                time.sleep(pause)
                if self.server.end.is_set():
                    return
        except OSError:
            pass  # whoever asked has had enough


@pytest.fixture
def server(tmp_path: Path) -> Iterator[MoodyServer]:
    with MoodyServer(SqliteShop(tmp_path / "shop.db")) as moody:
        thread = threading.Thread(target=moody.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield moody
        moody.end.set()
        moody.shutdown()
        thread.join()


@pytest.fixture
def http_shop(server: MoodyServer) -> HttpShop:
    return HttpShop(server.url, token=TOKEN, timeout=PATIENCE)


@pytest.fixture
def connected(server: MoodyServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[MoodyServer]:
    """The shop that SHOP names is the reference server."""
    for name, value in (("SHOP", "http"), ("SHOP_URL", server.url), ("SHOP_TOKEN", TOKEN), ("SHOP_TIMEOUT", "0.15")):
        monkeypatch.setenv(name, value)
    choosing.the_shop.cache_clear()
    yield server
    choosing.the_shop.cache_clear()


@pytest.fixture(scope="session")
def bots(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Bot]]:
    """The bots of the package, each loaded once: a bot asks for its shop anew each time."""
    folder = tmp_path_factory.mktemp("bots")
    with ExitStack() as stack:

        @functools.cache
        def load(name: str) -> Bot:
            own = folder / name
            own.write_text(
                f"extends: {PROJECT / name}\nstore: memory\nprofiles: {{use: memory, path: null}}\n", "utf-8"
            )
            return stack.enter_context(Bot.load(own))

        yield load


@pytest.fixture
def chat(connected: MoodyServer, bots: Callable[[str], Bot], request: pytest.FixtureRequest) -> TestChat:
    return TestChat(bots("bot.yaml"), request.node.name)


@pytest.fixture
def chat_zh(connected: MoodyServer, bots: Callable[[str], Bot], request: pytest.FixtureRequest) -> TestChat:
    return TestChat(bots("bot.zh.yaml"), request.node.name)


@pytest.fixture
def handed_over(bots: Callable[[str], Bot], request: pytest.FixtureRequest) -> Callable[[], str]:
    """Why a person has taken over; empty: none has."""

    def reason() -> str:
        events = bots("bot.yaml").conversation(request.node.name).events
        return next((event.reason for event in events if isinstance(event, HandedOver)), "")

    return reason
