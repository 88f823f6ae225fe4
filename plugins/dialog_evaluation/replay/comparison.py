"""Whether a turn would be answered differently, in what way, and how bad that would be."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

from dialog_core import Rehearsed
from dialog_evaluation.replay.recording import NOT_ASKED
from dialog_evaluation.replay.sides import Brief, Side, now, same_action, then
from dialog_evaluation.replay.stored import Judgement, StoredTurn

Change = Literal["same", "reworded", "other reply", "now answered", "no longer answered", "other action"]
Standing = Literal["praised", "changed", "complaint stays", "complaint changes", "as corrected", "same"]
CHANGES: tuple[Change, ...] = (
    "no longer answered",
    "other reply",
    "other action",
    "reworded",
    "now answered",
    "same",
)
STANDINGS: tuple[Standing, ...] = ("praised", "changed", "complaint stays", "complaint changes", "as corrected", "same")
"""From the worst to the best, and last what nobody needs to look at."""
FAILED = ("failed", "timed out")  # statuses of policies
PARTS_FAILED = ("failed", "not asked")  # how the verdict of another part begins


@dataclass(frozen=True, slots=True)
class Replayed:
    """A stored turn and what would become of it.

    Attributes:
        conversation: The conversation's id.
        message_id: The message's id in it.
        position: Where it stands in it.
        at: When it was answered, in ISO 8601.
        text: What the user said.
        change: How the answers differ.
        standing: What that means, seeing how the reply was taken.
        worse: Whether the new answer is worse, as far as that can be known.
        judgement: How the reply was taken.
        correction: What a person made of it.
        before: What was answered.
        after: What would be answered.
        unrecorded: Policies that would be asked and of which nothing is recorded.
        failed: Policies and other parts that failed when they were asked now, with the reason.
        by_chance: Whether either answer was drawn to learn from it.
    """

    conversation: str
    message_id: str
    position: int
    at: str
    text: str
    change: Change
    standing: Standing
    worse: bool
    judgement: Judgement
    correction: str
    before: Side
    after: Side
    unrecorded: tuple[str, ...] = ()
    failed: tuple[tuple[str, str], ...] = ()
    by_chance: bool = False

    @property
    def changed(self) -> bool:
        """Whether anything would be answered differently."""
        return self.change != "same"

    @property
    def drop(self) -> float:
        """By how much the probability of the answer sinks; no answer has none."""
        return round((self.before.probability or 0.0) - (self.after.probability or 0.0), 6)

    @property
    def order(self) -> tuple[Any, ...]:
        """What puts the worst first, and never leaves two in any order."""
        return STANDINGS.index(self.standing), -self.drop, self.at, self.conversation, self.position

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {**asdict(self), "failed": dict(self.failed), "drop": self.drop}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "Replayed":
        """Return what `to_json` wrote."""
        values = {name: value for name, value in values.items() if name != "drop"}
        values["before"], values["after"] = _side(values["before"]), _side(values["after"])
        values["unrecorded"], values["failed"] = tuple(values["unrecorded"]), tuple(values["failed"].items())
        return cls(**values)


def compare(turn: StoredTurn, found: Rehearsed, *, recorded: frozenset[str]) -> Replayed:
    """Return a stored turn beside what would become of it.

    Args:
        turn: The stored turn.
        found: What would become of it.
        recorded: Policies that were not asked.
    """
    before, after = then(turn), now(found)
    change = _change(before, after, traced=bool(turn.trace))
    standing = _standing(turn, change, after)
    reached = {policy for stage in found.stages for policy in stage.policies}
    drop = (before.probability or 0.0) - (after.probability or 0.0)
    worse = standing == "praised" or (standing == "changed" and (change == "no longer answered" or drop > 0))
    return Replayed(
        conversation=turn.before.id,
        message_id=turn.message.client_id,
        position=turn.position,
        at=turn.reply.at.isoformat(),
        text=turn.message.text,
        change=change,
        standing=standing,
        worse=worse,
        judgement=turn.judgement,
        correction=turn.correction,
        before=before,
        after=after,
        unrecorded=tuple(
            report.policy
            for report in found.policies
            if report.policy in recorded and report.policy in reached and report.status == NOT_ASKED
        ),
        failed=_failed(found, recorded),
        by_chance=found.explored or bool(turn.trace.get("explored")),
    )


def _failed(found: Rehearsed, recorded: frozenset[str]) -> tuple[tuple[str, str], ...]:
    policies = {
        report.policy: report.error
        for report in found.policies
        if report.policy not in recorded and report.status in FAILED
    }
    parts = {part.part: part.verdict for part in found.parts if part.verdict.startswith(PARTS_FAILED)}
    return tuple({**policies, **parts}.items())


def _change(before: Side, after: Side, *, traced: bool) -> Change:
    if before.action or after.action:
        if before.action and after.action:
            return "same" if same_action(before.action, after.action) else "other action"
        if traced or before.policy != after.policy:
            return "other action" if before.answered and after.answered else _answering(before, after)
        return "same"  # what is said after an action; the action itself nobody noted down
    if _heard(before) == _heard(after):
        return "same"
    if before.policy == after.policy and (before.entry == after.entry != "" or not before.answered):
        return "reworded"
    return _answering(before, after)


def _answering(before: Side, after: Side) -> Change:
    if before.answered == after.answered:
        return "other reply"
    return "now answered" if after.answered else "no longer answered"


def _standing(turn: StoredTurn, change: Change, after: Side) -> Standing:
    changed = change != "same"
    if turn.judgement == "edited" and after.text.split() == turn.correction.split():
        return "as corrected"
    if turn.complained:
        return "complaint changes" if changed else "complaint stays"
    if not changed:
        return "same"
    return "praised" if turn.judgement == "good" else "changed"


def _heard(side: Side) -> tuple[Any, ...]:
    """Return what the user gets to hear and see."""
    return side.text, side.follow_up, tuple(side.extras)


def _side(values: dict[str, Any]) -> Side:
    return Side(
        **{
            **values,
            "extras": tuple(values["extras"]),
            "candidates": tuple(Brief(**one) for one in values["candidates"]),
        }
    )
