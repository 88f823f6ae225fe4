import asyncio
import threading
from collections.abc import Sequence

import pytest

from dialog_core.errors import StoreError
from dialog_core.stores.worker_thread import WorkerThread


async def test_items_that_wait_are_worked_off_together() -> None:
    # Given a worker that is busy with its first item
    begun, go_on = threading.Event(), threading.Event()
    batches: list[list[int]] = []

    def work(items: Sequence[int]) -> list[int]:
        begun.set()
        go_on.wait(5)
        batches.append(list(items))
        return [item * 10 for item in items]

    worker = WorkerThread("worker", work, at_once=3)
    tasks = [asyncio.create_task(worker.run(0))]
    assert await asyncio.to_thread(begun.wait, 5)
    # When more come in the meantime
    tasks += [asyncio.create_task(worker.run(item)) for item in range(1, 6)]
    await asyncio.sleep(0)
    go_on.set()
    # Then they are done in batches, in order, and everybody gets the own outcome
    assert await asyncio.gather(*tasks) == [0, 10, 20, 30, 40, 50]
    assert batches == [[0], [1, 2, 3], [4, 5]]
    assert await worker.close(5)


async def test_an_error_reaches_all_who_wait_and_the_thread_outlives_it() -> None:
    def work(items: Sequence[str]) -> list[str]:
        if "bad" in items:
            raise LookupError("bad")
        return list(items)

    worker = WorkerThread("worker", work)
    with pytest.raises(LookupError, match="bad"):
        await worker.run("bad")
    assert await worker.run("good") == "good"
    assert await worker.close(5)


async def test_an_outcome_that_is_an_error_is_raised_only_where_it_belongs() -> None:
    worker = WorkerThread("worker", lambda items: [ValueError(item) if item < 0 else item for item in items], at_once=9)
    outcomes = await asyncio.gather(*(worker.run(item) for item in (1, -2, 3)), return_exceptions=True)
    assert [outcomes[0], outcomes[2]] == [1, 3]
    assert isinstance(outcomes[1], ValueError)
    assert await worker.close(5)


async def test_closing_does_not_wait_for_ever() -> None:
    go_on = threading.Event()
    worker = WorkerThread("worker", lambda items: [go_on.wait(5) for _ in items])
    task = asyncio.create_task(worker.run(1))
    await asyncio.sleep(0)
    assert await worker.close(0.01) is False
    with pytest.raises(StoreError, match="the worker was closed"):
        await worker.run(2)
    go_on.set()
    assert await task is True
    assert await worker.close(5) is True


async def test_a_worker_that_never_worked_closes_at_once() -> None:
    assert await WorkerThread("worker", list).close(0) is True
