"""What each policy would have said, whether it was asked or chosen, beside what was said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from dialog_core import Context
from dialog_evaluation.replies.statistics import Floats
from dialog_evaluation.report.conduct import cost, selection
from dialog_evaluation.report.figures import Figure
from dialog_evaluation.report.measuring import Measured, Measuring
from dialog_evaluation.report.rows import Rows
from dialog_evaluation.runs.answers import PolicyAnswer

BEST = "best candidate"


@dataclass(frozen=True, slots=True)
class PolicyReport:
    """How a policy did.

    Attributes:
        measured: The figures of what it would have said, of the turns at which it had something to say.
        counts: Of how many turns which is true: it was `asked`, `answered`, `abstained`, `failed`; it `won`; with a
            reply that was not taken, people's reply was `better`, `worse` or `equal` beside what was said.
        beside: The bot's own figure of closeness at the turns at which this policy had something to say.
        reasons: Why it had nothing to say, the most frequent first.
    """

    measured: Measured
    counts: Mapping[str, int]
    beside: Figure | None = None
    reasons: Sequence[tuple[str, int]] = field(default_factory=tuple)

    @property
    def name(self) -> str:
        """What it is called."""
        return self.measured.name

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {
            **self.measured.to_json(),
            "counts": dict(self.counts),
            "bot_on_the_same_turns": None if self.beside is None else self.beside.to_json(),
            "reasons": dict(self.reasons),
        }


def policy_reports(rows: Rows, measuring: Measuring, context: Context) -> list[PolicyReport]:
    """Return how each policy did, in the order they are asked."""
    said = measuring.closeness(rows.said)
    return [_report(name, proposed, rows, measuring, said, context) for name, proposed in rows.policies.items()]


def best_candidates(rows: Rows, measuring: Measuring) -> list[str]:
    """Return of all candidates the one closest to people's reply: what a ranker that sees it would take."""
    best, texts = measuring.closeness(rows.said), list(rows.said)
    for proposed in rows.policies.values():
        others = [one.text if one is not None else "" for one in proposed]
        values = measuring.closeness(others)
        for number in np.flatnonzero(values > best):
            texts[number], best[number] = others[number], values[number]
    return texts


def _report(
    name: str,
    proposed: Sequence[PolicyAnswer | None],
    rows: Rows,
    measuring: Measuring,
    said: Floats,
    context: Context,
) -> PolicyReport:
    texts = [one.text if one is not None and one.status == "answered" else "" for one in proposed]
    spoke = np.array([bool(text.strip()) for text in texts], np.bool_)
    won = np.array([row.answer.policy == name for row in rows], np.bool_)
    asked = np.array([one is not None and one.asked and one.status != "not asked" for one in proposed], np.bool_)
    own = measuring.closeness(texts)
    lost = spoke & ~won & rows.referenced
    statuses = [one.status if one is not None else "not asked" for one in proposed]
    counts = {
        "turns": len(rows),
        "asked": int(asked.sum()),
        **{status: statuses.count(status) for status in ("answered", "abstained", "failed")},
        "won": int(won.sum()),
        "better": int((own[lost] > said[lost]).sum()),
        "worse": int((own[lost] < said[lost]).sum()),
        "equal": int((own[lost] == said[lost]).sum()),
    }
    seconds = np.array([one.seconds if one is not None else 0.0 for one in proposed], np.float64)
    sizes = [row.answer.candidates for row in rows]
    more = {
        **selection([one.rank if one is not None else None for one in proposed], sizes, context),
        **cost([one.cost if one is not None and one.asked else {} for one in proposed]),
    }
    measured = measuring.of(name, "a policy: what it would have said", texts, spoke, more=more)
    ran = np.array([status not in ("not asked",) for status in statuses], np.bool_)
    figures = {**measured.figures, **measuring.speed(seconds, ran)}
    beside = measuring.mean_of(said, spoke & rows.referenced)
    return PolicyReport(Measured(name, measured.what, figures, measured.unseen), counts, beside, _reasons(proposed))


def _reasons(proposed: Sequence[PolicyAnswer | None]) -> list[tuple[str, int]]:
    counts: dict[str, int] = {}
    for one in proposed:
        if one is not None and one.reason and one.status in ("abstained", "failed"):
            counts[one.reason] = counts.get(one.reason, 0) + 1
    return sorted(counts.items(), key=lambda pair: -pair[1])
