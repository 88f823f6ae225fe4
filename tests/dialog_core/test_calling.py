import asyncio
import gc
import threading
import weakref
from typing import Any

import pytest

from dialog_core.calling import THREADS, Call, CallTimedOut, DaemonPool, PoolFull, describe_error
from dialog_core.testing import Hang, ScriptedPolicy

SHORT, LONG = 0.05, 10.0  # seconds


class Part:
    """A component with one verb of every sort."""

    def plain(self, value: Any) -> Any:
        return ("plain", value, threading.current_thread().name)

    async def not_plain(self, value: Any) -> Any:
        await asyncio.sleep(0)
        return ("async", value, threading.current_thread().name)

    def hands_back_a_coroutine(self, value: Any) -> Any:
        return self.not_plain(value)

    def fails(self, error: BaseException) -> None:
        raise error

    async def fails_later(self, error: BaseException) -> None:
        await asyncio.sleep(0)
        raise error


class SpeechlessError(Exception):
    def __str__(self) -> str:
        raise ValueError("no words")


class QuickPart(Part):
    inline = True


def call(verb: str, part: Part | None = None, timeout: float = LONG) -> Call:
    return Call(part or Part(), verb, name="part", timeout=timeout)


async def test_a_plain_verb_runs_in_a_thread_of_its_component() -> None:
    kind, value, thread = await call("plain")(1)
    assert (kind, value) == ("plain", 1)
    assert thread == "part-1"


async def test_an_async_verb_runs_on_the_loop() -> None:
    assert await call("not_plain")(1) == ("async", 1, threading.current_thread().name)
    assert await call("hands_back_a_coroutine")(1) == ("async", 1, threading.current_thread().name)


async def test_an_inline_verb_is_called_without_a_thread() -> None:
    quick = call("plain", QuickPart())
    assert quick.inline
    assert quick.now(1) == await quick(1) == ("plain", 1, threading.current_thread().name)
    assert not call("not_plain", QuickPart()).inline


@pytest.mark.parametrize("verb", ["fails", "fails_later"])
@pytest.mark.parametrize("part", [Part(), QuickPart()])
async def test_an_exception_is_raised_where_the_call_is_awaited(verb: str, part: Part) -> None:
    with pytest.raises(ValueError, match="no"):
        await call(verb, part)(ValueError("no"))


@pytest.mark.parametrize("verb", ["fails", "fails_later"])
@pytest.mark.parametrize("part", [Part(), QuickPart()])
@pytest.mark.parametrize("error", [SystemExit(3), KeyboardInterrupt(), StopIteration(), asyncio.CancelledError()])
async def test_a_component_can_end_neither_the_process_nor_the_task_that_asks_it(
    verb: str, part: Part, error: BaseException
) -> None:
    with pytest.raises(Exception) as caught:  # noqa: PT011 - any, as long as it is an ordinary one
        await call(verb, part)(error)
    assert isinstance(caught.value, Exception)


@pytest.mark.parametrize("mode", ["thread", "async"])
async def test_a_call_that_hangs_is_left_behind(mode: Any) -> None:
    policy = ScriptedPolicy(Hang(stubborn=True), mode=mode)
    with pytest.raises(CallTimedOut, match=r"took longer than 0\.05 s"):
        await Call(policy, "propose", name="part", timeout=SHORT)("turn")
    policy.release()


async def test_cancelling_a_call_reaches_what_it_waits_for() -> None:
    ended = asyncio.Event()

    class Waiting:
        async def verb(self) -> None:
            try:
                await asyncio.sleep(LONG)
            finally:
                ended.set()

    task = asyncio.create_task(Call(Waiting(), "verb", name="part", timeout=LONG)())
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with asyncio.timeout(LONG):
        await ended.wait()


async def test_more_calls_than_threads_wait_for_their_turn() -> None:
    verb = call("plain")
    outcomes = await asyncio.gather(*(verb(number) for number in range(20 * THREADS)))
    assert [value for _, value, _ in outcomes] == list(range(20 * THREADS))
    assert {name for _, _, name in outcomes} <= {f"part-{number}" for number in range(1, THREADS + 1)}


async def test_a_component_whose_threads_all_hang_is_refused_at_once_and_recovers() -> None:
    policy = ScriptedPolicy(*[Hang()] * THREADS, "back again")
    propose = Call(policy, "propose", name="part", timeout=SHORT)
    outcomes = await asyncio.gather(*(propose("turn") for _ in range(THREADS)), return_exceptions=True)
    assert {type(outcome) for outcome in outcomes} == {CallTimedOut}

    with pytest.raises(PoolFull, match="all its 4 threads hang"):
        await propose("turn")

    policy.release()
    for _ in range(200):  # until one of the threads has noticed
        try:
            proposed = await propose("turn")
            break
        except (PoolFull, CallTimedOut):
            await asyncio.sleep(0.01)
    assert [candidate.text for candidate in proposed] == ["back again"]


async def test_a_call_whose_time_ran_out_in_the_queue_is_never_made() -> None:
    policy = ScriptedPolicy(Hang())
    pool = DaemonPool("part", threads=1)
    hanging = asyncio.create_task(Call(policy, "propose", name="part", timeout=LONG, pool=pool)("first"))
    while not policy.calls:
        await asyncio.sleep(0.001)
    with pytest.raises(CallTimedOut):
        await Call(policy, "propose", name="part", timeout=SHORT, pool=pool)("second")
    policy.release()
    await hanging

    assert policy.script.asked == [("first",)]


async def test_components_hanging_beside_it_cost_a_component_nothing() -> None:
    hung = [ScriptedPolicy(Hang()) for _ in range(6)]
    calls = [
        asyncio.create_task(Call(policy, "propose", name=f"hung {number}", timeout=LONG)("turn"))
        for number, policy in enumerate(hung)
        for _ in range(THREADS)
    ]
    async with asyncio.timeout(LONG / 2):
        assert (await call("plain")("seventh"))[1] == "seventh"
    for policy in hung:
        policy.release()
    await asyncio.gather(*calls)


async def test_an_idle_thread_does_not_keep_the_last_turn_alive() -> None:
    class Turn:
        pass

    turn = Turn()
    gone = weakref.ref(turn)
    await call("plain")(turn)
    del turn
    for _ in range(100):
        gc.collect()
        if gone() is None:
            break
        await asyncio.sleep(0.01)
    assert gone() is None


def test_a_call_that_outlives_its_loop_troubles_nobody(capfd: pytest.CaptureFixture[str]) -> None:
    policy = ScriptedPolicy(Hang())

    async def ask() -> None:
        await Call(policy, "propose", name="left behind", timeout=SHORT)("turn")

    with pytest.raises(CallTimedOut):
        asyncio.run(ask())
    policy.release()
    for thread in threading.enumerate():
        if thread.name.startswith("left behind"):
            assert thread.daemon
            thread.join(0.2)
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (ValueError("two\n  lines"), "ValueError: two lines"),
        (KeyError(), "KeyError"),
        (CallTimedOut("took longer than 1 s"), "took longer than 1 s"),
        (PoolFull("all its 4 threads hang"), "all its 4 threads hang"),
        (ValueError("x" * 1000), "ValueError: " + "x" * 300),
        (SpeechlessError(), "SpeechlessError"),
    ],
)
def test_errors_are_told_in_one_line(error: Exception, told: str) -> None:
    assert describe_error(error) == told


def test_threads_are_started_when_they_are_needed() -> None:
    before = threading.active_count()
    calls = [call("plain") for _ in range(100)]
    assert threading.active_count() == before
    assert len(calls) == 100
