"""The connection to an endpoint: its client, the key, and how long to try again."""

import asyncio
import atexit
import contextlib
import math
import os
import threading
import time
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from dialog_generative.endpoint.options import OpenAIOptions
from dialog_generative.errors import GenerationError

if TYPE_CHECKING:
    from openai import AsyncOpenAI

OPENAI = "https://api.openai.com/v1"
PLACEHOLDER = "none"  # the key for endpoints that want none; the client insists on one
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 8.0  # seconds between two tries, doubled each time; what the package uses
CLOSE_TIMEOUT = 0.5  # seconds to wait for connections to close when the process ends
RETRIED = (408, 409, 429)  # and everything from 500 on


@dataclass(slots=True)
class Attempt:
    """How asking goes.

    Attributes:
        until: When it has to be over, on the clock of `time.monotonic()`.
        requests: How many requests have been sent.
        status: What the endpoint answered last; 0 if nothing.
    """

    until: float
    requests: int = 0
    status: int = 0

    @property
    def left(self) -> float:
        """How many seconds are left."""
        return self.until - time.monotonic()


_attempt: ContextVar[Attempt] = ContextVar("attempt")
_keepers: set[asyncio.Task[None]] = set()  # a loop alone does not keep its tasks from being collected


class Connection:
    """Makes the client when it is first needed, and closes it with the event loop it works on.

    Attributes:
        url: Where the endpoint is, as it may be shown.
    """

    def __init__(self, options: OpenAIOptions) -> None:
        self.url = shown_url(options.base_url or OPENAI)
        self._options = options
        self._lock = threading.Lock()
        self._spare: AsyncOpenAI | None = None
        self._client: AsyncOpenAI | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def warm(self) -> None:
        """Import the package and make a client; takes about a second, and connects to nothing."""
        with self._lock:
            if self._spare is None and self._client is None:
                self._spare = self._make()

    async def client(self) -> "AsyncOpenAI":
        """Return the client of the running loop.

        Raises:
            GenerationError: The package or the key is missing.
        """
        loop = asyncio.get_running_loop()
        if self._client is None or self._loop is not loop:
            client = await asyncio.to_thread(self._take)
            if self._client is None or self._loop is not loop:  # another turn may have been quicker
                self._client, self._loop = client, loop
                _keep(client, loop)
        return self._client

    @staticmethod
    def trying(attempt: Attempt) -> None:
        """Have what this task sends from now on belong to an attempt."""
        _attempt.set(attempt)

    def key(self) -> str:
        """Return the key; empty if there is none.

        OpenAI's own key is not sent elsewhere unless the bot file says so.
        """
        name = self._options.api_key_env
        if self._options.base_url and "api_key_env" not in self._options.model_fields_set:
            return ""
        return os.environ.get(name, "").strip()

    def _take(self) -> "AsyncOpenAI":
        with self._lock:
            client, self._spare = self._spare, None
            return client or self._make()

    def _make(self) -> "AsyncOpenAI":
        try:
            import openai
        except ImportError as error:
            if error.name != "openai":
                raise
            raise GenerationError(
                "needs a package that is not installed: pip install 'dialog-core[endpoint]'"
            ) from None
        key = self.key()
        if not key and not self._options.base_url:
            raise GenerationError(f"OpenAI wants a key: put it into the environment variable {self._name}")
        if not key.isascii() or not key.isprintable():
            raise GenerationError(f"the environment variable {self._name} has characters in it that no key has")
        client = openai.AsyncOpenAI(
            api_key=key or PLACEHOLDER,
            base_url=self._options.base_url or OPENAI,
            max_retries=self._options.retries,
            # Not to be led elsewhere with what users have said.
            http_client=openai.DefaultAsyncHttpxClient(
                follow_redirects=False, event_hooks={"request": [_count], "response": [_judge]}
            ),
        )
        client.chat.completions.with_streaming_response  # noqa: B018 - imports what it needs, and it is a lot
        return client

    @property
    def _name(self) -> str:
        return self._options.api_key_env


def _keep(client: "AsyncOpenAI", loop: asyncio.AbstractEventLoop) -> None:
    """Have a client closed with its loop, or with the process."""
    if not _keepers:
        atexit.unregister(_close_all)
        atexit.register(_close_all)
    keeper = loop.create_task(_close_at_the_end(client))
    _keepers.add(keeper)
    keeper.add_done_callback(_keepers.discard)


def _close_all() -> None:
    """Close the clients of bots that nobody has closed, while their loops still run."""
    for keeper in tuple(_keepers):
        loop = keeper.get_loop()
        if loop.is_running():
            closed = asyncio.run_coroutine_threadsafe(_end(keeper), loop)
            with contextlib.suppress(TimeoutError):
                closed.result(CLOSE_TIMEOUT)


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait((task,))


async def _close_at_the_end(client: "AsyncOpenAI") -> None:
    """Close a client when its loop ends, which cancels every task."""
    try:
        await asyncio.get_running_loop().create_future()
    finally:
        await client.close()


async def _count(request: Any) -> None:
    attempt = _attempt.get()
    attempt.requests += 1


async def _judge(response: Any) -> None:
    """Have the package try again only while there is time; this is the header in which endpoints say so themselves."""
    attempt = _attempt.get()
    attempt.status = response.status_code
    if retriable(attempt.status):
        wanted = retry_after(response.headers)
        if (pause(attempt.requests) if wanted is None else wanted) >= attempt.left:
            response.headers["x-should-retry"] = "false"


def retriable(status: int) -> bool:
    """Whether the package tries again after an answer with this status."""
    return status in RETRIED or status >= 500


def pause(tries: int) -> float:
    """Return how many seconds at most there are between so many tries and the next."""
    return float(min(FIRST_PAUSE * 2.0 ** min(tries - 1, 10), LONGEST_PAUSE))


def retry_after(headers: Any) -> float | None:
    """Return for how many seconds an endpoint wants to be left alone; None if it does not say."""
    value = headers.get("retry-after")
    if value is None:
        return None
    try:
        seconds = float(value)
    except ValueError:
        try:
            at = parsedate_to_datetime(value)
        except ValueError:
            return None
        seconds = (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() - datetime.now(UTC).timestamp()
    return max(0.0, seconds) if math.isfinite(seconds) else None


def shown_url(url: str) -> str:
    """Return a URL without what may be secret in it: a password, a query."""
    scheme, _, rest = url.partition("://")
    place = rest.partition("?")[0].partition("#")[0]
    host, slash, path = place.partition("/")
    return f"{scheme}://{host.rpartition('@')[2]}{slash}{path}".rstrip("/")
