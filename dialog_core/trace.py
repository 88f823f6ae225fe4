"""The trace: why a reply is what it is, as it is stored with the reply."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, Literal

from dialog_core.candidate import Ranked
from dialog_core.values import JsonValue, empty_mapping

MAX_FLAT = 2**63
MAX_BYTES = 20_000  # of a trace as UTF-8, which stands in the store beside every reply
USUAL_PIECE = 400  # bytes of a candidate or a piece of evidence without its text
USUAL_NUMBER = 40  # bytes of a feature or a contribution
LONGEST_NAME = 80  # characters of their names
OTHERS = "others"  # what contributions are called that are told together
BRIEF_TEXT, BRIEF_LIST = 300, 5
ARGUMENTS = 1_000  # bytes of the arguments of an action that are always told
Status = Literal["proposed", "nothing", "failed", "timed out", "breaker open", "not asked"]


@dataclass(frozen=True, slots=True)
class PolicyReport:
    """How asking one policy went.

    Attributes:
        policy: Its name.
        tier: The tier it was asked in, counted from 0.
        status: What came of it.
        seconds: How long it took.
        error: In words, what went wrong; also set when some of its candidates were unusable.
        notes: What the policy has to tell itself (JSON values), such as the tokens it used.
    """

    policy: str
    tier: int
    status: Status
    seconds: float = 0.0
    error: str = ""
    notes: Mapping[str, JsonValue] = empty_mapping()


@dataclass(frozen=True, slots=True)
class PartReport:
    """What a guard, annotator, ranker, action or observer did that is worth telling.

    Attributes:
        part: Which, for example `guard pii` or `action refund`.
        verdict: What it decided or how it failed, in a few words.
        seconds: How long it took.
        notes: What it has to tell itself (JSON values).
    """

    part: str
    verdict: str
    seconds: float = 0.0
    notes: Mapping[str, JsonValue] = empty_mapping()


@dataclass(frozen=True, slots=True)
class Trace:
    """Why a reply is what it is; stored with the reply.

    Attributes:
        message_id: The client id of the message answered.
        policies: How asking each policy went, in the order of the tiers.
        ranked: Every candidate with its probability and contributions, best first.
        chosen: Which of `ranked` won; None when the fallback or a guard answered, or nobody.
        reason: In one sentence, why.
        ranker: The ranker's name, with `(uncalibrated)` when its probabilities were never fitted to data.
        parts: What guards, annotators, actions and the like did.
        seconds: The whole turn, from message to decision.
        at: When.
        scale: What contributions add up to: `probability`, or `log odds` of it.
        language: The language that was to be answered in.
        annotations: What the annotators found in the message.
        propensity: How probable it was that just this candidate would be chosen; None where the bot explores nothing.
        explored: Whether the choice was left to chance.
        fingerprints: Those of the policies; see `Context.policy_fingerprints`.
    """

    message_id: str
    policies: tuple[PolicyReport, ...]
    ranked: tuple[Ranked, ...]
    chosen: int | None
    reason: str
    ranker: str
    parts: tuple[PartReport, ...]
    seconds: float
    at: datetime
    scale: str = "probability"
    language: str = ""
    annotations: Mapping[str, JsonValue] = empty_mapping()
    propensity: float | None = None
    explored: bool = False
    fingerprints: Mapping[str, str] = empty_mapping()

    def to_json(self) -> dict[str, Any]:
        """Return the trace as JSON values: what is stored, and what `ask --jsonl` prints.

        It is kept within `MAX_BYTES`: long texts and evidence are cut, those of losing candidates first.
        """
        told: dict[str, Any] = {
            "message_id": self.message_id,
            "at": self.at.isoformat(),
            "seconds": round(self.seconds, 6),
            "ranker": self.ranker,
            "scale": self.scale,
            "reason": self.reason,
            "chosen": self.chosen,
            "policies": [_report_to_json(p) for p in self.policies],
            "candidates": [],
            "parts": [_part_to_json(p) for p in self.parts],
        }
        if self.language:
            told["language"] = self.language
        if self.annotations:
            told["annotations"] = brief(_json_safe(self.annotations))
        if self.propensity is not None:
            told |= {"propensity": round(self.propensity, 6), "explored": self.explored}
        if self.fingerprints:
            told["fingerprints"] = dict(self.fingerprints)
        told["candidates"] = _within(MAX_BYTES, told, self.ranked, self.chosen)
        return told


@dataclass(frozen=True, slots=True)
class Cut:
    """How much is kept of one candidate.

    Attributes:
        text: Characters of its text, and of its action's arguments.
        evidence: How many pieces of evidence.
        passage: Characters of the text of each.
        metadata: Whether its evidence keeps its metadata.
        numbers: How many features, and how many contributions; the smallest of those are told together.
    """

    text: int
    evidence: int
    passage: int
    metadata: bool = False
    numbers: int = 64


CUTS = (
    Cut(1_000, 5, 400, metadata=True),
    Cut(500, 3, 200),
    Cut(300, 1, 100, numbers=32),
    Cut(120, 0, 0, numbers=16),
    Cut(0, 0, 0, numbers=16),
    Cut(0, 0, 0, numbers=3),
)
"""From what is usually kept to what is kept of the many candidates of a very long turn."""


def _within(most: int, rest: Mapping[str, Any], ranked: Sequence[Ranked], chosen: int | None) -> list[dict[str, Any]]:
    """Return the candidates so that the whole trace has at most so many bytes, as far as cutting texts can do that."""
    candidates: list[dict[str, Any]] = []
    for level in CUTS:
        candidates = [
            _ranked_to_json(verdict, CUTS[0] if place == chosen else level) for place, verdict in enumerate(ranked)
        ]
        if _surely_small(candidates, most) or _size({**rest, "candidates": candidates}) <= most:
            break
    return candidates


def _surely_small(candidates: Sequence[Mapping[str, Any]], most: int) -> bool:
    """Whether a few short texts make it needless to measure, which costs as much as writing the trace."""
    letters = sum(
        len(candidate["text"]) + sum(len(evidence["text"]) for evidence in candidate["evidence"])
        for candidate in candidates
    )
    pieces = sum(1 + len(candidate["evidence"]) for candidate in candidates)
    numbers = sum(len(candidate["features"]) + len(candidate["contributions"]) for candidate in candidates)
    return 4 * letters + USUAL_PIECE * pieces + USUAL_NUMBER * numbers < most // 2


def _size(value: Any) -> int:
    return len(json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass"))


def brief(value: Any, depth: int = 4) -> Any:
    """Return JSON values with their long texts and lists cut; what it was all about stands first in them."""
    if isinstance(value, str):
        return value if len(value) <= BRIEF_TEXT else f"{value[: BRIEF_TEXT - 1]}…"
    if isinstance(value, Mapping):
        return {name: brief(child, depth - 1) for name, child in value.items()} if depth else "…"
    if isinstance(value, list | tuple):
        return [brief(child, depth - 1) for child in value[:BRIEF_LIST]] if depth else "…"
    return value


def _report_to_json(report: PolicyReport) -> dict[str, Any]:
    told = {
        "policy": report.policy,
        "tier": report.tier,
        "status": report.status,
        "seconds": round(report.seconds, 6),
        "error": report.error,
    }
    return {**told, "notes": _json_safe(report.notes)} if report.notes else told


def _part_to_json(report: PartReport) -> dict[str, Any]:
    told = {"part": report.part, "verdict": report.verdict, "seconds": round(report.seconds, 6)}
    return {**told, "notes": _json_safe(report.notes)} if report.notes else told


def _ranked_to_json(ranked: Ranked, cut: Cut) -> dict[str, Any]:
    candidate = ranked.candidate
    told: dict[str, Any] = {
        "policy": candidate.policy,
        "kind": candidate.kind,
        "text": _cut(candidate.text, cut.text),
        "score": candidate.score,
        "features": _json_safe(_first(candidate.features, cut.numbers)),
        "probability": round(ranked.probability, 6),
        "contributions": {
            name: round(amount, 5) for name, amount in _greatest(ranked.contributions, cut.numbers).items()
        },
        "evidence": [
            {
                "text": _cut(e.text, cut.passage),
                "source": _cut(e.source, BRIEF_TEXT),
                "score": e.score,
                "metadata": brief(_json_safe(e.metadata)) if cut.metadata else {},
            }
            for e in candidate.evidence[: cut.evidence]
        ],
        "action": None,
    }
    if candidate.action is not None:
        arguments = _json_safe(candidate.action.arguments)
        told["action"] = {"name": candidate.action.name, "arguments": arguments}
        if _size(arguments) > cut.text + ARGUMENTS:
            told["action"]["arguments"] = dict.fromkeys([*arguments][:BRIEF_LIST], "…")
    if len(told["text"]) < len(candidate.text):
        told["length"] = len(candidate.text)  # of the whole text, in characters
    return told


def _first(features: Mapping[str, Any], most: int) -> Mapping[str, Any]:
    """Return the first features, under names that are not endless."""
    if len(features) <= most and all(len(name) <= LONGEST_NAME for name in features if isinstance(name, str)):
        return features
    few = islice(features.items(), most)
    return {_cut(name, LONGEST_NAME) if isinstance(name, str) else name: value for name, value in few}


def _greatest(contributions: Mapping[str, float], most: int) -> Mapping[str, float]:
    """Return the greatest contributions, and all others as one: they add up to what they did."""
    if len(contributions) <= most and all(len(name) <= LONGEST_NAME for name in contributions):
        return contributions
    telling = {name for name in contributions if len(name) <= LONGEST_NAME and name != OTHERS}
    kept = set(sorted(telling, key=lambda name: -abs(contributions[name]))[: most - 1])
    told = {name: amount for name, amount in contributions.items() if name in kept}
    told[OTHERS] = sum(amount for name, amount in contributions.items() if name not in kept)
    return told


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: max(most - 1, 0)]}…"


def _json_safe(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a plugin's making as JSON can hold them: a trace must never be what fails."""
    plain = dict(values)
    if all(type(name) is str and _is_flat(value) for name, value in plain.items()):
        return plain  # the usual case, ten times quicker than asking the encoder
    try:
        json.dumps(plain, allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        return {name if isinstance(name, str) else _described(name): _described(value) for name, value in plain.items()}
    return plain


def _described(value: Any) -> str:
    try:
        return repr(value)[:200]
    except Exception:  # a plugin's own, or that of a number of thousands of digits
        return f"<{type(value).__name__}>"


def _is_flat(value: Any) -> bool:
    kind = type(value)
    if kind is int:
        return bool(-MAX_FLAT < value < MAX_FLAT)  # Python writes no number of thousands of digits
    return kind is str or kind is bool or (kind is float and math.isfinite(value))
