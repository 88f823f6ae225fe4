"""Asking the policies of one tier, each guarded by its timeout and circuit breaker, all by the turn's deadline."""

import asyncio
import copy
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from dialog_core.breaker import CircuitBreaker
from dialog_core.calling import Call, CallTimedOut, DaemonPool, describe_error
from dialog_core.candidate import Candidate
from dialog_core.events import Remembered
from dialog_core.interfaces import ActingPolicy, StreamingPolicy
from dialog_core.soundness import sound_proposal
from dialog_core.trace import PolicyReport, Status
from dialog_core.turn import Turn


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of asking one policy.

    Attributes:
        report: How it went.
        candidates: What it proposed, as far as that is sound.
        remembered: What it wants kept with the conversation.
    """

    report: PolicyReport
    candidates: tuple[Candidate, ...] = ()
    remembered: Remembered | None = None


class PolicyRunner:
    """One policy of a bot with everything that keeps its failures its own.

    Attributes:
        name: Its name in the bot file.
        kind: Its kind, as registered.
        position: Its place in the bot file; ties between candidates keep this order.
    """

    def __init__(
        self, name: str, policy: Any, *, kind: str, position: int, timeout: float, breaker: CircuitBreaker
    ) -> None:
        self.name = name
        self.kind = kind
        self.position = position
        self.policy = policy
        self.breaker = breaker
        pool = DaemonPool(f"policy-{name}")
        self.propose = Call(policy, "propose", name=name, timeout=timeout, pool=pool)
        self.resume = (
            Call(policy, "resume", name=name, timeout=timeout, pool=pool) if isinstance(policy, ActingPolicy) else None
        )

    @property
    def actions(self) -> Mapping[str, Callable[..., Any]]:
        """The actions the policy brings along, by name."""
        return getattr(self.policy, "actions", {})

    @property
    def streams(self) -> bool:
        """Whether the policy can say its reply piece by piece."""
        return isinstance(self.policy, StreamingPolicy)

    def apart(self, seconds: float | None) -> "PolicyRunner":
        """Return the same runner for when nobody waits for a reply: how it fares there has no bearing on turns.

        Args:
            seconds: How long one call may take; None: as in a turn.
        """
        runner = copy.copy(self)
        runner.breaker = CircuitBreaker()
        runner.propose = self.propose if seconds is None else self.propose.patient(seconds)
        return runner

    def in_its_time(self, turn: Turn, now: float) -> Turn:
        """Return the turn with the deadline that holds for this policy: it may have less time than the turn."""
        limit = now + self.propose.timeout
        return turn if limit >= turn.deadline else replace(turn, deadline=limit)

    def ask_now(self, turn: Turn, tier: int) -> Answer:
        """Ask an inline policy, without a task between."""
        started = time.monotonic()
        if not self.breaker.allows(started):
            return self.skipped(tier, "breaker open")
        try:
            return self.answered(self.propose.now(turn), tier, started)
        except Exception as error:
            return self.failed(tier, started, error)

    async def ask(self, turn: Turn, tier: int) -> Answer:
        """Ask any policy."""
        started = time.monotonic()
        if not self.breaker.allows(started):
            return self.skipped(tier, "breaker open")
        try:
            return self.answered(await self.propose(self.in_its_time(turn, started)), tier, started)
        except Exception as error:
            return self.failed(tier, started, error)

    def answered(self, proposed: Any, tier: int, started: float) -> Answer:
        """Keep what is sound of what the policy proposed; rubbish counts as a failure."""
        sound = sound_proposal(proposed, self.name, self.kind)
        now = time.monotonic()
        if sound.failure:
            self.breaker.failed(now)
        else:
            self.breaker.succeeded()
        status: Status = "proposed" if sound.candidates else "failed" if sound.failure else "nothing"
        report = PolicyReport(self.name, tier, status, now - started, sound.error, sound.notes)
        return Answer(report, sound.candidates, sound.remembered)

    def failed(self, tier: int, started: float, error: Exception) -> Answer:
        """Report an exception or a time-out, and count it."""
        now = time.monotonic()
        self.breaker.failed(now)
        status: Status = "timed out" if isinstance(error, CallTimedOut) else "failed"
        return Answer(PolicyReport(self.name, tier, status, now - started, describe_error(error)))

    def out_of_time(self, tier: int, seconds: float) -> Answer:
        """Report that the turn's deadline came first. Not the policy's failure alone, yet it was too slow: counted."""
        self.breaker.failed(time.monotonic())
        return Answer(PolicyReport(self.name, tier, "timed out", seconds, "the turn's deadline came first"))

    def skipped(self, tier: int, status: Status) -> Answer:
        """Report that the policy was not asked."""
        error = "left alone after failing repeatedly" if status == "breaker open" else ""
        return Answer(PolicyReport(self.name, tier, status, error=error))


async def ask_tier(runners: Sequence[PolicyRunner], turn: Turn, tier: int) -> list[Answer]:
    """Ask the policies of one tier at the same time and return what has come by the turn's deadline, in file order.

    Inline policies are always asked: they cost less than deciding not to.
    """
    started = time.monotonic()
    late = started >= turn.deadline
    tasks: dict[PolicyRunner, asyncio.Task[Answer]] = {}
    answers: dict[PolicyRunner, Answer] = {}
    for runner in runners:  # first those that take a while, so that they run while the inline ones are asked
        if not runner.propose.inline:
            if late:
                answers[runner] = runner.skipped(tier, "not asked")
            else:
                tasks[runner] = asyncio.ensure_future(runner.ask(turn, tier))
    for runner in runners:
        if runner.propose.inline:
            answers[runner] = runner.ask_now(turn, tier)
    if tasks:
        try:
            await asyncio.wait(tasks.values(), timeout=turn.deadline - time.monotonic())
        finally:
            for task in tasks.values():
                task.cancel()  # does nothing to those that are done
        for runner, task in tasks.items():
            answers[runner] = task.result() if task.done() else runner.out_of_time(tier, time.monotonic() - started)
    return [answers[runner] for runner in runners]


def with_evidence(turn: Turn, answers: Sequence[Answer]) -> Turn:
    """Return the turn as a later tier sees it: with what the candidates of an earlier one rest on."""
    found = {
        answer.report.policy: tuple(evidence for candidate in answer.candidates for evidence in candidate.evidence)
        for answer in answers
    }
    return replace(turn, evidence=MappingProxyType({**turn.evidence, **found}))
