"""Choices as JSON lines: what training reads, what `dialog-core learn` writes, and what a person can correct.

    {"id": "c1/m3", "conversation": "c1", "text": "when do you open?", "language": "en",
     "at": "2026-03-01T12:00:00+00:00",
     "history": [{"who": "bot", "text": "Hello!", "policy": "rules"}],
     "candidates": [{"policy": "faq", "kind": "retrieval", "text": "At nine.", "score": 0.7,
                     "right": 1, "weight": 1, "source": "feedback", "tier": 1}]}

Only `id`, `text` and `candidates` with `policy`, `text` and `score` have to be there.
"""

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dialog_core import (
    ActionCall,
    BotSaid,
    Candidate,
    Conversation,
    Event,
    Evidence,
    FlowStarted,
    HumanSaid,
    Message,
    Turn,
    UserSaid,
)
from dialog_core.configuration import ConfigurationError, Problem
from dialog_ranking.choices.choice import Choice, Label

MOST_PROBLEMS = 20  # told of one file
DATELESS = datetime(1970, 1, 1, tzinfo=UTC)


def write_choices(choices: Iterable[Choice], file: Path) -> int:
    """Write choices, one a line, and return how many they were."""
    count = 0
    with file.open("w", encoding="utf-8") as stream:
        for choice in choices:
            stream.write(json.dumps(to_json(choice), ensure_ascii=False, allow_nan=False) + "\n")
            count += 1
    return count


def read_choices(file: Path) -> list[Choice]:
    """Return the choices of a file.

    Raises:
        ConfigurationError: With every mistake of the file, each at its line.
    """
    found: list[Choice] = []
    problems: list[Problem] = []
    lines: dict[str, int] = {}
    for number, row, complaint in _rows(file):
        if complaint:
            problems.append(Problem(complaint, file, number))
            continue
        try:
            choice = from_json(row)
        except (KeyError, TypeError, ValueError) as error:
            told = f"has no {error}" if isinstance(error, KeyError) else str(error)
            problems.append(Problem(f"this is no choice: {told}", file, number, remedy=_REMEDY))
            continue
        if choice.id in lines:
            problems.append(Problem(f"the id {choice.id!r} is taken by line {lines[choice.id]}", file, number))
        lines.setdefault(choice.id, number)
        found.append(choice)
        if len(problems) >= MOST_PROBLEMS:
            break
    if problems:
        raise ConfigurationError(problems)
    return found


_REMEDY = (
    'Write {"id": "1", "text": "hi", "candidates": [{"policy": "rules", "text": "Hello!", "score": 1, "right": 1}]}.'
)


def _rows(file: Path) -> Iterator[tuple[int, Any, str]]:
    with file.open(encoding="utf-8", errors="replace") as stream:
        for number, line in enumerate(stream, 1):
            if not line.strip():
                continue
            try:
                yield number, json.loads(line), ""
            except ValueError as error:
                yield number, None, f"this is not JSON: {error}"


def to_json(choice: Choice) -> dict[str, Any]:
    """Return a choice as JSON values."""
    turn = choice.turn
    told: dict[str, Any] = {
        "id": choice.id,
        "conversation": choice.conversation,
        "user": choice.user,
        "at": turn.now.isoformat(),
        "text": turn.text,
        "language": turn.language,
        "history": [_said(event) for event in turn.conversation.messages if not _asks(event, turn)],
        "annotations": dict(turn.annotations),
        "tiers": dict(choice.tiers),
        "seconds": {name: round(value, 6) for name, value in choice.seconds.items()},
        "costs": dict(choice.costs),
        "chosen": choice.chosen,
        "propensity": choice.propensity,
        "fingerprints": dict(choice.fingerprints),
        "candidates": [
            {**_candidate_json(candidate), **_label_json(label)}
            for candidate, label in zip(choice.candidates, choice.labels, strict=True)
        ],
    }
    if choice.nobody is not None:
        told["nobody"] = _label_json(choice.nobody)
    if (flow := turn.conversation.active_flow) is not None:
        told["flow"] = {"name": flow.name, "policy": flow.policy, "step": flow.step}
    return told


def from_json(row: Any) -> Choice:
    """Return the choice that `to_json` wrote, or somebody by hand.

    Raises:
        KeyError, TypeError, ValueError: It is none.
    """
    if not isinstance(row, Mapping):
        raise ValueError("it is not an object in braces")
    rows = row["candidates"]
    if not isinstance(rows, list) or not all(isinstance(item, Mapping) for item in rows):
        raise ValueError("'candidates' needs a list of objects")
    candidates = tuple(_read_candidate(item) for item in rows)
    tiers = {item["policy"]: item["tier"] for item in rows if "tier" in item}
    tiers.update(row.get("tiers") or {})
    at = datetime.fromisoformat(row["at"]) if row.get("at") else DATELESS
    message = Message(str(row["text"]), client_id="message", at=at)
    id = str(row["id"])
    chosen = row.get("chosen")
    if chosen is not None and not (isinstance(chosen, int) and 0 <= chosen < len(candidates)):
        raise ValueError(f"'chosen' is {chosen!r}, and there are {len(candidates)} candidates")
    return Choice(
        id=id,
        turn=Turn(
            conversation=_conversation(row, message, at),
            message=message,
            language=str(row.get("language") or "en"),
            deadline=math.inf,
            now=at,
            seed=0,
            annotations=row.get("annotations") or {},
        ),
        candidates=candidates,
        labels=tuple(_read_label(item) for item in rows),
        nobody=_read_label(row["nobody"]) if row.get("nobody") else None,
        tiers=tiers,
        seconds=row.get("seconds") or {},
        costs=row.get("costs") or {},
        chosen=chosen,
        propensity=_number(row.get("propensity", 1.0), "propensity", 0.0, 1.0),
        user=str(row.get("user") or ""),
        fingerprints=row.get("fingerprints") or {},
    )


def _conversation(row: Mapping[str, Any], message: Message, at: datetime) -> Conversation:
    events: list[Event] = []
    for number, said in enumerate(row.get("history") or ()):
        text = str(said["text"])
        if said["who"] == "user":
            events.append(UserSaid(Message(text, client_id=f"history-{number}", at=at)))
        elif said["who"] == "bot":
            events.append(BotSaid(text, at, policy=str(said.get("policy", ""))))
        elif said["who"] == "person":
            events.append(HumanSaid(text, at))
        else:
            raise ValueError(f"'who' is {said['who']!r}; write user, bot or person")
    if flow := row.get("flow"):
        events.append(FlowStarted(str(flow["name"]), str(flow["policy"]), str(flow.get("step", ""))))
    return Conversation(str(row.get("conversation") or row["id"]), (*events, UserSaid(message)))


def _read_candidate(row: Mapping[str, Any]) -> Candidate:
    features = row.get("features") or {}
    return Candidate(
        text=str(row["text"]),
        score=_number(row["score"], "score", 0.0, 1.0),
        policy=str(row["policy"]),
        kind=str(row.get("kind", "")),
        evidence=tuple(
            Evidence(str(piece["text"]), str(piece.get("source", "")), float(piece.get("score", 0.0)))
            for piece in row.get("evidence") or ()
        ),
        action=ActionCall(str(row["action"])) if row.get("action") else None,
        features={str(name): float(value) for name, value in features.items() if value is not None},
    )


def _read_label(row: Mapping[str, Any]) -> Label | None:
    if row.get("right") is None:
        return None
    weight = _number(row.get("weight", 1.0), "weight", 0.0, math.inf)
    return Label(_number(row["right"], "right", 0.0, 1.0), weight, str(row.get("source", "reference")))


def _number(value: Any, name: str, least: float, most: float) -> float:
    if not isinstance(value, int | float) or not least <= value <= most:  # NaN is between no two numbers
        raise ValueError(f"{name!r} is {value!r}, and has to be a number from {least:g} to {most:g}")
    return float(value)


def _candidate_json(candidate: Candidate) -> dict[str, Any]:
    told: dict[str, Any] = {
        "policy": candidate.policy,
        "kind": candidate.kind,
        "score": candidate.score,
        "text": candidate.text,
    }
    if candidate.evidence:
        told["evidence"] = [{"text": e.text, "source": e.source, "score": e.score} for e in candidate.evidence]
    if candidate.features:
        told["features"] = {name: value for name, value in candidate.features.items() if math.isfinite(value)}
    if candidate.action is not None:
        told["action"] = candidate.action.name
    return told


def _label_json(label: Label | None) -> dict[str, Any]:
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
