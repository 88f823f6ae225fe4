"""An endpoint that does what a script says: a real HTTP server that speaks OpenAI's protocol for chats.

    with ScriptedEndpoint("Hello!", Says("", calls=[("find", {"id": 7})]), Fails(429), Hang(60)) as endpoint:
        ...  # base_url: endpoint.url

The first request is answered with "Hello!", the second with a call, the third with an error, and so on; the last step
is repeated for every request after it. A step may also be a function of the request's body; it returns the step to
take. Whether an answer comes whole or piece by piece is for the request to say.
"""

import json
import socket
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from dialog_core.testing.endpoint_protocol import Body, Says, event, events, failure, reply
from dialog_core.testing.scripted import Hang

PACE = 0.002  # seconds between two pieces of an endless answer, so that it does not fill the memory of who reads it


@dataclass(frozen=True, slots=True)
class Fails:
    """A step that answers with an error, or with any other status.

        Fails(429, headers={"Retry-After": "3"})
        Fails(302, headers={"Location": "http://127.0.0.1:9/"})

    Attributes:
        status: The HTTP status.
        message: What the error says.
        headers: Further headers.
        code: The error's code, such as `context_length_exceeded`.
        param: Which field of the request it is about.
    """

    status: int = 500
    message: str = "scripted failure"
    headers: Mapping[str, str] = field(default_factory=dict)
    code: str | None = None
    param: str | None = None


@dataclass(frozen=True, slots=True)
class Cuts:
    """A step that ends the connection in the middle of an answer.

    Attributes:
        says: The answer: a text, or what it `Says`.
        after_bytes: How many bytes of it are sent.
    """

    says: "str | Says" = "This answer is never told to its end."
    after_bytes: int = 400


@dataclass(frozen=True, slots=True)
class Malformed:
    """A step that answers with something else than what was asked for, as if all were well.

    Attributes:
        body: What is sent.
        content_type: What it claims to be.
    """

    body: str = '{"choices": [{"message": {"content": "Hel'
    content_type: str = "application/json"


@dataclass(frozen=True, slots=True)
class Endless:
    """A step whose answer goes on until whoever asked has heard enough.

    Attributes:
        piece: What is said again and again; of an answer that is not streamed, only spaces are sent.
    """

    piece: str = "and so on "


@dataclass(frozen=True, slots=True)
class Empty:
    """A step that answers properly, with no completion at all; an empty one is `Says("")`."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request for a completion.

    Attributes:
        body: What was asked.
        headers: With which headers; their names in lower case.
    """

    body: Body
    headers: Mapping[str, str]


class ScriptedEndpoint:
    """A server on this machine that answers requests for chat completions as its script says.

    Leaving its `with` raises what a step that is a function has raised, such as a failed `assert`.

    Attributes:
        requests: What it was asked, in order.
    """

    def __init__(self, *steps: Any, models: Sequence[str] = (), key: str = "", cycle: bool = False) -> None:
        """Write the script; the server runs inside a `with`, or from `start` to `close`.

        Args:
            steps: What to do at each request: answer with a text, or with what it `Says`; `Fails`, `Hang`, `Cuts`,
                `Malformed`, `Endless`, `Empty`; or a function of the request's body that says which of these.
            models: What models it has; others are not found. Default: any.
            key: The only key it lets in; default: it asks for none.
            cycle: Whether to begin anew after the last step instead of repeating it.
        """
        self.requests: list[Asked] = []
        self._steps = steps or ("",)
        self._models = tuple(models)
        self._key = key
        self._cycle = cycle
        self._lock = threading.Lock()
        self._released = threading.Event()
        self._mistakes: list[Exception] = []
        self._connections: set[socket.socket] = set()
        self._server: _Server | None = None
        self._port = 0

    @property
    def url(self) -> str:
        """What `base_url` has to be."""
        return f"http://127.0.0.1:{self._port}/v1"

    def start(self) -> "ScriptedEndpoint":
        """Begin to answer; after `close` again on the same port."""
        self._released.clear()
        self._server = _Server(("127.0.0.1", self._port), self)
        self._port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.02,), name="endpoint", daemon=True).start()
        return self

    def close(self) -> None:
        """Drop all connections and refuse new ones. Idempotent."""
        if self._server is None:
            return
        server, self._server = self._server, None
        self._released.set()
        server.shutdown()
        server.server_close()
        with self._lock:
            for connection in self._connections:
                _drop(connection)

    def release(self) -> None:
        """End every hang and every endless answer there is."""
        self._released.set()

    def __enter__(self) -> "ScriptedEndpoint":
        return self.start()

    def __exit__(self, kind: object, error: object, traceback: object) -> None:
        self.close()
        if error is None and self._mistakes:
            raise self._mistakes[0]

    def _answer(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Any:
        if self._key and headers.get("authorization") != f"Bearer {self._key}":
            return Fails(401, "Incorrect API key provided.", code="invalid_api_key")
        if (method, path) == ("GET", "/v1/models"):
            models = [{"id": name, "object": "model"} for name in self._models]
            return Malformed(json.dumps({"object": "list", "data": models}))
        if (method, path) != ("POST", "/v1/chat/completions"):
            return Fails(404, f"there is no {path}")
        try:
            asked = Asked(json.loads(body), headers)
        except ValueError:
            return Fails(400, "the request is no JSON")
        if self._models and asked.body.get("model") not in self._models:
            return Fails(404, f"The model {asked.body.get('model')!r} does not exist.", code="model_not_found")
        with self._lock:
            number = len(self.requests)
            self.requests.append(asked)
        step = self._steps[number % len(self._steps) if self._cycle else min(number, len(self._steps) - 1)]
        return step(asked.body) if callable(step) else step

    def _hold(self, connection: socket.socket) -> None:
        with self._lock:
            self._connections.add(connection)

    def _let_go(self, connection: socket.socket) -> None:
        with self._lock:
            self._connections.discard(connection)

    def _wait(self, seconds: float) -> bool:
        return self._released.wait(seconds)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], endpoint: ScriptedEndpoint) -> None:
        self.endpoint = endpoint
        super().__init__(address, _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: whoever asked has gone, and its test tells why."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def setup(self) -> None:
        super().setup()
        self.server.endpoint._hold(self.connection)

    def finish(self) -> None:
        self.server.endpoint._let_go(self.connection)
        super().finish()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        self._take(b"")

    def do_POST(self) -> None:
        self._take(self.rfile.read(int(self.headers.get("Content-Length", 0))))

    def _take(self, body: bytes) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        try:
            step = self.server.endpoint._answer(self.command, self.path, headers, body)
            self._play(step, json.loads(body) if body else {})
        except OSError:  # whoever asked did not wait for the end
            self.close_connection = True
        except Exception as error:  # a mistake in the script
            self.server.endpoint._mistakes.append(error)
            self.close_connection = True

    def _play(self, step: Any, body: Body) -> None:
        if isinstance(step, Hang):
            self.server.endpoint._wait(step.seconds)
            self.close_connection = True
        elif isinstance(step, Fails):
            self._send(failure(step.message, step.code, step.param), status=step.status, headers=step.headers)
        elif isinstance(step, Malformed):
            self._send(step.body.encode(), content_type=step.content_type)
        elif isinstance(step, Endless):
            self._send_pieces(self._endless(step, body), streamed=bool(body.get("stream")))
        elif isinstance(step, Cuts):
            self._cut(step, body)
        elif isinstance(step, Empty):
            if body.get("stream"):
                self._send_pieces(events(body, None), streamed=True)
            else:
                self._send(reply(body, None))
        elif isinstance(step, str | Says):
            says = Says(step) if isinstance(step, str) else step
            if body.get("stream"):
                self._send_pieces(self._slowly(events(body, says), says.delay), streamed=True)
            else:
                self.server.endpoint._wait(says.delay)
                self._send(reply(body, says))
        else:
            raise TypeError(f"a step of the script is a {type(step).__name__}")

    def _slowly(self, pieces: Iterator[bytes], delay: float) -> Iterator[bytes]:
        for piece in pieces:
            if delay:
                self.server.endpoint._wait(delay)
            yield piece

    def _endless(self, step: Endless, body: Body) -> Iterator[bytes]:
        piece = event(body, step.piece) if body.get("stream") else b" " * 16
        while True:
            yield piece
            if self.server.endpoint._wait(PACE):
                return

    def _cut(self, step: Cuts, body: Body) -> None:
        says = Says(step.says) if isinstance(step.says, str) else step.says
        whole = b"".join(events(body, says)) if body.get("stream") else reply(body, says)
        part = whole[: min(step.after_bytes, len(whole) - 1)]
        if body.get("stream"):
            self._send_pieces(iter([part]), streamed=True, end=False)
        else:
            self._begin(200, "application/json", {"Content-Length": str(len(whole))})
            self.wfile.write(part)
        self.close_connection = True

    def _send(
        self,
        body: bytes,
        *,
        status: int = 200,
        content_type: str = "application/json",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self._begin(status, content_type, {"Content-Length": str(len(body)), **(headers or {})})
        self.wfile.write(body)

    def _send_pieces(self, pieces: Iterator[bytes], *, streamed: bool, end: bool = True) -> None:
        self._begin(200, "text/event-stream" if streamed else "application/json", {"Transfer-Encoding": "chunked"})
        for piece in pieces:
            self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
            self.wfile.flush()
        if end:
            self.wfile.write(b"0\r\n\r\n")

    def _begin(self, status: int, content_type: str, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": content_type, **headers}.items():
            self.send_header(name, value)
        self.end_headers()


def _drop(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:  # it was closed meanwhile
        return
