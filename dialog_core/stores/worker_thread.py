"""A daemon thread that works off a queue for tasks of an event loop, several items at once where that pays.

The thread is a daemon, and not one of asyncio's default executor, so that it never holds up the end of the process.
"""

import asyncio
import contextlib
import queue
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from dialog_core.errors import StoreError

POLL = 0.002  # seconds between looks at whether the thread has ended

T = TypeVar("T")


class WorkerThread(Generic[T]):
    """Hands queued items to a function in one daemon thread, which starts with the first item.

    A caller that is cancelled while it waits takes nothing back: its item is worked off all the same.

    Args:
        name: What the thread is called.
        work: Gets up to `at_once` items and returns as many outcomes; an outcome that is an exception is raised in
            the task that waits for it.
        at_once: How many items `work` takes, if so many are waiting.
    """

    def __init__(self, name: str, work: Callable[[Sequence[T]], Sequence[Any]], *, at_once: int = 1) -> None:
        self.name = name
        self._work = work
        self._at_once = at_once
        self._queue: queue.SimpleQueue[tuple[T, asyncio.Future[Any]] | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._closed = False

    async def run(self, item: T) -> Any:
        """Queue an item and wait for its outcome."""
        future = asyncio.get_running_loop().create_future()
        with self._lock:
            if self._closed:
                raise StoreError(f"the {self.name} was closed")
            if self._thread is None:
                self._thread = threading.Thread(target=self._serve, name=self.name, daemon=True)
                self._thread.start()
            self._queue.put((item, future))
        outcome = await future
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    async def close(self, patience: float) -> bool:
        """Take nothing more and work off what is queued; say whether that was done within `patience` seconds."""
        with self._lock:
            if not self._closed:
                self._closed = True
                self._queue.put(None)
        deadline = time.monotonic() + patience
        while self._thread is not None and self._thread.is_alive():
            if time.monotonic() > deadline:
                return False
            await asyncio.sleep(POLL)
        return True

    def _serve(self) -> None:
        closing = False
        while not closing:
            batch = [self._queue.get()]
            with contextlib.suppress(queue.Empty):
                while len(batch) < self._at_once:
                    batch.append(self._queue.get_nowait())
            closing = None in batch  # the last there is: nothing is queued after it
            requests = [request for request in batch if request is not None]
            if requests:
                self._deliver([future for _, future in requests], self._outcomes([item for item, _ in requests]))

    def _outcomes(self, items: Sequence[T]) -> Sequence[Any]:
        try:
            return self._work(items)
        except Exception as error:  # the thread must outlive it, and nobody may wait for ever
            return [error] * len(items)

    @staticmethod
    def _deliver(futures: Sequence[asyncio.Future[Any]], outcomes: Sequence[Any]) -> None:
        """Wake the waiting tasks, each loop once."""
        by_loop = defaultdict(list)
        for future, outcome in zip(futures, outcomes, strict=True):
            by_loop[future.get_loop()].append((future, outcome))
        for loop, settled in by_loop.items():
            with contextlib.suppress(RuntimeError):  # the loop was closed: nobody waits there any more
                loop.call_soon_threadsafe(_settle, settled)


def _settle(settled: Sequence[tuple[asyncio.Future[Any], Any]]) -> None:
    for future, outcome in settled:
        if not future.done():  # done: its task was cancelled
            future.set_result(outcome)  # never `set_exception`, which warns when nobody looks at it any more
