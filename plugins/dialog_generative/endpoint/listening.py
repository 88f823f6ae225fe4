"""Listens to an answer until it ends, is long enough, or there is no more time."""

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Mapping
from typing import Any

from dialog_generative.endpoint.assembly import Assembly
from dialog_generative.endpoint.reading import Interrupted, TooLong, events, whole


async def listen(http: Any, assembly: Assembly, until: float, limit: int) -> AsyncIterator[str]:
    """Put an answer together, and yield what can be shown of it at each piece; often that is nothing.

    Args:
        http: The HTTP response.
        assembly: Where the answer is put together; `cut` says why it was not heard to its end.
        until: When to stop, on the clock of `time.monotonic()`.
        limit: How many bytes to read at most.

    Raises:
        Interrupted: It ended too early.
        TooLong: It is longer than the limit, and nothing can be made of it.
        Unreadable: It is not what the protocol wants.
    """
    kind = http.headers.get("content-type", "")
    at_once = "json" in kind or "html" in kind  # of an endpoint that does not stream, or is none
    items = _once(http.aiter_bytes(), limit) if at_once else events(http.aiter_bytes(), limit)
    try:
        while (event := await _next(items, until)) is not None:
            piece = assembly.feed(event)
            if assembly.too_long:
                assembly.cut = "length"
                break
            yield piece
    except TimeoutError:
        assembly.cut = "deadline"
    except TooLong:
        if not assembly.begun:
            raise
        assembly.cut = "length"
    except Interrupted:
        if not assembly.complete:
            raise
    except _broken_connections():
        if not assembly.complete:
            raise Interrupted("the connection broke in the middle of the answer") from None
    if rest := assembly.rest():
        yield rest


async def _once(chunks: AsyncIterator[bytes], limit: int) -> AsyncIterator[Mapping[str, Any]]:
    yield await whole(chunks, limit)


async def _next(items: AsyncIterator[Mapping[str, Any]], until: float) -> Mapping[str, Any] | None:
    async with asyncio.timeout(max(0.0, until - time.monotonic())):
        return await anext(items, None)


def _broken_connections() -> type[Exception]:
    """Return what the package's HTTP client raises; which client that is depends on the version."""
    import openai

    client = next(base for base in openai.DefaultAsyncHttpxClient.__mro__ if base.__name__ == "AsyncClient")
    error: type[Exception] = sys.modules[client.__module__.partition(".")[0]].HTTPError
    return error
