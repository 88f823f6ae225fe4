"""Choices as JSON values, as they are written."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from dialog_core import BotSaid, Candidate, HumanSaid, Turn, UserSaid
from dialog_ranking.choices.choice import Choice, Label
from dialog_ranking.choices.fields import as_number

DATELESS = datetime(1970, 1, 1, tzinfo=UTC)  # the time of a turn of which nobody knows when it was


def to_json(choice: Choice) -> dict[str, Any]:
    """Return a choice as JSON values; what JSON cannot hold of its annotations and features is left out."""
    turn = choice.turn
    told: dict[str, Any] = {
        "id": choice.id,
        "conversation": choice.conversation,
        "user": choice.user,
        "at": turn.now.isoformat(),
        "text": turn.text,
        "language": turn.language,
        "history": [_said(event) for event in turn.conversation.messages if not _asks(event, turn)],
        "annotations": {name: value for name, value in turn.annotations.items() if _fits(value)},
        "tiers": dict(choice.tiers),
        "seconds": {name: round(value, 6) for name, value in choice.seconds.items()},
        "costs": dict(choice.costs),
        "chosen": choice.chosen,
        "propensity": choice.propensity,
        "fingerprints": dict(choice.fingerprints),
        "candidates": [
            {**_candidate(candidate), **_label(label)}
            for candidate, label in zip(choice.candidates, choice.labels, strict=True)
        ],
    }
    if choice.nobody is not None:
        told["nobody"] = _label(choice.nobody)
    if (flow := turn.conversation.active_flow) is not None:
        told["flow"] = {"name": flow.name, "policy": flow.policy, "step": flow.step}
    return told


def finite(features: Mapping[str, Any]) -> dict[str, float]:
    """Return those features that are finite numbers; a trace has others as text."""
    return {name: number for name, value in features.items() if (number := as_number(value)) is not None}


def _candidate(candidate: Candidate) -> dict[str, Any]:
    told: dict[str, Any] = {
        "policy": candidate.policy,
        "kind": candidate.kind,
        "score": candidate.score,
        "text": candidate.text,
    }
    if candidate.evidence:
        told["evidence"] = [{"text": e.text, "source": e.source, "score": e.score} for e in candidate.evidence]
    if features := finite(candidate.features):
        told["features"] = features
    if candidate.action is not None:
        told["action"] = candidate.action.name
    return told


def _label(label: Label | None) -> dict[str, Any]:
    return {} if label is None else {"right": label.right, "weight": label.weight, "source": label.source}


def _said(event: UserSaid | BotSaid | HumanSaid) -> dict[str, str]:
    match event:
        case UserSaid(message):
            return {"who": "user", "text": message.text}
        case BotSaid():
            return {"who": "bot", "text": event.text, "policy": event.policy}
        case HumanSaid():
            return {"who": "person", "text": event.text}


def _asks(event: UserSaid | BotSaid | HumanSaid, turn: Turn) -> bool:
    return isinstance(event, UserSaid) and event.message.client_id == turn.message.client_id


def _fits(value: Any) -> bool:
    try:
        json.dumps(value, allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        return False
    return True
