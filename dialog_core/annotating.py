"""Running the annotators, in file order, each bounded in time and unable to cost the turn."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from dialog_core.annotations import as_language
from dialog_core.breaker import CircuitBreaker
from dialog_core.calling import Call, describe_error
from dialog_core.errors import DialogError
from dialog_core.trace import PartReport
from dialog_core.turn import Turn
from dialog_core.wording import spoken_of

PATIENCE = 60.0  # seconds an annotator may take where it is measured; the first call may load a model


@dataclass(frozen=True, slots=True)
class AnnotatorRunner:
    """One annotator of a bot."""

    name: str
    annotate: Call
    breaker: CircuitBreaker

    @classmethod
    def wrap(cls, name: str, annotator: Any, *, timeout: float) -> "AnnotatorRunner":
        """Wrap an annotator."""
        return cls(name, Call(annotator, "annotate", name=f"annotator-{name}", timeout=timeout), CircuitBreaker())

    def apart(self, seconds: float | None) -> "AnnotatorRunner":
        """Return the same runner for when nobody waits for a reply; see `PolicyRunner.apart`."""
        patient = self.annotate if seconds is None else self.annotate.patient(seconds)
        return AnnotatorRunner(self.name, patient, CircuitBreaker())


async def annotate(
    runners: Sequence[AnnotatorRunner], turn: Turn, reports: list[PartReport], *, languages: Sequence[str]
) -> Turn:
    """Return the turn with what the annotators found, in its message's language if that is one of `languages`.

    A later annotator sees what the earlier ones found. They leave at least half of the turn's time to the policies.
    """
    last_call = time.monotonic() + (turn.deadline - time.monotonic()) / 2
    for runner in runners:
        started = time.monotonic()
        if started >= last_call or not runner.breaker.allows(started):
            why = "the turn is late" if started >= last_call else "breaker open"
            reports.append(PartReport(f"annotator {runner.name}", f"not asked: {why}"))
            continue
        try:
            found = await runner.annotate(turn)
            runner.breaker.succeeded()
        except Exception as error:
            runner.breaker.failed(time.monotonic())
            told = f"failed: {describe_error(error)}"
            reports.append(PartReport(f"annotator {runner.name}", told, time.monotonic() - started))
            continue
        turn = replace(turn, annotations=MappingProxyType({**turn.annotations, runner.name: found}))
    return in_its_language(turn, languages)


def in_its_language(turn: Turn, languages: Sequence[str]) -> Turn:
    """Return the turn in the language of its message, where an annotator tells it and the bot answers in it.

    Args:
        turn: The turn, annotated.
        languages: The languages the bot answers in. A conversation that was set to one of them stays in it.
    """
    if len(languages) < 2 or turn.conversation.locale:
        return turn
    said_in = (found["language"] for found in map(as_language, turn.annotations.values()) if found)
    spoken = next((tag for language in said_in if language and (tag := spoken_of(languages, language))), None)
    return turn if spoken is None else replace(turn, language=spoken)


async def annotate_strictly(runners: Sequence[AnnotatorRunner], turn: Turn) -> Turn:
    """Return the turn with what the annotators found, for tools that measure them: patiently, and no failure is hidden.

    Raises:
        DialogError: An annotator failed.
    """
    for runner in runners:
        try:
            found = await runner.annotate.patient(PATIENCE)(turn)
        except Exception as error:
            raise DialogError(f"the annotator {runner.name!r} failed: {describe_error(error)}") from error
        turn = replace(turn, annotations=MappingProxyType({**turn.annotations, runner.name: found}))
    return turn
