"""Choices out of JSON values, which somebody may have written by hand: every mistake is told with its place."""

import difflib
import math
from collections.abc import Mapping
from datetime import UTC, datetime
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
from dialog_ranking.choices.choice import Choice, Label
from dialog_ranking.choices.fields import Fields, Mistake, NotAChoice, as_number
from dialog_ranking.choices.json_form import DATELESS

KEYS = (
    "id",
    "conversation",
    "user",
    "at",
    "text",
    "language",
    "history",
    "annotations",
    "tiers",
    "seconds",
    "costs",
    "chosen",
    "propensity",
    "fingerprints",
    "candidates",
    "nobody",
    "flow",
)
LABEL_KEYS = ("right", "weight", "source")
CANDIDATE_KEYS = ("policy", "kind", "score", "text", "evidence", "features", "action", "tier", *LABEL_KEYS)
SPEAKERS = ("user", "bot", "person")
NEARLY = 0.75  # how similar a key is to a known one that is a slip of the keyboard: `rigth`


def from_json(row: Any) -> Choice:
    """Return the choice that `to_json` wrote, or somebody by hand.

    Raises:
        NotAChoice: It is none; with every mistake in it.
    """
    if not isinstance(row, Mapping):
        raise NotAChoice([Mistake("", "needs an object in braces")])
    mistakes: list[Mistake] = []
    fields = Fields(row, mistakes)
    _refuse_misspelt(fields, KEYS)
    rows = fields.rows("candidates", needed=True)
    for candidate in rows:
        _refuse_misspelt(candidate, CANDIDATE_KEYS)
    id = fields.name("id", needed=True)
    candidates = tuple(_candidate(each) for each in rows)
    labels = tuple(_label(each) for each in rows)
    tiers = {each.text("policy"): each.whole("tier") for each in rows if each.has("tier")}
    tiers.update({name: int(value) for name, value in fields.numbers("tiers", whole=True).items()})
    chosen = fields.whole("chosen", most=len(candidates) - 1) if fields.has("chosen") else None
    nobody = _nobody(fields)
    at = _time(fields)
    message = Message(fields.text("text", needed=True), client_id="message", at=at)
    turn = Turn(
        conversation=Conversation(fields.name("conversation") or id, [*_history(fields, at), UserSaid(message)]),
        message=message,
        language=fields.text("language") or "en",
        deadline=math.inf,
        now=at,
        seed=0,
        annotations=fields.mapping("annotations"),
    )
    choice = Choice(
        id=id,
        turn=turn,
        candidates=candidates,
        labels=labels,
        nobody=nobody,
        tiers=tiers,
        seconds=fields.numbers("seconds"),
        costs=fields.numbers("costs"),
        chosen=chosen,
        propensity=fields.number("propensity", default=1.0, most=1.0),
        user=fields.name("user"),
        fingerprints=fields.texts("fingerprints"),
    )
    if mistakes:
        raise NotAChoice(mistakes)
    return choice


def _refuse_misspelt(fields: Fields, known: tuple[str, ...]) -> None:
    """Note keys that are nearly right; others are somebody's own, and stay without meaning."""
    for key in fields.row:
        if key not in known and (likely := difflib.get_close_matches(str(key)[:40], known, 1, NEARLY)):
            fields.wrong(str(key), "this key is not known", f"Did you mean '{likely[0]}'?")


def _candidate(fields: Fields) -> Candidate:
    return Candidate(
        text=fields.text("text", needed=True),
        score=fields.number("score", needed=True, most=1.0),
        policy=fields.name("policy", needed=True),
        kind=fields.text("kind"),
        evidence=tuple(
            Evidence(piece.text("text", needed=True), piece.text("source"), piece.number("score", least=-math.inf))
            for piece in fields.rows("evidence")
        ),
        action=ActionCall(fields.text("action")) if fields.has("action") else None,
        features=fields.numbers("features", least=-math.inf),
    )


def _label(fields: Fields) -> Label | None:
    right = fields.row.get("right")
    if isinstance(right, bool):
        fields = Fields({**fields.row, "right": float(right)}, fields.mistakes, fields.place)
    elif right is None:
        return None
    weight = fields.number("weight", default=1.0)
    return Label(fields.number("right", most=1.0), weight, fields.text("source") or "reference")


def _nobody(fields: Fields) -> Label | None:
    """Return whether nobody should have answered; by hand, `"nobody": true` is enough."""
    value = fields.row.get("nobody")
    if isinstance(value, bool) or as_number(value) is not None:
        value = {"right": value}
    if value is None or isinstance(value, Mapping):
        return _label(Fields(value or {}, fields.mistakes, "nobody"))
    fields.wrong("nobody", "is neither true nor false, and no label", 'Write "nobody": true, or leave it out.')
    return None


def _history(fields: Fields, at: datetime) -> list[Event]:
    events: list[Event] = []
    for number, said in enumerate(fields.rows("history")):
        text, who = said.text("text", needed=True), said.text("who", needed=True)
        if who == "user":
            events.append(UserSaid(Message(text, client_id=f"history-{number}", at=at)))
        elif who == "bot":
            events.append(BotSaid(text, at, policy=said.text("policy")))
        elif who == "person":
            events.append(HumanSaid(text, at))
        elif who:
            said.wrong("who", f"{who!r} is nobody", f"Known: {', '.join(SPEAKERS)}.")
    if fields.has("flow"):
        flow = Fields(fields.mapping("flow"), fields.mistakes, "flow")
        events.append(FlowStarted(flow.text("name", needed=True), flow.text("policy", needed=True), flow.text("step")))
    return events


def _time(fields: Fields) -> datetime:
    written = fields.text("at")
    if not written:
        return DATELESS
    try:
        at = datetime.fromisoformat(written)
    except ValueError:
        fields.wrong("at", f"{written[:40]!r} is no time", 'Write one such as "2026-03-01T12:00:00+00:00".')
        return DATELESS
    return at if at.tzinfo else at.replace(tzinfo=UTC)
