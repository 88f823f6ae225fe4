"""Plain calls that take long, aside from the event loop."""

import asyncio
import threading
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")


async def aside(function: Callable[..., T], *arguments: Any) -> T:
    """Call a function in a thread of its own and return what it returns.

    Unlike with `asyncio.to_thread`, nobody waits for it after Ctrl-C: a language model may take a minute.
    """
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def tell(outcome: T | None, error: Exception | None) -> None:
        if not future.done():  # otherwise nobody waits any more
            if error is None:
                future.set_result(outcome)  # type: ignore[arg-type]
            else:
                future.set_exception(error)

    def work() -> None:
        try:
            outcome, failed = function(*arguments), None
        except Exception as error:
            outcome, failed = None, error
        try:
            loop.call_soon_threadsafe(tell, outcome, failed)
        except RuntimeError:  # the loop was closed meanwhile
            return

    threading.Thread(target=work, name="aside", daemon=True).start()
    return await future
