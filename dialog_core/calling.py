"""Calling components that may be plain or async, quick or slow, and may hang.

A component's verb is wrapped once, when the bot is built, in a [`Call`][]. Awaiting it never blocks the event loop and
never takes longer than its timeout: async verbs run as tasks; plain ones in the component's own small pool of daemon
threads, so that neither six hung calls starve a seventh component nor a hung call keeps the process from ending.
"""

import asyncio
import copy
import inspect
import threading
import time
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

THREADS = 4  # of one component; enough for look-ups that wait on something, few enough to be left hanging


class CallTimedOut(Exception):
    """The call took longer than it may."""


class PoolFull(Exception):
    """Every thread of the component's pool hangs."""


class _Job:
    __slots__ = ("arguments", "function", "future", "give_up_at", "loop")

    def __init__(
        self,
        function: Callable[..., Any],
        arguments: tuple[Any, ...],
        loop: asyncio.AbstractEventLoop,
        give_up_at: float,
    ) -> None:
        self.function = function
        self.arguments = arguments
        self.loop = loop
        self.future: asyncio.Future[Any] = loop.create_future()
        self.give_up_at = give_up_at

    def run(self) -> None:
        try:
            outcome, error = self.function(*self.arguments), None
        except BaseException as raised:  # also SystemExit: a plugin must not end the process
            outcome, error = None, raised
        try:
            self.loop.call_soon_threadsafe(self._finish, outcome, error)
        except RuntimeError:  # the loop was closed while the call hung: nobody waits any more
            return

    def _finish(self, outcome: Any, error: BaseException | None) -> None:
        if self.future.done():
            return
        if error is None:
            self.future.set_result(outcome)
        else:
            # asyncio refuses StopIteration in a future, and SystemExit would stop the loop
            raised = error if isinstance(error, Exception) else RuntimeError(f"raised {type(error).__name__}: {error}")
            if isinstance(raised, StopIteration):
                raised = RuntimeError("raised StopIteration")
            self.future.set_exception(raised)


class DaemonPool:
    """A few daemon threads, started when first needed. Calls wait for a free one, unless all of them hang."""

    def __init__(self, name: str, threads: int = THREADS) -> None:
        self._name = name
        self._limit = threads
        self._threads = 0
        self._idle = 0
        self._waiting: deque[_Job] = deque()
        self._running: dict[int, _Job] = {}
        self._changed = threading.Condition()

    def submit(self, function: Callable[..., Any], arguments: tuple[Any, ...], timeout: float) -> asyncio.Future[Any]:
        """Run `function(*arguments)` in a thread; the future belongs to the running loop.

        Raises:
            PoolFull: Every thread has been busy for longer than its call may take.
        """
        now = time.monotonic()
        job = _Job(function, arguments, asyncio.get_running_loop(), now + timeout)
        with self._changed:
            if self._threads == self._limit and self._idle == 0:
                hung = sum(running.give_up_at < now for running in self._running.values())
                if hung == self._limit:
                    raise PoolFull(f"all its {self._limit} threads hang")
            self._waiting.append(job)
            if self._idle < len(self._waiting) and self._threads < self._limit:
                self._threads += 1
                thread = threading.Thread(target=self._work, name=f"{self._name}-{self._threads}", daemon=True)
                thread.start()
            self._changed.notify()
        return job.future

    def _work(self) -> None:
        me = threading.get_ident()
        while True:
            with self._changed:
                self._running.pop(me, None)
                while not self._waiting:
                    self._idle += 1
                    self._changed.wait()
                    self._idle -= 1
                job = self._waiting.popleft()
                if job.future.cancelled():
                    continue
                self._running[me] = job
            job.run()
            del job  # an idle thread must not keep the last turn alive


class Call:
    """One verb of one component, ready to be awaited.

    Attributes:
        inline: Whether it is a plain function its author has declared quick (`inline = True`): it can be called
            through `now` without a thread or a task between.
    """

    __slots__ = ("_function", "_is_async", "_pool", "inline", "name", "timeout")

    def __init__(self, component: Any, verb: str, *, name: str, timeout: float, pool: DaemonPool | None = None) -> None:
        self.name = name
        self.timeout = timeout
        self._function: Callable[..., Any] = getattr(component, verb)
        self._is_async = inspect.iscoroutinefunction(self._function)
        self.inline = not self._is_async and bool(getattr(component, "inline", False))
        self._pool = None if self._is_async or self.inline else pool or DaemonPool(name)

    def patient(self, timeout: float) -> "Call":
        """Return the same call with another timeout, for when nobody waits for a reply."""
        call = copy.copy(self)
        call.timeout = timeout
        return call

    def now(self, *arguments: Any) -> Any:
        """Call an inline verb directly."""
        try:
            return self._function(*arguments)
        except Exception:
            raise
        except BaseException as error:  # SystemExit, or a cancellation that nobody has asked for
            raise RuntimeError(f"raised {type(error).__name__}: {error}") from error

    async def __call__(self, *arguments: Any) -> Any:
        """Call the verb and return what it returns.

        Raises:
            CallTimedOut: It took longer than `timeout` seconds.
            PoolFull: Its threads all hang.
            Exception: Whatever it raised.
        """
        if self.inline:
            outcome = self.now(*arguments)
        elif self._pool is None:
            return await within(asyncio.ensure_future(contain(self._function(*arguments))), self.timeout)
        else:
            outcome = await within(self._pool.submit(self._function, arguments, self.timeout), self.timeout)
        if inspect.isawaitable(outcome):  # a plain function that hands back a coroutine
            return await within(asyncio.ensure_future(contain(outcome)), self.timeout)
        return outcome


async def contain(work: Awaitable[Any]) -> Any:
    """Await what a component does; one that asks the process to end has failed, and the loop goes on."""
    try:
        return await work
    except (SystemExit, KeyboardInterrupt) as error:
        raise RuntimeError(f"raised {type(error).__name__}: {error}") from error


async def within(future: asyncio.Future[Any], timeout: float) -> Any:
    """Await `future` for at most `timeout` seconds, then leave it behind.

    Unlike `asyncio.timeout` this does not wait for a cancelled task to end, which one that swallows its cancellation
    never does.
    """
    try:
        done, _ = await asyncio.wait((future,), timeout=timeout)
    except asyncio.CancelledError:
        future.add_done_callback(_retrieve)
        future.cancel()
        raise
    if not done:
        future.add_done_callback(_retrieve)
        future.cancel()
        raise CallTimedOut(f"took longer than {timeout:g} s")
    if future.cancelled():  # by the component itself; nobody has cancelled the turn
        raise RuntimeError("cancelled itself")
    return future.result()


def _retrieve(future: asyncio.Future[Any]) -> None:
    """Take note of how a call that was left behind ended, or asyncio complains that nobody did."""
    if not future.cancelled():
        future.exception()


def describe_error(error: BaseException) -> str:
    """Return an exception in one line for the trace."""
    if isinstance(error, CallTimedOut | PoolFull):
        return str(error)
    try:
        text = " ".join(str(error).split())[:300]
    except Exception:  # an exception of a plugin's own that cannot even say what is wrong
        text = ""
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
