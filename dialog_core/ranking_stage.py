"""The ranking stage: asks the bot's ranker and makes sure that there is a sound order whatever it does."""

import copy
import math
import time
from collections.abc import Sequence
from itertools import islice
from typing import Any

from dialog_core.breaker import CircuitBreaker
from dialog_core.calling import Call, describe_error
from dialog_core.candidate import Candidate, Ranked, Ranking
from dialog_core.component import Context
from dialog_core.configuration import Options
from dialog_core.ranking import TableRanker
from dialog_core.text import repair_text
from dialog_core.trace import PartReport
from dialog_core.turn import Turn

MAX_REMARKS, MAX_REMARK = 20, 500  # of one ranker in one turn, and characters of each; they stand in every trace


class RankingStage:
    """Wraps a ranker; where it fails, the default ranker decides and the trace says so.

    Attributes:
        description: The ranker's name, with `(uncalibrated)` when its probabilities were never fitted to data.
        scale: What its contributions add up to.
    """

    def __init__(self, name: str, ranker: Any, *, timeout: float) -> None:
        self.description = name if getattr(ranker, "calibrated", False) else f"{name} (uncalibrated)"
        self.scale: str = getattr(ranker, "scale", "probability")
        self._name = name
        self._call = Call(ranker, "rank", name=f"ranker-{name}", timeout=timeout)
        self._breaker = CircuitBreaker()
        self._default = TableRanker(Options(), Context(name="table"))

    def apart(self, seconds: float | None) -> "RankingStage":
        """Return the same stage for when nobody waits for a reply; see `PolicyRunner.apart`."""
        stage = copy.copy(self)
        stage._breaker = CircuitBreaker()
        stage._call = self._call if seconds is None else self._call.patient(seconds)
        return stage

    async def rank(self, turn: Turn, candidates: Sequence[Candidate], reports: list[PartReport]) -> Sequence[Ranked]:
        """Return the candidates with their probabilities, best first."""
        if not candidates:
            return ()
        started = time.monotonic()
        if not self._breaker.allows(started):
            reports.append(PartReport(f"ranker {self._name}", "not asked: breaker open; the default ranker decided"))
            return tuple(self._default.rank(turn, candidates))
        try:
            ranked = self._call.now(turn, candidates) if self._call.inline else await self._call(turn, candidates)
            if isinstance(ranked, Ranking):
                known = {report.verdict for report in reports}  # of an earlier tier: it says the same again
                remarks = _sound_remarks(ranked.remarks)
                reports.extend(PartReport(f"ranker {self._name}", text) for text in remarks if text not in known)
                ranked = ranked.ranked
            complaint = find_fault(ranked, candidates)
        except Exception as error:
            complaint = describe_error(error)
        if not complaint:
            self._breaker.succeeded()
        else:
            self._breaker.failed(time.monotonic())
            told = f"failed ({complaint}); the default ranker decided"
            reports.append(PartReport(f"ranker {self._name}", told, time.monotonic() - started))
            ranked = self._default.rank(turn, candidates)
        return tuple(ranked)


def _sound_remarks(remarks: Any) -> list[str]:
    """Return what a ranker remarks as a few texts that are not endless, each once."""
    given = (remarks,) if isinstance(remarks, str) else remarks
    told = dict.fromkeys(repair_text(" ".join(str(text).split())) for text in islice(given, MAX_REMARKS))
    return [text if len(text) <= MAX_REMARK else f"{text[: MAX_REMARK - 1]}…" for text in told if text]


def find_fault(ranked: Any, candidates: Sequence[Candidate]) -> str:
    """Return in words what is wrong with a ranker's answer; empty if nothing is."""
    if not isinstance(ranked, list | tuple) or not all(isinstance(verdict, Ranked) for verdict in ranked):
        return "did not answer with a list of Ranked"
    given = {id(candidate) for candidate in candidates}
    if len(ranked) != len(candidates) or {id(verdict.candidate) for verdict in ranked} != given:
        return f"was given {len(candidates)} candidates and ranked others"
    previous = 1.0
    for verdict in ranked:
        if not _is_number(verdict.probability) or not 0 <= verdict.probability <= 1:
            return f"gave the probability {verdict.probability!r:.100}"
        if not all(isinstance(name, str) and _is_number(amount) for name, amount in verdict.contributions.items()):
            return "gave contributions that are not finite numbers by name"
        if verdict.probability > previous + 1e-9:
            return "did not put the most probable first"
        previous = verdict.probability
    return ""


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and math.isfinite(value)
