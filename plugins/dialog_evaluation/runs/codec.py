"""Answers as JSON values and back: one line of a run's file for each dialogue."""

import json
import math
from collections.abc import Mapping
from dataclasses import fields
from types import NoneType
from typing import Any, TypeVar, get_args

from dialog_evaluation.runs.answers import DialogueAnswers, PolicyAnswer, PolicyStatus, Status, TurnAnswer

T = TypeVar("T")


def to_line(answers: DialogueAnswers) -> str:
    """Return a dialogue's answers as one line of JSON; what has its default value is left out."""
    told = {**_told(answers), "turns": [_turn_told(turn) for turn in answers.turns]}
    # Lone surrogates in what a model says can be written as escapes only.
    return json.dumps(told, ensure_ascii=False, allow_nan=False, default=repr).encode("utf-8", "replace").decode()


def from_line(line: str) -> DialogueAnswers:
    """Return the answers a line has.

    Raises:
        ValueError: It is not such a line.
    """
    try:
        told = json.loads(line)
        turns = [
            _made(
                TurnAnswer,
                {
                    **turn,
                    "refusals": tuple(turn.get("refusals", ())),
                    "policies": tuple(_made(PolicyAnswer, policy) for policy in turn.get("policies", ())),
                },
            )
            for turn in told["turns"]
        ]
        return _made(DialogueAnswers, {**told, "turns": tuple(turns)})
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"it has no answers of a dialogue ({type(error).__name__}: {error})") from error


def _turn_told(turn: TurnAnswer) -> dict[str, Any]:
    told = _told(turn)
    if turn.policies:
        told["policies"] = [_told(policy) for policy in turn.policies]
    return told


def _told(value: DialogueAnswers | TurnAnswer | PolicyAnswer) -> dict[str, Any]:
    """Return the fields of a value that say something, numbers in a readable length."""
    told: dict[str, Any] = {}
    for field in fields(value):
        found = getattr(value, field.name)
        if isinstance(found, float) and not math.isfinite(found):
            continue
        default = field.default_factory() if callable(field.default_factory) else field.default
        if found == default or field.name in ("turns", "policies"):
            continue
        told[field.name] = _plain(found)
    return told


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 6) if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(name): _plain(child) for name, child in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(child) for child in value]
    return value


def _made(kind: type[T], told: Mapping[str, Any]) -> T:
    """Return a value of what was told of it; what a later version may tell besides is left aside.

    Raises:
        ValueError: Something is not what it should be.
    """
    known = {field.name for field in fields(kind)}  # type: ignore[arg-type]
    values = {name: value for name, value in told.items() if name in known}
    for name, value in values.items():
        wanted = _KINDS.get(name)
        if wanted is not None and (not isinstance(value, wanted) or (wanted in _NUMBERS and isinstance(value, bool))):
            raise ValueError(f"{name!r} is {value!r}")
    if "cost" in values:
        values["cost"] = {name: value for name, value in values["cost"].items() if isinstance(value, int | float)}
    if values.get("status", "answered") not in _STATUSES:
        raise ValueError(f"'status' is {values['status']!r}")
    return kind(**values)


_NUMBERS: tuple[Any, ...] = (int, (int, float), (int, float, NoneType), (int, NoneType))
_KINDS: Mapping[str, Any] = {
    **dict.fromkeys(
        ("dialogue", "question", "reference", "status", "text", "policy", "reason", "action", "ended"), str
    ),
    **dict.fromkeys(("line", "number", "position", "candidates"), int),
    **dict.fromkeys(("seconds", "score"), (int, float)),
    **dict.fromkeys(("cost", "slots", "state"), Mapping),
    **dict.fromkeys(("asked", "handed_over"), bool),
    "probability": (int, float, NoneType),
    "rank": (int, NoneType),
}
_STATUSES = (*get_args(Status), *get_args(PolicyStatus))
