"""Ratings as lines of JSON: the comparison, then items and ratings as they come."""

import json
from dataclasses import asdict
from typing import Any

from dialog_core.text import repair_text
from dialog_evaluation.rating.values import REASONS, VERDICTS, Comparison, Item, RatedReply, Rating, Turn

VERSION = 1
COMPARISON, ITEM, RATED = "ratings", "item", "rated"
Line = Comparison | Item | Rating


class NotALine(ValueError):
    """A line is none of the three."""


def to_line(value: Line) -> bytes:
    """Return a value as a line."""
    if isinstance(value, Comparison):
        told = {COMPARISON: VERSION, **asdict(value)}
    elif isinstance(value, Item):
        told = {ITEM: value.id, "dialogue": value.dialogue, "line": value.line}
        told["turns"] = [{"role": turn.role, "text": turn.text} for turn in value.turns]
        told["replies"] = {name: _without_empty(asdict(reply)) for name, reply in value.replies.items()}
    else:
        told = {RATED: value.item, **_without_empty({**asdict(value), "seconds": round(value.seconds, 1)})}
        del told["item"]
    return json.dumps(told, ensure_ascii=False).encode("utf-8", "replace") + b"\n"


def from_line(line: bytes) -> Line:
    """Return what a line says; raise NotALine saying what is wrong with it."""
    try:
        told = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise NotALine(f"is not UTF-8 (byte {error.start + 1})") from None
    except (ValueError, RecursionError) as error:
        column = f" (column {error.colno})" if isinstance(error, json.JSONDecodeError) else ""
        raise NotALine(f"is no JSON{column}") from None
    if isinstance(told, dict):
        if COMPARISON in told:
            return _comparison(told)
        if ITEM in told:
            return _item(told)
        if RATED in told:
            return _rating(told)
    raise NotALine(f"is neither an {ITEM!r} nor a rating ({RATED!r})")


def _comparison(told: dict[str, Any]) -> Comparison:
    if told[COMPARISON] != VERSION:
        raise NotALine("was written by another version of dialog-core")
    fingerprints = told.get("fingerprints", {})
    if not isinstance(fingerprints, dict):
        raise NotALine("'fingerprints' is no mapping")
    bot, other = _text(told, "bot"), _text(told, "other")
    if not bot or not other or bot == other:
        raise NotALine("does not name two systems, as 'bot' and 'other'")
    return Comparison(
        bot,
        other,
        data=_text(told, "data"),
        checksum=_text(told, "checksum"),
        seed=_number(told, "seed"),
        fingerprints={str(name): str(value) for name, value in fingerprints.items()},
    )


def _item(told: dict[str, Any]) -> Item:
    turns = told.get("turns")
    if not isinstance(turns, list) or not turns:
        raise NotALine("'turns' is no list of what was said")
    replies = told.get("replies")
    if not isinstance(replies, dict) or len(replies) != 2:
        raise NotALine("'replies' does not have the replies of two systems")
    return Item(
        _text(told, ITEM),
        dialogue=_text(told, "dialogue"),
        line=_number(told, "line"),
        turns=tuple(map(_turn, turns)),
        replies={name: _reply(value) for name, value in replies.items()},
    )


def _turn(told: Any) -> Turn:
    if not isinstance(told, dict) or told.get("role") not in ("user", "bot"):
        raise NotALine("one of 'turns' has no role, which is user or bot")
    return Turn(told["role"], _text(told, "text"))


def _reply(told: Any) -> RatedReply:
    if not isinstance(told, dict):
        raise NotALine("one of 'replies' has no 'text'")
    return RatedReply(_text(told, "text"), _text(told, "policy"))


def _rating(told: dict[str, Any]) -> Rating:
    verdict = told.get("verdict")
    if verdict not in VERDICTS:
        raise NotALine(f"'verdict' is none of {', '.join(VERDICTS)}")
    winner = _text(told, "winner")
    if (verdict == "better") != bool(winner):
        raise NotALine("'winner' has to say whose reply is better, and only there where one is")
    rater = _text(told, "rater")
    if not rater:
        raise NotALine("'rater' does not say who it was")
    reasons = told.get("reasons", [])
    if not isinstance(reasons, list) or not all(reason in REASONS for reason in reasons):
        raise NotALine(f"'reasons' is no list of {', '.join(REASONS)}")
    seconds = told.get("seconds", 0.0)
    return Rating(
        _text(told, RATED),
        rater,
        verdict,
        winner,
        first=_text(told, "first"),
        reasons=tuple(reasons),
        note=_text(told, "note"),
        at=_text(told, "at"),
        seconds=float(seconds) if isinstance(seconds, int | float) and not isinstance(seconds, bool) else 0.0,
    )


def _text(told: dict[str, Any], name: str) -> str:
    value = told.get(name, "")
    if not isinstance(value, str):
        raise NotALine(f"{name!r} is no text")
    return repair_text(value)


def _number(told: dict[str, Any], name: str) -> int:
    value = told.get(name, 0)
    if not isinstance(value, int) or isinstance(value, bool):
        raise NotALine(f"{name!r} is no number")
    return value


def _without_empty(told: dict[str, Any]) -> dict[str, Any]:
    kept = ("text", "item", "rater", "verdict")
    return {name: value for name, value in told.items() if name in kept or value not in ("", (), [], 0.0, "answered")}
