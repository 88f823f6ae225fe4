"""What language models said then, out of the traces of stored replies, so that nobody has to ask them again."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Final, Literal, get_args

from dialog_core import ActionCall, Answer, BotSaid, Candidate, Conversation, Evidence, PolicyReport
from dialog_evaluation.replay.stored import StoredTurn

GENERATIVE = "generative"  # the kind of policies that are not asked again
NOT_ASKED: Final = "not asked"
NOTHING_RECORDED = "nothing is recorded"
_Asked = Literal["proposed", "nothing", "failed", "timed out", "breaker open"]
_ASKED: dict[str, _Asked] = {name: name for name in get_args(_Asked)}
"""What may have come of asking a policy."""


def recorded_answers(turn: StoredTurn, policies: Iterable[str]) -> dict[str, Answer]:
    """Return what each of the policies said in a stored turn; nothing, with that status, if it was not asked.

    Args:
        turn: The turn.
        policies: Names of policies.
    """
    reports = {report.get("policy"): report for report in turn.trace.get("policies") or ()}
    return {name: _answer(name, reports.get(name, {}), turn) for name in policies}


def _answer(name: str, report: Mapping[str, Any], turn: StoredTurn) -> Answer:
    status = _ASKED.get(str(report.get("status")))
    if status is None:
        return Answer(PolicyReport(name, 0, NOT_ASKED, error=NOTHING_RECORDED))
    chosen = turn.trace.get("chosen")
    candidates = tuple(
        _candidate(row, turn.before, turn.reply if place == chosen else None)
        for place, row in enumerate(turn.trace.get("candidates") or ())
        if row.get("policy") == name
    )
    report_then = PolicyReport(
        name,
        0,
        status,
        float(report.get("seconds", 0.0)),
        str(report.get("error", "")),
        report.get("notes", {}),
    )
    return Answer(report_then, candidates)


def _candidate(row: Mapping[str, Any], before: Conversation, said: BotSaid | None) -> Candidate:
    """Return a candidate as it was; what its trace had to cut comes from what was said, where it was."""
    action = row.get("action")
    candidate = Candidate(
        text=_whole(row, before),
        score=float(row.get("score", 0.0)),
        policy=str(row.get("policy", "")),
        kind=str(row.get("kind", GENERATIVE)),
        evidence=tuple(
            Evidence(
                str(piece.get("text", "")),
                str(piece.get("source", "")),
                float(piece.get("score", 0.0)),
                piece.get("metadata", {}),
            )
            for piece in row.get("evidence", ())
        ),
        action=ActionCall(str(action["name"]), action.get("arguments", {})) if action else None,
        features=row.get("features", {}),
    )
    if said is None or action:  # what is said after an action is not what was proposed
        return candidate
    return replace(
        candidate,
        text=said.text if "length" in row else candidate.text,  # otherwise as it was before guards saw it
        evidence=said.evidence,
        quick_replies=said.quick_replies,
        attachments=said.attachments,
    )


def _whole(row: Mapping[str, Any], before: Conversation) -> str:
    """Return a candidate's text: of one that was cut, the whole of it if the bot has said it before.

    Rankers look for repetitions; that a reply is one shows only in its whole text.
    """
    text, length = str(row.get("text", "")), row.get("length")
    if length is None:
        return text
    for event in reversed(before.messages):
        if isinstance(event, BotSaid) and len(event.text) == length and event.text.startswith(text[:-1]):
            return event.text
    return text
