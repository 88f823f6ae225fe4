import asyncio
import threading
from concurrent.futures import CancelledError

import pytest

from dialog_core.errors import BotClosedError
from dialog_core.loop_thread import LoopThread

LONG = 30.0


@pytest.fixture
def loop() -> LoopThread:
    return LoopThread("test-loop")


async def where() -> str:
    await asyncio.sleep(0)
    return threading.current_thread().name


def test_work_runs_on_a_thread_of_its_own(loop: LoopThread) -> None:
    assert [loop.call(where()) for _ in range(3)] == ["test-loop"] * 3
    loop.stop()


def test_the_thread_starts_with_the_first_work() -> None:
    before = threading.active_count()
    loop = LoopThread("idle")
    assert threading.active_count() == before
    loop.stop()


async def test_it_can_be_called_where_a_loop_is_running(loop: LoopThread) -> None:
    assert loop.call(where()) == "test-loop"
    assert await asyncio.wrap_future(loop.submit(where())) == "test-loop"
    loop.stop()


async def test_another_loop_goes_on_while_it_waits(loop: LoopThread) -> None:
    here = asyncio.Event()

    async def wake(other: asyncio.AbstractEventLoop) -> str:
        other.call_soon_threadsafe(here.set)
        return await where()

    named, _ = await asyncio.gather(loop.wait(wake(asyncio.get_running_loop())), here.wait())
    assert named == "test-loop"
    loop.stop()


async def test_who_waits_in_another_loop_is_told_whether_the_bot_was_closed_or_the_wait_given_up(
    loop: LoopThread,
) -> None:
    begun, ended = threading.Event(), threading.Event()

    async def last() -> None:
        begun.set()
        try:
            await asyncio.sleep(LONG)
        finally:
            ended.set()

    waiting = asyncio.ensure_future(loop.wait(last()))
    assert await asyncio.to_thread(begun.wait, LONG)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert await asyncio.to_thread(ended.wait, LONG)
    begun.clear()
    waiting = asyncio.ensure_future(loop.wait(last()))
    assert await asyncio.to_thread(begun.wait, LONG)
    await asyncio.to_thread(loop.stop)
    with pytest.raises(BotClosedError):
        await waiting


def test_what_is_raised_reaches_the_caller(loop: LoopThread) -> None:
    async def fail() -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        loop.call(fail())
    loop.stop()


def test_many_threads_may_call_at_once(loop: LoopThread) -> None:
    names: list[str] = []
    threads = [threading.Thread(target=lambda: names.append(loop.call(where()))) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert names == ["test-loop"] * 20
    loop.stop()


def test_a_call_from_the_loop_itself_is_refused_instead_of_waiting_for_ever(loop: LoopThread) -> None:
    async def call_back() -> None:
        loop.call(where())

    with pytest.raises(RuntimeError, match="await the async ones"):
        loop.call(call_back())
    loop.stop()


def test_cancelling_a_future_cancels_the_work(loop: LoopThread) -> None:
    stopped = threading.Event()

    async def wait() -> None:
        try:
            await asyncio.sleep(LONG)
        finally:
            stopped.set()

    future = loop.submit(wait())
    loop.call(where())
    future.cancel()
    assert stopped.wait(LONG)
    with pytest.raises(CancelledError):
        future.result()
    loop.stop()


def test_stopping_ends_what_is_under_way_and_refuses_what_comes_later(loop: LoopThread) -> None:
    outcomes: list[object] = []

    def call() -> None:
        try:
            loop.call(asyncio.sleep(LONG))
        except BotClosedError as error:
            outcomes.append(str(error))

    caller = threading.Thread(target=call)
    caller.start()
    while loop._loop is None:
        pass
    loop.call(where())
    loop.stop()
    loop.stop()
    caller.join(LONG)

    assert outcomes == ["this bot has been closed; load it again to go on"]
    with pytest.raises(BotClosedError):
        loop.call(where())


def test_what_will_not_stop_is_left_behind(loop: LoopThread) -> None:
    let_go = threading.Event()

    async def stubborn() -> None:
        while not let_go.is_set():
            try:
                await asyncio.sleep(0.01)
            except asyncio.CancelledError:
                continue

    loop.submit(stubborn())
    loop.call(where())
    loop.stop()
    assert loop._thread is not None
    loop._thread.join(LONG)
    assert not loop._thread.is_alive()
    let_go.set()
