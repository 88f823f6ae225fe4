import asyncio
import time
from collections.abc import Sequence
from typing import Any

import pytest

from dialog_core.breaker import CircuitBreaker
from dialog_core.calling import THREADS
from dialog_core.candidate import Candidate
from dialog_core.dispatch import PolicyRunner, ask_tier
from dialog_core.testing import Hang, Rubbish, ScriptedPolicy, make_manager, make_turn
from tests.talking import reports_of, say, statuses_of

LONG = 30.0  # seconds; a test that would have to wait as long has failed
MODES = ("thread", "async", "inline")


class SpeechlessError(Exception):
    def __str__(self) -> str:
        raise ValueError("no words")


def runner(
    policy: Any, name: str = "policy", *, position: int = 0, timeout: float = LONG, failures: int = 3
) -> PolicyRunner:
    breaker = CircuitBreaker(failures, reset_after=LONG)
    return PolicyRunner(name, policy, kind="rules", position=position, timeout=timeout, breaker=breaker)


def runners(policies: Sequence[Any], **settings: Any) -> list[PolicyRunner]:
    return [runner(policy, f"p{number}", position=number, **settings) for number, policy in enumerate(policies)]


@pytest.mark.parametrize("mode", MODES)
async def test_a_policy_is_asked_whichever_way_it_is_written(mode: Any) -> None:
    policy = ScriptedPolicy(lambda turn: f"You said {turn.text}", mode=mode)
    (answer,) = await ask_tier([runner(policy)], make_turn("hi"), 2)

    assert [(c.text, c.policy, c.kind) for c in answer.candidates] == [("You said hi", "policy", "rules")]
    assert (answer.report.status, answer.report.tier, answer.report.error) == ("proposed", 2, "")


async def test_answers_come_in_file_order_whoever_was_quicker() -> None:
    policies = [
        ScriptedPolicy("slow", mode="thread"),
        ScriptedPolicy("inline", mode="inline"),
        ScriptedPolicy("quick", mode="async"),
        ScriptedPolicy(None),
    ]
    answers = await ask_tier(runners(policies), make_turn("hi"), 0)

    assert [[candidate.text for candidate in answer.candidates] for answer in answers] == [
        ["slow"],
        ["inline"],
        ["quick"],
        [],
    ]
    assert [answer.report.status for answer in answers] == ["proposed", "proposed", "proposed", "nothing"]


async def test_policies_of_one_tier_run_at_the_same_time() -> None:
    met = asyncio.Barrier(5)

    class Meeting:
        async def propose(self, turn: Any) -> list[Candidate]:
            await met.wait()  # would never be passed one after the other
            return [Candidate("met", 1.0)]

    answers = await ask_tier(runners([Meeting() for _ in range(5)]), make_turn("hi", seconds=LONG), 0)
    assert all(answer.candidates for answer in answers)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("step", "error"),
    [
        (ValueError("no"), "ValueError: no"),
        (SpeechlessError(), "SpeechlessError"),
        (SystemExit(1), "RuntimeError: raised SystemExit: 1"),
        (asyncio.CancelledError(), ""),
        (Rubbish("Hello"), "proposed a str instead of a list of Candidate"),
        (Rubbish([object()]), "proposed a object instead of a Candidate"),
        (Candidate("Hello", float("nan")), "proposed the score nan, which is not a number from 0 to 1"),
        (Candidate("Hello", 10**400), "proposed the score 1000"),
        (Candidate("Hello", 10**5000), "proposed the score of thousands of digits"),
        (Candidate("Hello", 0.5, effects=None), "proposed effects that are not events"),  # type: ignore[arg-type]
    ],
)
async def test_a_policy_that_fails_costs_the_others_nothing(mode: Any, step: Any, error: str) -> None:
    manager = make_manager({"failing": ScriptedPolicy(step, mode=mode), "sound": "Hello"})

    reply = await say(manager, "hi")

    assert (reply.text, reply.policy) == ("Hello", "sound")
    assert statuses_of(reply) == {"failing": "failed", "sound": "proposed"}
    assert error in reports_of(reply)["failing"]["error"]
    assert reports_of(reply)["failing"]["error"]


@pytest.mark.parametrize("mode", ["thread", "async"])
async def test_a_policy_that_hangs_does_not_cost_the_turn(mode: Any) -> None:
    hanging = ScriptedPolicy(Hang(stubborn=True), mode=mode)
    manager = make_manager({"hanging": hanging, "sound": "Hello"}, timeout=0.05)

    reply = await say(manager, "hi")

    assert reply.policy == "sound"
    assert statuses_of(reply) == {"hanging": "timed out", "sound": "proposed"}
    assert reports_of(reply)["hanging"]["error"] == "took longer than 0.05 s"
    hanging.release()


async def test_what_has_finished_by_the_deadline_is_answered() -> None:
    hanging = [ScriptedPolicy(Hang(stubborn=True), mode=mode) for mode in ("thread", "async")]
    manager = make_manager({"h1": hanging[0], "sound": "Hello", "h2": hanging[1]}, timeout=LONG, deadline=0.1)

    reply = await say(manager, "hi")

    assert reply.policy == "sound"
    assert statuses_of(reply) == {"h1": "timed out", "sound": "proposed", "h2": "timed out"}
    assert reports_of(reply)["h1"]["error"] == "the turn's deadline came first"
    for policy in hanging:
        policy.release()


async def test_after_the_deadline_only_inline_policies_are_asked() -> None:
    threaded, inline = ScriptedPolicy("slow"), ScriptedPolicy("quick", mode="inline")
    answers = await ask_tier(runners([threaded, inline]), make_turn("hi", seconds=-1.0), 0)

    assert [answer.report.status for answer in answers] == ["not asked", "proposed"]
    assert threaded.calls == 0


async def test_six_policies_that_hang_leave_the_next_turns_in_time() -> None:
    """Given six policies whose threads all hang, when a message comes, then the seventh answers it."""
    hung = {f"hung{number}": ScriptedPolicy(Hang()) for number in range(6)}
    manager = make_manager({**hung, "sound": "Hello"}, timeout=0.05, deadline=LONG, breaker=(1000, LONG))

    started = time.monotonic()
    replies = [await say(manager, "hi") for _ in range(THREADS + 2)]

    assert [reply.policy for reply in replies] == ["sound"] * (THREADS + 2)
    assert set(statuses_of(replies[0]).values()) == {"timed out", "proposed"}
    assert reports_of(replies[-1])["hung0"]["error"] == "all its 4 threads hang"
    assert statuses_of(replies[-1])["hung0"] == "failed"
    assert time.monotonic() - started < LONG
    for policy in hung.values():
        policy.release()


async def test_a_policy_that_keeps_failing_is_left_alone() -> None:
    failing = ScriptedPolicy(ValueError("no"))
    manager = make_manager({"failing": failing, "sound": "Hello"}, breaker=(3, LONG))

    statuses = [statuses_of(await say(manager, "hi"))["failing"] for _ in range(5)]

    assert statuses == ["failed", "failed", "failed", "breaker open", "breaker open"]
    assert failing.calls == 3


@pytest.mark.parametrize("mode", MODES)
async def test_a_policy_left_alone_is_tried_again_and_welcome_when_it_is_well(mode: Any) -> None:
    recovering = ScriptedPolicy(ValueError("no"), "I am back", mode=mode)
    asked = PolicyRunner(
        "p", recovering, kind="", position=0, timeout=LONG, breaker=CircuitBreaker(failures=1, reset_after=0.05)
    )
    turn = make_turn("hi")

    first = await asked.ask(turn, 0)
    second = await asked.ask(turn, 0)
    while not (third := await asked.ask(turn, 0)).candidates:
        await asyncio.sleep(0.01)

    assert (first.report.status, second.report.status) == ("failed", "breaker open")
    assert second.report.error == "left alone after failing repeatedly"
    assert third.report.status == "proposed"
    assert recovering.calls == 2


async def test_partly_sound_proposals_are_used_and_still_count_as_failures() -> None:
    manager = make_manager({"p": ScriptedPolicy(Rubbish([Candidate("Hello", 1.0), "rubbish"]))}, breaker=(2, LONG))
    replies = [await say(manager, "hi") for _ in range(3)]

    assert [reply.text for reply in replies[:2]] == ["Hello", "Hello"]
    assert statuses_of(replies[0])["p"] == "proposed"
    assert reports_of(replies[0])["p"]["error"] == "proposed a str instead of a Candidate"
    assert statuses_of(replies[2])["p"] == "breaker open"


async def test_a_turn_that_is_cancelled_stops_asking_and_counts_for_nothing() -> None:
    hanging = ScriptedPolicy(Hang(), mode="async")
    asked = runner(hanging, failures=1)
    task = asyncio.create_task(ask_tier([asked], make_turn("hi", seconds=LONG), 0))
    while not hanging.calls:
        await asyncio.sleep(0.001)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert asked.breaker.allows(time.monotonic())


def test_a_policy_streams_and_resumes_only_if_it_can() -> None:
    assert not runner(ScriptedPolicy("a")).streams
    assert runner(ScriptedPolicy("a", pieces=["a"])).streams
    assert runner(ScriptedPolicy("a")).resume is None
    assert runner(ScriptedPolicy("a", resume=["b"])).resume is not None
