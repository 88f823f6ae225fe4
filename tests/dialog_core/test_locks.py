import asyncio

import pytest

from dialog_core.locks import ConversationLocks


async def test_turns_of_one_conversation_run_one_after_the_other_in_the_order_they_came() -> None:
    locks, told = ConversationLocks(), []

    async def turn(number: int) -> None:
        async with locks.hold("c"):
            told.append(("begins", number))
            await asyncio.sleep(0)
            told.append(("ends", number))

    await asyncio.gather(*(turn(number) for number in range(5)))

    assert told == [(what, number) for number in range(5) for what in ("begins", "ends")]


async def test_turns_of_different_conversations_do_not_wait_for_each_other() -> None:
    locks, met = ConversationLocks(), asyncio.Barrier(10)

    async def turn(conversation: str) -> None:
        async with locks.hold(conversation):
            await met.wait()  # would never be passed if one of them had to wait for another

    async with asyncio.timeout(5):
        await asyncio.gather(*(turn(str(number)) for number in range(10)))


async def test_nothing_is_kept_of_conversations_nobody_is_in() -> None:
    locks = ConversationLocks()

    async def turn(number: int) -> None:
        async with locks.hold(str(number % 7)):
            await asyncio.sleep(0)
            if number % 3 == 0:
                raise ValueError("the turn failed")

    await asyncio.gather(*(turn(number) for number in range(100)), return_exceptions=True)

    assert len(locks) == 0


async def test_one_that_stops_waiting_leaves_the_lock_to_the_others() -> None:
    locks = ConversationLocks()
    async with locks.hold("c"):
        waiting = asyncio.create_task(locks.hold("c").__aenter__())
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert len(locks) == 1

    assert len(locks) == 0
    async with asyncio.timeout(5), locks.hold("c"):
        pass
