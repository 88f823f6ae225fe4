"""Replies in pieces cross from the bot's loop to whoever asked, whatever becomes of either."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import aclosing
from typing import Any

import pytest

from dialog_core.errors import BotClosedError
from dialog_core.loop_thread import LoopThread
from dialog_core.reply import Piece, Reply
from dialog_core.stream_relay import relay, relay_sync

REPLY = Reply("c", "", ())


@pytest.fixture
def thread() -> Iterator[LoopThread]:
    thread = LoopThread("bot")
    yield thread
    thread.stop()


async def answer(watch: Any) -> Reply:
    for text in ("Good ", "day."):
        watch(Piece(text))
        await asyncio.sleep(0)
    return REPLY


async def test_pieces_come_in_order_and_the_reply_is_the_last_item(thread: LoopThread) -> None:
    expected = [Piece("Good "), Piece("day."), REPLY]
    assert [item async for item in relay(thread, answer)] == expected
    assert list(relay_sync(thread, answer)) == expected


async def test_what_is_raised_is_raised_after_the_pieces_that_came_before(thread: LoopThread) -> None:
    async def fail(watch: Any) -> Reply:
        watch(Piece("Good "))
        raise ValueError("no")

    items, plain = relay(thread, fail), relay_sync(thread, fail)
    assert await anext(items) == next(plain) == Piece("Good ")
    with pytest.raises(ValueError, match="no"):
        await anext(items)
    with pytest.raises(ValueError, match="no"):
        next(plain)


class _Endless:
    """Shows a piece and goes on for ever, until it is stopped."""

    def __init__(self) -> None:
        self.stopped = threading.Event()

    async def __call__(self, watch: Any) -> Reply:
        watch(Piece("Well, "))
        try:
            await asyncio.sleep(60)
        finally:
            self.stopped.set()
        return REPLY


async def test_leaving_early_stops_the_turn(thread: LoopThread) -> None:
    endless = _Endless()
    async with aclosing(relay(thread, endless)) as items:  # type: ignore[type-var]
        async for item in items:
            assert item == Piece("Well, ")
            break
    assert await asyncio.to_thread(endless.stopped.wait, 30)
    endless = _Endless()
    plain = relay_sync(thread, endless)
    assert next(plain) == Piece("Well, ")
    plain.close()  # type: ignore[attr-defined]
    assert await asyncio.to_thread(endless.stopped.wait, 30)


async def test_whoever_listens_to_a_bot_that_is_closed_is_told(thread: LoopThread) -> None:
    items = relay(thread, _Endless())
    assert await anext(items) == Piece("Well, ")
    await asyncio.to_thread(thread.stop)
    with pytest.raises(BotClosedError):
        await anext(items)
