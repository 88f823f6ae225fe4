"""An event loop on a daemon thread of its own, where a bot lives.

Callers may be plain code, a notebook whose loop is running, or a server's loop: all of them submit to this one, so a
conversation's lock belongs to one loop only, and a policy that blocks its loop does not block the caller's.
"""

import asyncio
import concurrent.futures
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

from dialog_core.errors import BotClosedError

T = TypeVar("T")
STOP_TIMEOUT = 2.0  # seconds to wait for what is under way when the loop is stopped
CLOSED = "this bot has been closed; load it again to go on"


class LoopThread:
    """Runs coroutines; started at the first one."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._closed = False

    def submit(self, work: Coroutine[Any, Any, T]) -> concurrent.futures.Future[T]:
        """Start `work` on the loop; cancelling the future cancels it."""
        try:
            return asyncio.run_coroutine_threadsafe(work, self._running_loop())
        except BotClosedError:
            work.close()
            raise

    def call(self, work: Coroutine[Any, Any, T]) -> T:
        """Run `work` on the loop and wait for it.

        Raises:
            BotClosedError: The bot was closed before or meanwhile.
            RuntimeError: Called from the loop itself, which would wait for itself for ever.
        """
        if threading.current_thread() is self._thread:
            work.close()
            raise RuntimeError("a bot's plain methods cannot be called from its own parts; await the async ones")
        future = self.submit(work)
        try:
            return future.result()
        except concurrent.futures.CancelledError:
            raise BotClosedError(CLOSED) from None
        except BaseException:  # also Ctrl-C: what nobody waits for any more is stopped
            future.cancel()
            raise

    async def wait(self, work: Coroutine[Any, Any, T]) -> T:
        """Run `work` on the loop and wait for it in another.

        Raises:
            BotClosedError: The bot was closed before or meanwhile.
        """
        future = self.submit(work)
        try:
            return await asyncio.wrap_future(future)
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is not None and not task.cancelling():  # it is the bot that was stopped, and not the caller
                raise BotClosedError(CLOSED) from None
            raise

    def stop(self) -> None:
        """Cancel what is under way and end the thread; what swallows its cancellation is left behind."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            loop, thread = self._loop, self._thread
        if loop is not None and thread is not None:
            loop.call_soon_threadsafe(self._cancel_all, loop)
            thread.join(STOP_TIMEOUT)

    def _running_loop(self) -> asyncio.AbstractEventLoop:
        if self._loop is None or self._closed:
            with self._lock:
                if self._closed:
                    raise BotClosedError(CLOSED)
                if self._loop is None:
                    self._start()
        assert self._loop is not None
        return self._loop

    def _start(self) -> None:
        loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, args=(loop,), name=self._name, daemon=True)
        self._thread.start()
        self._loop = loop

    def _run(self, loop: asyncio.AbstractEventLoop) -> None:
        asyncio.set_event_loop(loop)
        try:
            loop.run_forever()
        finally:
            loop.close()

    def _cancel_all(self, loop: asyncio.AbstractEventLoop) -> None:
        tasks = asyncio.all_tasks(loop)
        for task in tasks:
            task.cancel()
        self._stop_when_done(loop, tasks, rounds=20)

    def _stop_when_done(self, loop: asyncio.AbstractEventLoop, tasks: set[asyncio.Task[Any]], rounds: int) -> None:
        if rounds and not all(task.done() for task in tasks):
            loop.call_later(0.01, self._stop_when_done, loop, tasks, rounds - 1)
        else:
            # asyncio would print a complaint for each task that is left behind; the trace of its turn has told of it.
            loop.set_exception_handler(lambda loop, context: None)
            loop.stop()
