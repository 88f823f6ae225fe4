"""A reply in pieces, brought from a bot's loop to whoever asked for it.

Knows nothing of how pieces come about; see `streaming`.
"""

import asyncio
import concurrent.futures
import queue
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from typing import Any

from dialog_core.errors import BotClosedError
from dialog_core.loop_thread import CLOSED, LoopThread
from dialog_core.reply import Reply, StreamItem
from dialog_core.streaming import Watch

Take = Callable[[Watch], Coroutine[Any, Any, Reply]]
"""Answers a message, and shows the pieces of the reply to whoever watches."""

_Put = Callable[[StreamItem | BaseException], None]


async def relay(thread: LoopThread, take: Take) -> AsyncIterator[StreamItem]:
    """Yield the pieces of a reply and at last the reply, to a loop that is another; leaving early stops the turn."""
    items: asyncio.Queue[StreamItem | BaseException] = asyncio.Queue()
    loop = asyncio.get_running_loop()

    def put(item: StreamItem | BaseException) -> None:
        loop.call_soon_threadsafe(items.put_nowait, item)

    future = _start(thread, take, put)
    try:
        while True:
            item = await items.get()
            if isinstance(item, BaseException):
                raise item
            yield item
            if isinstance(item, Reply):
                return
    finally:
        future.cancel()


def relay_sync(thread: LoopThread, take: Take) -> Iterator[StreamItem]:
    """Yield the pieces of a reply and at last the reply, to plain code; see `relay`."""
    items: queue.SimpleQueue[StreamItem | BaseException] = queue.SimpleQueue()
    future = _start(thread, take, items.put)
    try:
        while True:
            item = items.get()
            if isinstance(item, BaseException):
                raise item
            yield item
            if isinstance(item, Reply):
                return
    finally:
        future.cancel()


def _start(thread: LoopThread, take: Take, put: _Put) -> concurrent.futures.Future[None]:
    async def run() -> None:
        try:
            put(await take(put))
        except asyncio.CancelledError:  # whoever left early does not read it: the bot was closed
            put(BotClosedError(CLOSED))
            raise
        except BaseException as error:
            put(error)
            raise

    future = thread.submit(run())
    future.add_done_callback(lambda done: done.cancelled() or done.exception())
    return future
