import asyncio
import threading

import pytest

from dialog_evaluation.runs.aside import aside


def test_what_a_call_returns_or_raises_comes_back() -> None:
    async def both() -> tuple[int, str]:
        with pytest.raises(ValueError, match="no"):
            await aside(int, "no")
        return await aside(int, "7"), await aside(lambda: threading.current_thread().name)

    assert asyncio.run(both()) == (7, "aside")


def test_nobody_waits_for_a_call_that_hangs() -> None:
    released = threading.Event()

    async def give_up() -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(aside(released.wait), 0.05)

    asyncio.run(give_up())  # and here the loop is closed while it still hangs
    released.set()
