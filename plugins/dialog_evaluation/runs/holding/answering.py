"""What came of a turn, out of what a bot tells of it."""

from collections.abc import Mapping, Sequence

from dialog_core import Candidate, HandedOver, PolicyReport, Ranked, Rehearsed, SlotSet
from dialog_evaluation.replies.costs import cost_of
from dialog_evaluation.runs.answers import PolicyAnswer, PolicyStatus, Status, TurnAnswer
from dialog_evaluation.runs.questions import Question

FALLBACK, GUARD = "fallback", "guard"  # who speaks where no policy does
FAILED = ("failed", "timed out", "breaker open")
STATUSES: Mapping[str, PolicyStatus] = {
    "proposed": "answered",
    "nothing": "abstained",
    "not asked": "not asked",
    **dict.fromkeys(FAILED, "failed"),
}


def answer_of(question: Question, found: Rehearsed, seconds: float, others: Rehearsed | None = None) -> TurnAnswer:
    """Return what a bot would answer to a question.

    Args:
        question: The question.
        found: What it would do.
        seconds: How long that took.
        others: The same with every policy asked; None: there was no other.
    """
    asked = {report.policy for report in found.policies if report.status != "not asked"}
    whole = others or found
    answers = tuple(
        policy_answer(report, _best(report.policy, whole.ranked), asked=report.policy in asked)
        for report in whole.policies
    )
    slots = dict(found.turn.conversation.slots)
    for effect in found.effects:
        if isinstance(effect, SlotSet):
            slots[effect.name] = effect.value
    action = found.winner.action.name if found.winner is not None and found.winner.action else ""
    text = found.text if found.text.strip() or not action else ""
    return TurnAnswer(
        number=question.number,
        question=question.text,
        reference=question.reference,
        status=status_of(found.policy, answers),
        text=_joined(text, found.follow_up),
        policy=found.policy if found.winner is not None else "",
        probability=found.probability,
        seconds=seconds,
        cost=total_cost(answers),
        reason=found.reason if text or not action else f"{found.reason}; {action} would give the text, and did not run",
        refusals=refusals_of([(part.part, part.verdict) for part in found.parts], found.policy == GUARD),
        action=action,
        policies=answers,
        slots={name: value for name, value in slots.items() if value is not None},
        state=question.state,
        handed_over=any(isinstance(one, HandedOver) for one in found.effects),
    )


def policy_answer(report: PolicyReport, best: Ranked | None, *, asked: bool = True) -> PolicyAnswer:
    """Return what a policy proposed."""
    status = STATUSES[report.status]
    candidate = best.candidate if best is not None else Candidate("", 0.0)
    reason = report.error if status == "failed" else str(report.notes.get("abstained") or "")
    if candidate.action is not None and not candidate.text.strip():
        reason = f"wants {candidate.action.name} run first"
    return PolicyAnswer(
        policy=report.policy,
        status=status,
        text=candidate.text,
        score=candidate.score,
        probability=best.probability if best is not None else None,
        seconds=report.seconds,
        cost=cost_of(report.notes),
        reason=reason,
        asked=asked,
    )


def failed_answer(question: Question, error: Exception, seconds: float) -> TurnAnswer:
    """Return that the bot itself failed, and not only one of its policies."""
    told = " ".join(str(error).split()) or "no more is known"
    return TurnAnswer(
        question.number,
        question.text,
        question.reference,
        "failed",
        seconds=seconds,
        reason=f"{type(error).__name__}: {told}",
        state=question.state,
    )


def status_of(speaker: str, policies: Sequence[PolicyAnswer]) -> Status:
    """Return what came of a turn; where nobody could answer because all who were asked failed, it has failed."""
    if speaker == GUARD:
        return "guard"
    if speaker != FALLBACK:
        return "answered"
    asked = [policy for policy in policies if policy.asked]
    return "failed" if asked and all(policy.status == "failed" for policy in asked) else "fallback"


def refusals_of(parts: Sequence[tuple[str, str]], answered_by_guard: bool) -> tuple[str, ...]:
    """Return which guards refused what; where one of the input refuses, the turn ends with its answer.

    Args:
        parts: What guards and others told: who, and what.
        answered_by_guard: Whether a guard of the input answered.
    """
    way = "input" if answered_by_guard else "output"
    return tuple(
        f"{way}: {part}: {verdict}"
        for part, verdict in parts
        if part.startswith("guard ") and (verdict.startswith("refused") or verdict.endswith("refused"))
    )


def total_cost(policies: Sequence[PolicyAnswer]) -> dict[str, float]:
    """Return what the policies that are asked in a turn noted together."""
    total: dict[str, float] = {}
    for policy in policies:
        if policy.asked:
            for name, value in policy.cost.items():
                total[name] = total.get(name, 0.0) + value
    return total


def _best(policy: str, ranked: Sequence[Ranked]) -> Ranked | None:
    return next((one for one in ranked if one.candidate.policy == policy), None)


def _joined(*texts: str) -> str:
    return "\n\n".join(text for text in texts if text.strip())
