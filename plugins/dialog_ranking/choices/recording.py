"""Making choices out of what a bot did or would do."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
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
    Rehearsed,
    Turn,
    UserSaid,
)
from dialog_ranking.choices.choice import HISTORY, PASSAGE, PASSAGES, TEXT, Choice
from dialog_ranking.choices.fields import NotAChoice
from dialog_ranking.choices.files import line_of
from dialog_ranking.choices.json_form import finite
from dialog_ranking.choices.parsing import from_json


def choice_of_rehearsed(
    rehearsed: Rehearsed, *, id: str, user: str = "", fingerprints: Mapping[str, str] | None = None
) -> Choice:
    """Return the choice a bot would have had, nothing known yet of who is right.

    Args:
        rehearsed: What `Bot.rehearse` returned.
        id: Unique among the choices.
        user: Who asks.
        fingerprints: Those of the bot's policies.
    """
    found = in_full(rehearsed)
    candidates = tuple(map(brief_candidate, found))
    tiers = {policy: number for number, stage in enumerate(rehearsed.stages) for policy in stage.policies}
    said = rehearsed.winner
    chosen = next((place for place, c in enumerate(found) if said is not None and _same(c, said)), None)
    return Choice(
        id=id,
        turn=brief_turn(rehearsed.turn),
        candidates=candidates,
        labels=(None,) * len(candidates),
        tiers=tiers,
        seconds={report.policy: report.seconds for report in rehearsed.policies if report.policy in tiers},
        costs={report.policy: cost for report in rehearsed.policies if (cost := _cost(report.notes))},
        chosen=chosen,
        user=user,
        fingerprints=dict(fingerprints or {}),
    )


def in_full(rehearsed: Rehearsed) -> list[Candidate]:
    """Return the candidates in the order in which a choice has them, with all that a choice does not keep of them."""
    order = [policy for stage in rehearsed.stages for policy in stage.policies]
    return sorted(
        (ranked.candidate for ranked in rehearsed.ranked), key=lambda candidate: order.index(candidate.policy)
    )


def choice_of_trace(before: Conversation, message: Message, trace: Mapping[str, Any]) -> Choice:
    """Return the choice behind a stored reply, nothing known yet of who was right.

    Args:
        before: The conversation up to the message, the message included.
        message: The message that was answered.
        trace: What `Trace.to_json` returned.

    Raises:
        ValueError: The trace is none, or is damaged: nothing can be made of it that a file of choices could hold.
    """
    try:
        choice = _choice_of_trace(before, message, trace)
        sound = from_json(json.loads(line_of(choice)))  # whoever has a choice relies on its types and limits
    except NotAChoice:
        raise
    except (LookupError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise ValueError(f"this is no trace: {type(error).__name__}: {error}") from error
    read = sound.turn
    return replace(sound, turn=replace(choice.turn, language=read.language, now=read.now, annotations=read.annotations))


def _choice_of_trace(before: Conversation, message: Message, trace: Mapping[str, Any]) -> Choice:
    asked = [report for report in trace["policies"] if report["status"] != "not asked"]
    place = {report["policy"]: number for number, report in enumerate(trace["policies"])}
    rows = list(enumerate(trace["candidates"]))
    rows.sort(key=lambda row: place.get(row[1]["policy"], len(place)))  # the order of the tiers, then as ranked
    turn = Turn(
        conversation=before,
        message=message,
        language=trace.get("language", "") or "en",
        deadline=math.inf,
        now=datetime.fromisoformat(trace["at"]),
        seed=0,
        annotations=trace.get("annotations", {}),
    )
    chosen = [row for row, _ in rows].index(trace["chosen"]) if trace["chosen"] is not None else None
    return Choice(
        id=f"{before.id}/{message.client_id}",
        turn=brief_turn(turn),
        candidates=tuple(brief_candidate(_candidate(row)) for _, row in rows),
        labels=(None,) * len(rows),
        tiers={report["policy"]: report["tier"] for report in asked},
        seconds={report["policy"]: report["seconds"] for report in asked},
        costs={report["policy"]: cost for report in asked if (cost := _cost(report.get("notes", {})))},
        chosen=chosen,
        propensity=1.0 if trace.get("propensity") is None else float(trace["propensity"]),
        user=message.user_id or before.id,
        fingerprints=trace.get("fingerprints", {}),
    )


def brief_turn(turn: Turn) -> Turn:
    """Return a turn with as much of its conversation as a choice keeps."""
    conversation = turn.conversation
    latest = conversation.messages[-HISTORY - 1 :]  # of a very long conversation only these are looked at
    said = [event for event in latest if not _is(event, turn.message)]
    events: list[Event] = [_brief_event(event) for event in said[-HISTORY:]]
    if (flow := conversation.active_flow) is not None:
        events.append(FlowStarted(flow.name, flow.policy, flow.step))
    events.append(UserSaid(turn.message))
    return replace(turn, conversation=Conversation(conversation.id, events), deadline=math.inf, evidence={})


def brief_candidate(candidate: Candidate) -> Candidate:
    """Return a candidate with as much as features look at, in what a choice keeps of it."""
    evidence = tuple(
        Evidence(piece.text[:PASSAGE], piece.source, piece.score) for piece in candidate.evidence[:PASSAGES]
    )
    return Candidate(
        text=candidate.text[:TEXT],
        score=candidate.score,
        policy=candidate.policy,
        kind=candidate.kind,
        evidence=evidence,
        action=ActionCall(candidate.action.name) if candidate.action else None,
        features=finite(candidate.features),
    )


def _brief_event(event: UserSaid | BotSaid | HumanSaid) -> Event:
    match event:
        case UserSaid(message):
            return UserSaid(Message(message.text[:TEXT], client_id=message.client_id, at=message.at))
        case BotSaid():
            return BotSaid(event.text[:TEXT], event.at, event.in_reply_to, event.policy)
        case HumanSaid():
            return HumanSaid(event.text[:TEXT], event.at)


def _is(event: UserSaid | BotSaid | HumanSaid, message: Message) -> bool:
    return isinstance(event, UserSaid) and event.message.client_id == message.client_id


def _candidate(row: Mapping[str, Any]) -> Candidate:
    evidence: Sequence[Mapping[str, Any]] = row["evidence"]
    return Candidate(
        text=row["text"],
        score=row["score"],
        policy=row["policy"],
        kind=row["kind"],
        evidence=tuple(Evidence(piece["text"], piece["source"], piece["score"]) for piece in evidence),
        action=ActionCall(row["action"]["name"]) if row.get("action") else None,
        features={name: _told(value) for name, value in row.get("features", {}).items()},
    )


def _told(value: Any) -> Any:
    """Return a feature; where JSON cannot hold one of them (NaN), a trace has all of them as text."""
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        return value


def _same(candidate: Candidate, said: Candidate) -> bool:
    """Whether it is the candidate that was said; a guard may have changed its words."""
    return candidate is said or (
        candidate.policy == said.policy and candidate.score == said.score and candidate.evidence == said.evidence
    )


def _cost(notes: Mapping[str, Any]) -> float:
    cost = notes.get("cost")
    return float(cost) if isinstance(cost, int | float) and math.isfinite(cost) else 0.0
