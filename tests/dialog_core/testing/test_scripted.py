import asyncio
import threading
from typing import Any

import pytest

from dialog_core.breaker import CircuitBreaker
from dialog_core.candidate import ActionCall, ActionResult, Candidate, Proposal, Ranked
from dialog_core.dispatch import PolicyRunner
from dialog_core.interfaces import Allow, Refuse
from dialog_core.testing import (
    Hang,
    Rubbish,
    ScriptedAnnotator,
    ScriptedGuard,
    ScriptedPolicy,
    ScriptedRanker,
    make_turn,
)

TURN = make_turn("hi")


def texts(proposed: list[Candidate]) -> list[str]:
    return [candidate.text for candidate in proposed]


def test_a_script_is_followed_and_its_last_step_repeated() -> None:
    policy = ScriptedPolicy("one", ["two", Candidate("three", 0.5)], None, lambda turn: f"four: {turn.text}")
    assert [texts(policy.propose(TURN)) for _ in range(5)] == [
        ["one"],
        ["two", "three"],
        [],
        ["four: hi"],
        ["four: hi"],
    ]
    assert policy.calls == 5
    assert policy.turns == [TURN] * 5


def test_a_script_may_go_round_in_circles() -> None:
    policy = ScriptedPolicy("one", "two", cycle=True, score=0.3)
    assert [policy.propose(TURN) for _ in range(3)] == [
        [Candidate("one", 0.3)],
        [Candidate("two", 0.3)],
        [Candidate("one", 0.3)],
    ]


def test_an_empty_script_has_nothing_to_say() -> None:
    assert ScriptedPolicy().propose(TURN) == []


@pytest.mark.parametrize("error", [ValueError, ValueError("no"), lambda turn: ValueError("no")])
def test_an_exception_is_raised(error: Any) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the class alone has no text
        ScriptedPolicy(error).propose(TURN)


@pytest.mark.parametrize("value", [None, "text", 42, ["text"], ValueError("returned")])
def test_rubbish_is_handed_back_as_it_is(value: Any) -> None:
    assert ScriptedPolicy(Rubbish(value)).propose(TURN) is value


def test_a_hang_ends_when_it_is_released() -> None:
    policy = ScriptedPolicy(Hang())
    proposed: list[Any] = []
    thread = threading.Thread(target=lambda: proposed.append(policy.propose(TURN)))
    thread.start()
    policy.release()
    thread.join(30)
    assert proposed == [[]]


async def test_a_stubborn_hang_swallows_its_cancellation() -> None:
    for stubborn in (False, True):
        policy = ScriptedPolicy(Hang(stubborn=stubborn), mode="async")
        task = asyncio.create_task(policy.propose(TURN))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.sleep(0.05)
        assert task.done() is not stubborn
        policy.release()
        await asyncio.wait((task,))


async def test_a_hang_may_be_short() -> None:
    assert await ScriptedPolicy(Hang(0.01), mode="async").propose(TURN) == []
    assert ScriptedPolicy(Hang(0.01)).propose(TURN) == []


def test_a_policy_can_only_what_its_script_says() -> None:
    plain, able = ScriptedPolicy("a"), ScriptedPolicy("a", pieces=[], resume=[])
    runners = [
        PolicyRunner("p", policy, kind="", position=0, timeout=1.0, breaker=CircuitBreaker())
        for policy in (plain, able)
    ]
    assert [(runner.streams, runner.resume is not None) for runner in runners] == [(False, False), (True, True)]
    assert [ScriptedPolicy("a", mode=mode).inline for mode in ("thread", "async", "inline")] == [False, False, True]


async def test_pieces_come_before_the_candidates() -> None:
    policy = ScriptedPolicy("ab", pieces=["a", Hang(0.01), Rubbish(1), "b"])
    assert [item async for item in policy.stream(TURN)] == ["a", 1, "b", Candidate("ab", 1.0)]
    with pytest.raises(ValueError, match="no"):
        [item async for item in ScriptedPolicy("ab", pieces=["a", ValueError("no")]).stream(TURN)]


async def test_a_proposal_is_handed_back_whole() -> None:
    proposal = Proposal((Candidate("ab", 1.0),), notes={"n": 1})
    policy = ScriptedPolicy(proposal, pieces=["a"], resume=[proposal])
    assert policy.propose(TURN) is proposal
    assert [item async for item in policy.stream(TURN)] == ["a", proposal]
    assert policy.resume(TURN, ActionResult(ActionCall("act"))) is proposal


def test_resuming_is_scripted_too() -> None:
    policy = ScriptedPolicy("a", resume=["b", Candidate("c", 0.5), None, lambda turn, result: result.error])
    result = ActionResult(ActionCall("act"), error="it failed")
    outcomes = [policy.resume(TURN, result) for _ in range(4)]
    assert outcomes == [Candidate("b", 1.0), Candidate("c", 0.5), None, Candidate("it failed", 1.0)]
    assert policy.results == [result] * 4


def test_an_annotator_finds_what_it_is_told_to() -> None:
    annotator = ScriptedAnnotator({"intent": "greet"}, lambda turn: turn.text)
    assert [annotator.annotate(TURN) for _ in range(3)] == [{"intent": "greet"}, "hi", "hi"]


def test_a_guard_judges_as_it_is_told_to_where_it_is_told_to() -> None:
    guard = ScriptedGuard(output=[Refuse("no"), Allow()], streams=True)
    candidate = Candidate("a", 1.0)
    assert [guard.check_output(TURN, candidate) for _ in range(3)] == [Refuse("no"), Allow(), Allow()]
    assert guard.streams
    assert not hasattr(guard, "check_input")
    assert not hasattr(ScriptedGuard(input=Allow()), "check_output")


def test_a_ranker_gives_the_probabilities_it_is_told_to() -> None:
    candidates = [Candidate("a", 0.1), Candidate("b", 0.2), Candidate("c", 0.3)]
    ranker = ScriptedRanker([0.2, 0.9], lambda turn, candidates: [candidate.score for candidate in candidates])
    assert [verdict.candidate.text for verdict in ranker.rank(TURN, candidates)] == ["b", "c", "a"]
    assert ranker.rank(TURN, candidates)[0] == Ranked(candidates[2], 0.3, {"script": 0.3})
