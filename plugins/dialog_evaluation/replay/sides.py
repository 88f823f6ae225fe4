"""What was answered then and what would be answered now, in the same terms."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dialog_core import Attachment, Candidate, Evidence, Rehearsed
from dialog_evaluation.replay.stored import StoredTurn

UNANSWERED = ("fallback", "guard")  # who speaks where no policy does
CANDIDATES, BRIEF = 5, 120  # of each side that are told, and characters of their texts
_PLACE = re.compile(r"(:\d+)+$")
_NAMES = ("id", "rule", "flow")  # metadata of evidence that says which entry, wherever it has been moved to
_CUT = "…"


@dataclass(frozen=True, slots=True)
class Brief:
    """A candidate in a line.

    Attributes:
        policy: Whose.
        probability: As ranked.
        text: The beginning of what it says.
    """

    policy: str
    probability: float
    text: str


@dataclass(frozen=True, slots=True)
class Side:
    """An answer.

    Attributes:
        policy: Who answers: a policy, `fallback` or `guard`.
        probability: As the ranker sees it; None: nobody was asked how probable it is.
        text: What is said.
        follow_up: What is said after it.
        action: The action the answer depends on, with its arguments.
        extras: Quick replies and attachments that go with it.
        entry: What in the policy's knowledge it comes from; empty where it does not tell.
        reason: Why.
        candidates: The best there were.
    """

    policy: str
    probability: float | None
    text: str
    follow_up: str = ""
    action: Mapping[str, Any] | None = None
    extras: Sequence[str] = ()
    entry: str = ""
    reason: str = ""
    candidates: Sequence[Brief] = ()

    @property
    def answered(self) -> bool:
        """Whether a policy answers."""
        return self.policy not in UNANSWERED


def then(turn: StoredTurn) -> Side:
    """Return what was answered."""
    said, trace = turn.reply, turn.trace
    rows = trace.get("candidates") or ()
    chosen = trace.get("chosen")
    row = rows[chosen] if isinstance(chosen, int) and chosen < len(rows) else {}
    return Side(
        policy=said.policy,
        probability=_rounded(said.probability),
        text=said.text,
        follow_up="\n".join(event.text for event in turn.said[1:]),
        action=row.get("action"),
        extras=_extras(said.quick_replies, said.attachments),
        entry=_entry(said.evidence),
        reason=str(trace.get("reason", "")),
        candidates=tuple(
            Brief(str(row.get("policy", "")), float(row.get("probability", 0.0)), _brief(str(row.get("text", ""))))
            for row in rows[:CANDIDATES]
        ),
    )


def now(found: Rehearsed) -> Side:
    """Return what would be answered."""
    winner = found.winner or Candidate("", 0.0)
    action = winner.action
    return Side(
        policy=found.policy,
        probability=_rounded(found.probability),
        text=found.text,
        follow_up=found.follow_up,
        action={"name": action.name, "arguments": _plain(action.arguments)} if action else None,
        extras=_extras(winner.quick_replies, winner.attachments),
        entry=_entry(winner.evidence),
        reason=found.reason,
        candidates=tuple(
            Brief(ranked.candidate.policy, round(ranked.probability, 6), _brief(ranked.candidate.text))
            for ranked in found.ranked[:CANDIDATES]
        ),
    )


def same_action(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two actions are the same call; arguments that a trace had to leave out do not count."""
    arguments = one["arguments"], other["arguments"]
    if one["name"] != other["name"]:
        return False
    if any(given and all(value == _CUT for value in given.values()) for given in arguments):
        return True
    return bool(arguments[0] == arguments[1])


def _extras(quick_replies: Sequence[str], attachments: Sequence[Attachment]) -> tuple[str, ...]:
    return (*quick_replies, *(one.url or f"{one.media_type} {one.name}" for one in attachments))


def _entry(evidence: Sequence[Evidence]) -> str:
    """Return what names the first piece of evidence, without the line, which changes with what stands before it."""
    if not evidence:
        return ""
    named = next((value for name in _NAMES if isinstance(value := evidence[0].metadata.get(name), str)), "")
    return named or _PLACE.sub("", evidence[0].source)


def _plain(values: Mapping[str, Any]) -> Any:
    """Return JSON values as they come back from a store."""
    try:
        return json.loads(json.dumps(dict(values), default=repr))
    except (TypeError, ValueError):
        return {str(name): repr(value) for name, value in values.items()}


def _rounded(probability: float | None) -> float | None:
    return None if probability is None else round(probability, 6)


def _brief(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= BRIEF else f"{line[: BRIEF - 1]}{_CUT}"
