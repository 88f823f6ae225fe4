"""What comes out of a turn: the reply, the trace that explains it, and the items of a streamed reply."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from dialog_core.candidate import Ranked
from dialog_core.conversation import BotSaid, Evidence, JsonValue, empty_mapping

MAX_FLAT = 2**63
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

    def to_json(self) -> dict[str, Any]:
        """Return the trace as JSON values: what is stored, and what `ask --jsonl` prints."""
        return {
            "message_id": self.message_id,
            "at": self.at.isoformat(),
            "seconds": round(self.seconds, 6),
            "ranker": self.ranker,
            "reason": self.reason,
            "chosen": self.chosen,
            "policies": [_report_to_json(p) for p in self.policies],
            "candidates": [_ranked_to_json(ranked) for ranked in self.ranked],
            "parts": [_part_to_json(p) for p in self.parts],
        }


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


def _ranked_to_json(ranked: Ranked) -> dict[str, Any]:
    candidate = ranked.candidate
    return {
        "policy": candidate.policy,
        "kind": candidate.kind,
        "text": candidate.text,
        "score": candidate.score,
        "features": _json_safe(candidate.features),
        "probability": round(ranked.probability, 6),
        "contributions": {name: round(amount, 6) for name, amount in ranked.contributions.items()},
        "evidence": [
            {"text": e.text, "source": e.source, "score": e.score, "metadata": _json_safe(e.metadata)}
            for e in candidate.evidence
        ],
        "action": None
        if candidate.action is None
        else {"name": candidate.action.name, "arguments": _json_safe(candidate.action.arguments)},
    }


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


@dataclass(frozen=True, slots=True)
class Reply:
    """What the bot says to one message.

    Attributes:
        conversation_id: Of which conversation.
        message_id: The client id of the message answered; empty for a greeting.
        messages: What to show, in order. Empty when a person has taken over.
        trace: The explanation as JSON values (`Trace.to_json`), or None where there is none to tell.
        replayed: Whether this is the stored reply to a message that had been answered before.
    """

    conversation_id: str
    message_id: str
    messages: tuple[BotSaid, ...]
    trace: Mapping[str, Any] | None = None
    replayed: bool = False

    @property
    def text(self) -> str:
        """Everything said, messages separated by a blank line."""
        return "\n\n".join(message.text for message in self.messages)

    @property
    def policy(self) -> str:
        """The policy that answered: of the first message, empty if there is none."""
        return self.messages[0].policy if self.messages else ""

    @property
    def probability(self) -> float | None:
        """The probability, as the ranker saw it, that the reply is right; None for fallback, greeting and refusal."""
        return self.messages[0].probability if self.messages else None

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """What the reply rests on."""
        return tuple(evidence for message in self.messages for evidence in message.evidence)

    @property
    def quick_replies(self) -> tuple[str, ...]:
        """Texts the user may pick: those of the last message."""
        return self.messages[-1].quick_replies if self.messages else ()


@dataclass(frozen=True, slots=True)
class Asking:
    """Stream item: these policies are being asked now."""

    policies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """Stream item: the next piece of the reply's first message."""

    text: str


@dataclass(frozen=True, slots=True)
class Retracted:
    """Stream item: forget the pieces so far; the reply that follows replaces them."""

    reason: str


StreamItem = Asking | Piece | Retracted | Reply
