"""Running the guards, in file order, each bounded in time and unable to cost the turn."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from dialog_core.breaker import CircuitBreaker
from dialog_core.calling import Call, CallTimedOut, DaemonPool, PoolFull, describe_error
from dialog_core.candidate import Candidate
from dialog_core.events import Event, Message
from dialog_core.interfaces import Allow, Refuse, Rewrite, Verdict
from dialog_core.soundness import faults_of_effects
from dialog_core.text import repair_text
from dialog_core.trace import PartReport
from dialog_core.turn import Turn

WITHHELD = "[withheld]"  # stands for a message that could not be made fit for storing


@dataclass(frozen=True, slots=True)
class GuardRunner:
    """One guard of a bot.

    Attributes:
        name: Its name in the bot file.
        check_input: Its check of what comes in, if it has one.
        check_output: Its check of what goes out, if it has one.
        streams: Whether `check_output` may be called on the sentences of a reply so far.
        fails_open: Whether what it fails to judge is let through; otherwise it is refused.
        withholds: Whether a message that is refused for that reason is not stored either.
        breaker: Keeps a guard that hangs from holding up every candidate of every turn. One that raises is asked again
            each time, so that no odd text closes the guard for the others.
    """

    name: str
    check_input: Call | None
    check_output: Call | None
    streams: bool
    fails_open: bool
    withholds: bool
    breaker: CircuitBreaker

    @classmethod
    def wrap(cls, name: str, guard: Any, *, timeout: float, fails_open: bool) -> "GuardRunner":
        """Wrap a guard; either check may be missing."""
        pool = DaemonPool(f"guard-{name}")

        def call(verb: str) -> Call | None:
            return Call(guard, verb, name=name, timeout=timeout, pool=pool) if hasattr(guard, verb) else None

        return cls(
            name,
            call("check_input"),
            call("check_output"),
            streams=bool(getattr(guard, "streams", False)),
            fails_open=fails_open,
            withholds=bool(getattr(guard, "withholds", False)),
            breaker=CircuitBreaker(),
        )

    def apart(self, seconds: float | None) -> "GuardRunner":
        """Return the same guard for when nobody waits for a reply; see `PolicyRunner.apart`."""

        def patient(call: Call | None) -> Call | None:
            return call if call is None or seconds is None else call.patient(seconds)

        return replace(
            self,
            check_input=patient(self.check_input),
            check_output=patient(self.check_output),
            breaker=CircuitBreaker(),
        )

    async def judge(self, call: Call, *arguments: Any) -> tuple[Verdict, PartReport | None]:
        """Return the verdict, and a report unless there is nothing to tell."""
        started = time.monotonic()
        if not self.breaker.allows(started):
            return self._unjudged("left alone after hanging repeatedly", started)
        try:
            verdict = await call(*arguments)
            if not isinstance(verdict, Allow | Rewrite | Refuse):
                raise TypeError(f"answered {verdict!r} instead of Allow, Rewrite or Refuse")
            verdict = _repaired(verdict)
        except Exception as error:
            if isinstance(error, CallTimedOut | PoolFull):
                self.breaker.failed(time.monotonic())
            # What an error says may be what the user has said.
            told = type(error).__name__ if self.withholds else describe_error(error)
            return self._unjudged(told, started)
        self.breaker.succeeded()
        match verdict:
            case Allow():
                return verdict, None
            case Rewrite():
                told = "rewrote the text"
            case Refuse():
                told = f"refused: {verdict.reason}"
        return verdict, PartReport(f"guard {self.name}", told, time.monotonic() - started)

    def _unjudged(self, why: str, started: float) -> tuple[Verdict, PartReport]:
        refusal = Refuse(f"guard {self.name} failed: {why}", message=WITHHELD if self.withholds else "")
        verdict = Allow() if self.fails_open else refusal
        told = f"failed ({why}); {'let through' if self.fails_open else 'refused'}"
        return verdict, PartReport(f"guard {self.name}", told, time.monotonic() - started)


class Guards:
    """All guards of a bot."""

    def __init__(self, runners: Sequence[GuardRunner] = ()) -> None:
        self.runners = tuple(runners)
        self._inputs = [(runner, runner.check_input) for runner in runners if runner.check_input is not None]
        self._outputs = [(runner, runner.check_output) for runner in runners if runner.check_output is not None]

    def apart(self, seconds: float | None) -> "Guards":
        """Return the same guards for when nobody waits for a reply; see `PolicyRunner.apart`."""
        return Guards([runner.apart(seconds) for runner in self.runners])

    @property
    def stream(self) -> bool:
        """Whether every output guard can judge a reply sentence by sentence."""
        return all(runner.streams for runner, _ in self._outputs)

    @property
    def watch_output(self) -> bool:
        """Whether there is any output guard."""
        return bool(self._outputs)

    async def check_input(self, turn: Turn, reports: list[PartReport]) -> tuple[Message, Refuse | None]:
        """Return the message as the guards leave it, and the refusal if one of them answers at once.

        The first refusal is the answer, unless a later one is urgent. The guards after it are asked all the same: what
        they rewrite must not be stored as it was, whatever their order.
        """
        refusal: Refuse | None = None
        for runner, call in self._inputs:
            verdict, report = await runner.judge(call, turn)
            if report:
                reports.append(report)
            if isinstance(verdict, Refuse) and (refusal is None or verdict.urgent > refusal.urgent):
                refusal = verdict
            if isinstance(verdict, Rewrite):
                turn = replace(turn, message=replace(turn.message, text=verdict.text))
            elif isinstance(verdict, Refuse) and verdict.message:
                turn = replace(turn, message=replace(turn.message, text=verdict.message))
        return turn.message, refusal

    async def check_output(self, turn: Turn, candidate: Candidate, reports: list[PartReport]) -> Candidate | None:
        """Return the candidate as the guards leave it, or None if one of them refuses it."""
        for runner, call in self._outputs:
            verdict, report = await runner.judge(call, turn, candidate)
            if report:
                reports.append(report)
            if isinstance(verdict, Refuse):
                return None
            if isinstance(verdict, Rewrite):
                candidate = replace(candidate, text=verdict.text)
        return candidate


def _repaired(verdict: Verdict) -> Verdict:
    """Return the verdict with texts that can be stored; what is no text raises TypeError."""
    match verdict:
        case Rewrite(text):
            return Rewrite(repair_text(text))
        case Refuse():
            effects, quick_replies, left_out = _sound_extras(verdict)
            return replace(
                verdict,
                reason="; ".join((repair_text(verdict.reason), *left_out)),
                reply=repair_text(verdict.reply),
                message=repair_text(verdict.message),
                effects=effects,
                quick_replies=quick_replies,
            )
    return verdict


def _sound_extras(refusal: Refuse) -> tuple[tuple[Event, ...], tuple[str, ...], list[str]]:
    """Return what comes with a refusal, and what of it is left out: what it has to say must be said all the same."""
    left_out: list[str] = []
    effects, quick_replies = refusal.effects, refusal.quick_replies
    if fault := faults_of_effects(effects):
        effects = ()
        left_out.append(f"left out: effects that {fault}")
    if not isinstance(quick_replies, tuple | list) or not all(isinstance(text, str) for text in quick_replies):
        quick_replies = ()
        left_out.append("left out: quick replies that are not texts")
    return tuple(effects), tuple(map(repair_text, quick_replies)), left_out
